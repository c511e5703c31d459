package songfile_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/songfile"
)

// shapes are the texts that cost a parser most, of about n bytes.
var shapes = map[string]func(n int) string{
	"fields":        func(n int) string { return fields("a%: 1\n", n) },
	"flow":          func(n int) string { return fields("a%: {b: [1, 2]}\n", n) },
	"comments":      func(n int) string { return fields("a%: 1 # c\n\n# d\n", n) },
	"indents":       func(n int) string { return fields("a%:\n  b: 1\n  # c\n", n) },
	"stems":         func(n int) string { return "stems:\n" + fields("  a%.wav: {gain: -3}\n", n) },
	"quotes":        func(n int) string { return strings.Repeat("\"\" : ''\n", n/8) },
	"tags":          func(n int) string { return strings.Repeat("!a ", n/3) },
	"anchors":       func(n int) string { return strings.Repeat("&a ", n/3) },
	"names alone":   func(n int) string { return "a: {" + strings.Repeat("a,", n/2) + "}" },
	"a flat list":   func(n int) string { return "a: [" + strings.Repeat("[],", n/3) + "]" },
	"said in lists": func(n int) string { return "a:\n" + strings.Repeat(" - 1 #c\n #d\n", n/12) },
	"said in flow":  func(n int) string { return "a: [\n" + strings.Repeat("1, #\n", n/5) + "]" },
	"deep lines":    func(n int) string { return strings.Repeat(strings.Repeat("- ", 9000)+"a\n", n/18002) },
	"deep flow":     func(n int) string { return "a:\n" + strings.Repeat(" - "+nested(900)+"\n", n/1804) },
	"wanted":        func(n int) string { return "wanted: [" + strings.Repeat("a,", n/2) + "]" },
	"a long number": func(n int) string { return "tempo: 1e" + strings.Repeat("9", n) },
	"a long text":   func(n int) string { return "a: \"" + strings.Repeat("b\n\n", n/3) + "\"" },
}

func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

// fields repeats a unit of text with another name for every %.
func fields(unit string, n int) string {
	var b strings.Builder
	for i := 0; b.Len()+len(unit)+3 < n; i++ {
		name := string([]rune{rune('a' + i%26), rune('a' + i/26%26), rune('a' + i/676%26), rune('a' + i/17576%26)})
		b.WriteString(strings.ReplaceAll(unit, "%", name))
	}
	return b.String()
}

// parse reads a text and returns the bytes and the pieces of memory that it took,
// which is a measure of its work that does not depend on the machine.
func parse(text string) (bytes, pieces uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _ = songfile.Parse([]byte(text))
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, after.Mallocs - before.Mallocs
}

// The longest file that is taken costs in proportion to its length: at most so much for
// every byte of it, and for four times as many bytes four times as much, and something
// to spare where slices grow.
func TestWorkIsInProportionToTheLength(t *testing.T) {
	const long = songfile.MaxBytes - 2000
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			require.LessOrEqual(t, len(shape(long)), songfile.MaxBytes)
			bytes, pieces := parse(shape(long))
			quarterBytes, quarterPieces := parse(shape(long / 4))
			require.Less(t, bytes, uint64(512*long))
			require.Less(t, pieces, uint64(8*long))
			require.Less(t, bytes, 7*quarterBytes+1<<20)
			require.Less(t, pieces, 6*quarterPieces+10_000)
		})
	}
}
