package pcm_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

func TestFormat(t *testing.T) {
	for _, f := range []pcm.Format{
		{48000, 2, 24, false}, {1, 1, 1, false}, {192000, 8, 32, false}, {44100, 1, 64, true}, {44100, 1, 32, true},
	} {
		require.NoError(t, f.Check(), f)
	}
	for _, f := range []pcm.Format{
		{}, {48000, 0, 24, false}, {-1, 2, 24, false}, {48000, 300, 24, false}, {48000, 2, 33, false},
		{48000, 2, 16, true}, {1 << 30, 2, 16, false},
	} {
		require.ErrorIs(t, f.Check(), pcm.ErrFormat, f)
	}
	require.Equal(t, 6, pcm.Format{48000, 2, 20, false}.FrameSize())
	require.Equal(t, "48000 Hz, 2 channels, 24 bit", pcm.Format{48000, 2, 24, false}.String())
	require.Equal(t, "44100 Hz, 1 channel, 32 bit float", pcm.Format{44100, 1, 32, true}.String())
}

func TestBufferReads(t *testing.T) {
	f := pcm.Format{SampleRate: 8000, Channels: 2, BitDepth: 16}
	b, err := pcm.NewBuffer(f, []byte("abcdefghijkl"))
	require.NoError(t, err)
	require.EqualValues(t, 3, b.Frames())
	p := make([]byte, 8)
	n, err := b.ReadFrames(p, 0)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, "abcdefgh", string(p))
	n, err = b.ReadFrames(p, 2)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, 1, n)
	_, err = b.ReadFrames(p, 3)
	require.ErrorIs(t, err, io.EOF)
	_, err = b.ReadFrames(p, -1)
	require.Error(t, err)
	_, err = pcm.NewBuffer(f, []byte("abc"))
	require.ErrorIs(t, err, pcm.ErrFormat)
}

func TestFloatsAreExact(t *testing.T) {
	for size := 1; size <= 4; size++ {
		f := pcm.Format{SampleRate: 1, Channels: 1, BitDepth: 8 * size}
		full := int32(math.MinInt32) >> (8 * (4 - size))
		for _, v := range []int32{0, 1, -1, full, -full - 1, full / 3} {
			p := make([]byte, size)
			pcm.PutInt(p, size, v)
			require.Equal(t, v, pcm.Int(p, size))
			var x [1]float64
			require.Equal(t, 1, f.Floats(x[:], p))
			require.Equal(t, float64(v)/-float64(full), x[0])
		}
	}
	p := binary.LittleEndian.AppendUint32(nil, math.Float32bits(-0.25))
	var x [1]float64
	pcm.Format{SampleRate: 1, Channels: 1, BitDepth: 32, Float: true}.Floats(x[:], p)
	require.Equal(t, -0.25, x[0])
	p = binary.LittleEndian.AppendUint64(nil, math.Float64bits(1e-300))
	pcm.Format{SampleRate: 1, Channels: 1, BitDepth: 64, Float: true}.Floats(x[:], p)
	require.Equal(t, 1e-300, x[0])
	require.Equal(t, -6.020599913279624, pcm.DBFS(0.5))
	require.True(t, math.IsInf(pcm.DBFS(0), -1))
}

func TestIdentityIsOfFormatAndFrames(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}
	id := pcm.NewIdentity(f)
	_, _ = id.Write([]byte("abc"))
	_, _ = id.Write([]byte("def"))
	want := sha256.Sum256([]byte("parrots.music pcm v1 int 24 2 48000\nabcdef"))
	require.Equal(t, append([]byte{0x12, 0x20}, want[:]...), id.Multihash())

	seen := map[string]bool{}
	for _, g := range []pcm.Format{f, {44100, 2, 24, false}, {48000, 1, 24, false}, {48000, 2, 20, false}, {48000, 2, 32, true}, {48000, 2, 32, false}} {
		other := pcm.NewIdentity(g)
		_, _ = other.Write(bytes.Repeat([]byte{1}, 24))
		require.False(t, seen[string(other.Multihash())])
		seen[string(other.Multihash())] = true
	}
}
