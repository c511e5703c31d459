package repo

import (
	"fmt"
	"slices"
	"strings"
)

// maxNameBytes is the longest branch name, as on chain.
const maxNameBytes = 100

// CheckBranchName says whether a branch may be called name: 1 to 100 of ASCII
// letters, digits, ".", "_", "-" and "/", without "..", "//", or any of "/.-" at
// either end, and not ending in ".lock". The chain has the same rule.
func CheckBranchName(name string) error {
	bad := func(reason string) error {
		return fmt.Errorf("%w: branch %.120q %s", ErrBadName, name, reason)
	}
	switch {
	case name == "":
		return fmt.Errorf("%w: a branch's name is empty", ErrBadName)
	case len(name) > maxNameBytes:
		return bad("is longer than 100 bytes")
	case strings.ContainsFunc(name, func(r rune) bool { return !isNameRune(r) && r != '/' }):
		return bad("may only hold letters, digits, and . _ - /")
	case strings.Contains(name, ".."), strings.Contains(name, "//"):
		return bad("holds .. or //")
	case strings.ContainsAny(name[:1], "/.-"), strings.ContainsAny(name[len(name)-1:], "/.-"):
		return bad("begins or ends with / . or -")
	case strings.HasSuffix(name, ".lock"):
		return bad("ends in .lock")
	}
	return nil
}

// CheckRemoteName says whether a remote may be called name: as a branch, but
// without "/" and of at most 40 bytes.
func CheckRemoteName(name string) error {
	if len(name) > 40 || strings.Contains(name, "/") || CheckBranchName(name) != nil {
		return fmt.Errorf("%w: remote %.60q is not 1 to 40 letters, digits, and . _ -", ErrBadName, name)
	}
	return nil
}

func isNameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r)
}

// A branch is one file in one flat folder, whatever its name, so that "a" and
// "a/b" can both exist and "Mix" and "mix" stay two branches on file systems
// that do not tell case. None of these marks is allowed in a name.
const (
	markUpper  = '%' // before each upper-case letter
	markSlash  = '~' // for "/"
	markDevice = '=' // before a name that Windows would open as a device
)

// fileOfName returns the file name that stands for a checked name.
func fileOfName(name string) string {
	var b strings.Builder
	if isWindowsDevice(name) {
		b.WriteByte(markDevice)
	}
	for _, r := range name {
		switch {
		case r == '/':
			b.WriteByte(markSlash)
		case r >= 'A' && r <= 'Z':
			b.WriteByte(markUpper)
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// nameOfFile is the inverse of fileOfName; ok is false for a file that stands
// for no name.
func nameOfFile(file string) (name string, ok bool) {
	name = strings.TrimPrefix(file, string(markDevice))
	name = strings.ReplaceAll(name, string(markUpper), "")
	name = strings.ReplaceAll(name, string(markSlash), "/")
	return name, CheckBranchName(name) == nil && fileOfName(name) == file
}

func isWindowsDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	if slices.Contains([]string{"con", "prn", "aux", "nul"}, stem) {
		return true
	}
	return len(stem) == 4 && (stem[:3] == "com" || stem[:3] == "lpt") && stem[3] >= '0' && stem[3] <= '9'
}
