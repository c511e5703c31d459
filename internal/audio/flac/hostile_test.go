package flac

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

func golden(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".flac"))
	require.NoError(t, err)
	return data
}

func decodeAll(data []byte) ([]byte, error) {
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = f.Decode(context.Background(), &out)
	return out.Bytes(), err
}

// Whatever bit is wrong, the audio is right or there is an error.
func TestDamageIsNoticed(t *testing.T) {
	for _, name := range []string{"stereo16", "mono8", "stereo32"} {
		data := golden(t, name)
		want, err := decodeAll(data)
		require.NoError(t, err)
		for i := range len(data) * 8 {
			bad := bytes.Clone(data)
			bad[i/8] ^= 1 << (i % 8)
			if got, err := decodeAll(bad); err == nil {
				require.True(t, bytes.Equal(want, got), "%s, bit %d", name, i)
			}
		}
		for n := range len(data) {
			_, err := decodeAll(data[:n])
			require.ErrorIs(t, err, ErrInvalid, "%s cut off at %d", name, n)
		}
	}
}

// A file whose format changes on the way is refused when it is opened, and not read up
// to the change as if that were all of it.
func TestFormatChangesOnTheWay(t *testing.T) {
	data, other := golden(t, "stereo16"), golden(t, "mono8")
	f, err := Open(bytes.NewReader(other), int64(len(other)))
	require.NoError(t, err)
	changed := append(bytes.Clone(data), other[f.audio.offset:]...)
	_, err = Open(bytes.NewReader(changed), int64(len(changed)))
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, "the format changes on the way")
}

func TestTagsAroundTheAudioAreSkipped(t *testing.T) {
	data := golden(t, "stereo16")
	want, err := decodeAll(data)
	require.NoError(t, err)
	id3 := append([]byte("ID3\x04\x00\x00\x00\x00\x01\x00"), make([]byte, 128)...)
	for _, tail := range []string{"", "TAG" + string(make([]byte, 125)), "APETAGEX....", "some garbage"} {
		got, err := decodeAll(append(append(id3, data...), tail...))
		require.NoError(t, err, "%.8q", tail)
		require.Equal(t, want, got)
	}
}

// unknown makes STREAMINFO say nothing of length and audio.
func unknown(data []byte) []byte {
	data = bytes.Clone(data)
	clear(data[22:42])
	data[21] &= 0xf0
	return data
}

func TestLengthIsFound(t *testing.T) {
	data := golden(t, "stereo16")
	want, err := decodeAll(data)
	require.NoError(t, err)
	f, err := Open(bytes.NewReader(unknown(data)), int64(len(data)))
	require.NoError(t, err)
	require.EqualValues(t, 700, f.Frames())
	got, err := decodeAll(unknown(data))
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestClaimsAreNotBelieved(t *testing.T) {
	data := golden(t, "mono8")
	for name, lie := range map[string]func([]byte){
		"a length of 2^36-1":     func(p []byte) { p[21] |= 0x0f; copy(p[22:], "\xff\xff\xff\xff") },
		"a block of 16 MiB":      func(p []byte) { copy(p[43:], "\xff\xff\xff") },
		"an ID3 tag of 256 MiB":  func(p []byte) { copy(p, "ID3\x04\x00\x00\x7f\x7f\x7f\x7f") },
		"no metadata that ends":  func(p []byte) { clear(p[4:]) },
		"a sample rate of 0 Hz":  func(p []byte) { clear(p[18:20]); p[20] &= 0x0f },
		"another type than FLAC": func(p []byte) { p[0] = 'g' },
	} {
		t.Run(name, func(t *testing.T) {
			bad := bytes.Clone(data)
			lie(bad)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := decodeAll(bad)
			runtime.ReadMemStats(&after)
			require.ErrorIs(t, err, ErrInvalid)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
		})
	}
}

// A file may hold, within a frame, bytes that look like the next one. Reading at
// random must give what reading in order gives.
func TestFramesWithinFrames(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 16}
	rng := rand.New(rand.NewPCG(1, 1))
	frames := make([]byte, 5*encodedBlock*2)
	for i := range frames {
		frames[i] = byte(rng.Uint32())
	}
	whole := &Encoder{format: f}
	for block := range 3 {
		// Noise is coded verbatim, the upper byte of a sample first.
		whole.number = uint64(block + 1)
		fake := whole.frame(encodedBlock, 0, []plan{analyse(make([]int64, encodedBlock), 16)})
		p := frames[block*encodedBlock*2+1000:]
		for i := 0; i+1 < len(fake); i += 2 {
			p[i], p[i+1] = fake[i+1], fake[i]
		}
		if len(fake)%2 == 1 {
			p[len(fake)] = fake[len(fake)-1]
		}
	}
	var m seekBuffer
	e, err := NewEncoder(&m, f, nil)
	require.NoError(t, err)
	_, err = e.Write(frames)
	require.NoError(t, err)
	require.NoError(t, e.Close())
	require.Greater(t, bytes.Count(m.Bytes(), []byte{0xff, 0xf8}), 7)

	got, err := decodeAll(m.Bytes())
	require.NoError(t, err)
	require.True(t, bytes.Equal(frames, got))
	file, err := Open(bytes.NewReader(m.Bytes()), int64(len(m.Bytes())))
	require.NoError(t, err)
	for at := int64(5*encodedBlock - 100); at >= 0; at -= 777 {
		p := make([]byte, 200)
		n, err := file.ReadFrames(p, at)
		require.NoError(t, err)
		require.Equal(t, 100, n)
		require.True(t, bytes.Equal(frames[at*2:][:200], p))
	}
}

// seekBuffer is a file in memory.
type seekBuffer struct {
	data []byte
	at   int
}

func (b *seekBuffer) Bytes() []byte { return b.data }

func (b *seekBuffer) Write(p []byte) (int, error) {
	if end := b.at + len(p); end > len(b.data) {
		b.data = append(b.data, make([]byte, end-len(b.data))...)
	}
	b.at += copy(b.data[b.at:], p)
	return len(p), nil
}

func (b *seekBuffer) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekCurrent {
		offset += int64(b.at)
	}
	b.at = int(offset)
	return offset, nil
}

// limited fails once more was written than a test has patience for.
type limited struct {
	bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, io.ErrShortWrite
	}
	return l.Buffer.Write(p)
}

func FuzzDecode(f *testing.F) {
	names, err := filepath.Glob("testdata/*.flac")
	require.NoError(f, err)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
		f.Add(unknown(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		mend(data)
		file, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		_, _ = file.Metadata()
		out := limited{left: 4 << 20}
		if err := file.Decode(context.Background(), &out); err != nil {
			return
		}
		size := file.Format().FrameSize()
		require.EqualValues(t, file.Frames()*int64(size), out.Len())
		p := make([]byte, 100*size)
		for _, at := range []int64{file.Frames() - 50, file.Frames() / 2, 0} {
			n, _ := file.ReadFrames(p, at)
			if at >= 0 {
				require.Equal(t, min(100, int(file.Frames()-at)), n)
				require.True(t, bytes.Equal(out.Bytes()[int(at)*size:][:n*size], p[:n*size]))
			}
		}
	})
}

// mend makes the checksums right of what looks like frames, so that the fuzzer comes
// behind them.
func mend(data []byte) {
	var starts []int
	for i := 0; i+6 < len(data); i++ {
		if data[i] != 0xff || data[i+1]&0xfe != 0xf8 {
			continue
		}
		for n := 5; n < min(maxHeader, len(data)-i); n++ {
			was := data[i+n]
			data[i+n] = crc8(data[i : i+n])
			if h, err := parseHeader(data[i:]); err == nil && h.size == n+1 {
				starts = append(starts, i)
				break
			}
			data[i+n] = was
		}
	}
	for i, start := range starts {
		end := len(data)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		if end-2 > start {
			binary.BigEndian.PutUint16(data[end-2:], crc16(data[start:end-2]))
		}
	}
	if len(data) > 42 {
		clear(data[26:42]) // the MD5
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("some samples"), byte(16), byte(2))
	f.Add(bytes.Repeat([]byte{0, 0x80}, 5000), byte(32), byte(1))
	f.Fuzz(func(t *testing.T, data []byte, depth, channels byte) {
		format := pcm.Format{SampleRate: 48000, Channels: int(channels%8) + 1, BitDepth: int(depth%29) + 4}
		data = data[:len(data)/format.FrameSize()*format.FrameSize()]
		size, shift := format.SampleSize(), format.SampleSize()*8-format.BitDepth
		for i := 0; i < len(data); i += size {
			pcm.PutInt(data[i:], size, pcm.Int(data[i:], size)>>shift<<shift)
		}
		var m seekBuffer
		e, err := NewEncoder(&m, format, nil)
		require.NoError(t, err)
		_, err = e.Write(data)
		require.NoError(t, err)
		require.NoError(t, e.Close())
		got, err := decodeAll(m.Bytes())
		require.NoError(t, err)
		require.True(t, bytes.Equal(data, got))
	})
}

// counting counts the bytes that are read of a file.
type counting struct {
	*bytes.Reader
	read atomic.Int64
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	c.read.Add(int64(len(p)))
	return c.Reader.ReadAt(p, at)
}

// A file in which every frame holds what looks like the next one is read in time.
func TestFramesWithinAllFrames(t *testing.T) {
	const block, blocks = 16, 20_000
	f := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 16}
	rng := rand.New(rand.NewPCG(2, 2))
	silence := []plan{analyse(make([]int64, block), 16)}
	var m seekBuffer
	e, err := NewEncoder(&m, f, nil)
	require.NoError(t, err)
	var want []byte
	for n := range uint64(blocks) {
		p := make([]byte, 2*block)
		for i := range p {
			p[i] = byte(rng.Uint32())
		}
		if n < blocks-1 {
			next := &Encoder{format: f, number: n + 1}
			fake := next.frame(block, 0, silence)
			for i := 0; i+1 < len(fake); i += 2 { // noise is coded verbatim, the upper byte first
				p[4+i], p[5+i] = fake[i+1], fake[i]
			}
		}
		require.NoError(t, e.block(p))
		want = append(want, p...)
	}
	require.NoError(t, e.Close())

	r := &counting{Reader: bytes.NewReader(m.Bytes())}
	file, err := Open(r, r.Size())
	require.NoError(t, err)
	var got bytes.Buffer
	require.NoError(t, file.Decode(context.Background(), &got))
	require.True(t, bytes.Equal(want, got.Bytes()))
	require.Less(t, r.read.Load(), 32*r.Size())

	file, err = Open(r, r.Size())
	require.NoError(t, err)
	p := make([]byte, 2000)
	n, err := file.ReadFrames(p, 123_456)
	require.NoError(t, err)
	require.Equal(t, 1000, n)
	require.True(t, bytes.Equal(want[2*123_456:][:2000], p))
}

// What a last frame says of the length bounds how long decoding takes.
func TestTimeIsBoundedByTheSize(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 16}
	silence := []plan{analyse(make([]int64, encodedBlock), 16)}
	var m seekBuffer
	e, err := NewEncoder(&m, f, nil)
	require.NoError(t, err)
	_, err = e.Write(make([]byte, 3*2*encodedBlock))
	require.NoError(t, err)
	require.NoError(t, e.Close())
	endingWith := func(number uint64) []byte {
		last := &Encoder{format: f, number: number}
		return append(unknown(m.Bytes()), last.frame(encodedBlock, 0, silence)...)
	}
	_, err = decodeAll(endingWith(3))
	require.NoError(t, err)
	_, err = decodeAll(endingWith(1 << 30))
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, "more than an encoder makes")
	_, err = decodeAll(endingWith(1))
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, "goes on beyond")
}
