package cli_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// noise writes an audio file that a seed determines, of 16 bits and in stereo:
// noise FILE RATE FRAMES SEED.
func noise(ts *testscript.TestScript, _ bool, args []string) {
	var n [3]int
	for i := range n {
		var err error
		n[i], err = strconv.Atoi(args[i+1])
		ts.Check(err)
	}
	f := pcm.Format{SampleRate: n[0], Channels: 2, BitDepth: 16}
	data := make([]byte, n[1]*f.FrameSize())
	rng := rand.New(rand.NewPCG(uint64(n[2]), 1))
	for i := 0; i < len(data); i += 2 {
		pcm.PutInt(data[i:], 2, int32(rng.IntN(16_000)-8_000))
	}
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	file, err := os.Create(path)
	ts.Check(err)
	w, err := audio.NewWriter(file, filepath.Ext(path)[1:], f, int64(n[1]))
	ts.Check(err)
	_, err = w.Write(data)
	ts.Check(err)
	ts.Check(w.Close())
	ts.Check(file.Close())
}
