package types

import (
	"strings"

	errorsmod "cosmossdk.io/errors"
)

// Limits of names. They are part of what a name is, so they are no parameters.
const (
	// MaxSongNameBytes is the longest name of a song.
	MaxSongNameBytes = 64
	// MaxBranchNameBytes is the longest name of a branch or tag of a release.
	MaxBranchNameBytes = 100
	// MaxTagBytes is the longest tag of a song.
	MaxTagBytes = 32
	// DefaultBranch is the default branch of a song that names none.
	DefaultBranch = "main"
)

// Names are ASCII, so that no two of them look alike and none depends on tables of
// Unicode, which differ between versions of a compiler.

// CheckSongName accepts a-z, 0-9 and single hyphens that stand between them.
func CheckSongName(s string) error {
	if !isSlug(s, MaxSongNameBytes) {
		return errorsmod.Wrapf(ErrInvalidName, "%.80q is not 1 to %d of a-z, 0-9 and single hyphens between them", s, MaxSongNameBytes)
	}
	return nil
}

// CheckTag accepts a song's tag: a-z, 0-9 and single hyphens between them.
func CheckTag(s string) error {
	if !isSlug(s, MaxTagBytes) {
		return errorsmod.Wrapf(ErrInvalidName, "tag %.80q is not 1 to %d of a-z, 0-9 and single hyphens between them", s, MaxTagBytes)
	}
	return nil
}

func isSlug(s string, max int) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s != "" && len(s) <= max && s[0] != '-' && s[len(s)-1] != '-' && !strings.Contains(s, "--")
}

// CheckBranchName accepts what is also a relative path of folders and a file that
// every file system takes: segments of ASCII letters, digits, ".", "_" and "-",
// separated by "/".
func CheckBranchName(s string) error {
	if s == "" || len(s) > MaxBranchNameBytes {
		return errorsmod.Wrapf(ErrInvalidName, "branch of %d bytes, not 1 to %d", len(s), MaxBranchNameBytes)
	}
	for _, segment := range strings.Split(s, "/") {
		if err := checkSegment(segment); err != nil {
			return errorsmod.Wrapf(err, "branch %q", s)
		}
	}
	return nil
}

// CheckReleaseTag accepts one segment of a branch's name.
func CheckReleaseTag(s string) error {
	if s == "" || len(s) > MaxBranchNameBytes {
		return errorsmod.Wrapf(ErrInvalidName, "release tag of %d bytes, not 1 to %d", len(s), MaxBranchNameBytes)
	}
	return errorsmod.Wrapf(checkSegment(s), "release tag %q", s)
}

func checkSegment(s string) error {
	if s == "" {
		return errorsmod.Wrap(ErrInvalidName, "begins or ends with a slash, or has two in a row")
	}
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '.' && c != '_' && c != '-' {
			return errorsmod.Wrapf(ErrInvalidName, "character %q is none of ASCII letters, digits, \".\", \"_\", \"-\"", c)
		}
	}
	switch {
	case strings.ContainsRune(".-", rune(s[0])), strings.ContainsRune(".-", rune(s[len(s)-1])):
		return errorsmod.Wrapf(ErrInvalidName, "%q begins or ends with a dot or hyphen", s)
	case strings.Contains(s, ".."):
		return errorsmod.Wrapf(ErrInvalidName, "%q has two dots in a row", s)
	case strings.HasSuffix(FoldASCII(s), ".lock"):
		return errorsmod.Wrapf(ErrInvalidName, "%q ends in .lock", s)
	}
	return nil
}

// BranchNamesCollide says whether two names cannot both be files on every file
// system: they differ only in case, or one is a folder of the other.
func BranchNamesCollide(a, b string) bool {
	if a == b {
		return false
	}
	a, b = FoldASCII(a), FoldASCII(b)
	return a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
}

// FoldASCII lowers A to Z and leaves everything else.
func FoldASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func isAlphanumeric(c byte) bool { return isUpper(c) || isDigit(c) || c >= 'a' && c <= 'z' }

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
