package flac_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// memory is a file in memory.
type memory struct {
	data []byte
	at   int
}

func (m *memory) Write(p []byte) (int, error) {
	m.data = append(m.data[:m.at], append(bytes.Clone(p), m.data[min(m.at+len(p), len(m.data)):]...)...)
	m.at += len(p)
	return len(p), nil
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	m.at = int(offset) + map[int]int{io.SeekStart: 0, io.SeekCurrent: m.at, io.SeekEnd: len(m.data)}[whence]
	return int64(m.at), nil
}

func encode(t testing.TB, f pcm.Format, frames []byte, blocks ...flac.Block) []byte {
	t.Helper()
	var m memory
	e, err := flac.NewEncoder(&m, f, blocks)
	require.NoError(t, err)
	for rest := frames; len(rest) > 0; {
		n := min(len(rest), 1+len(frames)/3)
		_, err := e.Write(rest[:n])
		require.NoError(t, err)
		rest = rest[n:]
	}
	require.NoError(t, e.Close())
	return m.data
}

func open(t testing.TB, data []byte) *flac.File {
	t.Helper()
	f, err := flac.Open(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	return f
}

func decode(data []byte) (pcm.Format, []byte, error) {
	f, err := flac.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return pcm.Format{}, nil, err
	}
	var out bytes.Buffer
	err = f.Decode(context.Background(), &out)
	return f.Format(), out.Bytes(), err
}

// The files in testdata are of the reference encoder, whose MD5 in STREAMINFO says
// what the samples are.
func TestReadsTheReferenceEncoder(t *testing.T) {
	for name, want := range map[string]struct {
		format pcm.Format
		frames int64
	}{
		"mono8":       {pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 8}, 300},
		"stereo12":    {pcm.Format{SampleRate: 650001, Channels: 2, BitDepth: 12}, 300},
		"stereo16":    {pcm.Format{SampleRate: 44100, Channels: 2, BitDepth: 16}, 700},
		"noise16":     {pcm.Format{SampleRate: 12345, Channels: 1, BitDepth: 16}, 200},
		"six16":       {pcm.Format{SampleRate: 48000, Channels: 6, BitDepth: 16}, 200},
		"stereo20":    {pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 20}, 300},
		"stereo24":    {pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}, 500},
		"mono24lpc32": {pcm.Format{SampleRate: 96000, Channels: 1, BitDepth: 24}, 600},
		"stereo32":    {pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 32}, 120},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", name+".flac"))
			require.NoError(t, err)
			f := open(t, data)
			require.Equal(t, want.format, f.Format())
			require.Equal(t, want.frames, f.Frames())
			_, frames, err := decode(data)
			require.NoError(t, err)
			require.Len(t, frames, int(want.frames)*want.format.FrameSize())

			// The MD5 once more, without the package under test.
			shift := want.format.SampleSize()*8 - want.format.BitDepth
			lower := bytes.Clone(frames)
			for i := 0; i < len(lower); i += want.format.SampleSize() {
				pcm.PutInt(lower[i:], want.format.SampleSize(), pcm.Int(lower[i:], want.format.SampleSize())>>shift)
			}
			sum := md5.Sum(lower)
			require.Equal(t, data[26:42], sum[:])
			require.NotEqual(t, make([]byte, 16), sum[:])
		})
	}
}

// music is something between a tone and noise.
func music(seed uint64, f pcm.Format, frames int) []byte {
	rng := rand.New(rand.NewPCG(seed, 3))
	size, shift := f.SampleSize(), f.SampleSize()*8-f.BitDepth
	p := make([]byte, frames*f.FrameSize())
	full := int64(1) << (f.BitDepth - 1)
	wide := full >> rng.IntN(f.BitDepth)
	var walk int64
	for i := range frames {
		walk = max(-full, min(full-1, walk+rng.Int64N(2*wide+1)-wide))
		for c := range f.Channels {
			v := max(-full, min(full-1, walk+int64(c)*(rng.Int64N(3)-1)))
			pcm.PutInt(p[(i*f.Channels+c)*size:], size, int32(v)<<shift)
		}
	}
	return p
}

func TestRoundTrip(t *testing.T) {
	seed := uint64(0)
	for _, depth := range []int{4, 8, 12, 15, 16, 20, 24, 31, 32} {
		for _, channels := range []int{1, 2, 3, 8} {
			for _, frames := range []int{0, 1, 2, 17, 4096, 4097, 9000} {
				seed++
				f := pcm.Format{SampleRate: []int{1, 44100, 48000, 1<<20 - 1}[seed%4], Channels: channels, BitDepth: depth}
				want := music(seed, f, frames)
				got, out, err := decode(encode(t, f, want))
				require.NoError(t, err, "%v, %d frames", f, frames)
				require.Equal(t, f, got)
				require.True(t, bytes.Equal(want, out), "%v, %d frames", f, frames)
			}
		}
	}
}

func TestExtremesRoundTrip(t *testing.T) {
	for _, depth := range []int{4, 16, 24, 31, 32} {
		f := pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: depth}
		full := int64(1) << (depth - 1)
		shift := f.SampleSize()*8 - depth
		for _, values := range [][]int64{{-full}, {full - 1}, {-full, full - 1}, {full - 1, -full, -full}, {0, 0, 0, 1}, {-full, 0}} {
			p := make([]byte, 5000*f.FrameSize())
			for i := range 10000 {
				pcm.PutInt(p[i*f.SampleSize():], f.SampleSize(), int32(values[i%len(values)])<<shift)
			}
			_, out, err := decode(encode(t, f, p))
			require.NoError(t, err)
			require.True(t, bytes.Equal(p, out), "%d bit %v", depth, values)
		}
	}
}

func TestPaddedSamplesCostNothing(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 16}
	wide := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 24}
	p := music(1, f, 20000)
	var q []byte
	for i := 0; i < len(p); i += 2 {
		q = append(q, 0, p[i], p[i+1])
	}
	require.Less(t, len(encode(t, wide, q)), len(encode(t, f, p))+200)
}

// The bytes are golden: whoever encodes the same frames gets the same file.
func TestEncodingIsTheSameEverywhere(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}
	data := encode(t, f, music(42, f, 10000))
	require.Equal(t, "0ebe80f3a69adc4ed8126552739f59b4", fmt.Sprintf("%x", md5.Sum(data)))
}

// flac(1) is another decoder; where it is installed, it has to agree.
func TestReferenceDecoderAgrees(t *testing.T) {
	program, err := exec.LookPath("flac")
	if err != nil {
		t.Skip("flac is not installed")
	}
	for i, f := range []pcm.Format{{SampleRate: 44100, Channels: 2, BitDepth: 16, Float: false}, {SampleRate: 96000, Channels: 2, BitDepth: 24, Float: false}, {SampleRate: 8000, Channels: 1, BitDepth: 8, Float: false}, {SampleRate: 48000, Channels: 8, BitDepth: 24, Float: false}} {
		want := music(uint64(i), f, 30000)
		path := filepath.Join(t.TempDir(), "x.flac")
		require.NoError(t, os.WriteFile(path, encode(t, f, want), 0o600))
		out, err := exec.Command(program, "-t", "-s", "-w", path).CombinedOutput()
		require.NoError(t, err, "%s", out)
		out, err = exec.Command(program, "-d", "-c", "-s", "--force-raw-format", "--endian=little", "--sign=signed", path).Output()
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, out))
	}
}

func TestReadsAtRandom(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}
	const frames = 300_000
	want := music(5, f, frames)
	file := open(t, encode(t, f, want))
	require.EqualValues(t, frames, file.Frames())
	var readers sync.WaitGroup
	for worker := range 4 {
		readers.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(worker), 9))
			for range 25 {
				at := rng.IntN(frames)
				n := 1 + rng.IntN(20000)
				p := make([]byte, n*f.FrameSize())
				got, err := file.ReadFrames(p, int64(at))
				expect := min(n, frames-at)
				if got != expect || (got < n) != errors.Is(err, io.EOF) || !bytes.Equal(p[:got*6], want[at*6:(at+got)*6]) {
					t.Errorf("%d frames at %d: %d frames, %v", n, at, got, err)
				}
			}
		})
	}
	readers.Wait()
	n, err := file.ReadFrames(make([]byte, 6), frames)
	require.Equal(t, 0, n)
	require.ErrorIs(t, err, io.EOF)
	_, err = file.ReadFrames(make([]byte, 6), -1)
	require.Error(t, err)
}

func TestMetadataSurvives(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 16}
	blocks := []flac.Block{
		{flac.BlockTags, []byte("tags")}, {flac.BlockPicture, bytes.Repeat([]byte{7}, 100_000)}, {flac.BlockApplication, []byte("riff....")},
	}
	all := append([]flac.Block{{flac.BlockPadding, make([]byte, 10)}, {flac.BlockSeekTable, make([]byte, 18)}}, blocks...)
	data := encode(t, f, music(1, f, 5000), all...)
	got, err := open(t, data).Metadata()
	require.NoError(t, err)
	require.Equal(t, blocks, got)
	_, out, err := decode(encode(t, f, music(2, f, 5000), got...))
	require.NoError(t, err)
	require.Equal(t, music(2, f, 5000), out)
}

func TestWhatFLACCannotHold(t *testing.T) {
	for _, f := range []pcm.Format{{SampleRate: 48000, Channels: 2, BitDepth: 32, Float: true}, {SampleRate: 48000, Channels: 9, BitDepth: 16, Float: false}, {SampleRate: 48000, Channels: 1, BitDepth: 3, Float: false}, {SampleRate: 1 << 20, Channels: 1, BitDepth: 16, Float: false}} {
		_, err := flac.NewEncoder(&memory{}, f, nil)
		require.ErrorIs(t, err, flac.ErrUnsupported, f)
	}
}
