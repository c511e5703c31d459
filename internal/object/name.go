package object

import "strings"

// MaxBranchNameBytes is the longest name of a branch or of a release.
const MaxBranchNameBytes = 100

// CheckBranchName accepts the name of a branch: a relative path that every file
// system takes, 1 to MaxBranchNameBytes of ASCII letters, digits, ".", "_" and "-"
// in segments with "/" between them. Names stand beside objects, and the chain and
// every folder have to agree about them: a branch that the one takes and the other
// refuses could be made and never pushed.
func CheckBranchName(s string) error {
	if s == "" || len(s) > MaxBranchNameBytes {
		return invalid("branch", "%.120q is of %d bytes, not 1 to %d", s, len(s), MaxBranchNameBytes)
	}
	for segment := range strings.SplitSeq(s, "/") {
		if reason := nameFault(segment); reason != "" {
			return invalid("branch", "%q %s", s, reason)
		}
	}
	return nil
}

// CheckReleaseTag accepts the name of a release: one segment of a branch's name.
func CheckReleaseTag(s string) error {
	if s == "" || len(s) > MaxBranchNameBytes {
		return invalid("release tag", "%.120q is of %d bytes, not 1 to %d", s, len(s), MaxBranchNameBytes)
	}
	if reason := nameFault(s); reason != "" {
		return invalid("release tag", "%q %s", s, reason)
	}
	return nil
}

// nameFault says what is wrong with a segment of a name; empty for nothing.
func nameFault(s string) string {
	if s == "" {
		return "begins or ends with a slash, or has two in a row"
	}
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '.' && c != '_' && c != '-' {
			return `may only hold ASCII letters, digits, ".", "_", "-" and, in a branch, "/"`
		}
	}
	switch first, last := s[0], s[len(s)-1]; {
	case first == '.', first == '-', last == '.', last == '-':
		return "has a part that begins or ends with a dot or hyphen"
	case strings.Contains(s, ".."):
		return "has two dots in a row"
	case strings.HasSuffix(foldASCII(s), ".lock"):
		return "has a part that ends in .lock"
	}
	return ""
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
