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
	for _, f := range files {
		if reason := nameProblem(f.path, sessions); reason != "" {
			problems = append(problems, Problem{f.real, reason, "rename it"})
		}
	}
	return append(problems, checkTwins(files)...)
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

// checkTwins finds files and folders whose paths differ only in how Unicode
// spells them, or in case, by the folding of all of Unicode: on a Mac, and but
// for the spelling on Windows, they would be one.
func checkTwins(files []found) []Problem {
	fold := cases.Fold()
	folded := func(s string) string {
		if isASCII(s) {
			return strings.ToLower(s)
		}
		return toNFC(fold.String(s))
	}
	type place struct{ path, real string }
	seen := make(map[string]place, len(files)) // by folded path
	var problems []Problem
	note := func(p, real string) {
		key := folded(p)
		other, ok := seen[key]
		switch {
		case !ok:
			seen[key] = place{p, real}
		case other.real == real:
		case other.path == p:
			problems = append(problems, Problem{real, fmt.Sprintf("has the same name as %q, spelt with other Unicode characters", other.real), "rename one of them"})
		default:
			problems = append(problems, Problem{real, fmt.Sprintf("differs only in case from %q", other.real), "rename one of them"})
		}
	}
	folders := map[string]bool{} // by real path
	for _, f := range files {
		for dir, real := path.Dir(f.path), path.Dir(f.real); dir != "." && !folders[real]; dir, real = path.Dir(dir), path.Dir(real) {
			folders[real] = true
			note(dir, real)
		}
		note(f.path, f.real)
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
