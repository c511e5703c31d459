package cli_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// toneFormat is what every tone has.
var toneFormat = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}

// tone writes audio in the container that the file's name asks for, the same for the
// same length: tone FILE FRAMES.
func tone(ts *testscript.TestScript, _ bool, args []string) {
	frames, err := strconv.Atoi(args[1])
	ts.Check(err)
	var data []byte
	for i := range frames {
		v := int32(i*i*7919%(1<<22)) - 1<<21
		for _, v := range []int32{v, -v} {
			data = append(data, 0, 0, 0)
			pcm.PutInt(data[len(data)-3:], 3, v)
		}
	}
	path := ts.MkAbs(args[0])
	f, err := os.Create(path)
	ts.Check(err)
	switch filepath.Ext(path) {
	case ".flac":
		e, err := flac.NewEncoder(f, toneFormat, nil)
		ts.Check(err)
		_, err = e.Write(data)
		ts.Check(err)
		ts.Check(e.Close())
	case ".aiff":
		_, err = f.Write(aiffOf(data))
	case ".rf64":
		_, err = f.Write(waveOf("RF64", data))
	default:
		_, err = f.Write(waveOf("RIFF", data))
	}
	ts.Check(err)
	ts.Check(f.Close())
}

// waveOf is a WAV file of 24 bits, two channels and 48 kHz.
func waveOf(magic string, data []byte) []byte {
	le := binary.LittleEndian
	size, dataSize := uint32(36+len(data)), uint32(len(data))
	b := []byte(magic)
	if magic == "RF64" {
		b = append(b, "\xff\xff\xff\xffWAVEds64\x1c\x00\x00\x00"...)
		b = le.AppendUint64(b, uint64(size)+36)
		b = le.AppendUint64(b, uint64(dataSize))
		b = append(le.AppendUint64(b, uint64(dataSize/6)), 0, 0, 0, 0)
		dataSize = 0xffffffff
	} else {
		b = append(le.AppendUint32(b, size), "WAVE"...)
	}
	b = append(b, "fmt \x10\x00\x00\x00\x01\x00\x02\x00\x80\xbb\x00\x00\x00\x65\x04\x00\x06\x00\x18\x00data"...)
	return append(le.AppendUint32(b, dataSize), data...)
}

// aiffOf is the same as AIFF.
func aiffOf(data []byte) []byte {
	data = bytes.Clone(data)
	for i := 0; i < len(data); i += 3 {
		slices.Reverse(data[i : i+3])
	}
	be := binary.BigEndian
	b := append(be.AppendUint32([]byte("FORM"), uint32(46+len(data))), "AIFFCOMM\x00\x00\x00\x12\x00\x02"...)
	b = be.AppendUint32(b, uint32(len(data)/6))
	b = append(b, "\x00\x18\x40\x0e\xbb\x80\x00\x00\x00\x00\x00\x00SSND"...)
	b = be.AppendUint32(b, uint32(8+len(data)))
	return append(append(b, make([]byte, 8)...), data...)
}

// waveforms compares how many waveforms a person has: waveforms COUNT.
func waveforms(ts *testscript.TestScript, _ bool, args []string) {
	list, err := filepath.Glob(filepath.Join(ts.Getenv("PARROTS_HOME"), "peaks", "*", "*"))
	ts.Check(err)
	if strconv.Itoa(len(list)) != args[0] {
		ts.Fatalf("%d waveforms, want %s: %q", len(list), args[0], list)
	}
}
