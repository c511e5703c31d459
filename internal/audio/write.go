package audio

import (
	"fmt"
	"io"

	"github.com/parrots-music/parrots/internal/audio/aiff"
	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/mark"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/wav"
)

// NewWriter begins a file of a container, as Facts name it, that will have so many
// frames of a format. The frames are to be written in their canonical form, in pieces of
// any length; Close completes the file, and does not close what is written to. The same
// frames give the same bytes. Errors match pcm.ErrFormat, iff.ErrTooLong or
// flac.ErrUnsupported if the container cannot hold them.
func NewWriter(w io.WriteSeeker, container string, f pcm.Format, frames int64) (io.WriteCloser, error) {
	switch container {
	case "aiff", "aifc":
		return aiff.NewWriter(w, f, frames)
	case "flac":
		return flac.NewEncoder(w, f, nil)
	}
	return wav.NewWriter(w, wav.Kind(container), f, frames)
}

// NewWriterLike begins a file like another one but for its audio, which has the same
// format: of the same container and coding, with all that is not of the audio (tags, cue
// points and so on), and marks, those of like, where they were moved to; nil leaves them as
// they are. A file that is not written InOrder needs an io.WriteSeeker.
func NewWriterLike(w io.Writer, like *File, frames int64, marks *mark.Set) (io.WriteCloser, error) {
	switch r := like.Reader.(type) {
	case *wav.File:
		return wav.NewWriterLike(w, r, frames, marks)
	case *aiff.File:
		return aiff.NewWriterLike(w, r, frames, marks)
	case *flac.File:
		seeker, ok := w.(io.WriteSeeker)
		if !ok {
			return nil, fmt.Errorf("%w: the beginning of a FLAC file is written last", pcm.ErrFormat)
		}
		blocks, err := r.Metadata()
		if err != nil {
			return nil, judge(err)
		}
		return flac.NewEncoder(seeker, r.Format(), blocks)
	}
	return nil, fmt.Errorf("%w: no file of kind %q is written", pcm.ErrFormat, like.Facts.Container)
}

// InOrder says that a file like this one is written from front to back.
func (f *File) InOrder() bool {
	_, flac := f.Reader.(*flac.File)
	return !flac
}

// Marks returns the places that the file marks in its own frames, if it is of a kind of
// which they are known.
func (f *File) Marks() (*mark.Set, error) {
	if r, ok := f.Reader.(interface{ Marks() (*mark.Set, error) }); ok {
		return r.Marks()
	}
	return &mark.Set{}, nil
}
