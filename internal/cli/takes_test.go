package cli_test

import (
	"encoding/binary"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// takes makes a WAV file of 48 kHz, 16 bits and one channel of parts: some frames of
// one of several takes of noise (2:100:900), silence (0:500), or quieter by a factor
// (1:0:900:0.5). A tag may follow: takes FILE PART... tag=TEXT.
func takes(ts *testscript.TestScript, _ bool, args []string) {
	var samples, tag []byte
	for _, part := range args[1:] {
		if text, ok := strings.CutPrefix(part, "tag="); ok {
			tag = []byte(text + strings.Repeat(" ", len(text)%2))
			continue
		}
		samples = append(samples, takePart(ts, strings.Split(part, ":"))...)
	}
	chunk := func(id string, data []byte) []byte {
		return append(binary.LittleEndian.AppendUint32([]byte(id), uint32(len(data))), data...)
	}
	head := []byte{1, 0, 1, 0, 0x80, 0xbb, 0, 0, 0, 0x77, 1, 0, 2, 0, 16, 0}
	body := append([]byte("WAVE"), chunk("fmt ", head)...)
	body = append(body, chunk("data", samples)...)
	if len(tag) > 0 {
		body = append(body, chunk("note", tag)...)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), chunk("RIFF", body), 0o644))
}

func takePart(ts *testscript.TestScript, f []string) []byte {
	var n [3]uint64
	for i := range min(len(f), 3) {
		var err error
		n[i], err = strconv.ParseUint(f[i], 10, 32)
		ts.Check(err)
	}
	factor := 1.0
	if len(f) > 3 {
		var err error
		factor, err = strconv.ParseFloat(f[3], 64)
		ts.Check(err)
	}
	if n[0] == 0 {
		return make([]byte, 2*n[1])
	}
	var out []byte
	for i := n[1]; i < n[2]; i++ {
		x := (i + 1) * 0x9e3779b97f4a7c15 * (2*n[0] + 1)
		x = (x ^ x>>29) * 0xbf58476d1ce4e5b9
		v := float64(int16((x^x>>32)&0xffff)) * 0.8 * factor
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(v)))
	}
	return out
}
