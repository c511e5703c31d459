package ui

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNoAnswer is returned where a question was necessary and nobody can answer.
var ErrNoAnswer = errors.New("nobody is there to answer")

// Confirm asks a question whose answer is yes or no; anything but yes is no.
func (u *UI) Confirm(question string) (bool, error) {
	answer, err := u.Ask(question + " [y/N] ")
	if err != nil {
		return false, err
	}
	answer = strings.ToLower(answer)
	return answer == "y" || answer == "yes", nil
}

// Ask reads one line.
func (u *UI) Ask(prompt string) (string, error) {
	if !u.opts.Interactive {
		return "", fmt.Errorf("%w: %s", ErrNoAnswer, strings.TrimSpace(strings.TrimSuffix(prompt, " [y/N] ")))
	}
	u.clearProgress()
	fmt.Fprint(u.err, prompt)
	return u.in.line()
}

// Secret reads one line without echo where the terminal can do so. A script may
// pipe it in.
func (u *UI) Secret(prompt string) (string, error) {
	u.clearProgress()
	if u.opts.Interactive && u.opts.Password != nil {
		fmt.Fprint(u.err, prompt)
		s, err := u.opts.Password()
		fmt.Fprintln(u.err)
		return s, err
	}
	s, err := u.in.line()
	if errors.Is(err, io.EOF) {
		return "", ErrNoAnswer
	}
	return s, err
}

// maxLine bounds what is read as one answer.
const maxLine = 64 << 10

// lineReader reads line by line without taking more than the line, so that what
// follows is left for whoever reads next.
type lineReader struct{ r io.Reader }

// Read lets others read what lines have left.
func (l *lineReader) Read(p []byte) (int, error) { return l.r.Read(p) }

func (l *lineReader) line() (string, error) {
	var line []byte
	var b [1]byte
	for len(line) < maxLine {
		n, err := l.r.Read(b[:])
		if n == 1 {
			if b[0] == '\n' {
				return strings.TrimSuffix(string(line), "\r"), nil
			}
			line = append(line, b[0])
			continue
		}
		if err == nil {
			continue
		}
		if errors.Is(err, io.EOF) && len(line) > 0 {
			return string(line), nil
		}
		return "", err
	}
	return "", fmt.Errorf("a line of more than %d bytes", maxLine)
}
