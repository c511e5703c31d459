package lines_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/history/lines"
)

// merge merges without conflict.
func merge(t *testing.T, base, ours, theirs string) (string, bool) {
	t.Helper()
	merged, conflicts, ok := lines.Merge([]byte(base), []byte(ours), []byte(theirs))
	swapped, again, ok2 := lines.Merge([]byte(base), []byte(theirs), []byte(ours))
	require.Equal(t, ok, ok2, "the sides have to be alike")
	require.Equal(t, conflicts, again)
	if conflicts > 0 || !ok {
		return "", false
	}
	require.Equal(t, string(merged), string(swapped))
	return string(merged), true
}

func TestAConflictHasOurs(t *testing.T) {
	got, conflicts, ok := lines.Merge([]byte("1\n2\n3\n4\n5\n"), []byte("1\nours\n3\n4\n5\n"), []byte("1\ntheirs\n3\n4\ntheirs too\n"))
	require.True(t, ok)
	require.Equal(t, 1, conflicts)
	require.Equal(t, "1\nours\n3\n4\ntheirs too\n", string(got))
}

func TestMerge(t *testing.T) {
	const base = "one\ntwo\nthree\nfour\nfive\n"
	for _, c := range []struct{ name, ours, theirs, want string }{
		{"different lines", "ONE\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nFIVE\n", "ONE\ntwo\nthree\nfour\nFIVE\n"},
		{"the same change", "one\n2\nthree\nfour\nfive\n", "one\n2\nthree\nfour\nfive\n", "one\n2\nthree\nfour\nfive\n"},
		{"a verse more and a line less", "zero\none\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfive\n", "zero\none\ntwo\nthree\nfive\n"},
		{"no change of ours", base, "one\n", "one\n"},
		{"at the end without a line's end", "one\ntwo\nthree\nfour\nfive\nsix", "ONE\ntwo\nthree\nfour\nfive\n", "ONE\ntwo\nthree\nfour\nfive\nsix"},
		{"the same line", "one\n2\nthree\nfour\nfive\n", "one\nII\nthree\nfour\nfive\n", ""},
		{"neighbouring lines", "one\n2\nthree\nfour\nfive\n", "one\ntwo\n3\nfour\nfive\n", ""},
		{"two insertions at one place", "one\ntwo\nx\nthree\nfour\nfive\n", "one\ntwo\ny\nthree\nfour\nfive\n", ""},
		{"deleted and changed", "one\ntwo\nfour\nfive\n", "one\ntwo\n3\nfour\nfive\n", ""},
		{"no text", "one\x00", base + "six\n", ""},
		{"not UTF-8", "one\xff", base + "six\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := merge(t, base, c.ours, c.theirs)
			require.Equal(t, c.want != "", ok)
			require.Equal(t, c.want, got)
		})
	}
}

func TestMergeOfWhatIsTooLong(t *testing.T) {
	a, b, c := strings.Repeat("a\n", 3000), strings.Repeat("b\n", 3000), strings.Repeat("c\n", 3000)
	_, ok := merge(t, a, b, c)
	require.False(t, ok)
	_, ok = merge(t, strings.Repeat("x", lines.MaxBytes+1), "", "")
	require.False(t, ok)
}

// edit changes lines of a text at places that are in allowed.
func edit(r *rand.Rand, text []string, allowed func(int) bool, mark string) []string {
	var out []string
	for i, line := range text {
		if !allowed(i) {
			out = append(out, line)
			continue
		}
		switch r.IntN(4) {
		case 0: // deleted
		case 1:
			out = append(out, fmt.Sprintf("%s %d\n", mark, i))
		case 2:
			out = append(out, fmt.Sprintf("%s before %d\n", mark, i), line)
		default:
			out = append(out, line)
		}
	}
	return out
}

func TestProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		base := make([]string, 5+r.IntN(40))
		for i := range base {
			base[i] = fmt.Sprintf("line %d\n", i)
		}
		half := len(base) / 2
		ours := edit(r, base, func(i int) bool { return i < half-1 }, "ours")
		theirs := edit(r, base, func(i int) bool { return i > half }, "theirs")
		b, x, y := strings.Join(base, ""), strings.Join(ours, ""), strings.Join(theirs, "")

		got, ok := merge(t, b, x, y)
		require.True(t, ok)
		// What is above the middle is ours, what is below is theirs.
		cut := slices.Index(ours, base[half])
		require.Equal(t, strings.Join(ours[:cut], "")+strings.Join(theirs[slices.Index(theirs, base[half]):], ""), got)
		for _, c := range [][3]string{{x, b, x}, {b, y, y}, {x, x, x}} {
			got, ok := merge(t, b, c[0], c[1])
			require.True(t, ok)
			require.Equal(t, c[2], got)
		}
	}
}

func FuzzMerge(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nx\nc\n", "a\nb\nc\nd")
	f.Fuzz(func(t *testing.T, base, ours, theirs string) {
		merged, ok := merge(t, base, ours, theirs)
		if again, fine := merge(t, base, ours, base); fine {
			require.Equal(t, ours, again)
		}
		if ok && ours == theirs {
			require.Equal(t, ours, merged)
		}
	})
}
