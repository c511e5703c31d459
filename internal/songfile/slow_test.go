package songfile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/parrots-music/parrots/internal/songfile"
)

// The longest file that is taken, in the shapes that cost a parser most, is read in
// seconds at worst, on a machine that does much else.
func TestLongFilesAreReadInTime(t *testing.T) {
	for name, unit := range map[string]string{
		"fields": "a%: 1\n", "flow": "a%: {b: [1, 2]}\n", "quotes": "\"\" : ''\n", "tags": "!a ",
		"comments": "a%: 1 # c\n\n# d\n", "indents": "a%:\n  b: 1\n  # c\n",
	} {
		var b strings.Builder
		for i := 0; b.Len()+len(unit)+8 < songfile.MaxBytes; i++ {
			b.WriteString(strings.ReplaceAll(unit, "%", string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676%26))+string(rune('a'+i/17576%26))))
		}
		start := time.Now()
		_, err := songfile.Parse([]byte(b.String()))
		took := time.Since(start)
		t.Logf("%-12s %6d ms %.80v", name, took.Milliseconds(), err)
		if took > 20*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}
