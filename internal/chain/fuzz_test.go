package chain

import (
	"errors"
	"testing"
)

func FuzzParseAddress(f *testing.F) {
	f.Add("parrot19rl4cm2hmr8afy4kldpxz3fka4jguq0a8m2m2f")
	f.Add(vectorCosmos)
	f.Add("parrot1")
	f.Fuzz(func(t *testing.T, text string) {
		raw, err := ParseAddress(text)
		if err != nil {
			if !errors.Is(err, ErrBadAddress) {
				t.Fatal(err)
			}
			return
		}
		if back, err := FormatAddress(raw); err != nil || back != text {
			t.Fatalf("%q comes back as %q: %v", text, back, err)
		}
	})
}

// FuzzRefusal reads a node's error text, which may be anything.
func FuzzRefusal(f *testing.F) {
	f.Add("sdk", uint32(38), "song1x: song not found: key not found")
	f.Add("sdk", uint32(38), "codespace song code 16: branch not found: key not found")
	f.Add("sdk", uint32(1), "codespace song code 0: ")
	f.Add("", uint32(0), "")
	f.Fuzz(func(t *testing.T, space string, code uint32, log string) {
		err := refusal(space, code, log)
		if (err == nil) != (code == 0) || (err != nil && !errors.Is(err, ErrRefused)) {
			t.Fatalf("code %d gives %v", code, err)
		}
	})
}
