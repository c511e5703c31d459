package types

import (
	"strings"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
)

// Limits of names. They are part of what a name is, so they are no parameters.
const (
	// MaxSongNameBytes is the longest name of a song.
	MaxSongNameBytes = 64
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

// CheckNamePrefix accepts what a song's name or a tag can begin with, nothing included.
func CheckNamePrefix(s string) error {
	// A letter on each side makes a whole name of a part of one.
	if s != "" && !isSlug("a"+s+"a", MaxSongNameBytes+2) {
		return errorsmod.Wrapf(ErrInvalidName, "%.80q begins no name: those are of a-z, 0-9 and single hyphens", s)
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

// CheckBranchName accepts what object.CheckBranchName does, the rule that every
// song's folder has as well.
func CheckBranchName(s string) error {
	if err := object.CheckBranchName(s); err != nil {
		return errorsmod.Wrap(ErrInvalidName, err.Error())
	}
	return nil
}

// CheckReleaseTag accepts one segment of a branch's name.
func CheckReleaseTag(s string) error {
	if err := object.CheckReleaseTag(s); err != nil {
		return errorsmod.Wrap(ErrInvalidName, err.Error())
	}
	return nil
}

// BranchNamesCollide says whether two names cannot both be files on every file
// system: they differ only in case, or one is a folder of the other.
func BranchNamesCollide(a, b string) bool {
	if a == b {
		return false
	}
	a, b = object.FoldPath(a), object.FoldPath(b)
	return a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
}

func isAlphanumeric(c byte) bool { return isUpper(c) || isDigit(c) || c >= 'a' && c <= 'z' }

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
