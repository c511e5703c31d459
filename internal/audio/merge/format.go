package merge

import (
	"fmt"
	"strings"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// FormatError means that the three inputs are not of one format. Nothing is
// converted: that would change every frame.
type FormatError struct{ Base, Ours, Theirs pcm.Format }

// Error says who has what.
func (e *FormatError) Error() string {
	var differs []string
	for _, side := range []struct {
		name   string
		format pcm.Format
	}{{"yours", e.Ours}, {"theirs", e.Theirs}} {
		if side.format != e.Base {
			differs = append(differs, fmt.Sprintf("%s is %s", side.name, difference(side.format, e.Base)))
		}
	}
	return fmt.Sprintf("not of one format: %s, what both grew out of is %s", strings.Join(differs, " and "), e.Base)
}

// difference names what f has that g has not.
func difference(f, g pcm.Format) string {
	var list []string
	if f.SampleRate != g.SampleRate {
		list = append(list, fmt.Sprintf("%d Hz", f.SampleRate))
	}
	if f.Channels != g.Channels {
		list = append(list, strings.Split(f.String(), ", ")[1])
	}
	if f.BitDepth != g.BitDepth || f.Float != g.Float {
		list = append(list, strings.Split(f.String(), ", ")[2])
	}
	return strings.Join(list, ", ")
}

// CheckFormats fails with a FormatError if the three are not one.
func CheckFormats(base, ours, theirs pcm.Format) error {
	if ours != base || theirs != base {
		return &FormatError{base, ours, theirs}
	}
	return nil
}
