package pcm_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

var update = flag.Bool("update", false, "write the golden vectors anew")

var vectorFile = filepath.Join("..", "..", "object", "testdata", "vectors", "pcm.json")

// vector is audio and its identity; testdata/vectors/README.md says more.
type vector struct {
	Name       string `json:"name"`
	Float      bool   `json:"float"`
	BitDepth   int    `json:"bit_depth"`
	Channels   int    `json:"channels"`
	SampleRate int    `json:"sample_rate"`
	Samples    []any  `json:"samples"`
	FramesHex  string `json:"frames_hex"`
	Multihash  string `json:"multihash"`
}

func ints(v ...int64) (list []any) {
	for _, x := range v {
		list = append(list, x)
	}
	return list
}

func float32s(v ...float32) (list []any) {
	for _, x := range v {
		list = append(list, hex.EncodeToString(binary.BigEndian.AppendUint32(nil, math.Float32bits(x))))
	}
	return list
}

func float64s(v ...float64) (list []any) {
	for _, x := range v {
		list = append(list, hex.EncodeToString(binary.BigEndian.AppendUint64(nil, math.Float64bits(x))))
	}
	return list
}

func vectors(t *testing.T) []vector {
	list := []vector{
		{Name: "no frames", BitDepth: 16, Channels: 2, SampleRate: 44100, Samples: []any{}},
		{Name: "8 bits, which a WAV stores with an offset of 128", BitDepth: 8, Channels: 1, SampleRate: 8000, Samples: ints(-128, -1, 0, 1, 127)},
		{Name: "12 bits, in the upper part of two bytes", BitDepth: 12, Channels: 1, SampleRate: 32000, Samples: ints(1, -1, 2047, -2048)},
		{Name: "16 bits, stereo", BitDepth: 16, Channels: 2, SampleRate: 44100, Samples: ints(0, 1, -1, 32767, -32768, 258)},
		{Name: "16 bits, another rate", BitDepth: 16, Channels: 2, SampleRate: 48000, Samples: ints(0, 1, -1, 32767, -32768, 258)},
		{Name: "16 bits, the same samples as one channel", BitDepth: 16, Channels: 1, SampleRate: 44100, Samples: ints(0, 1, -1, 32767, -32768, 258)},
		{Name: "20 bits, in the upper part of three bytes", BitDepth: 20, Channels: 1, SampleRate: 48000, Samples: ints(1, -1, 524287, -524288)},
		{Name: "24 bits, in a container of 24 or of 32", BitDepth: 24, Channels: 2, SampleRate: 96000, Samples: ints(1, -1, 8388607, -8388608)},
		{Name: "32 bits, six channels", BitDepth: 32, Channels: 6, SampleRate: 192000, Samples: ints(1, -1, 2147483647, -2147483648, 0, 16909060)},
		{Name: "floats of 32 bits, with both zeros", Float: true, BitDepth: 32, Channels: 1, SampleRate: 48000, Samples: append(float32s(0, 1, -0.5, 1e-40), "80000000")},
		{Name: "a NaN keeps its payload", Float: true, BitDepth: 32, Channels: 1, SampleRate: 48000, Samples: []any{"7fc00001", "ffc00000"}},
		{Name: "floats of 64 bits", Float: true, BitDepth: 64, Channels: 2, SampleRate: 48000, Samples: float64s(0, 1, -0.1, 1e-300)},
	}
	for i := range list {
		v := &list[i]
		frames := v.frames(t)
		v.FramesHex = hex.EncodeToString(frames)
		id := pcm.NewIdentity(v.format())
		_, _ = id.Write(frames)
		v.Multihash = hex.EncodeToString(id.Multihash())
	}
	return list
}

func (v vector) format() pcm.Format {
	return pcm.Format{SampleRate: v.SampleRate, Channels: v.Channels, BitDepth: v.BitDepth, Float: v.Float}
}

// frames lays the samples out as section 4 of the format says.
func (v vector) frames(t *testing.T) (p []byte) {
	t.Helper()
	size := v.format().SampleSize()
	for _, s := range v.Samples {
		b := make([]byte, size)
		switch s := s.(type) {
		case int64:
			pcm.PutInt(b, size, int32(s<<(8*size-v.BitDepth)))
		case string:
			upper, err := hex.DecodeString(s)
			require.NoError(t, err)
			require.Len(t, upper, size)
			for i := range b {
				b[i] = upper[size-1-i]
			}
		}
		p = append(p, b...)
	}
	return p
}

func TestVectors(t *testing.T) {
	list := vectors(t)
	for _, v := range list {
		require.NoError(t, v.format().Check(), v.Name)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", " ")
	require.NoError(t, enc.Encode(list))
	if *update {
		require.NoError(t, os.WriteFile(vectorFile, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(vectorFile)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "run with -update only where the format is meant to change")
}
