// Package diff says what became of an audio file: whether it is the same file, the
// same audio in other bytes or in another format, the same rendered again, or changed,
// and what changed in it.
//
// It puts what package audio opens before package compare. It is pure: files are
// io.ReaderAt, and of ours nothing outside internal/audio may be imported.
package diff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// What says what became of a file. The values are part of parrots diff --json.
type What string

// What can become of a file.
const (
	// SameFile: every byte is the same.
	SameFile What = "same_file"
	// SameAudio: all samples and their format are the same; tags, other chunks or the
	// container differ.
	SameAudio What = "same_audio"
	// OtherFormat: the rate, the channels or the bit depth differ; and as far as the
	// samples can be compared, nothing else does.
	OtherFormat What = "other_format"
	// Rendered: the difference is noise, as that of two bounces of one session.
	Rendered What = "rendered"
	// Changed: the audio changed.
	Changed What = "changed"
	// Opaque: the bytes differ, and at least one of the files is not decoded here.
	Opaque What = "opaque"
)

// Options are what a comparison can be told.
type Options struct {
	// Exact leaves out every explanation: frames are the same, or they are not.
	Exact bool
	// Progress is told the bytes of frames that were read since it was last told; nil
	// for nobody. Some are read more than once.
	Progress func(bytes int64)
}

// File is a version of a file.
type File struct {
	// Name is only used to tell what a file is that does not say so.
	Name    string
	Content io.ReaderAt
	Size    int64
}

// Side is what is known of a version.
type Side struct {
	audio.Facts
	// Reason says why the audio is not decoded; nil if it is.
	Reason error
}

// Stem is what became of a file.
type Stem struct {
	What        What
	Base, Other Side
	// Finding says how the audio differs. It is nil if it was not compared.
	Finding *compare.Finding
}

// Retagged says that the audio is the same in the same kind of file.
func (s Stem) Retagged() bool { return s.What == SameAudio && s.Base.Container == s.Other.Container }

// Compare says what became of base.
func Compare(ctx context.Context, base, other File, opts Options) (Stem, error) {
	var s Stem
	b, err := s.Base.open(base)
	if err != nil {
		return s, fmt.Errorf("%s: %w", base.Name, err)
	}
	o, err := s.Other.open(other)
	if err != nil {
		return s, fmt.Errorf("%s: %w", other.Name, err)
	}
	if b != nil && o != nil {
		f, err := compare.Compare(ctx, b, o, opts.of(b))
		switch {
		case err == nil:
			s.Finding = &f
		case !errors.Is(err, audio.ErrInvalid):
			return s, err
		}
	}
	s.What, err = s.judge(ctx, base, other)
	return s, err
}

// watched is audio that notes why it cannot be read to its end: what is damaged is no
// reason not to say so of a whole song.
type watched struct {
	pcm.Reader
	side *Side
}

// ReadFrames implements pcm.Reader.
func (w watched) ReadFrames(p []byte, at int64) (int, error) {
	n, err := w.Reader.ReadFrames(p, at)
	if errors.Is(err, audio.ErrInvalid) {
		w.side.Reason = err
	}
	return n, err
}

// of returns the options for samples, whose progress is told in frames.
func (o Options) of(r pcm.Reader) compare.Options {
	out := compare.Options{Exact: o.Exact}
	if o.Progress != nil {
		size := int64(r.Format().FrameSize())
		out.Progress = func(frames int64) { o.Progress(frames * size) }
	}
	return out
}

// open returns the audio of a file, or nil if it is not decoded.
func (s *Side) open(f File) (pcm.Reader, error) {
	a, err := audio.Open(f.Content, f.Size)
	if err == nil {
		s.Facts = a.Facts
		return watched{a, s}, nil
	}
	if !errors.Is(err, audio.ErrOpaque) && !errors.Is(err, audio.ErrInvalid) && !errors.Is(err, audio.ErrNotAudio) {
		return nil, err
	}
	s.Reason = err
	s.Facts, err = audio.Probe(f.Content, f.Size, f.Name)
	if err != nil {
		s.Reason = err
	}
	return nil, nil
}

// judge names what was found.
func (s Stem) judge(ctx context.Context, base, other File) (What, error) {
	f := s.Finding
	if f == nil || f.Base == f.Other && f.Same() {
		same, err := sameBytes(ctx, base, other)
		switch {
		case err != nil:
			return "", err
		case same:
			return SameFile, nil
		case f == nil:
			return Opaque, nil
		}
		return SameAudio, nil
	}
	switch only := f.OnlyRendered(); {
	case !f.Comparable(), f.Same(), f.Base != f.Other && only:
		return OtherFormat, nil
	case only:
		return Rendered, nil
	}
	return Changed, nil
}

// sameBytes compares files.
func sameBytes(ctx context.Context, a, b File) (bool, error) {
	if a.Size != b.Size {
		return false, nil
	}
	const block = 1 << 16
	p, q := make([]byte, block), make([]byte, block)
	for at := int64(0); at < a.Size; at += block {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		n := min(block, a.Size-at)
		if err := readAt(a, p[:n], at); err != nil {
			return false, err
		}
		if err := readAt(b, q[:n], at); err != nil {
			return false, err
		}
		if !bytes.Equal(p[:n], q[:n]) {
			return false, nil
		}
	}
	return true, nil
}

func readAt(f File, p []byte, at int64) error {
	n, err := f.Content.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	return fmt.Errorf("%s: byte %d: %w", f.Name, at+int64(n), err)
}
