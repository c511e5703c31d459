package worktree

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/parrots-music/parrots/internal/object"
)

// SideBySide returns the path under which another version of a file is kept
// beside it: "bass.wav" and "drummer" give "bass (drummer).wav", and with a
// number if that is taken. The path is valid; taken is asked for it as it will be.
func SideBySide(p, label string, taken func(path string) bool) string {
	dir, base := path.Split(p)
	ext := path.Ext(base)
	stem := strings.TrimSuffix(base, ext)
	if stem == "" { // ".name"
		stem, ext = ext, ""
	}
	label = plainLabel(label)
	for n := 1; ; n++ {
		mark := " (" + label + ")"
		if n > 1 {
			mark = fmt.Sprintf(" (%s %d)", label, n)
		}
		room := object.MaxPathBytes - len(dir) - len(mark) - len(ext)
		candidate := dir + shorten(stem, max(1, room)) + mark + ext
		if object.CheckPath(candidate) != nil {
			candidate = dir + "version" + mark
		}
		if !taken(candidate) {
			return candidate
		}
	}
}

// plainLabel keeps of a label what every file system takes.
func plainLabel(label string) string {
	label = strings.Map(func(r rune) rune {
		if r == '/' || object.CheckPath("x"+string(r)+"x") != nil {
			return -1
		}
		return r
	}, label)
	label = strings.TrimSpace(shorten(label, 40))
	if label == "" {
		return "other"
	}
	return label
}

// shorten cuts s to at most n bytes, between characters.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimRight(s[:n], " .")
}
