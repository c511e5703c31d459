package songfile

import (
	"errors"
	"fmt"
	"strings"
)

// ErrInvalid is what every error about a song file's content matches.
var ErrInvalid = errors.New("song.yaml cannot be understood")

// Problem is one mistake in a song file.
type Problem struct {
	// Line and Column count from 1.
	Line, Column int
	// Reason says what is wrong, Advice what to write instead.
	Reason, Advice string
}

// String is the problem in one line: "song.yaml:3:9: ...".
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", Name, p.Line, p.Column, p.text())
}

// Place is the problem in one line for those who know the file: "line 3, column 9: ...".
func (p Problem) Place() string {
	return fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, p.text())
}

func (p Problem) text() string {
	if p.Advice == "" {
		return p.Reason
	}
	return p.Reason + "; " + p.Advice
}

// Problems is what is wrong with a song file, in its order. It matches ErrInvalid.
type Problems []Problem

// Error lists the problems, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes the problems match ErrInvalid.
func (p Problems) Unwrap() error { return ErrInvalid }

// maxProblems bounds how many mistakes are told at once.
const maxProblems = 10
