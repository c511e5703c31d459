package flac

import (
	"context"
	"crypto/md5" // the format's own checksum, not a defence
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"sync"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// File is an open FLAC file. It implements pcm.Reader and may be used by several
// goroutines at once.
type File struct {
	r    io.ReaderAt
	size int64
	info streamInfo
	// blocks are the metadata, audio is where it begins.
	blocks []place
	audio  mark
	// fixed is the block size that frame numbers are multiplied with; origin is the
	// number of the first frame of audio, 0 unless the file was cut out of a longer one.
	fixed, origin int64
	// samples says that frames are numbered by their samples, though they say that they
	// are not.
	samples bool
	frames  int64

	decoders sync.Pool
	index    index
}

// Open reads the metadata, and the first and the last frame. Errors match
// ErrInvalid, or are the reader's.
func Open(r io.ReaderAt, size int64) (*File, error) {
	info, blocks, at, err := parseMetadata(r, size)
	if err != nil {
		return nil, err
	}
	f := &File{r: r, size: size, info: info, blocks: blocks, audio: mark{0, at}}
	f.decoders.New = func() any { return &decoder{format: info.format} }
	f.index.marks = []mark{f.audio}
	if err := f.findOrigin(); err != nil {
		return nil, err
	}
	if f.frames, err = f.findEnd(); err != nil {
		return nil, err
	}
	if err := f.checkExpansion(); err != nil {
		return nil, err
	}
	return f, nil
}

// A file may decode to maxExpansion times its size, and to freeBytes whatever its size.
// Silence of flac(1) is 2,700 times smaller than its samples, of 8 channels of 32 bits;
// a file that was made to keep a machine busy can be 70,000 times smaller.
const (
	maxExpansion = 4096
	freeBytes    = 256 << 20
)

// checkExpansion refuses what would take more time to decode than its size justifies.
func (f *File) checkExpansion() error {
	if frame := int64(f.info.format.FrameSize()); (f.frames*frame-freeBytes)/maxExpansion > f.size {
		return invalid(f.size, "%d frames of audio in %d bytes are more than an encoder makes", f.frames, f.size)
	}
	return nil
}

// Format implements pcm.Reader.
func (f *File) Format() pcm.Format { return f.info.format }

// Frames implements pcm.Reader. It is what the last frame of the file says, also if
// STREAMINFO knows of none or of fewer.
func (f *File) Frames() int64 { return f.frames }

// frameOf returns the first frame of audio that a frame of the file holds.
func (f *File) frameOf(h header) int64 {
	if h.variable || f.samples {
		return int64(h.number) - f.origin
	}
	return int64(h.number)*f.fixed - f.origin
}

// findEnd returns the length in frames of audio.
func (f *File) findEnd() (int64, error) {
	frames, err := f.lastFrame()
	if err == nil && frames < f.info.frames {
		return 0, invalid(f.size, "the file ends after about %d of %d frames of audio", frames, f.info.frames)
	}
	return frames, err
}

// maxLastFrames bounds how many places at the end are tried for the last frame.
const maxLastFrames = 64

// lastFrame looks for the last whole frame of the file, from the end, and returns
// the length up to its end; 0 if there is none.
func (f *File) lastFrame() (int64, error) {
	d := f.decoders.Get().(*decoder)
	defer f.decoders.Put(d)
	tried := 0
	for window := int64(64 << 10); ; window *= 8 {
		start := max(f.audio.offset, f.size-window)
		buf := make([]byte, f.size-start)
		if err := readAt(f.r, buf, start, f.size); err != nil {
			return 0, err
		}
		for i := len(buf) - 1; i >= 0 && tried < maxLastFrames; i-- {
			if buf[i] != 0xff {
				continue
			}
			h, err := parseHeader(buf[i:])
			if err != nil {
				continue
			}
			tried++
			if differs := h.check(f.info.format); differs != nil {
				if h.isFrame(buf[i:], f.info.format) {
					return 0, invalid(start+int64(i), "the format changes on the way: %v", differs)
				}
				continue
			}
			if _, _, err := d.frame(buf[i:], h, nil); err == nil {
				return f.frameOf(h) + int64(h.blockSize), nil
			}
		}
		if start == f.audio.offset || window >= maxFrameBytes {
			return 0, nil
		}
	}
}

// Decode writes all canonical frames to w, in order, and checks them against the
// MD5 of STREAMINFO, if there is one.
func (f *File) Decode(ctx context.Context, w io.Writer) error {
	var sum hash.Hash
	if f.info.md5 != [16]byte{} {
		sum = md5.New()
	}
	var frames int64
	err := f.decode(ctx, f.audio, math.MaxInt64, func(g *group) error {
		f.index.learn(g.start)
		frames += g.length
		if sum != nil {
			justified(sum, f.info.format, g.out)
		}
		_, err := w.Write(g.out)
		return err
	})
	switch {
	case !errors.Is(err, io.EOF):
		return err
	case frames != f.frames:
		return invalid(f.size, "the file has %d frames of audio, and its last frame says %d", frames, f.frames)
	case sum != nil && [16]byte(sum.Sum(nil)) != f.info.md5:
		return invalid(f.size, "the audio is not what its MD5 in STREAMINFO says")
	}
	return nil
}

// errEnough ends decoding when all is read that was asked for.
var errEnough = errors.New("enough")

// ReadFrames implements pcm.Reader. What lies between the last place that is known
// and at is decoded once, and its place kept.
func (f *File) ReadFrames(p []byte, at int64) (int, error) {
	size := int64(f.info.format.FrameSize())
	want := int64(len(p)) / size
	if at < 0 {
		return 0, fmt.Errorf("frame %d is before the beginning", at)
	}
	if want == 0 {
		return 0, nil
	}
	var n int64
	take := func(g *group) error {
		f.index.learn(g.start)
		if skip := at + n - g.start.frame; skip < g.length {
			f.index.keep(g)
			n += int64(copy(p[n*size:want*size], g.out[skip*size:])) / size
		}
		if n == want {
			return errEnough
		}
		return nil
	}
	for g := f.index.kept(at); g != nil && n < want; g = f.index.kept(at + n) {
		_ = take(g)
	}
	if n == want {
		return int(n), nil
	}
	err := f.decode(context.Background(), f.index.before(at+n), at+want-1, take)
	if n == want {
		return int(n), nil
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return int(n), err
}
