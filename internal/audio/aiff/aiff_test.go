package aiff_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/aiff"
	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// be writes integers of 2 and 4 bytes one after the other.
func be(values ...any) string {
	var b []byte
	for _, v := range values {
		switch v := v.(type) {
		case int:
			b = binary.BigEndian.AppendUint16(b, uint16(v))
		case int64:
			b = binary.BigEndian.AppendUint32(b, uint32(v))
		case string:
			b = append(b, v...)
		}
	}
	return string(b)
}

func chunk(id, body string) string {
	return id + be(int64(len(body))) + body + strings.Repeat("\x00", len(body)%2)
}

func form(kind string, chunks ...string) string {
	body := kind + strings.Join(chunks, "")
	return "FORM" + be(int64(len(body))) + body
}

// hz is a rate as an 80-bit float, made another way than the package does.
func hz(rate float64) string {
	mantissa := new(big.Float)
	exponent := big.NewFloat(rate).MantExp(mantissa)
	m, _ := mantissa.SetMantExp(mantissa, 64).Uint64()
	return be(exponent-1+16383) + string(binary.BigEndian.AppendUint64(nil, m))
}

func comm(channels, frames, bits int, rate float64, compression ...string) string {
	return chunk("COMM", be(channels, int64(frames), bits, hz(rate), strings.Join(compression, "")))
}

func ssnd(audio string) string { return chunk("SSND", be(int64(0), int64(0), audio)) }

func ints(depth, channels int) pcm.Format {
	return pcm.Format{SampleRate: 44100, Channels: channels, BitDepth: depth}
}

func floats(depth int) pcm.Format {
	return pcm.Format{SampleRate: 44100, Channels: 1, BitDepth: depth, Float: true}
}

func aifc(frames, bits int, compression, audio string) string {
	return form("AIFC", chunk("FVER", "\xa2\x80\x51\x40"), comm(1, frames, bits, 44100, compression, "\x03odd"), ssnd(audio))
}

var valid = map[string]struct {
	file    string
	format  pcm.Format
	frames  string // canonical
	warning string
}{
	"8 bit":  {form("AIFF", comm(1, 4, 8, 44100), ssnd("\x00\x01\x7f\x80")), ints(8, 1), "\x00\x01\x7f\x80", ""},
	"12 bit": {form("AIFF", comm(1, 2, 12, 44100), ssnd("a\x10b\x20")), ints(12, 1), "\x10a\x20b", ""},
	"16 bit": {form("AIFF", comm(2, 2, 16, 44100), ssnd("badcfehg")), ints(16, 2), "abcdefgh", ""},
	"24 bit": {form("AIFF", comm(1, 2, 24, 44100), ssnd("cbafed")), ints(24, 1), "abcdef", ""},
	"32 bit": {form("AIFF", comm(1, 1, 32, 44100), ssnd("dcba")), ints(32, 1), "abcd", ""},
	"silent": {form("AIFF", comm(1, 0, 16, 44100)), ints(16, 1), "", ""},

	"NONE":        {aifc(2, 16, "NONE", "badc"), ints(16, 1), "abcd", ""},
	"twos":        {aifc(2, 16, "twos", "badc"), ints(16, 1), "abcd", ""},
	"sowt":        {aifc(2, 16, "sowt", "abcd"), ints(16, 1), "abcd", ""},
	"sowt 24":     {aifc(1, 24, "sowt", "abc"), ints(24, 1), "abc", ""},
	"raw":         {aifc(2, 8, "raw ", "\x80\xff"), ints(8, 1), "\x00\x7f", ""},
	"fl32":        {aifc(1, 32, "fl32", "dcba"), floats(32), "abcd", ""},
	"FL32":        {aifc(1, 16, "FL32", "dcba"), floats(32), "abcd", ""},
	"fl64":        {aifc(1, 64, "fl64", "hgfedcba"), floats(64), "abcdefgh", ""},
	"in24":        {aifc(1, 16, "in24", "cba"), ints(24, 1), "abc", ""},
	"in32":        {aifc(1, 16, "in32", "dcba"), ints(32, 1), "abcd", ""},
	"42ni":        {aifc(1, 16, "42ni", "abc"), ints(24, 1), "abc", ""},
	"23ni":        {aifc(1, 16, "23ni", "abcd"), ints(32, 1), "abcd", ""},
	"AIFC, short": {form("AIFC", comm(1, 2, 16, 44100, "NONE"), ssnd("badc")), ints(16, 1), "abcd", ""},

	"COMM last":      {form("AIFF", ssnd("badc"), comm(1, 2, 16, 44100)), ints(16, 1), "abcd", ""},
	"odd chunk":      {form("AIFF", chunk("NAME", "abc"), comm(1, 2, 16, 44100), ssnd("badc")), ints(16, 1), "abcd", ""},
	"odd, unpadded":  {form("AIFF", "NAME"+be(int64(3))+"abc", comm(1, 2, 16, 44100), ssnd("badc")), ints(16, 1), "abcd", ""},
	"offset":         {form("AIFF", comm(1, 2, 16, 44100), chunk("SSND", be(int64(6), int64(0), "......badc"))), ints(16, 1), "abcd", ""},
	"more than said": {form("AIFF", comm(1, 1, 16, 44100), ssnd("badc")), ints(16, 1), "ab", "1 frames more than"},
	"two COMMs":      {form("AIFF", comm(1, 2, 16, 44100), comm(2, 2, 8, 8000), ssnd("badc")), ints(16, 1), "abcd", "not the first one"},
	"rubble":         {form("AIFF", comm(1, 2, 16, 44100), ssnd("badc")) + "rubble and more", ints(16, 1), "abcd", "the 15 bytes from byte 58"},
	"cut off":        {form("AIFF", comm(1, 9, 16, 44100), "SSND"+be(int64(26), int64(0), int64(0))+"badc."), ints(16, 1), "abcd", "promises 9 frames, and the file has 2"},

	"streamed by sox":    {"FORM\x7f\x00\x00\x36AIFF" + comm(1, 0x3f800000, 16, 44100) + "SSND\x7f\x00\x00\x04" + be(int64(0), int64(0)) + "badc", ints(16, 1), "abcd", "never written"},
	"streamed by ffmpeg": {"FORM\x00\x00\x00\x00AIFF" + comm(1, 0, 16, 44100) + "SSND\x00\x00\x00\x00" + be(int64(0), int64(0)) + "badc", ints(16, 1), "abcd", "never written"},
	"frames unwritten":   {form("AIFF", comm(1, 0, 16, 44100), ssnd("badc")), ints(16, 1), "abcd", "there are 2"},
}

func TestReadsEveryKind(t *testing.T) {
	for name, c := range valid {
		t.Run(name, func(t *testing.T) {
			f, err := aiff.Open(strings.NewReader(c.file), int64(len(c.file)))
			require.NoError(t, err)
			require.Equal(t, c.format, f.Format())
			require.EqualValues(t, len(c.frames)/c.format.FrameSize(), f.Frames())
			require.Equal(t, f.Frames(), f.Header.Frames)
			got := make([]byte, len(c.frames))
			_, err = f.ReadFrames(got, 0)
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

func TestReadsEveryRate(t *testing.T) {
	for _, rate := range []int{1, 8000, 11025, 22050, 44056, 44100, 48000, 88200, 96000, 176400, 192000, 384000, 1<<24 - 1} {
		file := form("AIFF", comm(1, 1, 16, float64(rate)), ssnd("ab"))
		f, err := aiff.Open(strings.NewReader(file), int64(len(file)))
		require.NoError(t, err, rate)
		require.Equal(t, rate, f.Format().SampleRate)
	}
}

func TestRefusesWhatIsNone(t *testing.T) {
	audio := ssnd("badc")
	odd := func(rate string) string {
		return form("AIFF", chunk("COMM", be(1, int64(1), 16, rate)), audio)
	}
	for name, c := range map[string]struct {
		file, want string
		sound      bool // it is no damage
	}{
		"empty":             {"", "no AIFF file begins with", false},
		"FORM of another":   {form("8SVX", audio), "no AIFF file begins with 464f524d", false},
		"no COMM":           {form("AIFF", audio), "the file has no COMM chunk", false},
		"no SSND":           {form("AIFF", comm(1, 1, 16, 44100)), "no SSND chunk, and should have 1 frames", false},
		"COMM too short":    {form("AIFF", chunk("COMM", "abc"), audio), "byte 20: the COMM chunk has 3 bytes, and needs 18", false},
		"COMM of no AIFC":   {form("AIFC", comm(1, 1, 16, 44100), audio), "has 18 bytes, and needs 22", false},
		"SSND too short":    {form("AIFF", comm(1, 1, 16, 44100), chunk("SSND", "abc")), "the SSND chunk has 3 bytes", false},
		"offset too long":   {form("AIFF", comm(1, 1, 16, 44100), chunk("SSND", be(int64(99), int64(0), "badc"))), "begins 99 bytes into a chunk that has 4", false},
		"no channels":       {form("AIFF", comm(0, 1, 16, 44100), audio), "0 channels at 44100 Hz", false},
		"rate 0":            {odd(strings.Repeat("\x00", 10)), "1 channels at 0 Hz", false},
		"rubble":            {form("AIFF", "\x00\x01\x02\x03\x04\x05\x06\x07"), "byte 12: a chunk should begin here", false},
		"rate of 44100.5":   {odd(hz(44100.5)), "a sample rate of 44100.5 Hz, which is no whole number", true},
		"rate below 1":      {odd(hz(0.25)), "a sample rate of 0.25 Hz", true},
		"rate of -8000":     {odd("\xc0" + hz(8000)[1:]), "a sample rate of -8000 Hz", true},
		"rate without end":  {odd("\x7f\xff" + strings.Repeat("\xff", 8)), "a sample rate of +Inf Hz", true},
		"rate of 2^40":      {odd(hz(1 << 40)), "a sample rate of 1.099511628e+12 Hz", true},
		"rate of 2^30":      {odd(hz(1 << 30)), "a sample rate of", true},
		"depth 0":           {form("AIFF", comm(1, 1, 0, 44100), audio), "integers of 0 bits", true},
		"depth 33":          {form("AIFF", comm(1, 1, 33, 44100), audio), "integers of 33 bits", true},
		"depth 65535":       {form("AIFF", comm(1, 1, 65535, 44100), audio), "integers of 65535 bits", true},
		"too many channels": {form("AIFF", comm(300, 1, 16, 44100), audio), "300 channels", true},
		"compressed":        {aifc(1, 16, "ima4", "badc"), `byte 32: samples compressed as "ima4"`, true},
		"unknown":           {aifc(1, 16, "\x00\xff?!", "badc"), `compressed as "\x00\xff?!"`, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := aiff.Open(strings.NewReader(c.file), int64(len(c.file)))
			want := iff.ErrInvalid
			if c.sound {
				want = pcm.ErrFormat
			}
			require.ErrorIs(t, err, want)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestKnowsWhatIsCodedOtherwise(t *testing.T) {
	for compression, codec := range map[string]string{
		"ulaw": "ulaw", "ALAW": "alaw", "ima4": "adpcm-ima", "fl32": "float", "sowt": "pcm", "QX7 ": "aifc-qx7", "\x00\xff?!": "aifc-other",
	} {
		file := aifc(7, 16, compression, "badc")
		h, err := aiff.Parse(strings.NewReader(file), int64(len(file)))
		require.NoError(t, err)
		require.Equal(t, codec, h.Codec)
		require.Equal(t, 44100, h.SampleRate)
	}
}

func FuzzOpen(f *testing.F) {
	for _, c := range valid {
		f.Add([]byte(c.file))
	}
	f.Add([]byte(form("AIFF", comm(1, 1, 16, 44100), chunk("MARK", "\x00\x01\x00\x05\x00\x00\x00\x01\x03abc"), ssnd("ab"))))
	f.Fuzz(func(t *testing.T, file []byte) {
		h, err := aiff.Parse(bytes.NewReader(file), int64(len(file)))
		if err == nil && h.Frames < -1 {
			t.Fatalf("%d frames", h.Frames)
		}
		for _, c := range h.Chunks {
			if c.Size < 0 || c.End() > int64(len(file)) {
				t.Fatalf("a chunk from %d to %d of %d bytes", c.Head, c.End(), len(file))
			}
		}
		w, err := aiff.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		region := w.DataRegion()
		if err := region.Check(); err != nil || region.Offset < 0 || region.Frames < 0 || region.Offset+region.Bytes() > int64(len(file)) {
			t.Fatalf("%+v of %d bytes: %v", region, len(file), err)
		}
		p := make([]byte, w.Frames()*int64(w.Format().FrameSize()))
		n, err := w.ReadFrames(p, 0)
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
		copied, err := aiff.NewWriterLike(&out, w, w.Frames(), marks)
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
