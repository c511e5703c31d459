package merge

import (
	"context"
	"io"
)

// Copy writes the result's canonical frames to w, a block at a time. Where a segment
// of an edit meets the base it fades from one to the other over crossfade frames, not
// at all if that is 0. The error matches ErrUndecided if there are conflicts left.
func (p *Plan) Copy(ctx context.Context, w io.Writer, crossfade int64) error {
	segments, err := p.Segments()
	if err != nil {
		return err
	}
	size := int64(p.Format.FrameSize())
	step := blockBytes / size
	buf, into := make([]byte, step*size), make([]byte, step*size)
	for _, piece := range faded(segments, crossfade, p.inputs[Base].Frames()) {
		for done := int64(0); done < piece.frames; done += step {
			if err := ctx.Err(); err != nil {
				return err
			}
			n := min(step, piece.frames-done) * size
			if err := p.read(piece.from, buf[:n], piece.at+done); err != nil {
				return err
			}
			if piece.fades {
				if err := p.read(piece.into, into[:n], piece.intoAt+done); err != nil {
					return err
				}
				mix(p.Format, buf[:n], into[:n], done, piece.frames)
			}
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
		}
	}
	return nil
}
