package songfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
)

const full = `# Night Train
title: Night Train
tempo:
  bar 1: 96
  bar 33: 104.5   # the chorus pushes
key: f#m
time_signature: 4/4
sample_rate: 48 kHz
wanted: [violin, cello]

# What plays.
stems:
  bass.wav:
    instrument: bass guitar
    gain: -3 dB
    pan: L30
    kind: track
    mood: dark
  drums/kick.wav:
  solo.wav: {start: bar 17, mute: yes}
bpm_source: felt
`

func TestParse(t *testing.T) {
	song, err := songfile.Parse([]byte(full))
	require.NoError(t, err)
	require.Equal(t, "Night Train", song.Title)
	require.Equal(t, "F# minor", song.Key)
	require.Equal(t, 48000, song.SampleRate)
	require.Equal(t, 96000, song.Tempo())
	require.Equal(t, "4/4", song.TimeSignature())
	require.Equal(t, []string{"violin", "cello"}, song.Wanted)
	bass, ok := song.Stem("bass.wav")
	require.True(t, ok)
	require.Equal(t, songfile.Stem{Path: "bass.wav", Kind: object.KindTrack, Instrument: "bass guitar", Gain: -3000, Pan: -30}, bass)
	kick, ok := song.Stem("drums/kick.wav")
	require.True(t, ok)
	require.Nil(t, kick.Mute)
	solo, _ := song.Stem("solo.wav")
	require.True(t, *solo.Mute)
	require.True(t, solo.HasStart)
	require.EqualValues(t, 40*object.TicksPerSecond, solo.Start, "16 bars of 4 beats at 96")
	require.Equal(t, []songfile.Field{{"bpm_source", 21, 1}, {"stems: bass.wav: mood", 18, 5}}, song.Unknown)
	_, ok = song.Stem("no.wav")
	require.False(t, ok)
	_, ok = (*songfile.Song)(nil).Stem("bass.wav")
	require.False(t, ok, "a song without a file has no stems in it")
}

func TestEmptyFiles(t *testing.T) {
	for _, text := range []string{"", "\n", "# a comment\n", "---\n", "title:\nstems:\n", "~", "\ufeff"} {
		song, err := songfile.Parse([]byte(text))
		require.NoError(t, err, text)
		require.Empty(t, song.Title)
		require.Zero(t, song.Tempo())
		require.Empty(t, song.TimeSignature())
		require.False(t, song.Timeline().HasTempo())
	}
}

func TestMistakesNameTheirPlace(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"title: [a, b]", "song.yaml:1:8: title is one value"},
		{"title: a\n  b: c", "song.yaml:2:4: "},
		{"title: \"a", "song.yaml:1:10: while scanning a quoted scalar"},
		{"\ttitle: a", "song.yaml:1:1: "},
		{"title: a\ntitle: b", `song.yaml:2:1: "title" comes twice; remove`},
		{"title: a\x1b[2J", "song.yaml:1:"},
		{"tempo: fast", `song.yaml:1:8: tempo: "fast" is no tempo; write`},
		{"tempo: 96.0005", "song.yaml:1:8: tempo"},
		{"tempo: 1e2", "song.yaml:1:8: tempo"},
		{"tempo: 0", "song.yaml:1:8: tempo"},
		{"tempo:\n  bar 2: 96", "song.yaml:2:3: tempo: the first tempo must be at the beginning"},
		{"tempo:\n  bar 1: 96\n  bar 9: 90\n  bar 9 beat 1: 80", "song.yaml:4:3: tempo: a tempo must be later"},
		{"tempo: [96]", "song.yaml:1:8: tempo is one value or a map"},
		{"key: H", "song.yaml:1:6: key"},
		{"time_signature: 4/5", "song.yaml:1:17: time_signature"},
		{"time_signature: {bar 1: 4/4, bar 3 beat 2: 3/4}", "song.yaml:1:30: time_signature: it changes at the beginning of a bar"},
		{"sample_rate: 44100.5", "song.yaml:1:14: sample_rate"},
		{"wanted: [[a]]", "song.yaml:1:10: wanted"},
		{"stems: [a.wav]", "song.yaml:1:8: stems is a map"},
		{"stems:\n  /etc/passwd:", "song.yaml:2:3: stems: \"/etc/passwd\": the path is absolute"},
		{"stems:\n  a.wav: loud", "song.yaml:2:10: a.wav: a stem is a map"},
		{"stems:\n  a.wav:\n    gain: loud", `song.yaml:3:11: a.wav: gain: "loud" is no gain; write dB`},
		{"stems:\n  a.wav:\n    start: bar 3", "song.yaml:3:12: a.wav: start: a position in bars needs a tempo; add a line"},
		{"tempo: 90\nstems:\n  a.wav:\n    start: 3|5", "song.yaml:4:12: a.wav: start: bar 3 has 4 beats in 4/4"},
		{"stems:\n  a.wav:\n    start: -1", "song.yaml:3:12: a.wav: start: a position cannot be before"},
		{"stems:\n  a.wav:\n    kind: session", "song.yaml:3:11: a.wav: kind"},
		{"stems:\n  a.wav:\n    pan: L101", "song.yaml:3:10: a.wav: pan"},
		{"stems:\n  a.wav:\n    mute: maybe", "song.yaml:3:11: a.wav: mute"},
		{"stems:\n  e\u0301.wav:\n  \u00e9.wav:", "song.yaml:3:3: stems: \"\u00e9.wav\" comes twice"},
		{"a: &x 1\nb: *x", "song.yaml:1:"},
		{"- a", "song.yaml:1:1: the file is not a list of fields"},
		{"title: a\n---\ntitle: b", "song.yaml:2:1: a second document"},
		{"title: \xff", "song.yaml:1:8: the text is not UTF-8"},
		{"? [a]\n: b", "song.yaml:1:3: a field's name must be text"},
		{strings.Repeat("[", 100_000), "song.yaml:1:1001: brackets are nested too deep"},
		{"a: " + strings.Repeat("[", 20) + strings.Repeat("]", 20), "nested too deep"},
		{"a: " + strings.Repeat("x", songfile.MaxBytes), "over the limit"},
	} {
		_, err := songfile.Parse([]byte(tc.text))
		require.ErrorIs(t, err, songfile.ErrInvalid, tc.text[:min(60, len(tc.text))])
		require.Contains(t, err.Error(), tc.want)
	}
}

func TestAllMistakesAreTold(t *testing.T) {
	_, err := songfile.Parse([]byte("tempo: x\nkey: y\nstems:\n  a.wav:\n    pan: z\n    gain: z\n"))
	var problems songfile.Problems
	require.ErrorAs(t, err, &problems)
	require.Len(t, problems, 4)
	for i, line := range []int{1, 2, 5, 6} {
		require.Equal(t, line, problems[i].Line)
	}
	_, err = songfile.Parse([]byte(strings.Repeat("stems", 1) + ":\n" + manyStems(30)))
	require.ErrorAs(t, err, &problems)
	require.Len(t, problems, 10)
}

func manyStems(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("  a" + strings.Repeat("b", i) + ".wav: {gain: x}\n")
	}
	return b.String()
}

func TestFields(t *testing.T) {
	for text, want := range map[string]string{"Am": "A minor", "C": "C major", "B♭ Major": "Bb major", "f# harmonic minor": "F# harmonic minor", "Bbm": "Bb minor"} {
		key, err := songfile.ParseKey(text)
		require.NoError(t, err)
		require.Equal(t, want, key)
	}
	for text, want := range map[string]int{"L30": -30, "r 30": 30, "-100": -100, "center": 0, "left": -100, "+5": 5, "30%": 30} {
		pan, err := songfile.ParsePan(text)
		require.NoError(t, err)
		require.Equal(t, want, pan, text)
	}
	for text, want := range map[string]int{"-3": -3000, "-3.5 dB": -3500, "+6": 6000, "0.001dB": 1} {
		gain, err := songfile.ParseGain(text)
		require.NoError(t, err)
		require.Equal(t, want, gain, text)
	}
	require.Equal(t, "96.5", songfile.FormatMilli(96500))
	require.Equal(t, "-3", songfile.FormatMilli(-3000))
	require.Equal(t, "100", songfile.FormatMilli(100_000))
	require.Equal(t, "L30", songfile.FormatPan(-30))
}
