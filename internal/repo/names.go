package repo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
)

// CheckBranchName says whether a branch may be called name. The rule is the chain's.
func CheckBranchName(name string) error {
	if err := object.CheckBranchName(name); err != nil {
		return fmt.Errorf("%w: %w", ErrBadName, err)
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
