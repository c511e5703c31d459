package types

import (
	"strings"

	errorsmod "cosmossdk.io/errors"
)

// Limits of usernames. They are part of what a username is, so they are no
// parameters.
const (
	// MinUsernameBytes is the shortest username.
	MinUsernameBytes = 3
	// MaxUsernameBytes is the longest username.
	MaxUsernameBytes = 30
)

// idPrefixes begin what people copy and paste; no username may pass for one.
var idPrefixes = []string{"parrot1", "song1", "comment1"}

// CheckUsername accepts a-z and 0-9 with single ".", "_" and "-" between them.
//
// Names are ASCII: letters of other alphabets that look like these would let one
// wallet pass for another, and which do depends on tables of Unicode that differ
// between versions of a compiler. The display name is free.
func CheckUsername(s string) error {
	if len(s) < MinUsernameBytes || len(s) > MaxUsernameBytes {
		return errorsmod.Wrapf(ErrInvalidUsername, "%.60q is of %d bytes, not %d to %d", s, len(s), MinUsernameBytes, MaxUsernameBytes)
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0x80:
			return errorsmod.Wrapf(ErrInvalidUsername,
				"%q has a letter outside a-z: other alphabets have letters that look the same, and nobody could tell two wallets apart; put it in the display name, which is free", s)
		case c >= 'A' && c <= 'Z':
			return errorsmod.Wrapf(ErrInvalidUsername, "%q has an upper-case letter: write it as %q", s, strings.ToLower(s))
		case !isLetterOrDigit(c) && !isSeparator(c):
			return errorsmod.Wrapf(ErrInvalidUsername, `%q has %q: only a-z, 0-9, ".", "_" and "-"`, s, string(c))
		case isSeparator(c) && (i == 0 || i == len(s)-1 || isSeparator(s[i-1])):
			return errorsmod.Wrapf(ErrInvalidUsername, `%q begins or ends with, or repeats, one of ".", "_" and "-"`, s)
		}
	}
	for _, prefix := range idPrefixes {
		if strings.HasPrefix(s, prefix) {
			return errorsmod.Wrapf(ErrInvalidUsername, "%q begins with %q, as an address or id does", s, prefix)
		}
	}
	return nil
}

// FoldUsername maps all usernames that look alike to one text: separators go, and
// letters that pass for others are spelt as the longest that they pass for. It
// spells letters out (m as rn) rather than joining them, so that every letter is
// folded by itself and the order does not matter.
func FoldUsername(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; c {
		case '.', '_', '-':
		case '0':
			b.WriteByte('o')
		case '1', 'i':
			b.WriteByte('l')
		case '2':
			b.WriteByte('z')
		case '5':
			b.WriteByte('s')
		case '8':
			b.WriteByte('b')
		case '9', 'q':
			b.WriteByte('g')
		case 'd':
			b.WriteString("cl")
		case 'm':
			b.WriteString("rn")
		case 'w':
			b.WriteString("vv")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// CheckUsernamePrefix accepts what may begin a username, or nothing.
func CheckUsernamePrefix(s string) error {
	for i := range len(s) {
		if !isLetterOrDigit(s[i]) && !isSeparator(s[i]) || len(s) > MaxUsernameBytes {
			return errorsmod.Wrapf(ErrInvalidUsername, "no username begins with %.60q", s)
		}
	}
	return nil
}

func isLetterOrDigit(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

func isSeparator(c byte) bool { return c == '.' || c == '_' || c == '-' }
