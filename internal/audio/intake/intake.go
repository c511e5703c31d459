// Package intake learns what there is to know of an audio file while something else
// reads it: its facts, the identity of its audio and its peaks. The file's bytes are
// read once; whoever reads them, to chunk and store them, does so through Reader.
//
// Where the file holds its samples uncompressed, they are taken from the bytes that
// pass. FLAC is decoded beside them, through the file's ReaderAt: the system has those
// bytes in memory just then, and FLAC's frames can be decoded on several cores.
//
// Of ours nothing outside internal/audio may be imported, and nothing here touches a
// file system, a clock or a terminal.
package intake

import (
	"context"
	"errors"
	"io"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/peaks"
)

// Result is what was learnt.
type Result struct {
	// Facts are the file's own; nil if it is no audio, or none that is sound.
	Facts *audio.Facts
	// PCM is the identity of the audio, a multihash; nil if it is not decoded or there
	// is none of it.
	PCM []byte
	// Peaks belong to PCM; nil without it, or if they were not asked for.
	Peaks *peaks.Peaks
	// Warnings are sentences on what is wrong with the file.
	Warnings []string
}

// Options say what is wanted.
type Options struct {
	// Peaks asks for peaks.
	Peaks bool
}

// Intake is a file that is being read. It is used by one goroutine at a time.
type Intake struct {
	out    Result
	frames *frames // where the samples go; nil if there are none
	region pcm.Region
	at     int64 // in the file
	block  []byte
	work   chan []byte
	free   chan []byte
	cancel context.CancelFunc
	done   chan error
}

// Memory for what was read and is not hashed yet.
const (
	blockSize = 128 << 10
	blocks    = 8
)

// whole is a file that is decoded by its own package, not from the bytes that pass.
type whole interface {
	Decode(ctx context.Context, w io.Writer) error
}

// Begin reads the header of a file of size bytes; name is only looked at where the
// bytes say nothing. It never fails: what is no audio, or none that is understood, gives
// a result that says so. Finish or Stop must be called.
func Begin(ctx context.Context, r io.ReaderAt, size int64, name string, opts Options) *Intake {
	in := &Intake{}
	file, err := audio.Open(r, size)
	if err != nil {
		in.opaque(r, size, name, err)
		return in
	}
	in.out.Facts = &file.Facts
	in.out.Warnings = file.Facts.Warnings
	in.frames = newFrames(file.Format(), opts)
	ctx, in.cancel = context.WithCancel(ctx)
	in.done = make(chan error, 1)
	if w, ok := file.Reader.(whole); ok {
		go func() { in.done <- w.Decode(ctx, in.frames) }()
		return in
	}
	region, ok := file.DataRegion()
	if !ok {
		go func() { in.done <- copyFrames(ctx, in.frames, file) }()
		return in
	}
	in.region = region
	in.work, in.free = make(chan []byte, blocks), make(chan []byte, blocks)
	for range blocks {
		in.free <- nil
	}
	go func() { in.done <- in.consume() }()
	return in
}

// opaque describes a file that is not decoded.
func (in *Intake) opaque(r io.ReaderAt, size int64, name string, err error) {
	facts, perr := audio.Probe(r, size, name)
	switch {
	case errors.Is(err, audio.ErrOpaque) && perr == nil:
		in.out.Facts = &facts
		in.out.Warnings = facts.Warnings
	case errors.Is(perr, audio.ErrNotAudio):
	case perr != nil:
		in.out.Warnings = []string{perr.Error()}
	default:
		in.out.Warnings = []string{err.Error()}
	}
}

// Reader returns r, whose bytes must be the file's, so that what is read is learnt from.
func (in *Intake) Reader(r io.Reader) io.Reader {
	if in.work == nil {
		return r
	}
	return &tee{in, r}
}

type tee struct {
	in *Intake
	r  io.Reader
}

// Read implements io.Reader.
func (t *tee) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.in.feed(p[:n])
	return n, err
}

// feed takes the next bytes of the file, of which those in the region are kept.
func (in *Intake) feed(p []byte) {
	from, to := in.region.Offset-in.at, in.region.Offset+in.region.Bytes()-in.at
	in.at += int64(len(p))
	p = p[max(0, min(from, int64(len(p)))):max(0, min(to, int64(len(p))))]
	for len(p) > 0 {
		if in.block == nil {
			if in.block = <-in.free; in.block == nil {
				in.block = make([]byte, 0, blockSize/in.region.Stride()*in.region.Stride())
			}
		}
		n := min(len(p), cap(in.block)-len(in.block))
		in.block = append(in.block, p[:n]...)
		p = p[n:]
		if len(in.block) == cap(in.block) {
			in.send()
		}
	}
}

func (in *Intake) send() {
	in.work <- in.block
	in.block = nil
}

// consume makes canonical frames of what was read. After an error it only takes the
// rest away.
func (in *Intake) consume() (failed error) {
	var at int64
	for block := range in.work {
		if failed == nil {
			failed = in.canonical(block, at)
		}
		at += int64(len(block) / in.region.Stride())
		in.free <- block[:0]
	}
	return failed
}

// canonical hands on frames as they lie in the file, of which the first has a number.
func (in *Intake) canonical(block []byte, at int64) error {
	if !in.region.Plain() {
		n, err := in.region.Decode(block, block, at)
		if err != nil {
			return err
		}
		block = block[:n*in.region.FrameSize()]
	}
	_, err := in.frames.Write(block)
	return err
}

// Finish returns what was learnt, after the file was read to its end.
func (in *Intake) Finish() Result {
	if in.frames == nil {
		return in.out
	}
	short := false
	if in.work != nil {
		if in.block != nil {
			in.send()
		}
		close(in.work)
		short = in.at < in.region.Offset+in.region.Bytes()
	}
	err := <-in.done
	in.cancel()
	switch {
	case short:
		err = io.ErrUnexpectedEOF
		fallthrough
	case err != nil:
		in.fail(err)
	case in.frames.length > 0:
		in.out.PCM, in.out.Peaks = in.frames.id.Multihash(), in.frames.finish()
	}
	in.frames = nil
	return in.out
}

// fail takes back what a header said of audio that cannot be decoded. Facts of what
// lies uncompressed in the file are right all the same.
func (in *Intake) fail(err error) {
	if in.work == nil {
		in.out.Facts = nil
	}
	in.out.Warnings = append(in.out.Warnings, err.Error())
}

// Stop ends an intake whose result is not wanted.
func (in *Intake) Stop() {
	if in.frames == nil {
		return
	}
	in.cancel()
	in.Finish()
}
