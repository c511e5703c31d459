package worktree

import (
	"errors"
	"fmt"
	"strings"
)

// Errors that callers tell apart.
var (
	// ErrProblems says that files in the folder cannot be part of a song; see
	// ProblemsError.
	ErrProblems = errors.New("the folder holds what a song cannot")
	// ErrLocalChanges says that a checkout would overwrite what is not committed;
	// see LocalChangesError.
	ErrLocalChanges = errors.New("changes that are not committed would be overwritten")
	// ErrInUse says that another program holds a file open; see InUseError.
	ErrInUse = errors.New("a file is open in another program")
	// ErrNoSpace says that the disk has no room for a checkout; nothing changed.
	ErrNoSpace = errors.New("not enough room on the disk")
	// ErrBadTree says that a tree cannot be checked out here, whoever made it.
	ErrBadTree = errors.New("the tree cannot be written to this folder")
	// ErrChanged says that a file changed while it was read.
	ErrChanged = errors.New("the file changes while it is read")
)

// Problem is a file that cannot be part of a song, or not now.
type Problem struct {
	Path   string // as it is called on disk, relative to the song's folder
	Reason string // the fact
	Advice string // what to do about it
}

func (p Problem) String() string {
	return fmt.Sprintf("%s: %s; %s", printable(p.Path), p.Reason, p.Advice)
}

// ProblemsError lists every offending file of a folder. Nothing was changed.
type ProblemsError struct{ Problems []Problem }

func (e *ProblemsError) Error() string {
	lines := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		lines = append(lines, "  "+p.String())
	}
	return fmt.Sprintf("%v; nothing was changed:\n%s", ErrProblems, strings.Join(lines, "\n"))
}

// Unwrap makes errors.Is(err, ErrProblems) hold.
func (e *ProblemsError) Unwrap() error { return ErrProblems }

// LocalChangesError lists the paths that are in a checkout's way. The caller
// saves or commits them first. Nothing was changed.
type LocalChangesError struct{ Paths []string }

func (e *LocalChangesError) Error() string {
	return fmt.Sprintf("%v; nothing was changed: %s", ErrLocalChanges, printable(strings.Join(e.Paths, ", ")))
}

// Unwrap makes errors.Is(err, ErrLocalChanges) hold.
func (e *LocalChangesError) Unwrap() error { return ErrLocalChanges }

// InUseError names the file that another program holds open. Nothing was changed.
type InUseError struct {
	Path string
	Err  error
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("%s is open in another program: close it first; nothing was changed", printable(e.Path))
}

// Unwrap makes errors.Is hold for ErrInUse and for the system's own error.
func (e *InUseError) Unwrap() []error { return []error{ErrInUse, e.Err} }

// printable makes a name from disk safe to show in a terminal.
func printable(s string) string {
	quoted := fmt.Sprintf("%q", s)
	if plain := quoted[1 : len(quoted)-1]; plain == s {
		return s
	}
	return quoted
}
