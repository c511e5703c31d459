package sync

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
)

// errNoSound means that a file is no audio, or coded in a way that is not decoded.
var errNoSound = errors.New("not audio that is understood")

// sound is audio in the store.
type sound struct{ *audio.File }

// bytes is the length of the canonical frames.
func (s *sound) bytes() int64 { return s.Frames() * int64(s.Format().FrameSize()) }

// openSound opens the audio of an entry.
func openSound(ctx context.Context, from ipfs.Getter, e *object.Entry) (*sound, error) {
	content, err := openStoredAt(ctx, from, e.CID, e.Size)
	if err != nil {
		return nil, err
	}
	f, err := audio.Open(content, content.size)
	switch {
	case errors.Is(err, audio.ErrNotAudio) || errors.Is(err, audio.ErrInvalid) || errors.Is(err, audio.ErrOpaque):
		return nil, fmt.Errorf("%w: %w", errNoSound, err)
	case err != nil:
		return nil, err
	}
	return &sound{f}, nil
}

// copyFrames writes a part of the canonical frames.
func (s *sound) copyFrames(ctx context.Context, w io.Writer, part edit.Range) error {
	size := int64(s.Format().FrameSize())
	buf := make([]byte, max(1, 64<<10/size)*size)
	for at := part.From; at < part.To; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(int64(len(buf))/size, part.To-at)
		got, err := s.ReadFrames(buf[:n*size], at)
		if int64(got) < n {
			return fmt.Errorf("frame %d: %w", at+int64(got), err)
		}
		if _, err := w.Write(buf[:n*size]); err != nil {
			return err
		}
		at += n
	}
	return nil
}
