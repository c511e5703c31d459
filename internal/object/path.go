package object

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Paths are checked by rules on bytes and fixed ranges of code points, never by
// Unicode tables: those differ between compiler versions, and validators that
// disagree would fork the chain.

// CheckPath says whether p is a path that an entry may have: valid UTF-8,
// relative, "/"-separated, at most MaxPathBytes, without empty, "." or ".."
// segments, backslash, colon, other characters that Windows refuses, control,
// bidi or zero-width characters, segments that end in a dot or space, Windows
// device names, or a segment ".parrots".
func CheckPath(p string) error {
	switch {
	case p == "":
		return invalid("path", "is empty")
	case len(p) > MaxPathBytes:
		return invalid("path", "is %d bytes long, over the limit of %d", len(p), MaxPathBytes)
	case !utf8.ValidString(p):
		return invalid("path", "is not valid UTF-8")
	}
	for _, r := range p {
		switch r {
		case '\\', ':', '*', '?', '"', '<', '>', '|':
			return invalid("path", "holds %q, which not every file system takes", r)
		}
		if isForbiddenRune(r) {
			return invalid("path", "holds U+%04X, an invisible or control character", r)
		}
	}
	for s := range strings.SplitSeq(p, "/") {
		if err := checkSegment(s); err != nil {
			return err
		}
	}
	return nil
}

func checkSegment(s string) error {
	switch {
	case s == "":
		return invalid("path", "is absolute or has an empty segment")
	case s == "." || s == "..":
		return invalid("path", "has a segment %q", s)
	case strings.HasSuffix(s, ".") || strings.HasSuffix(s, " "):
		return invalid("path", "segment %q ends in a dot or space", s)
	case isDeviceName(s):
		return invalid("path", "segment %q is a device name on Windows", s)
	case isOwnFolder(s):
		return invalid("path", "segment %q is .parrots, which is the tool's own", s)
	}
	return nil
}

// isOwnFolder says whether some file system would take a segment for ".parrots":
// in any case (a Mac folds the long s, U+017F, too), or as the short name that
// Windows makes of it. Not only the first segment counts: a song's folder within
// a song's folder would be another song, with a configuration by a stranger.
func isOwnFolder(segment string) bool {
	s := strings.ReplaceAll(foldASCII(segment), "\u017f", "s")
	if digits, ok := strings.CutPrefix(s, "parrot~"); ok {
		return digits != "" && strings.Trim(digits, "0123456789") == ""
	}
	return s == ".parrots"
}

// isDeviceName says whether Windows would open a device instead of a file, with
// or without an extension.
func isDeviceName(segment string) bool {
	stem, _, _ := strings.Cut(foldASCII(segment), ".")
	stem = strings.TrimRight(stem, " ")
	switch stem {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	for _, prefix := range []string{"com", "lpt"} {
		digit, ok := strings.CutPrefix(stem, prefix)
		if ok && slices.Contains([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"}, digit) {
			return true
		}
	}
	return false
}

// isForbiddenRune names control, zero-width, bidi and line-separating
// characters, by fixed ranges.
func isForbiddenRune(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r <= 0x9f: // C0, DEL, C1
	case r == 0xad, r == 0x34f, r == 0x61c: // soft hyphen, grapheme joiner, Arabic letter mark
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0: // Hangul fillers, which look like nothing
	case r == 0x17b4, r == 0x17b5, r >= 0x180b && r <= 0x180f: // Khmer and Mongolian invisibles
	case r >= 0x200b && r <= 0x200f: // zero width, directional marks
	case r >= 0x2028 && r <= 0x202e: // line and paragraph separators, embeddings and overrides
	case r >= 0x2060 && r <= 0x206f: // word joiner, isolates, deprecated format characters
	case r == 0xfeff, r >= 0xfff0 && r <= 0xffff: // byte order mark, specials
	case r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe: // noncharacters
	case r >= 0x1d173 && r <= 0x1d17a: // invisible musical format characters
	case r >= 0xe0000 && r <= 0xe007f: // tags
	default:
		return false
	}
	return true
}

// checkPaths refuses paths that are out of order, repeated, equal under ASCII
// case folding, or the folder of another. Every entry's path is valid.
func checkPaths(entries []Entry) error {
	folded := make(map[string]string, len(entries))
	for i, e := range entries {
		if i > 0 && entries[i-1].Path >= e.Path {
			return invalid("path", "%q is repeated or out of order", e.Path)
		}
		f := foldASCII(e.Path)
		if other, ok := folded[f]; ok {
			return invalid("path", "%q and %q differ only in case", other, e.Path)
		}
		folded[f] = e.Path
	}
	// Two spellings of one folder would be two folders here and one on a Mac, and
	// an entry that is also a folder could not be checked out at all.
	folders := make(map[string]string)
	for _, e := range entries {
		foldedPath := foldASCII(e.Path)
		for i := range len(e.Path) {
			if e.Path[i] != '/' {
				continue
			}
			folder, f := e.Path[:i], foldedPath[:i]
			if file, ok := folded[f]; ok {
				return invalid("path", "%q is also the folder of %q", file, e.Path)
			}
			if other, ok := folders[f]; ok && other != folder {
				return invalid("path", "folders %q and %q differ only in case", other, folder)
			}
			folders[f] = folder
		}
	}
	return nil
}

// FoldPath lowers A to Z in a path and leaves everything else: no two paths or
// folders of a tree are equal under it. A path and its folded form are of the same
// length.
func FoldPath(p string) string { return foldASCII(p) }

// foldASCII lowers A to Z and leaves everything else.
func foldASCII(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if 'A' <= b[j] && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// isToken says whether s is 1 to MaxTokenBytes of a-z, 0-9, "-" and "_".
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= MaxTokenBytes
}

// checkText accepts valid UTF-8 of up to max bytes without control, bidi or
// invisible characters. The zero-width joiners stay: emoji and several scripts
// are written with them.
func checkText(field, s string, max int) error {
	if len(s) > max {
		return invalid(field, "is %d bytes long, over the limit of %d", len(s), max)
	}
	if !utf8.ValidString(s) {
		return invalid(field, "is not valid UTF-8")
	}
	for _, r := range s {
		if isForbiddenRune(r) && r != 0x200c && r != 0x200d {
			return invalid(field, "holds U+%04X, an invisible or control character", r)
		}
	}
	return nil
}
