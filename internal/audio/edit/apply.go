package edit

import (
	"context"
	"fmt"
	"io"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// blockFrames is how many frames are copied at once.
const blockFrames = 1 << 13

// Apply writes the canonical frames that the script makes of base: kept frames are
// read from base, and what replaced or was inserted from other.
func (s Script) Apply(ctx context.Context, w io.Writer, base, other pcm.Reader) error {
	if base.Format() != other.Format() {
		return fmt.Errorf("%w: %s and %s do not mix", ErrScript, base.Format(), other.Format())
	}
	if err := s.Validate(base.Frames(), other.Frames()); err != nil {
		return err
	}
	buffer := make([]byte, blockFrames*base.Format().FrameSize())
	for _, span := range s.Spans {
		from, r := other, span.Other
		if !span.Changed() {
			from, r = base, span.Base
		}
		if err := copyFrames(ctx, w, from, r, buffer); err != nil {
			return err
		}
	}
	return nil
}

func copyFrames(ctx context.Context, w io.Writer, from pcm.Reader, r Range, buffer []byte) error {
	size := from.Format().FrameSize()
	for !r.Empty() {
		if err := ctx.Err(); err != nil {
			return err
		}
		p := buffer[:min(int64(len(buffer)), r.Len()*int64(size))]
		n, err := from.ReadFrames(p, r.From)
		if n < len(p)/size && err != nil {
			return fmt.Errorf("frame %d: %w", r.From+int64(n), err)
		}
		if _, err := w.Write(p[:n*size]); err != nil {
			return err
		}
		r.From += int64(n)
	}
	return nil
}
