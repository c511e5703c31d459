// Package align finds the edit script between two versions of audio: which frames
// were kept, replaced, inserted and deleted, exact to the frame.
//
// It is pure: it reads audio through pcm.Reader, in blocks, and of ours imports the
// rooms of frames and of scripts only.
package align

import (
	"context"
	"errors"
	"fmt"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// ErrFormat means that the frames of two formats cannot be compared.
var ErrFormat = errors.New("audio of different formats")

// Options are what an alignment can be told. The zero value is what diff uses.
type Options struct {
	// Progress is told the frames of base and other that were read since it was last
	// told; nil for nobody. It may be called from several goroutines, and the sum may
	// exceed the frames that there are, as some are read twice.
	Progress func(frames int64)
}

// Align returns the script that makes other of base, whose frames are the same if
// their bytes are. The formats must be equal. Memory does not grow with the length.
func Align(ctx context.Context, base, other pcm.Reader, opts Options) (edit.Script, error) {
	if base.Format() != other.Format() {
		return edit.Script{}, fmt.Errorf("%w: %s and %s", ErrFormat, base.Format(), other.Format())
	}
	p := newPair(ctx, base, other, opts.Progress)
	end := min(base.Frames(), other.Frames())
	head, err := p.forward(0, 0, end)
	if err != nil {
		return edit.Script{}, err
	}
	tail, err := p.backward(base.Frames(), other.Frames(), end-head)
	if err != nil {
		return edit.Script{}, err
	}
	matches := []edit.Match{
		{Base: 0, Other: 0, Len: head},
		{Base: base.Frames() - tail, Other: other.Frames() - tail, Len: tail},
	}
	return edit.Build(matches, base.Frames(), other.Frames()), nil
}
