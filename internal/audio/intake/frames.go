package intake

import (
	"context"
	"errors"
	"io"

	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/peaks"
)

// frames is where all canonical frames go, in order.
type frames struct {
	id     *pcm.Identity
	peaks  *peaks.Builder // nil if they are not wanted
	length int64          // bytes
}

func newFrames(f pcm.Format, opts Options) *frames {
	fr := &frames{id: pcm.NewIdentity(f)}
	if opts.Peaks {
		fr.peaks = peaks.NewBuilder(f)
	}
	return fr
}

// piece is as much as the first of two readers leaves in the processor's cache for the
// second.
const piece = 16 << 10

// Write takes canonical frames in.
func (f *frames) Write(p []byte) (int, error) {
	n := len(p)
	f.length += int64(n)
	for len(p) > 0 {
		q := p[:min(piece, len(p))]
		_, _ = f.id.Write(q)
		if f.peaks != nil {
			_, _ = f.peaks.Write(q)
		}
		p = p[len(q):]
	}
	return n, nil
}

func (f *frames) finish() *peaks.Peaks {
	if f.peaks == nil {
		return nil
	}
	return f.peaks.Finish()
}

// copyFrames writes all frames of a reader to w.
func copyFrames(ctx context.Context, w io.Writer, r pcm.Reader) error {
	size := r.Format().FrameSize()
	buf := make([]byte, max(1, blockSize/size)*size)
	for at := int64(0); ctx.Err() == nil; {
		n, err := r.ReadFrames(buf, at)
		if _, werr := w.Write(buf[:n*size]); werr != nil {
			return werr
		}
		at += int64(n)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
	return ctx.Err()
}
