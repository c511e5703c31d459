package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Stems are 48 kHz, 24-bit, stereo.
const (
	rate       = 48000
	frameBytes = 6
	stemCount  = 10
)

// writeSong writes ten stems of b.seconds seconds (174 s make 500 MB in all).
func (b *bench) writeSong(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range stemCount {
		if err := writeStem(stemPath(dir, i), uint64(i), b.seconds*rate); err != nil {
			return err
		}
	}
	return nil
}

func stemPath(dir string, i int) string {
	return filepath.Join(dir, fmt.Sprintf("stem-%02d.wav", i))
}

// writeStem writes frames of a decaying pluck every half second over a noise
// floor: 24-bit material that no compressor shrinks much, like a recording.
func writeStem(path string, seed uint64, frames int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := writeHeader(w, frames); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	var frame [frameBytes]byte
	for i := range frames {
		decay := int64(1<<22) >> (i % (rate / 2) / 3000)
		for c := range 2 {
			v := rng.Int64N(2*decay+1<<14) - decay
			frame[3*c], frame[3*c+1], frame[3*c+2] = byte(v), byte(v>>8), byte(v>>16)
		}
		if _, err := w.Write(frame[:]); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func writeHeader(w io.Writer, frames int) error {
	size := uint32(frames * frameBytes)
	var h []byte
	h = binary.LittleEndian.AppendUint32(append(h, "RIFF"...), 36+size)
	h = binary.LittleEndian.AppendUint32(append(h, "WAVEfmt "...), 16)
	h = binary.LittleEndian.AppendUint16(h, 1)
	h = binary.LittleEndian.AppendUint16(h, 2)
	h = binary.LittleEndian.AppendUint32(h, rate)
	h = binary.LittleEndian.AppendUint32(h, rate*frameBytes)
	h = binary.LittleEndian.AppendUint16(h, frameBytes)
	h = binary.LittleEndian.AppendUint16(h, 24)
	h = binary.LittleEndian.AppendUint32(append(h, "data"...), size)
	_, err := w.Write(h)
	return err
}

const headerBytes = 44

// An edit rewrites the frames of one stem, or of every one.
type edit struct {
	name  string
	stem  int
	apply func(audio []byte) []byte
}

// everyStem is the stem of an edit of the song's time line.
const everyStem = -1

// edits are what a session changes between two commits, in this order.
var edits = []edit{
	{"punch-in of 8 s at 30 s", 0, func(a []byte) []byte {
		rng := rand.New(rand.NewPCG(99, 1))
		for i := 30 * rate * frameBytes; i < min(38*rate*frameBytes, len(a)); i++ {
			a[i] = byte(rng.Uint32())
		}
		return a
	}},
	{"head trimmed by 1.2345 s", 1, func(a []byte) []byte { return a[int(1.2345*rate)*frameBytes:] }},
	{"bar of 2 s inserted at 20 s", everyStem, func(a []byte) []byte {
		at := min(20*rate*frameBytes, len(a))
		bar := append([]byte(nil), a[:min(2*rate*frameBytes, len(a))]...)
		return append(a[:at:at], append(bar, a[at:]...)...)
	}},
	{"gain of -3 dB", 3, func(a []byte) []byte {
		for i := 0; i+3 <= len(a); i += 3 {
			v := int32(a[i]) | int32(a[i+1])<<8 | int32(int8(a[i+2]))<<16
			v = int32(int64(v) * 708 / 1000)
			a[i], a[i+1], a[i+2] = byte(v), byte(v>>8), byte(v>>16)
		}
		return a
	}},
}

// editSong applies every edit in place.
func editSong(dir string) error {
	for i := range stemCount {
		if err := editStem(dir, i); err != nil {
			return err
		}
	}
	return nil
}

func editStem(dir string, stem int) error {
	path := stemPath(dir, stem)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	audio := data[headerBytes:]
	for _, e := range edits {
		if e.stem == stem || e.stem == everyStem {
			audio = e.apply(audio)
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := writeHeader(f, len(audio)/frameBytes); err != nil {
		return err
	}
	if _, err := f.Write(audio); err != nil {
		return err
	}
	return f.Close()
}
