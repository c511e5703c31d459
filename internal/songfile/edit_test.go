package songfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/songfile"
)

func TestSetTouchesNothingElse(t *testing.T) {
	for _, tc := range []struct {
		name, value string
		path        []string
		old, now    string // a line of the file before and after; "" adds or removes
		after       string // the line that a new one follows
	}{
		{"a plain value", "Day Train", []string{"title"}, "title: Night Train", "title: Day Train", ""},
		{"beside a comment", "110", []string{"tempo", "bar 33"}, "  bar 33: 104.5   # the chorus pushes", "  bar 33: 110   # the chorus pushes", ""},
		{"of a stem", "-6", []string{"stems", "bass.wav", "gain"}, "    gain: -3 dB", "    gain: -6", ""},
		{"text that needs quotes", "a: b # c", []string{"title"}, "title: Night Train", "title: 'a: b # c'", ""},
		{"text that looks like nothing", "~", []string{"title"}, "title: Night Train", `title: "~"`, ""},
		{"in braces", "bar 18", []string{"stems", "solo.wav", "start"}, "  solo.wav: {start: bar 17, mute: yes}", "  solo.wav: {start: bar 18, mute: yes}", ""},
		{"new in braces", "3", []string{"stems", "solo.wav", "gain"}, "  solo.wav: {start: bar 17, mute: yes}", "  solo.wav: {start: bar 17, mute: yes, gain: 3}", ""},
		{"new at its place", "5", []string{"stems", "bass.wav", "start"}, "", "    start: 5", "    kind: track"},
		{"first of a stem", "5", []string{"stems", "drums/kick.wav", "start"}, "", "    start: 5", "  drums/kick.wav:"},
		{"unknown", "x", []string{"mood"}, "", "mood: x", "bpm_source: felt"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, err := songfile.Set([]byte(full), tc.value, tc.path...)
			require.NoError(t, err)
			want := strings.Replace(full, tc.old+"\n", tc.now+"\n", 1)
			if tc.old == "" {
				want = strings.Replace(full, tc.after+"\n", tc.after+"\n"+tc.now+"\n", 1)
			}
			require.NotEqual(t, full, want)
			require.Equal(t, want, string(out))
		})
	}
}

func TestSetMakesWhatIsMissing(t *testing.T) {
	out, err := songfile.Set(nil, "-3", "stems", "a b.wav", "gain")
	require.NoError(t, err)
	require.Equal(t, "stems:\n  a b.wav:\n    gain: -3\n", string(out))
	out, err = songfile.Set(out, "96", "tempo")
	require.NoError(t, err)
	require.Equal(t, "tempo: 96\nstems:\n  a b.wav:\n    gain: -3\n", string(out))
	out, err = songfile.SetList(out, []string{"violin", "a, b"}, "wanted")
	require.NoError(t, err)
	require.Equal(t, "tempo: 96\nwanted: [violin, 'a, b']\nstems:\n  a b.wav:\n    gain: -3\n", string(out))
	out, err = songfile.Add(out, "stems", "#1.wav")
	require.NoError(t, err)
	again, err := songfile.Add(out, "stems", "#1.wav")
	require.NoError(t, err)
	require.Equal(t, string(out), string(again))
	song, err := songfile.Parse(out)
	require.NoError(t, err)
	_, ok := song.Stem("#1.wav")
	require.True(t, ok)
	require.Equal(t, []string{"violin", "a, b"}, song.Wanted)

	out, err = songfile.Set([]byte("# just this"), "x", "title")
	require.NoError(t, err)
	require.Equal(t, "# just this\ntitle: x\n", string(out))
	out, err = songfile.Set([]byte("a: 1\r\nb: 2\r\n"), "x", "a")
	require.NoError(t, err)
	require.Equal(t, "a: x\r\nb: 2\r\n", string(out))
	out, err = songfile.Set([]byte("stems:\n  a.wav: {}\n  b.wav: {}\n"), "1", "stems", "a.wav", "gain")
	require.NoError(t, err)
	require.Equal(t, "stems:\n  a.wav:\n    gain: 1\n  b.wav: {}\n", string(out))
}

// Layouts that cannot be changed in place are written anew, and say the same.
func TestSetOfOddLayouts(t *testing.T) {
	for _, text := range []string{
		"title: |\n  a\n  b\nkey: C # c\nx: 1\n", "title: a\n  b\nkey: C # c\nx: 1\n", "{title: a, key: C, x: 1}", "title:\nkey: C # c\nx: 1\n",
		"title: \"a\n  b\"\nkey: C\nx: 1", "? title\n: a\n? key\n: C\n? x\n: 1\n", "\ufefftitle: a\nkey: C\nx: 1\n", "---\ntitle: a\nkey: C\nx: 1\n...\n",
		"title: {\n  a: b\n }\nkey: C\nx: 1\n", "title: !x a\nkey: C\nx: 1\n", "title: null\nkey: C\nx: 1\n",
	} {
		out, err := songfile.Set([]byte(text), "new", "title")
		require.NoError(t, err, text)
		song, err := songfile.Parse(out)
		require.NoError(t, err)
		require.Equal(t, "new", song.Title, text)
		require.Equal(t, "C major", song.Key)
		require.Len(t, song.Unknown, 1)
		if strings.Contains(text, "#") {
			require.Contains(t, string(out), "# c")
		}
	}
}

func TestRemove(t *testing.T) {
	out, err := songfile.Remove([]byte(full), "stems", "bass.wav")
	require.NoError(t, err)
	want := strings.Replace(full, full[strings.Index(full, "  bass.wav:"):strings.Index(full, "  drums/")], "", 1)
	require.Equal(t, want, string(out))
	out, err = songfile.Remove([]byte(full), "tempo")
	require.NoError(t, err)
	require.Equal(t, strings.Replace(full, "tempo:\n  bar 1: 96\n  bar 33: 104.5   # the chorus pushes\n", "", 1), string(out))
	out, err = songfile.Remove([]byte(full), "nothing")
	require.NoError(t, err)
	require.Equal(t, full, string(out))
	out, err = songfile.Remove([]byte("stems: {a.wav: {gain: 1, pan: 2}}"), "stems", "a.wav", "gain")
	require.NoError(t, err)
	song, err := songfile.Parse(out)
	require.NoError(t, err)
	require.Equal(t, []songfile.Stem{{Path: "a.wav", Pan: 2}}, song.Stems)
}

func TestABrokenFileIsNotEdited(t *testing.T) {
	_, err := songfile.Set([]byte("title: [a"), "x", "title")
	require.ErrorIs(t, err, songfile.ErrInvalid)
	_, err = songfile.Set([]byte("stems: none"), "x", "stems", "a.wav", "gain")
	require.ErrorIs(t, err, songfile.ErrInvalid)
	require.Contains(t, err.Error(), "song.yaml:1:8")
}
