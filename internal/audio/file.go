package audio

import (
	"errors"
	"io"

	"github.com/parrots-music/parrots/internal/audio/aiff"
	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/wav"
)

// File is an open file whose audio can be decoded. It implements pcm.Reader and may
// be used by several goroutines at once.
type File struct {
	pcm.Reader
	// Facts are what the file says of itself.
	Facts Facts
}

// Open opens a file of size bytes. Errors match ErrNotAudio, ErrInvalid or ErrOpaque,
// or are the reader's.
func Open(r io.ReaderAt, size int64) (*File, error) {
	in := input{r, size}
	_, head, err := in.begin()
	if err != nil {
		return nil, err
	}
	for _, d := range []decoder{wavKind, aiffKind, flacKind} {
		if d.is(head) {
			return d.openFile(r, size)
		}
	}
	f, err := Probe(r, size, "")
	if err == nil {
		err = f.Opaque
	}
	return nil, err
}

// ReadFrames implements pcm.Reader. The error matches ErrInvalid if the file shows only
// now that it is damaged.
func (f *File) ReadFrames(p []byte, at int64) (int, error) {
	n, err := f.Reader.ReadFrames(p, at)
	return n, judge(err)
}

// DataRegion returns where the file has its frames, if it does not compress them.
func (f *File) DataRegion() (pcm.Region, bool) {
	if s, ok := f.Reader.(interface{ DataRegion() pcm.Region }); ok {
		return s.DataRegion(), true
	}
	return pcm.Region{}, false
}

// decoder is a kind of file that Open reads.
type decoder struct {
	is   func(head []byte) bool
	open func(r io.ReaderAt, size int64) (pcm.Reader, Facts, error)
}

// openFile opens a file of this kind.
func (d decoder) openFile(r io.ReaderAt, size int64) (*File, error) {
	p, f, err := d.open(r, size)
	switch {
	case err != nil:
		return nil, judge(err)
	case f.Opaque != nil:
		return nil, f.Opaque
	}
	return &File{p, f}, nil
}

// facts implements a kind.
func (d decoder) facts(in input, _ int64, _ []byte) (Facts, error) {
	_, f, err := d.open(in.r, in.size)
	return f, err
}

var (
	wavKind  = decoder{wav.Is, openWAV}
	aiffKind = decoder{aiff.Is, openAIFF}
	flacKind = decoder{begins("fLaC"), openFLAC}
)

func openWAV(r io.ReaderAt, size int64) (pcm.Reader, Facts, error) {
	h, err := wav.Parse(r, size)
	f := Facts{
		Container: string(h.Kind), Codec: h.Codec, SampleRate: h.SampleRate, Channels: h.Channels, BitDepth: h.BitDepth,
		Frames: h.Frames, TimeReference: h.TimeReference, Tempo: h.Tempo, Warnings: h.Warnings,
	}
	if err != nil {
		return nil, f, err
	}
	file, err := h.Open(r)
	if errors.Is(err, pcm.ErrFormat) {
		f.Opaque = kindred{err, ErrOpaque}
		return nil, f, nil
	}
	return file, f, err
}

func openAIFF(r io.ReaderAt, size int64) (pcm.Reader, Facts, error) {
	h, err := aiff.Parse(r, size)
	f := Facts{
		Container: string(h.Kind), Codec: h.Codec, SampleRate: h.SampleRate, Channels: h.Channels, BitDepth: h.BitDepth,
		Frames: h.Frames, TimeReference: -1, Warnings: h.Warnings,
	}
	if err != nil {
		return nil, f, err
	}
	file, err := h.Open(r)
	if errors.Is(err, pcm.ErrFormat) {
		f.Opaque = kindred{err, ErrOpaque}
		return nil, f, nil
	}
	return file, f, err
}

func openFLAC(r io.ReaderAt, size int64) (pcm.Reader, Facts, error) {
	f := facts("flac", "flac")
	file, err := flac.Open(r, size)
	if err != nil {
		return nil, f, err
	}
	f.format(file.Format())
	f.Frames = file.Frames()
	return file, f, nil
}
