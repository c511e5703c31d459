// Package merge joins two people's changes of one recording: a three-way merge of
// canonical frames, exact to the bit.
//
// A merge begins with a plan (Make), which says what the result consists of: parts of
// the base, of ours and of theirs, in order, and where nobody but a person can say.
// Copying (Plan.Copy) then streams the parts. Nothing is resampled, scaled or guessed:
// every frame of the result is a frame of one of the three, unless a crossfade was
// asked for. docs/reference/merge.md has the rules.
//
// It is pure: of ours it imports pcm, edit and mark only, and nothing here touches a file
// system, a clock or a terminal.
package merge

import (
	"errors"
	"fmt"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// ErrUndecided means that a plan has conflicts that nobody has decided.
var ErrUndecided = errors.New("both sides changed the same region")

// Source says whose frames something is made of.
type Source int

// The three inputs of a merge.
const (
	Base Source = iota
	Ours
	Theirs
)

// String names the source.
func (s Source) String() string { return [...]string{"base", "ours", "theirs"}[s] }

// Side is what one side made of the base.
type Side struct {
	Audio pcm.Reader
	// Script says how Audio was made of the base.
	Script edit.Script
	// Rerendered says that kept frames are not the base's bit for bit but the same
	// sound rendered again. The base's frames then stand for them.
	Rerendered bool
	// Everything says that all of the base was changed in one way, as by a gain, whatever
	// frames are the same: silence stays silence.
	Everything bool
}

// Segment is a part of the result.
type Segment struct {
	From Source
	// At is the first frame in From, Frames how many follow. An edit that only
	// deletes has none.
	At, Frames int64
	// Was is what the base has in the segment's place: the same frames if From is
	// Base.
	Was edit.Range
}

// Conflict is a region that both sides changed, each differently.
type Conflict struct {
	// Was is the region in the base, Ours and Theirs what each side made of it.
	Was, Ours, Theirs edit.Range
	// Everything names the sides that changed so much that there is nothing left to
	// go by. The conflict is then all of the audio.
	Everything []Source
}

// Counts says how many changes a plan takes from where.
type Counts struct {
	// Ours and Theirs were made by one side, Both by both in the same way.
	Ours, Theirs, Both int
}

// Plan says what a merge consists of.
type Plan struct {
	Format pcm.Format
	// Conflicts are in the order of the audio.
	Conflicts []Conflict
	// Taken counts the changes outside of conflicts.
	Taken Counts

	inputs  [3]pcm.Reader
	scripts [3]edit.Script
	parts   []part
}

// part is segments of the result, or the place of a conflict.
type part struct {
	segments []Segment
	// conflict is one more than the index of the conflict, 0 if it is none.
	conflict int
	// choices are what each would make of the conflict; decided says that segments
	// is one of them.
	choices [3][]Segment
	decided bool
}

// Make plans the merge of two sides that grew out of base. A side that is base itself
// gives the other one. Changes with at least one kept frame of the base between them
// are independent, and the result has both. Where changes overlap or touch, they are
// one conflict, unless both sides have the same frames there.
//
// A FormatError says that the three are not of one format. The error matches
// edit.ErrScript if a script is not about these readers.
func Make(base pcm.Reader, ours, theirs Side) (*Plan, error) {
	if err := base.Format().Check(); err != nil {
		return nil, err
	}
	if err := CheckFormats(base.Format(), ours.Audio.Format(), theirs.Audio.Format()); err != nil {
		return nil, err
	}
	m := &maker{
		Plan:  Plan{Format: base.Format(), inputs: [3]pcm.Reader{base, ours.Audio, theirs.Audio}},
		sides: [3]Side{Ours: ours, Theirs: theirs},
	}
	for _, s := range []Source{Ours, Theirs} {
		if err := m.sides[s].Script.Validate(base.Frames(), m.inputs[s].Frames()); err != nil {
			return nil, fmt.Errorf("%s: %w", s, err)
		}
		m.scripts[s], m.changes[s] = m.sides[s].Script, m.sides[s].Script.Changes()
	}
	if err := m.plan(); err != nil {
		return nil, err
	}
	return &m.Plan, nil
}

// Segments returns what the result consists of, in order. The error matches
// ErrUndecided if there are conflicts left.
func (p *Plan) Segments() ([]Segment, error) {
	list := make([]Segment, 0, len(p.parts))
	for _, part := range p.parts {
		if part.conflict > 0 && !part.decided {
			was := p.Conflicts[part.conflict-1].Was
			return nil, fmt.Errorf("%w: frames %d to %d of the base", ErrUndecided, was.From, was.To)
		}
		list = append(list, part.segments...)
	}
	return list, nil
}

// Frames is the length of the result, in frames.
func (p *Plan) Frames() (int64, error) {
	segments, err := p.Segments()
	var n int64
	for _, s := range segments {
		n += s.Frames
	}
	return n, err
}

// Decide takes conflict n from one side, or from the base.
func (p *Plan) Decide(n int, from Source) error {
	if n < 0 || n >= len(p.Conflicts) {
		return fmt.Errorf("there is no conflict %d of %d", n, len(p.Conflicts))
	}
	for i := range p.parts {
		if part := &p.parts[i]; part.conflict == n+1 {
			part.segments, part.decided = part.choices[from], true
		}
	}
	return nil
}

// DecideAll takes every conflict from one side.
func (p *Plan) DecideAll(from Source) error {
	for n := range p.Conflicts {
		if err := p.Decide(n, from); err != nil {
			return err
		}
	}
	return nil
}
