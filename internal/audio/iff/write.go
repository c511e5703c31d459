package iff

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/parrots-music/parrots/internal/audio/mark"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// ErrTooLong means that a kind of file cannot hold so much.
var ErrTooLong = errors.New("too long for this kind of file")

// Part is a chunk to be written.
type Part struct {
	ID   string
	Size int64
	Body io.Reader
}

// Carry returns a chunk of a file as a part of another one.
func (c Chunk) Carry(r io.ReaderAt) Part {
	return Part{c.ID, c.Size, io.NewSectionReader(r, c.Offset, c.Size)}
}

// Hold returns a chunk whose body is in memory.
func Hold(id string, body []byte) Part {
	return Part{id, int64(len(body)), bytes.NewReader(body)}
}

// CarryAll returns the chunks of a file but those that are named, or are cut off: what
// stands before that of the audio, and what behind it. Where marks have a body of a chunk,
// by where its head is, the chunk has that.
func CarryAll(r io.ReaderAt, chunks []Chunk, audio Chunk, but []string, marks *mark.Set) (before, after []Part) {
	for _, c := range chunks {
		if slices.Contains(but, c.ID) || c.Truncated() {
			continue
		}
		part := c.Carry(r)
		if body, ok := marks.Body(c.Head); ok {
			part = Hold(c.ID, body)
		}
		if c.Head < audio.Head {
			before = append(before, part)
		} else {
			after = append(after, part)
		}
	}
	return before, after
}

// Output is a file that is written from front to back.
type Output struct {
	// Head returns what stands before a body, Align is what the lengths of chunks are
	// rounded up to.
	Head  func(id string, size int64) []byte
	Align int64
	// Before, then a chunk named ID with Lead and the audio, then After.
	Before, After []Part
	ID            string
	Lead          []byte
	// Frames is how many will be written, in Coding.
	Frames int64
	Coding pcm.Coding
}

// maxFrames is how many frames a file may have, so that no length overflows.
const maxFrames = math.MaxInt64 >> 16

// Check returns an error if no file can have so many frames, or such.
func (o *Output) Check() error {
	if err := o.Coding.Check(); err != nil {
		return err
	}
	if o.Frames < 0 || o.Frames > maxFrames {
		return fmt.Errorf("%w: %d frames", ErrTooLong, o.Frames)
	}
	return nil
}

// Audio returns the size of the body of the chunk with the audio.
func (o *Output) Audio() int64 {
	return int64(len(o.Lead)) + o.Frames*int64(o.Coding.Stride())
}

// Length returns the bytes of all chunks together.
func (o *Output) Length() int64 {
	n := o.chunk(o.ID, o.Audio())
	for _, p := range append(o.Before[:len(o.Before):len(o.Before)], o.After...) {
		n += o.chunk(p.ID, p.Size)
	}
	return n
}

// chunk is the length of a chunk in the file.
func (o *Output) chunk(id string, size int64) int64 {
	n := int64(len(o.Head(id, size))) + size
	return n + o.pad(n)
}

func (o *Output) pad(n int64) int64 { return (o.Align - n%o.Align) % o.Align }

// Writer takes canonical frames and writes them into a file.
type Writer struct {
	w    io.Writer
	o    *Output
	left int64  // bytes of canonical frames to come
	rest []byte // what makes no whole frame yet
	buf  []byte
}

// Begin writes the file up to the audio. start is what stands before the chunks.
func (o *Output) Begin(w io.Writer, start []byte) (*Writer, error) {
	if _, err := w.Write(start); err != nil {
		return nil, err
	}
	for _, p := range o.Before {
		if err := o.part(w, p); err != nil {
			return nil, err
		}
	}
	if _, err := w.Write(append(o.Head(o.ID, o.Audio()), o.Lead...)); err != nil {
		return nil, err
	}
	return &Writer{w: w, o: o, left: o.Frames * int64(o.Coding.FrameSize())}, nil
}

// part writes a whole chunk.
func (o *Output) part(w io.Writer, p Part) error {
	head := o.Head(p.ID, p.Size)
	if _, err := w.Write(head); err != nil {
		return err
	}
	if _, err := io.CopyN(w, p.Body, p.Size); err != nil {
		return fmt.Errorf("the chunk %q: %w", p.ID, err)
	}
	_, err := w.Write(make([]byte, o.pad(int64(len(head))+p.Size)))
	return err
}

// Write adds canonical frames; they may come in pieces of any length.
func (w *Writer) Write(p []byte) (int, error) {
	if int64(len(p)) > w.left {
		return 0, fmt.Errorf("%w: more than the %d frames that were announced", ErrTooLong, w.o.Frames)
	}
	if w.o.Coding.Plain() {
		n, err := w.w.Write(p)
		w.left -= int64(n)
		return n, err
	}
	if err := w.encode(p); err != nil {
		return 0, err
	}
	w.left -= int64(len(p))
	return len(p), nil
}

// block is about how much of the file is made at once, in bytes.
const block = 64 << 10

// encode writes p as the file has it. A frame that is not whole waits for its rest.
func (w *Writer) encode(p []byte) error {
	size, stride := w.o.Coding.FrameSize(), w.o.Coding.Stride()
	step := max(1, block/stride)
	if w.buf == nil {
		w.buf = make([]byte, step*stride)
	}
	if len(w.rest) > 0 {
		n := min(size-len(w.rest), len(p))
		w.rest, p = append(w.rest, p[:n]...), p[n:]
		if len(w.rest) < size {
			return nil
		}
		if err := w.frames(w.rest); err != nil {
			return err
		}
		w.rest = w.rest[:0]
	}
	for len(p) >= size {
		n := min(step, len(p)/size) * size
		if err := w.frames(p[:n]); err != nil {
			return err
		}
		p = p[n:]
	}
	w.rest = append(w.rest, p...)
	return nil
}

// frames writes whole frames that fit in the buffer.
func (w *Writer) frames(p []byte) error {
	n := w.o.Coding.Encode(w.buf, p)
	_, err := w.w.Write(w.buf[:n*w.o.Coding.Stride()])
	return err
}

// Close writes what stands behind the audio. It fails if frames are missing. It does
// not close what is written to.
func (w *Writer) Close() error {
	if w.left > 0 {
		size := int64(w.o.Coding.FrameSize())
		return fmt.Errorf("%d of the %d frames that were announced are missing", (w.left+size-1)/size, w.o.Frames)
	}
	n := int64(len(w.o.Head(w.o.ID, 0))) + w.o.Audio()
	if _, err := w.w.Write(make([]byte, w.o.pad(n))); err != nil {
		return err
	}
	for _, p := range w.o.After {
		if err := w.o.part(w.w, p); err != nil {
			return err
		}
	}
	return nil
}
