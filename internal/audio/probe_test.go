package audio_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// le and be write integers of 1, 2, 4 and 8 bytes, and texts, one after the other.
func le(values ...any) string { return join(binary.LittleEndian, values) }
func be(values ...any) string { return join(binary.BigEndian, values) }

func join(order binary.AppendByteOrder, values []any) string {
	var b []byte
	for _, v := range values {
		switch v := v.(type) {
		case byte:
			b = append(b, v)
		case int:
			b = order.AppendUint16(b, uint16(v))
		case uint32:
			b = order.AppendUint32(b, v)
		case uint64:
			b = order.AppendUint64(b, v)
		case string:
			b = append(b, v...)
		}
	}
	return string(b)
}

func zeros(n int) string { return strings.Repeat("\x00", n) }

func chunk(id, body string) string { return id + le(uint32(len(body))) + body }

func wavFile(tag, bits int, chunks ...string) string {
	head := chunk("fmt ", le(tag, 1, uint32(48000), uint32(0), bits/8, bits))
	body := "WAVE" + strings.Join(chunks, "") + head + chunk("data", "abcdef")
	return chunk("RIFF", body)
}

func aiffFile(kind, compression string) string {
	comm := be(1, uint32(3), 16, "\x40\x0e\xbb\x80", zeros(6), compression)
	body := kind + "COMM" + be(uint32(len(comm))) + comm + "SSND" + be(uint32(14)) + zeros(8) + "badcfe"
	return "FORM" + be(uint32(len(body))) + body
}

// id3 is a tag before the file proper.
func id3(length int) string {
	return "ID3\x04\x00\x00" + string([]byte{0, 0, byte(length >> 7), byte(length & 0x7f)}) + zeros(length)
}

// mp3 is frames of 128 kbit/s at 44.1 kHz; the first one has what begins with tag.
func mp3(frames int, tag string) string {
	frame := "\xff\xfb\x90\x44" + zeros(413)
	return "\xff\xfb\x90\x44" + zeros(32) + tag + zeros(413-32-len(tag)) + strings.Repeat(frame, frames)
}

// lame is what an encoder leaves of 10 frames, 576 before the music and 1000 after.
var lame = "Info" + be(uint32(15), uint32(10), uint32(4180)) + zeros(100) + be(uint32(0)) +
	"LAME3.100" + zeros(12) + "\x24\x03\xe8" + zeros(12)

func page(position uint64, serial uint32, packet string) string {
	return "OggS\x00\x00" + le(position, serial, uint32(0), uint32(0)) + "\x01" + string([]byte{byte(len(packet))}) + packet
}

func ogg(first string, last uint64) string {
	return page(0, 7, first+zeros(40)) + page(500, 8, "another") + page(last, 7, "end") + page(math.MaxUint64, 7, "nothing")
}

func atom(kind string, parts ...string) string {
	body := strings.Join(parts, "")
	return be(uint32(8+len(body))) + kind + body
}

// mp4 has a film's track before the one of sound.
func mp4(codec string, scale uint32, rate int) string {
	film := atom("trak", atom("mdia", atom("hdlr", zeros(8)+"vide"+zeros(12))))
	entry := atom(codec, zeros(6), be(1), zeros(8), be(2, 16), zeros(4), be(rate, 0))
	sound := atom("trak", atom("tkhd", zeros(84)), atom("mdia",
		atom("mdhd", zeros(12), be(scale, uint32(96000)), zeros(4)),
		atom("hdlr", zeros(8)+"soun"+zeros(12)),
		atom("minf", atom("stbl", atom("stsd", zeros(4), be(uint32(1)), entry)))))
	return atom("ftyp", "M4A "+zeros(8)) + be(uint32(1)) + "mdat" + be(uint64(20)) + "abcd" + atom("moov", atom("mvhd", zeros(100)), film, sound)
}

func caf(format string, flags uint32) string {
	return "caff" + be(1, 0) + "desc" + be(uint64(32), math.Float64bits(48000)) + format + be(flags, uint32(6), uint32(1), uint32(2), uint32(24))
}

func wavpack(flags, frames uint32) string {
	return "wvpk" + le(uint32(24), 0x410, 0, frames, uint32(0), frames, flags, uint32(0))
}

func adts(frames int) string {
	return strings.Repeat("\xff\xf1\x4c\x80\x02\x1f\xfc"+zeros(9), frames)
}

// known are files with their facts.
var known = map[string]struct {
	file  string
	facts audio.Facts
	opens bool
}{
	"wav":       {wavFile(1, 16), audio.Facts{Container: "wav", Codec: "pcm", SampleRate: 48000, Channels: 1, BitDepth: 16, Frames: 3}, true},
	"wav bext":  {wavFile(1, 16, chunk("bext", zeros(338)+le(uint64(90000))+zeros(256))), audio.Facts{Container: "wav", Codec: "pcm", SampleRate: 48000, Channels: 1, BitDepth: 16, Frames: 3, TimeReference: 90000}, true},
	"wav acid":  {wavFile(1, 16, chunk("acid", zeros(20)+le(math.Float32bits(90)))), audio.Facts{Container: "wav", Codec: "pcm", SampleRate: 48000, Channels: 1, BitDepth: 16, Frames: 3, Tempo: 90}, true},
	"wav ulaw":  {wavFile(7, 8), audio.Facts{Container: "wav", Codec: "ulaw", SampleRate: 48000, Channels: 1, BitDepth: 8, Frames: 6}, false},
	"aiff":      {aiffFile("AIFF", ""), audio.Facts{Container: "aiff", Codec: "pcm", SampleRate: 48000, Channels: 1, BitDepth: 16, Frames: 3}, true},
	"aifc twos": {aiffFile("AIFC", "twos\x00\x00"), audio.Facts{Container: "aifc", Codec: "pcm", SampleRate: 48000, Channels: 1, BitDepth: 16, Frames: 3}, true},
	"aifc ulaw": {aiffFile("AIFC", "ulaw\x00\x00"), audio.Facts{Container: "aifc", Codec: "ulaw", SampleRate: 48000, Channels: 1, BitDepth: 16, Frames: 3}, false},

	"mp3":        {mp3(3, ""), audio.Facts{Container: "mp3", Codec: "mp3", SampleRate: 44100, Channels: 2, Frames: -1}, false},
	"mp3 tagged": {id3(300) + mp3(3, ""), audio.Facts{Container: "mp3", Codec: "mp3", SampleRate: 44100, Channels: 2, Frames: -1}, false},
	"mp3 lame":   {mp3(10, lame), audio.Facts{Container: "mp3", Codec: "mp3", SampleRate: 44100, Channels: 2, Frames: 11520 - 1576}, false},
	"mp3 old":    {mp3(0, "") + "TAG" + zeros(125), audio.Facts{Container: "mp3", Codec: "mp3", SampleRate: 44100, Channels: 2, Frames: -1}, false},
	"mp2":        {strings.Repeat("\xff\xf5\x84\xc0"+zeros(380), 2), audio.Facts{Container: "mp2", Codec: "mp2", SampleRate: 24000, Channels: 1, Frames: -1}, false},
	"aac":        {adts(3), audio.Facts{Container: "aac", Codec: "aac", SampleRate: 48000, Channels: 2, Frames: -1}, false},

	"vorbis":   {ogg("\x01vorbis"+zeros(4)+"\x02"+le(uint32(44100)), 90000), audio.Facts{Container: "ogg", Codec: "vorbis", SampleRate: 44100, Channels: 2, Frames: 90000}, false},
	"opus":     {ogg("OpusHead\x01\x02"+le(312, uint32(44100)), 90312), audio.Facts{Container: "ogg", Codec: "opus", SampleRate: 48000, Channels: 2, Frames: 90000}, false},
	"ogg flac": {ogg("\x7fFLAC\x01\x00"+be(1)+"fLaC"+zeros(4)+zeros(10)+be(uint32(48000<<12|1<<9|23<<4)), 90000), audio.Facts{Container: "ogg", Codec: "flac", SampleRate: 48000, Channels: 2, BitDepth: 24, Frames: 90000}, false},
	"ogg":      {ogg("something else", 5), audio.Facts{Container: "ogg", Frames: -1}, false},

	"m4a":       {mp4("mp4a", 44100, 44100), audio.Facts{Container: "mp4", Codec: "aac", SampleRate: 44100, Channels: 2, Frames: -1}, false},
	"alac":      {mp4("alac", 48000, 48000), audio.Facts{Container: "mp4", Codec: "alac", SampleRate: 48000, Channels: 2, BitDepth: 16, Frames: 96000}, false},
	"alac 96k":  {mp4("alac", 96000, 0), audio.Facts{Container: "mp4", Codec: "alac", SampleRate: 96000, Channels: 2, BitDepth: 16, Frames: 96000}, false},
	"caf":       {caf("lpcm", 0), audio.Facts{Container: "caf", Codec: "pcm", SampleRate: 48000, Channels: 2, BitDepth: 24, Frames: -1}, false},
	"caf float": {caf("lpcm", 1), audio.Facts{Container: "caf", Codec: "float", SampleRate: 48000, Channels: 2, BitDepth: 24, Frames: -1}, false},

	"wavpack":     {wavpack(1<<12|1<<11|10<<23|2, 1234), audio.Facts{Container: "wavpack", Codec: "wavpack", SampleRate: 48000, Channels: 2, BitDepth: 24, Frames: 1234}, false},
	"wavpack 5.0": {wavpack(1<<11|10<<23|1, math.MaxUint32) + wavpack(10<<23, 0) + wavpack(1<<12|1<<2|10<<23, 0), audio.Facts{Container: "wavpack", Codec: "wavpack", SampleRate: 48000, Channels: 5, BitDepth: 16, Frames: -1}, false},
	"au":          {".snd" + be(uint32(24), uint32(12), uint32(4), uint32(8000), uint32(2)) + zeros(12), audio.Facts{Container: "au", Codec: "pcm", SampleRate: 8000, Channels: 2, BitDepth: 24, Frames: 2}, false},
	"dsf":         {"DSD " + zeros(24) + "fmt " + le(uint64(52), uint32(1), uint32(0), uint32(2), uint32(2), uint32(2822400), uint32(1), uint64(99)) + zeros(8), audio.Facts{Container: "dsf", Codec: "dsd", SampleRate: 2822400, Channels: 2, BitDepth: 1, Frames: 99}, false},
	"ape":         {"MAC something", audio.Facts{Container: "ape", Codec: "ape", Frames: -1}, false},
}

func TestFacts(t *testing.T) {
	for name, c := range known {
		t.Run(name, func(t *testing.T) {
			r := strings.NewReader(c.file)
			f, err := audio.Probe(r, r.Size(), "a.bin")
			require.NoError(t, err)
			want := c.facts
			if want.TimeReference == 0 {
				want.TimeReference = -1
			}
			require.Equal(t, c.opens, f.Opaque == nil)
			opaque := f.Opaque
			f.Opaque = nil
			require.Equal(t, want, f)

			file, err := audio.Open(r, r.Size())
			if !c.opens {
				require.ErrorIs(t, err, audio.ErrOpaque)
				require.ErrorIs(t, opaque, audio.ErrOpaque)
				require.Equal(t, opaque.Error(), err.Error())
				return
			}
			require.NoError(t, err)
			require.Equal(t, want, file.Facts)
			require.Equal(t, want.Frames, file.Frames())
			region, ok := file.DataRegion()
			require.True(t, ok)
			require.Equal(t, want.Frames, region.Frames)
			got := make([]byte, file.Frames()*int64(file.Format().FrameSize()))
			_, err = file.ReadFrames(got, 0)
			require.NoError(t, err)
			require.Equal(t, "abcdef"[:len(got)], string(got))
		})
	}
}

func TestProbeRefuses(t *testing.T) {
	film := atom("ftyp", "isom"+zeros(8)) + atom("moov", atom("trak", atom("mdia", atom("hdlr", zeros(8)+"vide"+zeros(12)))))
	for name, c := range map[string]struct {
		file, name, want string
		none             bool
	}{
		"empty":            {"", "a.txt", "no audio file", true},
		"text":             {"some words", "notes.txt", "no audio file", true},
		"UTF-16":           {"\xff\xfea\x00b\x00c\x00" + strings.Repeat("d\x00", 4000), "notes.txt", "no audio file", true},
		"UTF-16 lines":     {"\xff\xfe\n\x00b\x00c\x00" + strings.Repeat("d\x00", 4000), "notes.txt", "no audio file", true},
		"JPEG":             {"\xff\xd8\xff\xe0" + zeros(100), "a.jpg", "no audio file", true},
		"like AAC":         {adts(1) + "more", "a.txt", "no audio file", true},
		"film":             {film, "a.mp4", "no audio file", true},
		"RIFF of others":   {chunk("RIFF", "AVI "+zeros(50)), "a.avi", "no audio file", true},
		"by its name only": {"some words", "Bass.WAV", "byte 0: it begins with 736f6d6520776f726473, as no audio file", false},
		"empty by name":    {"", "bass.wav", "byte 0: it is empty", false},
		"WAV cut off":      {wavFile(1, 16)[:40], "bass.wav", "byte 36: the file ends in the head of a chunk", false},
		"AIFF cut off":     {aiffFile("AIFF", "")[:45], "a", "byte 38: the file ends in the head of a chunk", false},
		"FLAC cut off":     {"fLaC\x00\x00\x00\x22", "a", "a damaged FLAC file", false},
		"Ogg cut off":      {"OggS\x00\x00", "a", "byte 6: the file ends in an Ogg page", false},
		"Ogg of rate 0":    {ogg("\x01vorbis"+zeros(4)+"\x02"+le(uint32(0)), 1), "a", "byte 28: 2 channels at 0 Hz", false},
		"WAV behind a tag": {id3(40) + wavFile(1, 16), "bass.wav", "no WAV file begins with 494433", false},
		"tag only":         {id3(100), "a.mp3", "byte 0: a frame of MP3 should begin here", false},
		"tag and words":    {id3(100) + "some words", "a.mp3", "as no audio file", false},
		"MP3 and words":    {id3(100) + mp3(0, "") + "some words", "a.mp3", "byte 527: the second frame of MP3 should begin here", false},
		"CAF cut off":      {"caff", "a", "byte 4: the file ends in the description", false},
		"CAF of others":    {"caff" + zeros(60), "a", "byte 8: the description", false},
		"WavPack cut off":  {"wvpk" + zeros(3), "a", "byte 7: the file ends in a WavPack block", false},
		"WavPack, endless": {strings.Repeat(wavpack(0, 1), 200), "a", "have no end", false},
		"MP4 too long":     {atom("ftyp", "M4A "+zeros(8)) + be(uint32(4000)) + "moov", "a.m4a", `byte 20: a box "moov" that should end at byte 4020`, false},
		"MP4 too short":    {atom("ftyp", "M4A "+zeros(8)) + be(uint32(4)) + "moov", "a.m4a", `byte 20: a box "moov"`, false},
		"MP4 enormous":     {atom("ftyp", "M4A "+zeros(8)) + be(uint32(1)) + "mdat" + be(uint64(math.MaxUint64)), "a.m4a", `byte 20: a box "mdat"`, false},
		"AU of rate 0":     {".snd" + zeros(40), "a", "0 channels at 0 Hz", false},
		"DSF of others":    {"DSD " + zeros(80), "a", "byte 28: the fmt chunk", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := strings.NewReader(c.file)
			_, err := audio.Probe(r, r.Size(), c.name)
			want := audio.ErrInvalid
			if c.none {
				want = audio.ErrNotAudio
			}
			require.ErrorIs(t, err, want)
			require.ErrorContains(t, err, c.want)
			_, err = audio.Open(r, r.Size())
			require.Error(t, err)
			require.NotErrorIs(t, err, audio.ErrOpaque)
		})
	}
}

// A FLAC whose header and frames disagree.
func TestProbeRefusesAFLACThatLies(t *testing.T) {
	name := store(t, "flac", stereo(16, false), noise(stereo(16, false), 100))
	file, err := os.ReadFile(name)
	require.NoError(t, err)
	file[20], file[21] = file[20]|1, file[21]&0x0f|0x70 // 24 bits
	_, err = audio.Probe(bytes.NewReader(file), int64(len(file)), "a.flac")
	require.ErrorIs(t, err, audio.ErrInvalid)
	require.ErrorContains(t, err, "byte 42: a frame has 16 bits, the file 24")
}

// broken cannot be read.
type broken struct{}

var errDisk = errors.New("the disk is on fire")

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

// What a disk cannot read is no fault of the file.
func TestReaderErrorsPassThrough(t *testing.T) {
	_, err := audio.Probe(broken{}, 1000, "a.wav")
	require.ErrorIs(t, err, errDisk)
	require.NotErrorIs(t, err, audio.ErrInvalid)
	_, err = audio.Open(broken{}, 1000)
	require.ErrorIs(t, err, errDisk)
	_, err = audio.Probe(bytes.NewReader(nil), 1000, "a.wav")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func FuzzProbe(f *testing.F) {
	for _, c := range known {
		f.Add([]byte(c.file))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		facts, err := audio.Probe(bytes.NewReader(file), int64(len(file)), "a.wav")
		if err == nil && (facts.Container == "" || facts.Frames < -1 || facts.TimeReference < -1) {
			t.Fatalf("facts of nothing: %+v", facts)
		}
		open, openErr := audio.Open(bytes.NewReader(file), int64(len(file)))
		if (err == nil && facts.Opaque == nil) != (openErr == nil) {
			t.Fatalf("Probe says %v, %v; Open says %v", facts.Opaque, err, openErr)
		}
		if openErr != nil {
			return
		}
		if err := open.Format().Check(); err != nil || open.Frames() != facts.Frames {
			t.Fatalf("%v, %d frames: %v", open.Format(), open.Frames(), err)
		}
		p := make([]byte, 64*open.Format().FrameSize())
		n, err := open.ReadFrames(p, max(0, open.Frames()-32))
		if want := min(32, open.Frames()); int64(n) != want && !errors.Is(err, pcm.ErrPadding) && !strings.Contains(err.Error(), "FLAC") {
			t.Fatalf("%d frames of %d: %v", n, want, err)
		}
	})
}
