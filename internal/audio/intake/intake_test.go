package intake_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/intake"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/peaks"
)

var format = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}

func noise(frames int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	p := make([]byte, frames*format.FrameSize())
	for i := range p {
		p[i] = byte(rng.Uint32())
	}
	return p
}

var (
	le = binary.LittleEndian
	be = binary.BigEndian
)

// fmtChunk is the body of a WAV's fmt chunk for samples in containers of so many bits.
func fmtChunk(order binary.AppendByteOrder, bits int) []byte {
	tag := uint16(1)
	if bits != 24 {
		tag = 0xfffe
	}
	b := order.AppendUint16(nil, tag)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint32(b, 48000)
	b = order.AppendUint32(b, uint32(48000*2*bits/8))
	b = order.AppendUint16(b, uint16(2*bits/8))
	b = order.AppendUint16(b, uint16(bits))
	if tag == 0xfffe {
		b = order.AppendUint16(b, 22)
		b = order.AppendUint16(b, 24)
		b = order.AppendUint32(b, 3)
		b = append(b, "\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"...)
	}
	return b
}

func chunk(order binary.AppendByteOrder, id string, body []byte) []byte {
	b := order.AppendUint32([]byte(id), uint32(len(body)))
	return append(append(b, body...), make([]byte, len(body)%2)...)
}

func form(order binary.AppendByteOrder, id, kind string, chunks ...[]byte) []byte {
	body := append([]byte(kind), bytes.Join(chunks, nil)...)
	return append(order.AppendUint32([]byte(id), uint32(len(body))), body...)
}

func turned(p []byte, size int) []byte {
	p = bytes.Clone(p)
	for i := 0; i < len(p); i += size {
		slices.Reverse(p[i : i+size])
	}
	return p
}

func wave(data []byte) []byte {
	return form(le, "RIFF", "WAVE", chunk(le, "fmt ", fmtChunk(le, 24)), chunk(le, "data", data))
}

// files are the same audio in every container that is decoded.
func files(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	frames := uint32(len(data) / 6)
	var wide []byte
	for i := 0; i < len(data); i += 3 {
		wide = append(append(wide, 0), data[i:i+3]...)
	}
	ds64 := le.AppendUint64(nil, 0)
	ds64 = le.AppendUint64(ds64, uint64(len(data)))
	ds64 = le.AppendUint64(ds64, uint64(frames))
	ds64 = le.AppendUint32(ds64, 0)
	rf64 := form(le, "RF64", "WAVE", chunk(le, "ds64", ds64), chunk(le, "fmt ", fmtChunk(le, 24)), chunk(le, "data", data))
	copy(rf64[4:], "\xff\xff\xff\xff")
	copy(rf64[bytes.Index(rf64, []byte("data"))+4:], "\xff\xff\xff\xff")
	comm := be.AppendUint16(nil, 2)
	comm = be.AppendUint32(comm, frames)
	comm = be.AppendUint16(comm, 24)
	comm = append(comm, 0x40, 0x0e, 0xbb, 0x80, 0, 0, 0, 0, 0, 0) // 48000 as an extended float
	return map[string][]byte{
		"wav":      wave(data),
		"tagged":   form(le, "RIFF", "WAVE", chunk(le, "LIST", []byte("INFOINAM....")), chunk(le, "fmt ", fmtChunk(le, 24)), chunk(le, "data", data), chunk(le, "id3 ", make([]byte, 999))),
		"24 in 32": form(le, "RIFF", "WAVE", chunk(le, "fmt ", fmtChunk(le, 32)), chunk(le, "data", wide)),
		"rf64":     rf64,
		"rifx":     form(be, "RIFX", "WAVE", chunk(be, "fmt ", fmtChunk(be, 24)), chunk(be, "data", turned(data, 3))),
		"aiff":     form(be, "FORM", "AIFF", chunk(be, "COMM", comm), chunk(be, "SSND", append(make([]byte, 8), turned(data, 3)...))),
		"flac":     encode(t, data),
	}
}

// file is a file in memory that an encoder goes back in.
type file struct {
	data []byte
	at   int
}

func (f *file) Write(p []byte) (int, error) {
	f.data = append(f.data, make([]byte, max(0, f.at+len(p)-len(f.data)))...)
	f.at += copy(f.data[f.at:], p)
	return len(p), nil
}

func (f *file) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekCurrent {
		offset += int64(f.at)
	}
	f.at = int(offset)
	return offset, nil
}

func encode(t *testing.T, data []byte) []byte {
	t.Helper()
	var f file
	e, err := flac.NewEncoder(&f, format, nil)
	require.NoError(t, err)
	_, err = e.Write(data)
	require.NoError(t, err)
	require.NoError(t, e.Close())
	return f.data
}

// take reads a file as a commit does.
func take(t *testing.T, data []byte, name string, ragged bool) intake.Result {
	t.Helper()
	pass := intake.Begin(t.Context(), bytes.NewReader(data), int64(len(data)), name, intake.Options{Peaks: true})
	var r io.Reader = bytes.NewReader(data)
	if ragged {
		r = iotest.HalfReader(iotest.DataErrReader(r))
	}
	got, err := io.ReadAll(pass.Reader(r))
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, got), "what is read is what is stored")
	return pass.Finish()
}

func TestTheSameAudioIsTheSameInEveryContainer(t *testing.T) {
	data := noise(100_003)
	id := pcm.NewIdentity(format)
	_, _ = id.Write(data)
	overview := peaks.NewBuilder(format)
	_, _ = overview.Write(data)
	want := overview.Finish().Encode()
	for name, bytes := range files(t, data) {
		for _, ragged := range []bool{false, true} {
			r := take(t, bytes, "x", ragged)
			require.Empty(t, r.Warnings, name)
			require.NotNil(t, r.Facts, name)
			require.Equal(t, format, pcm.Format{SampleRate: r.Facts.SampleRate, Channels: r.Facts.Channels, BitDepth: r.Facts.BitDepth}, name)
			require.EqualValues(t, 100_003, r.Facts.Frames, name)
			require.Equal(t, id.Multihash(), r.PCM, name)
			require.Equal(t, want, r.Peaks.Encode(), name)
		}
	}
}

func TestPeaksOnlyOnRequest(t *testing.T) {
	data := wave(noise(10))
	pass := intake.Begin(t.Context(), bytes.NewReader(data), int64(len(data)), "", intake.Options{})
	_, err := io.Copy(io.Discard, pass.Reader(bytes.NewReader(data)))
	require.NoError(t, err)
	r := pass.Finish()
	require.NotNil(t, r.PCM)
	require.Nil(t, r.Peaks)
}

func TestWhatIsNoAudio(t *testing.T) {
	good := wave(noise(1000))
	broken := encode(t, noise(10_000))
	broken[len(broken)/2] ^= 1
	for name, want := range map[string]struct {
		data     []byte
		path     string
		facts    bool
		warnings int
	}{
		"text":                      {[]byte("just words"), "words.txt", false, 0},
		"nothing":                   {nil, "empty.txt", false, 0},
		"text that is called audio": {[]byte("just words"), "words.wav", false, 1},
		"a header and nothing more": {good[:20], "cut.wav", false, 1},
		"a damaged frame":           {broken, "broken.flac", false, 1},
		"cut off FLAC":              {encode(t, noise(10_000))[:20_000], "cut.flac", false, 1},
		"no frames":                 {wave(nil), "empty.wav", true, 0},
		"an MP3":                    {append([]byte("\xff\xfb\x90\x00"), make([]byte, 413)...), "x.mp3", true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := take(t, want.data, want.path, false)
			require.Equal(t, want.facts, r.Facts != nil)
			require.Nil(t, r.PCM)
			require.Nil(t, r.Peaks)
			require.Len(t, r.Warnings, want.warnings, "%q", r.Warnings)
		})
	}
}

// Where a header promises fewer bits than are used, the identity is of all of them.
func TestBitsBeyondTheDepth(t *testing.T) {
	loud := files(t, noise(1000))["24 in 32"]
	loud[len(loud)-4] = 1 // a bit where the header says that there are none
	r := take(t, loud, "loud.wav", false)
	require.Len(t, r.Warnings, 1)
	require.Equal(t, 32, r.Facts.BitDepth)
	id := pcm.NewIdentity(pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 32})
	_, _ = id.Write(loud[len(loud)-8000:])
	require.Equal(t, id.Multihash(), r.PCM)
}

// A file that grows or shrinks while it is read is read again by the caller; here it
// must only end.
func TestAFileThatChanges(t *testing.T) {
	data := wave(noise(300_000))
	for _, n := range []int{0, 10, 50, len(data) / 2} {
		pass := intake.Begin(t.Context(), bytes.NewReader(data), int64(len(data)), "", intake.Options{Peaks: true})
		_, err := io.Copy(io.Discard, pass.Reader(bytes.NewReader(data[:n])))
		require.NoError(t, err)
		require.Nil(t, pass.Finish().PCM)
	}
}

func TestStop(t *testing.T) {
	for _, data := range [][]byte{wave(noise(300_000)), encode(t, noise(300_000)), []byte("words")} {
		ctx, cancel := context.WithCancel(t.Context())
		pass := intake.Begin(ctx, bytes.NewReader(data), int64(len(data)), "", intake.Options{})
		_, err := io.CopyN(io.Discard, pass.Reader(bytes.NewReader(data)), int64(len(data)/2))
		require.False(t, err != nil && !errors.Is(err, io.EOF))
		cancel()
		pass.Stop()
		pass.Stop()
	}
}
