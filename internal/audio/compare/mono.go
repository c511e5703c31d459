package compare

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// alikeBlock is how many frames are looked at at a time.
const alikeBlock = 1 << 13

// alike makes mono of the one of two versions that has more channels, if they all hold
// the same samples and the other version is mono: what a program makes of a mono file
// that is exported as stereo. It returns false if they are not.
func alike(ctx context.Context, base, other pcm.Reader, progress func(int64)) (b, o pcm.Reader, ok bool, err error) {
	f, g := base.Format(), other.Format()
	if f.SampleRate != g.SampleRate || (f.Channels == 1) == (g.Channels == 1) {
		return base, other, false, nil
	}
	wide := &base
	if f.Channels == 1 {
		wide = &other
	}
	if ok, err = channelsAlike(ctx, *wide, progress); ok {
		*wide = first{*wide}
	}
	return base, other, ok, err
}

// channelsAlike says whether all channels have the same samples, of which there are some.
func channelsAlike(ctx context.Context, r pcm.Reader, progress func(int64)) (bool, error) {
	size := r.Format().FrameSize()
	buf := make([]byte, alikeBlock*size)
	for at := int64(0); at < r.Frames(); {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		n, err := r.ReadFrames(buf[:min(alikeBlock, r.Frames()-at)*int64(size)], at)
		if err != nil && !(errors.Is(err, io.EOF) && n > 0) {
			return false, err
		}
		if !framesAlike(buf[:n*size], r.Format()) {
			return false, nil
		}
		at += int64(n)
		if progress != nil {
			progress(int64(n))
		}
	}
	return r.Frames() > 0, nil
}

func framesAlike(p []byte, f pcm.Format) bool {
	n := f.SampleSize()
	for ; len(p) > 0; p = p[f.FrameSize():] {
		for c := 1; c < f.Channels; c++ {
			if !bytes.Equal(p[:n], p[c*n:(c+1)*n]) {
				return false
			}
		}
	}
	return true
}

// first reads the first channel.
type first struct{ pcm.Reader }

// Format implements pcm.Reader.
func (r first) Format() pcm.Format {
	f := r.Reader.Format()
	f.Channels = 1
	return f
}

// ReadFrames implements pcm.Reader.
func (r first) ReadFrames(p []byte, at int64) (int, error) {
	from := r.Reader.Format()
	size, frame := from.SampleSize(), from.FrameSize()
	buf := make([]byte, min(len(p)/size, alikeBlock)*frame)
	done := 0
	for done*size < len(p) {
		n, err := r.Reader.ReadFrames(buf[:min(len(buf), (len(p)/size-done)*frame)], at+int64(done))
		for i := range n {
			copy(p[(done+i)*size:(done+i+1)*size], buf[i*frame:])
		}
		done += n
		if err != nil || n == 0 {
			return done, err
		}
	}
	return done, nil
}
