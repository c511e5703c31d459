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

// String is the problem in one line.
func (p Problem) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s", Name, p.Line, p.Column, p.Reason)
	if p.Advice != "" {
		s += "; " + p.Advice
	}
	return s
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
