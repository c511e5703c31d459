package history

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parrots-music/parrots/internal/object"
)

// Side says whose version a file is that is kept beside another.
type Side struct {
	// Name is the side: "theirs" if empty.
	Name string
	// Who made it, such as a user's name; may be empty.
	Who string
	// ID is a short form of the commit's CID; may be empty.
	ID string
}

// maxLabelPart bounds each part of a label.
const maxLabelPart = 40

// label gives "theirs from drummer, 3f2a", with nothing in it that a path may not
// hold.
func (s Side) label() string {
	label := plain(s.Name)
	if label == "" {
		label = "theirs"
	}
	if who := plain(s.Who); who != "" {
		label += " from " + who
	}
	if id := plain(s.ID); id != "" {
		label += ", " + id
	}
	return label
}

// plain drops what a path may not hold, and brackets.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("/()", r) || object.CheckPath("x"+string(r)+"x") != nil {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(cut(s, maxLabelPart))
}

// BesideName returns the path at which a side's version of a file is kept beside
// the other's: "drums/bass.wav" becomes
// "drums/bass (theirs from drummer, 3f2a).wav", with a number if taken says that
// there is such a path. The path is valid and of at most object.MaxPathBytes; a
// name that would be too long loses its end, and a folder that leaves no room for
// it is left. taken must be false for all but finitely many paths.
func BesideName(path string, side Side, taken func(string) bool) string {
	folder, name := splitLast(path)
	stem, ext := name, ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= maxLabelPart {
		stem, ext = name[:i], name[i:]
	}
	return beside(folder, stem, ext, side, taken)
}

// besideFolder is BesideName for a folder, whose name has no extension.
func besideFolder(path string, side Side, taken func(string) bool) string {
	folder, name := splitLast(path)
	return beside(folder, name, "", side, taken)
}

func splitLast(path string) (folder, name string) {
	i := strings.LastIndexByte(path, '/') + 1
	return path[:i], path[i:]
}

func beside(folder, stem, ext string, side Side, taken func(string) bool) string {
	for n := 1; ; n++ {
		label := "(" + side.label() + ")"
		if n > 1 {
			label = "(" + side.label() + ") " + strconv.Itoa(n)
		}
		room := object.MaxPathBytes - len(folder) - len(label) - len(ext)
		if room < 1 {
			folder = ""
			room = object.MaxPathBytes - len(label) - len(ext)
		}
		name := label + ext
		if s := strings.TrimRight(cut(stem, room-1), " "); s != "" {
			name = s + " " + name
		}
		if path := folder + name; !taken(path) {
			return path
		}
	}
}

// cut shortens s to at most n bytes, between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n = max(n, 0)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
