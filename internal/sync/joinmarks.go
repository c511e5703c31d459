package sync

import (
	"fmt"
	"strings"

	"github.com/parrots-music/parrots/internal/audio/mark"
	"github.com/parrots-music/parrots/internal/audio/merge"
)

// moveMarks puts the cue points, loops and markers of ours where the result has what they
// stand at, and notes what a person should know of it.
func moveMarks(out *finding, plan *merge.Plan, opened [3]*sound) (*mark.Set, error) {
	var sets [3]*mark.Set
	for i, s := range opened {
		var err error
		if sets[i], err = s.Marks(); err != nil {
			return nil, err
		}
	}
	ours := sets[merge.Ours]
	found, err := plan.Marks(sets[merge.Base].Marks, ours.Marks, sets[merge.Theirs].Marks)
	if err != nil {
		return nil, err
	}
	stay := ours.Move(found.At)
	out.Notes = append(out.Notes, marksText(found, stay, ours.Left)...)
	return ours, nil
}

// marksText says what became of the marks of a recording. A loop has two, its begin and
// its end.
func marksText(m merge.Marks, stay int, left []string) []string {
	var notes []string
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if n := m.Moved - stay; n > 0 {
		note("%s moved with the sound", countMarks(n))
	}
	if m.Gone > 0 {
		note("%s stood in what is gone: look whether %s", countMarks(m.Gone), belong(m.Gone))
	}
	if stay > 0 {
		note("%s could not be moved: the file has no room for such a place", countMarks(stay))
	}
	if len(left) > 0 && m.Shifts {
		note("not all that its chunks mark was moved: %s", strings.Join(left, ", "))
	}
	switch {
	case m.Ours && m.Theirs:
		note("you and they changed its markers, each differently: yours are in it")
	case m.Theirs:
		note("they changed its markers, which is left out: yours are in it")
	}
	return notes
}

func countMarks(n int) string {
	if n == 1 {
		return "1 marker"
	}
	return fmt.Sprintf("%d markers", n)
}

func belong(n int) string {
	if n == 1 {
		return "it is where it belongs"
	}
	return "they are where they belong"
}
