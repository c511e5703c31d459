package cli_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// wave is a WAV file as scripts make one: 24 bits, with what a DAW puts behind.
type wave struct {
	rate, channels int
	data           []byte
	tag            string
}

func (w wave) frame() int { return 3 * w.channels }

// encode writes the file: fmt, data, and a LIST chunk with the tag.
func (w wave) encode() []byte {
	le := binary.LittleEndian
	f := append([]byte("WAVEfmt "), 16, 0, 0, 0, 1, 0)
	f = le.AppendUint16(f, uint16(w.channels))
	f = le.AppendUint32(f, uint32(w.rate))
	f = le.AppendUint32(f, uint32(w.rate*w.frame()))
	f = le.AppendUint16(f, uint16(w.frame()))
	f = le.AppendUint16(f, 24)
	f = le.AppendUint32(append(f, "data"...), uint32(len(w.data)))
	f = append(f, w.data...)
	if len(w.data)%2 == 1 {
		f = append(f, 0)
	}
	if w.tag != "" {
		tag := w.tag
		if len(tag)%2 == 1 {
			tag += "\x00"
		}
		f = le.AppendUint32(append(f, "LIST"...), uint32(12+len(tag)))
		f = le.AppendUint32(append(f, "INFOINAM"...), uint32(len(tag)))
		f = append(f, tag...)
	}
	return append(le.AppendUint32([]byte("RIFF"), uint32(len(f))), f...)
}

// decodeWave reads what encode writes, whatever the order of its chunks.
func decodeWave(ts *testscript.TestScript, file string) wave {
	b, err := os.ReadFile(ts.MkAbs(file))
	ts.Check(err)
	le := binary.LittleEndian
	if len(b) < 12 || string(b[:4]) != "RIFF" || int(le.Uint32(b[4:]))+8 != len(b) {
		ts.Fatalf("%s is no WAV file of its size", file)
	}
	var w wave
	for b = b[12:]; len(b) >= 8; {
		id, size := string(b[:4]), int(le.Uint32(b[4:]))
		body := b[8 : 8+size]
		switch id {
		case "fmt ":
			w.channels, w.rate = int(le.Uint16(body[2:])), int(le.Uint32(body[4:]))
		case "data":
			w.data = slices.Clone(body)
		case "LIST":
			w.tag = string(bytes.TrimRight(body[12:], "\x00"))
		}
		b = b[min(len(b), 8+size+size%2):]
	}
	return w
}

// noise is frames of a take that nobody has played before.
func (w wave) noise(seed, frames int) []byte {
	r := rand.New(rand.NewPCG(uint64(seed), 0))
	b := make([]byte, frames*w.frame())
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// replace puts other frames in place of those from a to b.
func (w *wave) replace(a, b int, frames []byte) {
	w.data = slices.Concat(w.data[:a*w.frame()], frames, w.data[b*w.frame():])
}

// sound makes and changes WAV files:
//
//	sound new FILE FRAMES SEED      a recording
//	sound new44 FILE FRAMES SEED    one at 44100 Hz
//	sound mono FILE FRAMES SEED     one of one channel
//	sound dual FILE                 mono becomes stereo, both channels the same
//	sound punch FILE FROM TO SEED   record frames anew
//	sound insert FILE AT FRAMES SEED
//	sound cut FILE FROM TO
//	sound louder FILE               every sample differs
//	sound dither FILE SEED          render again: the last bits differ
//	sound tag FILE TEXT
//	sound same FILE FILE            compare the frames
//	sound frames FILE FRAMES        compare the length
//	sound tagged FILE TEXT          compare the tag
func sound(ts *testscript.TestScript, neg bool, args []string) {
	n := func(i int) int {
		v, err := strconv.Atoi(args[i])
		ts.Check(err)
		return v
	}
	var w wave
	switch args[0] {
	case "new":
		w = wave{rate: 48000, channels: 2}
		w.data = w.noise(n(3), n(2))
	case "new44":
		w = wave{rate: 44100, channels: 2}
		w.data = w.noise(n(3), n(2))
	case "mono":
		w = wave{rate: 48000, channels: 1}
		w.data = w.noise(n(3), n(2))
	default:
		w = decodeWave(ts, args[1])
	}
	switch args[0] {
	case "punch":
		w.replace(n(2), n(3), w.noise(n(4), n(3)-n(2)))
	case "insert":
		w.replace(n(2), n(2), w.noise(n(4), n(3)))
	case "cut":
		w.replace(n(2), n(3), nil)
	case "dual":
		var both []byte
		for i := 0; i < len(w.data); i += 3 {
			both = append(both, w.data[i:i+3]...)
			both = append(both, w.data[i:i+3]...)
		}
		w.channels, w.data = 2, both
	case "louder":
		for i := 2; i < len(w.data); i += 3 {
			w.data[i] ^= 0x40
		}
	case "dither":
		r := rand.New(rand.NewPCG(uint64(n(2)), 1))
		for i := 0; i < len(w.data); i += 3 {
			w.data[i] ^= byte(r.IntN(4))
		}
	case "tag":
		w.tag = args[2]
	case "same":
		if same := bytes.Equal(w.data, decodeWave(ts, args[2]).data); same == neg {
			ts.Fatalf("%s and %s: the same frames is %v", args[1], args[2], same)
		}
		return
	case "frames":
		if got := len(w.data) / w.frame(); got != n(2) {
			ts.Fatalf("%s has %d frames, not %d", args[1], got, n(2))
		}
		return
	case "tagged":
		if w.tag != args[2] {
			ts.Fatalf("%s is tagged %q, not %q", args[1], w.tag, args[2])
		}
		return
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), w.encode(), 0o666))
}
