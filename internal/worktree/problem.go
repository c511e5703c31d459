package worktree

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"golang.org/x/text/cases"

	"github.com/parrots-music/parrots/internal/object"
)

// checkNames finds names that a tree cannot hold, or that would be one file on a
// Mac or on Windows. Files are sorted by path, sessions are the session roots.
func checkNames(files []found, sessions []string) []Problem {
	var problems []Problem
	for i, f := range files {
		if reason := nameProblem(f.path, sessions); reason != "" {
			problems = append(problems, Problem{f.real, reason, "rename it"})
		}
		if i > 0 && files[i-1].path == f.path {
			problems = append(problems, twins(files[i-1].real, f.real))
		}
	}
	return append(problems, checkCase(files)...)
}

func twins(a, b string) Problem {
	return Problem{b, fmt.Sprintf("has the same name as %q, spelt with other Unicode characters", a), "rename one of them"}
}

// nameProblem says why a path cannot be in a tree; empty if it can.
func nameProblem(p string, sessions []string) string {
	root := sessionOf(p, sessions)
	if root == "" {
		return reasonOfInvalid(object.CheckPath(p))
	}
	if reason := reasonOfInvalid(object.CheckPath(root)); reason != "" {
		return reason
	}
	names := strings.Split(p[len(root)+1:], "/")
	for _, name := range names {
		if reason := reasonOfInvalid(object.CheckPath(name)); reason != "" {
			return reason
		}
	}
	if len(names) > object.MaxSessionDepth {
		return fmt.Sprintf("is more than %d folders deep in its project", object.MaxSessionDepth)
	}
	return ""
}

func reasonOfInvalid(err error) string {
	var field *object.FieldError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &field):
		return "its name " + field.Reason
	}
	return err.Error()
}

// checkCase finds files and folders whose paths differ only in case, by the
// folding of all of Unicode, as file systems on Macs and Windows do.
func checkCase(files []found) []Problem {
	fold := cases.Fold()
	folded := func(s string) string {
		if isASCII(s) {
			return strings.ToLower(s)
		}
		return toNFC(fold.String(s))
	}
	seen := make(map[string]string, len(files)) // folded path -> real path
	var problems []Problem
	note := func(p, real string) {
		key := folded(p)
		other, ok := seen[key]
		if !ok {
			seen[key] = real
			return
		}
		if toNFC(other) != p {
			problems = append(problems, Problem{real, fmt.Sprintf("differs only in case from %q", other), "rename one of them"})
		}
	}
	folders := map[string]bool{}
	for _, f := range files {
		note(f.path, f.real)
		for dir, real := path.Dir(f.path), path.Dir(f.real); dir != "." && !folders[dir]; dir, real = path.Dir(dir), path.Dir(real) {
			folders[dir] = true
			note(dir, real)
		}
	}
	return problems
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
