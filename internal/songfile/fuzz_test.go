package songfile_test

import (
	"errors"
	"testing"

	"github.com/parrots-music/parrots/internal/songfile"
)

// FuzzParse: no text makes the parser panic or hang, an error names a place, and an edit
// of what it takes keeps what it says.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{full, "", "tempo: {bar 1: 96, 0:30: 97}\ntime_signature: 6/8", "stems:\n  a.wav: {start: 1|2.5}\n", "a: |\n  x\n\n# c\nb: [1, {c: d}]\n", "? a\n: b\n", "title: 'it''s' # x\r\n", "---\n...\n"} {
		f.Add([]byte(seed), "gain")
	}
	f.Fuzz(func(t *testing.T, data []byte, value string) {
		song, err := songfile.Parse(data)
		if err != nil {
			var problems songfile.Problems
			if !errors.As(err, &problems) || problems[0].Line < 1 || problems[0].Column < 1 {
				t.Fatalf("%v names no place", err)
			}
			return
		}
		out, err := songfile.Set(data, value, "mood")
		if err != nil {
			return
		}
		again, err := songfile.Parse(out)
		if err != nil {
			t.Fatalf("%q became %q: %v", data, out, err)
		}
		if again.Title != song.Title || again.Key != song.Key || again.Tempo() != song.Tempo() || len(again.Stems) != len(song.Stems) {
			t.Fatalf("%q became %q", data, out)
		}
	})
}

// FuzzPosition: what is read can be written and read again.
func FuzzPosition(f *testing.F) {
	for _, seed := range []string{"12.5", "1:02.5", "bar 17 beat 2.5", "17|2", "9000 ticks"} {
		f.Add(seed)
	}
	song, err := songfile.Parse([]byte("tempo: {bar 1: 96.5, 10: 97}\ntime_signature: {bar 1: 7/8, bar 20: 4/4}"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := songfile.ParsePosition(text)
		if err != nil {
			return
		}
		ticks, err := song.Timeline().Ticks(p)
		if err != nil {
			return
		}
		back, err := songfile.ParsePosition(songfile.FormatSeconds(ticks))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := song.Timeline().Ticks(back); err != nil || again != ticks {
			t.Fatalf("%q is %d, then %d: %v", text, ticks, again, err)
		}
		if _, ok := song.Timeline().At(ticks); !ok {
			t.Fatal("no place")
		}
	})
}

// FuzzMerge: two sides never make what cannot be read.
func FuzzMerge(f *testing.F) {
	f.Add([]byte(full), []byte("title: x"), []byte("title: y\nstems: {a.wav: {gain: 1}}"))
	f.Add([]byte("a: {b: 1}"), []byte("a: 1"), []byte("a: {b: {c: d}}"))
	f.Fuzz(func(t *testing.T, base, ours, theirs []byte) {
		out, _, err := songfile.Merge(base, ours, theirs)
		if err != nil {
			return
		}
		if _, _, err := songfile.Merge(nil, out, nil); err != nil {
			t.Fatalf("%q: %v", out, err)
		}
	})
}
