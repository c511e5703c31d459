package wav_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/wav"
)

// le and be write integers of 2, 4 and 8 bytes one after the other.
func le(values ...any) string { return ints(binary.LittleEndian, values) }
func be(values ...any) string { return ints(binary.BigEndian, values) }

func ints(order binary.AppendByteOrder, values []any) string {
	var b []byte
	for _, v := range values {
		switch v := v.(type) {
		case int:
			b = order.AppendUint16(b, uint16(v))
		case int64:
			b = order.AppendUint32(b, uint32(v))
		case uint64:
			b = order.AppendUint64(b, v)
		case string:
			b = append(b, v...)
		}
	}
	return string(b)
}

// chunk is one with its length and the byte that makes it even.
func chunk(id, body string) string {
	return id + le(int64(len(body))) + body + strings.Repeat("\x00", len(body)%2)
}

func riff(chunks ...string) string {
	body := "WAVE" + strings.Join(chunks, "")
	return "RIFF" + le(int64(len(body))) + body
}

func format(tag, channels, rate, container, bits int) string {
	return chunk("fmt ", le(tag, channels, int64(rate), int64(rate*channels*container), channels*container, bits))
}

const (
	subPCM   = "\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
	subFloat = "\x03\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
	bFormat  = "\x01\x00\x00\x00\x21\x07\xd3\x11\x86\x44\xc8\xc1\xca\x00\x00\x00"
)

func extensible(channels, rate, container, bits, valid int, sub string) string {
	return chunk("fmt ", le(0xfffe, channels, int64(rate), int64(rate*channels*container), channels*container, bits, 22, valid, int64(0), sub))
}

func ds64(riff, data, frames uint64, table ...string) string {
	return chunk("ds64", le(riff, data, frames, int64(len(table)), strings.Join(table, "")))
}

const guidEnd = "\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"

func chunk64(id, body string) string {
	return id + guidEnd + le(uint64(24+len(body))) + body + strings.Repeat("\x00", (8-len(body)%8)%8)
}

func w64(size int64, chunks ...string) string {
	body := "wave" + guidEnd + strings.Join(chunks, "")
	if size == 0 {
		size = int64(24 + len(body))
	}
	return "riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00" + le(uint64(size)) + body
}

func rifx(chunks ...string) string {
	body := "WAVE" + strings.Join(chunks, "")
	return "RIFX" + be(int64(len(body))) + body
}

func chunkX(id, body string) string { return id + be(int64(len(body))) + body }

func pcmFormat(depth, channels int) pcm.Format {
	return pcm.Format{SampleRate: 48000, Channels: channels, BitDepth: depth}
}

func floatFormat(depth int) pcm.Format {
	return pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: depth, Float: true}
}

// valid are files with what they hold.
var valid = map[string]struct {
	file    string
	kind    wav.Kind
	format  pcm.Format
	frames  string // canonical
	warning string
}{
	"8 bit":     {riff(format(1, 1, 48000, 1, 8), chunk("data", "\x80\x81\xff\x00")), "wav", pcmFormat(8, 1), "\x00\x01\x7f\x80", ""},
	"5 bit":     {riff(format(1, 1, 48000, 1, 5), chunk("data", "\x80\x88\xf8\x00")), "wav", pcmFormat(5, 1), "\x00\x08\x78\x80", ""},
	"16 bit":    {riff(format(1, 2, 48000, 2, 16), chunk("data", "abcdefgh")), "wav", pcmFormat(16, 2), "abcdefgh", ""},
	"12 bit":    {riff(format(1, 2, 48000, 2, 12), chunk("data", "a0b0c0d0")), "wav", pcmFormat(12, 2), "a0b0c0d0", ""},
	"24 bit":    {riff(format(1, 1, 48000, 3, 24), chunk("data", "abcdefghi")), "wav", pcmFormat(24, 1), "abcdefghi", ""},
	"32 bit":    {riff(format(1, 1, 48000, 4, 32), chunk("data", "abcdefgh")), "wav", pcmFormat(32, 1), "abcdefgh", ""},
	"float":     {riff(format(3, 1, 48000, 4, 32), chunk("fact", le(int64(2))), chunk("data", "abcdefgh")), "wav", floatFormat(32), "abcdefgh", ""},
	"double":    {riff(format(3, 1, 48000, 8, 64), chunk("data", "abcdefgh")), "wav", floatFormat(64), "abcdefgh", ""},
	"no frames": {riff(format(1, 1, 48000, 2, 16), chunk("data", "")), "wav", pcmFormat(16, 1), "", ""},

	"24 in 32":                 {riff(format(1, 1, 48000, 4, 24), chunk("data", "\x00abc\x00def")), "wav", pcmFormat(24, 1), "abcdef", ""},
	"extensible":               {riff(extensible(2, 48000, 2, 16, 16, subPCM), chunk("data", "abcdefgh")), "wav", pcmFormat(16, 2), "abcdefgh", ""},
	"extensible 24 in 32":      {riff(extensible(1, 48000, 4, 32, 24, subPCM), chunk("data", "\x00abc\x00def")), "wav", pcmFormat(24, 1), "abcdef", ""},
	"more than 24 in 32":       {riff(extensible(1, 48000, 4, 32, 24, subPCM), chunk("data", "\x00abc\x01def")), "wav", pcmFormat(32, 1), "\x00abc\x01def", "from frame 1 on"},
	"more than 12 in 24":       {riff(format(1, 2, 48000, 3, 12), chunk("data", "abcdef")), "wav", pcmFormat(24, 2), "abcdef", "from frame 0 on"},
	"extensible 20":            {riff(extensible(1, 48000, 3, 24, 20, subPCM), chunk("data", "\x10bc\x20ef")), "wav", pcmFormat(20, 1), "\x10bc\x20ef", ""},
	"extensible, none valid":   {riff(extensible(1, 48000, 4, 32, 0, subPCM), chunk("data", "abcd")), "wav", pcmFormat(32, 1), "abcd", ""},
	"extensible, too many":     {riff(extensible(1, 48000, 2, 16, 24, subPCM), chunk("data", "abcd")), "wav", pcmFormat(16, 1), "abcd", "24 bits are said to count"},
	"extensible float":         {riff(extensible(1, 48000, 4, 32, 32, subFloat), chunk("data", "abcd")), "wav", floatFormat(32), "abcd", ""},
	"extensible B-format":      {riff(extensible(4, 48000, 2, 16, 16, bFormat), chunk("data", "abcdefgh")), "wav", pcmFormat(16, 4), "abcdefgh", ""},
	"WAVEFORMAT of 14 bytes":   {riff(chunk("fmt ", le(1, 2, int64(48000), int64(192000), 4)), chunk("data", "abcd")), "wav", pcmFormat(16, 2), "abcd", ""},
	"WAVEFORMATEX with rubble": {riff(chunk("fmt ", le(1, 2, int64(48000), int64(0), 4, 16, 0x554a)), chunk("data", "abcd")), "wav", pcmFormat(16, 2), "abcd", ""},

	"data before fmt":    {riff(chunk("data", "abcd"), format(1, 1, 48000, 2, 16)), "wav", pcmFormat(16, 1), "abcd", ""},
	"odd chunk":          {riff(chunk("LIST", "INFOx"), format(1, 1, 48000, 2, 16), chunk("odd?", "xyz"), chunk("data", "abcd")), "wav", pcmFormat(16, 1), "abcd", ""},
	"odd chunk unpadded": {riff("LIST"+le(int64(5))+"INFOx", format(1, 1, 48000, 2, 16), "note"+le(int64(3))+"xyz", chunk("data", "abcd")), "wav", pcmFormat(16, 1), "abcd", ""},
	"odd data":           {riff(format(1, 1, 48000, 3, 24), "data"+le(int64(3))+"abc"), "wav", pcmFormat(24, 1), "abc", ""},
	"odd data, unpadded": {riff(format(1, 1, 48000, 3, 24), "data"+le(int64(3))+"abc", chunk("LIST", "INFO")), "wav", pcmFormat(24, 1), "abc", ""},
	"part of a frame":    {riff(format(1, 2, 48000, 2, 16), chunk("data", "abcdefg")), "wav", pcmFormat(16, 2), "abcd", "its last bytes (3)"},
	"two data chunks":    {riff(format(1, 1, 48000, 2, 16), chunk("data", "abcd"), chunk("data", "efgh")), "wav", pcmFormat(16, 1), "abcd", "not the first one"},
	"two fmt chunks":     {riff(format(1, 1, 48000, 2, 16), format(1, 2, 8000, 1, 8), chunk("data", "abcd")), "wav", pcmFormat(16, 1), "abcd", "not the first one"},
	"rubble at the end":  {riff(format(1, 1, 48000, 2, 16), chunk("data", "abcd")) + "TAGsomething else", "wav", pcmFormat(16, 1), "abcd", "the 17 bytes from byte 48"},
	"rubble within":      {riff(format(1, 1, 48000, 2, 16), chunk("data", "abcd"), "\x00\x01\x02"), "wav", pcmFormat(16, 1), "abcd", "what follows the audio is ignored"},
	"file in a file":     {riff(format(1, 1, 48000, 2, 16), chunk("data", "abcd")) + riff(format(1, 2, 8000, 1, 8), chunk("data", "xy")), "wav", pcmFormat(16, 1), "abcd", "behind the end"},

	"cut off":            {riff(format(1, 2, 48000, 2, 16), "data"+le(int64(400))+"abcdefghij"), "wav", pcmFormat(16, 2), "abcdefgh", "promises 400 bytes, and the file has 10"},
	"streamed, all ones": {strings.Replace(riff(format(1, 1, 48000, 2, 16), "data\xff\xff\xff\xffabcdef"), "RIFF\x2a\x00\x00\x00", "RIFF\xff\xff\xff\xff", 1), "wav", pcmFormat(16, 1), "abcdef", "never written"},
	"streamed, zero":     {"RIFF\x00\x00\x00\x00WAVE" + format(1, 1, 48000, 2, 16) + "data\x00\x00\x00\x00abcdef", "wav", pcmFormat(16, 1), "abcdef", "never written"},
	"streamed by sox":    {riff(format(1, 1, 48000, 2, 16), "data\x00\xf0\xff\x7fabcdef"), "wav", pcmFormat(16, 1), "abcdef", "never written"},
	"empty, with a list": {riff(format(1, 1, 48000, 2, 16), chunk("data", ""), chunk("LIST", "INFO")), "wav", pcmFormat(16, 1), "", ""},

	"RIFX 16":      {rifx(chunkX("fmt ", be(1, 1, int64(48000), int64(96000), 2, 16)), chunkX("data", "badc")), "rifx", pcmFormat(16, 1), "abcd", ""},
	"RIFX float":   {rifx(chunkX("fmt ", be(3, 1, int64(48000), int64(192000), 4, 32)), chunkX("data", "dcba")), "rifx", floatFormat(32), "abcd", ""},
	"RIFX 8":       {rifx(chunkX("fmt ", be(1, 1, int64(48000), int64(48000), 1, 8)), chunkX("data", "\x80\xff")), "rifx", pcmFormat(8, 1), "\x00\x7f", ""},
	"RIFX 24 in 4": {rifx(chunkX("fmt ", be(0xfffe, 1, int64(48000), int64(192000), 4, 32, 22, 24, int64(4), "\x00\x00\x00\x01\x00\x00\x00\x10"+subPCM[8:])), chunkX("data", "cba\x00")), "rifx", pcmFormat(24, 1), "abc", ""},
	"RIFX, sox":    {rifx(chunkX("fmt ", be(0xfffe, 1, int64(48000), int64(144000), 3, 24, 22, 24, int64(4), "\x00\x01"+subPCM[2:])), chunkX("data", "cba")), "rifx", pcmFormat(24, 1), "abc", ""},
	"RIFX, little": {rifx(chunkX("fmt ", be(0xfffe, 1, int64(48000), int64(144000), 3, 24, 22, 24, int64(4), subPCM)), chunkX("data", "cba")), "rifx", pcmFormat(24, 1), "abc", ""},

	"RF64":              {"RF64\xff\xff\xff\xffWAVE" + ds64(82, 4, 2) + format(1, 1, 48000, 2, 16) + "data\xff\xff\xff\xffabcd" + chunk("LIST", "INFO"), "rf64", pcmFormat(16, 1), "abcd", ""},
	"BW64":              {"BW64\xff\xff\xff\xffWAVE" + ds64(0, 4, 2) + format(1, 1, 48000, 2, 16) + "data\xff\xff\xff\xffabcd", "bw64", pcmFormat(16, 1), "abcd", ""},
	"RF64, small":       {"RF64\xff\xff\xff\xffWAVE" + ds64(82, 4, 2) + format(1, 1, 48000, 2, 16) + chunk("data", "abcd"), "rf64", pcmFormat(16, 1), "abcd", ""},
	"RF64, more in it":  {"RF64\xff\xff\xff\xffWAVE" + ds64(100, 4, 2, "bulk"+le(uint64(6))) + "bulk\xff\xff\xff\xffsecret" + format(1, 1, 48000, 2, 16) + "data\xff\xff\xff\xffabcd", "rf64", pcmFormat(16, 1), "abcd", ""},
	"RF64, never ended": {"RF64\xff\xff\xff\xffWAVE" + ds64(0, 0, 0) + format(1, 1, 48000, 2, 16) + "data\xff\xff\xff\xffabcd", "rf64", pcmFormat(16, 1), "abcd", "never written"},
	"RF64, enormous":    {"RF64\xff\xff\xff\xffWAVE" + ds64(math.MaxUint64, math.MaxUint64, 0) + format(1, 1, 48000, 2, 16) + "data\xff\xff\xff\xffabcd", "rf64", pcmFormat(16, 1), "abcd", "promises 18446744073709551615 bytes"},

	"Wave64":           {w64(0, chunk64("fmt ", le(1, 1, int64(48000), int64(96000), 2, 16)), chunk64("bext", "odd"), chunk64("data", "abcdef")), "w64", pcmFormat(16, 1), "abcdef", ""},
	"Wave64, streamed": {w64(-1, chunk64("fmt ", le(1, 1, int64(48000), int64(96000), 2, 16)), "data"+guidEnd+le(uint64(math.MaxUint64))+"abcdef"), "w64", pcmFormat(16, 1), "abcdef", "never written"},
	"Wave64, FFmpeg":   {w64(0, chunk64("fmt ", le(1, 1, int64(48000), int64(144000), 3, 24)), chunk64("data", "abcdef\x00\x00")), "w64", pcmFormat(24, 1), "abcdef", ""},
	"Wave64, cut off":  {w64(1<<40, chunk64("fmt ", le(1, 1, int64(48000), int64(96000), 2, 16)), "data"+guidEnd+le(uint64(1<<40))+"abcdef"), "w64", pcmFormat(16, 1), "abcdef", "promises 1099511627752 bytes"},
}

func TestReadsEveryKind(t *testing.T) {
	for name, c := range valid {
		t.Run(name, func(t *testing.T) {
			f, err := wav.Open(strings.NewReader(c.file), int64(len(c.file)))
			require.NoError(t, err)
			require.Equal(t, c.kind, f.Header.Kind)
			require.Equal(t, c.format, f.Format())
			require.EqualValues(t, len(c.frames)/c.format.FrameSize(), f.Frames())
			require.Equal(t, f.Frames(), f.Header.Frames)
			got := make([]byte, len(c.frames))
			_, err = f.ReadFrames(got, 0)
			require.NoError(t, err)
			require.Equal(t, c.frames, string(got))

			// The region alone gives the same.
			region := f.DataRegion()
			bytes := []byte(c.file)[region.Offset:][:region.Bytes()]
			if region.Plain() {
				require.Equal(t, c.frames, string(bytes))
			}
			_, err = region.Decode(got, bytes, 0)
			require.NoError(t, err)
			require.Equal(t, c.frames, string(got))

			if c.warning == "" {
				require.Empty(t, f.Header.Warnings)
			} else {
				require.Contains(t, strings.Join(f.Header.Warnings, "\n"), c.warning)
			}
		})
	}
}

func TestRefusesWhatIsNone(t *testing.T) {
	data := chunk("data", "abcdefgh")
	for name, c := range map[string]struct{ file, want string }{
		"empty":              {"", "no WAV file begins with"},
		"text":               {"hello, this is not audio, and long enough", "no WAV file begins with 68656c6c6f"},
		"RIFF of another":    {"RIFF\x04\x00\x00\x00AVI LIST", "no WAV file begins with"},
		"nothing in it":      {riff(), "byte 12: the file has no fmt chunk"},
		"no fmt":             {riff(data), "no fmt chunk"},
		"no data":            {riff(format(1, 1, 48000, 2, 16)), "byte 36: the file has no data chunk"},
		"cut in a head":      {riff(format(1, 1, 48000, 2, 16)) + "dat", "byte 36: the file ends in the head of a chunk"},
		"rubble for a chunk": {riff("\x00\x01\x02\x03\x04\x05\x06\x07\x08"), "byte 12: a chunk should begin here, not 0001020304050607"},
		"fmt too short":      {riff(chunk("fmt ", "abcdefgh"), data), "byte 20: the fmt chunk has 8 bytes"},
		"extensible, short":  {riff(chunk("fmt ", le(0xfffe, 1, int64(1), int64(2), 2, 16)), data), "extensible and has 16 bytes of 40"},
		"no rate":            {riff(format(1, 1, 0, 2, 16), data), "byte 20: 1 channels at 0 Hz"},
		"no channels":        {riff(format(1, 0, 48000, 2, 16), data), "0 channels at 48000 Hz"},
		"block align 0":      {riff(format(1, 1, 48000, 0, 16), data), "a frame of 0 bytes cannot hold 1 channels of 16 bits"},
		"block align lies":   {riff(chunk("fmt ", le(1, 3, int64(8000), int64(72000), 4, 24)), data), "a frame of 4 bytes cannot hold 3 channels of 24 bits"},
		"too few bytes":      {riff(format(1, 2, 48000, 2, 24), data), "a frame of 4 bytes cannot hold 2 channels of 24 bits"},
		"ds64 too short":     {"RF64\xff\xff\xff\xffWAVE" + chunk("ds64", "abcd"), "the ds64 chunk has 4 bytes of at least 24"},
		"Wave64 of size 0":   {w64(0, "fmt "+guidEnd+le(uint64(0))), "byte 40: a chunk should begin here"},
		"Wave64 in a head":   {w64(0, "fmt "), "byte 40: the file ends in the head of a chunk"},
		"endless chunks":     {riff(strings.Repeat(chunk("tiny", ""), iff.MaxChunks+1)), "more than 4096 chunks"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wav.Open(strings.NewReader(c.file), int64(len(c.file)))
			require.ErrorIs(t, err, iff.ErrInvalid)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestKeepsOpaqueWhatIsCodedOtherwise(t *testing.T) {
	data := chunk("data", "abcdefgh")
	for name, c := range map[string]struct {
		file, codec, want string
		frames            int64
	}{
		"mu-law":     {riff(format(7, 2, 8000, 1, 8), data), "ulaw", "byte 20: samples coded as ulaw", 4},
		"A-law":      {riff(format(6, 1, 8000, 1, 8), data), "alaw", "coded as alaw", 8},
		"ADPCM":      {riff(format(17, 1, 8000, 8, 4), chunk("fact", le(int64(9))), data), "adpcm-ima", "coded as adpcm-ima", 9},
		"MP3":        {riff(format(85, 1, 8000, 1, 0), data), "mp3", "coded as mp3", -1},
		"never seen": {riff(format(0x1234, 1, 8000, 1, 0), data), "wav-1234", "coded as wav-1234", -1},
		"other GUID": {riff(extensible(1, 8000, 2, 16, 16, strings.Repeat("g", 16)), data), "wav-other", "coded as wav-other", -1},
		"36 bit":     {riff(format(1, 1, 8000, 5, 36), data), "pcm", "integers of 36 bits", 1},
		"half":       {riff(format(3, 1, 8000, 2, 16), data), "float", "floats of 16 bits", 4},
		"fast":       {riff(format(1, 1, 1<<30, 2, 16), data), "pcm", "sample rate", 4},
		"many":       {riff(format(1, 1000, 8000, 1, 8), chunk("data", strings.Repeat("x", 2000))), "pcm", "1000 channels", 2},
		"7 in 9":     {riff(format(1, 1, 8000, 9, 7), chunk("data", "abcdefghi")), "pcm", "samples of 7 bits in 9 bytes", 1},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := wav.Parse(strings.NewReader(c.file), int64(len(c.file)))
			require.NoError(t, err)
			require.Equal(t, c.codec, h.Codec)
			require.Equal(t, c.frames, h.Frames)
			_, err = wav.Open(strings.NewReader(c.file), int64(len(c.file)))
			require.ErrorIs(t, err, pcm.ErrFormat)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestHints(t *testing.T) {
	bext := strings.Repeat("\x00", 338) + le(int64(172800000&0xffffffff), int64(1)) + strings.Repeat("\x00", 256)
	acid := strings.Repeat("\x00", 20) + le(int64(math.Float32bits(121.5)))
	file := riff(chunk("bext", bext), format(1, 1, 48000, 2, 16), chunk("acid", acid), chunk("data", "abcd"))
	h, err := wav.Parse(strings.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	require.EqualValues(t, 1<<32+172800000, h.TimeReference)
	require.Equal(t, 121.5, h.Tempo)
	require.Len(t, h.Chunks, 4)

	file = riff(chunk("bext", "short"), format(1, 1, 48000, 2, 16), chunk("acid", strings.Repeat("\xff", 24)), chunk("data", "abcd"))
	h, err = wav.Parse(strings.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	require.EqualValues(t, -1, h.TimeReference)
	require.Zero(t, h.Tempo)
}

// What a head claims allocates nothing and is not walked over.
func TestClaimsCostNothing(t *testing.T) {
	file := []byte(riff(format(1, 1, 48000, 2, 16), "data\xf0\xff\xff\xffabcdef"))
	allocated := testing.AllocsPerRun(10, func() {
		f, err := wav.Open(bytes.NewReader(file), int64(len(file)))
		require.NoError(t, err)
		require.EqualValues(t, 3, f.Frames())
	})
	require.Less(t, allocated, 200.0)
}

func FuzzOpen(f *testing.F) {
	for _, c := range valid {
		f.Add([]byte(c.file))
	}
	for _, file := range marked {
		f.Add([]byte(file(1, 2, 0, 3)))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		h, err := wav.Parse(bytes.NewReader(file), int64(len(file)))
		if err == nil && (h.Frames < -1 || h.TimeReference < -1) {
			t.Fatalf("%d frames at %d", h.Frames, h.TimeReference)
		}
		for _, c := range h.Chunks {
			if c.Size < 0 || c.End() > int64(len(file)) {
				t.Fatalf("a chunk from %d to %d of %d bytes", c.Head, c.End(), len(file))
			}
		}
		w, err := wav.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		region := w.DataRegion()
		if err := region.Check(); err != nil || region.Offset < 0 || region.Frames < 0 || region.Offset+region.Bytes() > int64(len(file)) {
			t.Fatalf("%+v of %d bytes: %v", region, len(file), err)
		}
		p := make([]byte, w.Frames()*int64(w.Format().FrameSize()))
		n, err := w.ReadFrames(p, 0)
		if region.Container > 4 && errors.Is(err, pcm.ErrPadding) {
			return
		}
		if err != nil && !errors.Is(err, io.EOF) || int64(n) != w.Frames() {
			t.Fatalf("%d frames of %d: %v", n, w.Frames(), err)
		}
		marks, err := w.Marks()
		if err != nil {
			t.Fatal(err)
		}
		stay := make([]int64, len(marks.Marks))
		for i, m := range marks.Marks {
			stay[i] = m.Frame
		}
		marks.Move(stay)
		var out bytes.Buffer
		copied, err := wav.NewWriterLike(&out, w, w.Frames(), marks)
		if err != nil {
			t.Fatal(err)
		}
		write(t, copied, p, 1000)
		again, frames := read(t, out.Bytes())
		if again.DataRegion().Coding != region.Coding || !bytes.Equal(p, frames) {
			t.Fatalf("%+v became %+v", region, again.DataRegion())
		}
		if left, err := again.Marks(); err != nil || !slices.Equal(left.Marks, marks.Marks) {
			t.Fatalf("%v became %v, %v", marks.Marks, left, err)
		}
	})
}
