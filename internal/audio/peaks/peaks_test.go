package peaks_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/peaks"
)

func build(f pcm.Format, frames []byte, piece int) *peaks.Peaks {
	b := peaks.NewBuilder(f)
	for len(frames) > 0 {
		n := min(piece, len(frames))
		_, _ = b.Write(frames[:n])
		frames = frames[n:]
	}
	return b.Finish()
}

func noise(seed uint64, f pcm.Format, frames int) []byte {
	rng := rand.New(rand.NewPCG(seed, 1))
	p := make([]byte, frames*f.FrameSize())
	for i := 0; i < len(p); i += f.SampleSize() {
		switch {
		case f.Float && f.BitDepth == 32:
			binary.LittleEndian.PutUint32(p[i:], math.Float32bits(float32(rng.Float64()*3-1.5)))
		case f.Float:
			binary.LittleEndian.PutUint64(p[i:], math.Float64bits(rng.Float64()*3-1.5))
		default:
			pcm.PutInt(p[i:], f.SampleSize(), int32(rng.Uint32())>>(32-8*f.SampleSize()))
		}
	}
	return p
}

var formats = []pcm.Format{
	{SampleRate: 48000, Channels: 1, BitDepth: 8}, {SampleRate: 44100, Channels: 2, BitDepth: 16},
	{SampleRate: 48000, Channels: 2, BitDepth: 24}, {SampleRate: 96000, Channels: 3, BitDepth: 20},
	{SampleRate: 48000, Channels: 2, BitDepth: 32}, {SampleRate: 48000, Channels: 1, BitDepth: 32, Float: true},
	{SampleRate: 48000, Channels: 2, BitDepth: 64, Float: true},
}

// Every point of every level is what plain arithmetic says, by another way.
func TestPointsAreRight(t *testing.T) {
	for i, f := range formats {
		const frames = 70_001
		data := noise(uint64(i), f, frames)
		x := make([]float64, frames*f.Channels)
		f.Floats(x, data)
		p := build(f, data, 1<<20)
		require.EqualValues(t, frames, p.Frames)
		require.Len(t, p.Levels, 1, "70,001 frames are 274 points")
		big := build(f, bytes.Repeat(data, 4), 1<<20)
		require.Len(t, big.Levels, 2)
		require.Less(t, big.Levels[0].Points(), big.Levels[1].Points())
		for _, pk := range []*peaks.Peaks{p, big} {
			for _, l := range pk.Levels {
				for point := range l.Points() {
					for c := range f.Channels {
						require.Equal(t, slow(x, pk.Frames, l.FramesPerPoint, point, c, f.Channels), l.At(point, c), "%v level %d point %d", f, l.FramesPerPoint, point)
					}
				}
			}
		}
	}
}

func slow(x []float64, frames, per int64, point, channel, channels int) peaks.Point {
	least, greatest, squares, n := math.Inf(1), math.Inf(-1), 0.0, 0.0
	for i := int64(point) * per; i < min(frames, int64(point+1)*per); i++ {
		v := math.Floor(x[int(i)*channels%len(x)+channel] * (1 << 23))
		v = max(-(1 << 23), min(1<<23-1, v))
		least, greatest = min(least, v), max(greatest, v)
		squares += v * v
		n++
	}
	root := math.Floor(math.Sqrt(math.Floor(squares / n)))
	return peaks.Point{Min: int16(math.Floor(least / 256)), Max: int16(math.Floor(greatest / 256)), RMS: uint16(math.Floor((root + 128) / 256))}
}

func TestPiecesDoNotMatter(t *testing.T) {
	for i, f := range formats {
		data := noise(uint64(i), f, 3001)
		want := build(f, data, len(data)).Encode()
		for _, piece := range []int{1, 7, 1000, 4096} {
			require.True(t, bytes.Equal(want, build(f, data, piece).Encode()))
		}
	}
}

func TestFullScaleAndSilence(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 24}
	low := bytes.Repeat([]byte{0, 0, 0x80}, 300)
	require.Equal(t, peaks.Point{Min: -32768, Max: -32768, RMS: 32768}, build(f, low, 100).Levels[0].At(0, 0))
	require.Equal(t, peaks.Point{}, build(f, make([]byte, 900), 100).Levels[0].At(1, 0))
	fl := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 32, Float: true}
	var data []byte
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e30} {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
	}
	require.Equal(t, peaks.Point{Min: -32768, Max: 32767, RMS: 28378}, build(fl, data, 4).Levels[0].At(0, 0))
	require.Equal(t, peaks.Point{}, build(fl, data[:4], 4).Levels[0].At(0, 0))
	require.Empty(t, build(f, nil, 1).Levels)
}

// A page draws a stem of ten minutes from a few KB, and no overview is large.
func TestSizes(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 16}
	b := peaks.NewBuilder(f)
	second := make([]byte, 48000*4)
	for range 600 {
		_, _ = b.Write(second)
	}
	p := b.Finish()
	var per []int64
	for _, l := range p.Levels {
		per = append(per, l.FramesPerPoint)
	}
	require.Equal(t, []int64{65536, 16384, 4096, 1024, 256}, per)
	require.Less(t, len(p.DAT(p.Levels[0])), 4000)
	require.Less(t, len(p.Encode()), 2_000_000)
	require.EqualValues(t, 16384, p.Level(p.Frames, 1000).FramesPerPoint)
	require.EqualValues(t, 256, p.Level(48000, 1000).FramesPerPoint)
	require.EqualValues(t, 65536, p.Level(p.Frames, 1).FramesPerPoint)

	// 12 minutes: the finest level would have too many points, and is left out.
	b = peaks.NewBuilder(f)
	for range 720 {
		_, _ = b.Write(second)
	}
	long := b.Finish()
	require.EqualValues(t, 1024, long.Levels[len(long.Levels)-1].FramesPerPoint)
	_, err := peaks.Parse(long.Encode())
	require.NoError(t, err)
}

func TestFileIsTheSameEverywhere(t *testing.T) {
	data := build(formats[2], noise(7, formats[2], 300_000), 1<<20).Encode()
	require.Equal(t, "03522202d3ae1a50", fmt.Sprintf("%x", sha256.Sum256(data))[:16])
}

func TestFileRoundTrips(t *testing.T) {
	for i, f := range formats {
		for _, frames := range []int{0, 1, 256, 257, 262_144, 262_145, 500_000} {
			p := build(f, noise(uint64(i), f, frames), 1<<20)
			data := p.Encode()
			q, err := peaks.Parse(data)
			require.NoError(t, err)
			require.Equal(t, data, q.Encode())
			for n := 0; n < len(data); n += 1 + len(data)/50 {
				_, err := peaks.Parse(data[:n])
				require.ErrorIs(t, err, peaks.ErrInvalid)
			}
			_, err = peaks.Parse(append(data, 0))
			require.ErrorIs(t, err, peaks.ErrInvalid)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(build(formats[1], noise(1, formats[1], 1000), 1000).Encode())
	f.Add(build(formats[0], noise(1, formats[0], 300_000), 1000).Encode())
	f.Add(build(formats[0], nil, 1000).Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := peaks.Parse(data)
		if err != nil {
			require.ErrorIs(t, err, peaks.ErrInvalid)
			return
		}
		require.True(t, bytes.Equal(data, p.Encode()))
		for _, l := range p.Levels {
			_ = l.At(l.Points()-1, p.Channels-1)
			_ = p.DAT(l)
		}
		if len(p.Levels) > 0 {
			_ = p.Level(p.Frames, 100)
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	for _, f := range formats {
		b.Run(f.String(), func(b *testing.B) {
			data := noise(1, f, 1<<20)
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				build(f, data, 256<<10)
			}
		})
	}
}
