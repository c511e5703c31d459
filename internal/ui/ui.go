// Package ui is how parrots speaks to a person: data on stdout, everything else on
// stderr in lower case, hints for what to do next, progress for what takes longer
// than a second, questions only where somebody can answer.
//
// It knows nothing of songs: no other package of ours is imported here, and none
// but internal/cli imports it. Streams, clock and the question whether a terminal
// listens are arguments.
package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// UI writes to one person or script.
type UI struct {
	out, err io.Writer
	in       *lineReader
	opts     Options
	progress *Progress
	emitted  bool
	fields   []field
}

// field is one that every JSON object gets.
type field struct {
	name  string
	value any
}

// Options says who is listening.
type Options struct {
	// JSON makes commands print one JSON value instead of text.
	JSON bool
	// Quiet drops notes, hints and progress; errors, warnings and data stay.
	Quiet bool
	// Interactive says that a person can answer questions.
	Interactive bool
	// Terminal says that stderr is a terminal that can redraw a line.
	Terminal bool
	// Now is the clock that progress is measured with; needed where there is any.
	Now func() time.Time
	// Password reads a line without echo; nil reads it as any other.
	Password func() (string, error)
}

// New returns a UI over the given streams.
func New(in io.Reader, out, err io.Writer, opts Options) *UI {
	return &UI{in: &lineReader{r: in}, out: out, err: err, opts: opts}
}

// SetJSON chooses JSON on stdout.
func (u *UI) SetJSON(on bool) { u.opts.JSON = on }

// SetQuiet drops notes, hints and progress.
func (u *UI) SetQuiet(on bool) { u.opts.Quiet = on }

// JSON says whether stdout carries JSON.
func (u *UI) JSON() bool { return u.opts.JSON }

// Interactive says whether a person can answer questions.
func (u *UI) Interactive() bool { return u.opts.Interactive }

// Out is where raw data goes.
func (u *UI) Out() io.Writer { return u.out }

// Err is where a child process may write its diagnostics.
func (u *UI) Err() io.Writer { return u.err }

// Printf writes a line of data to stdout.
func (u *UI) Printf(format string, args ...any) {
	u.clearProgress()
	fmt.Fprintf(u.out, format+"\n", args...)
}

// Emit writes v as JSON where --json was given, else calls text.
func (u *UI) Emit(v any, text func()) error {
	if !u.opts.JSON {
		text()
		return nil
	}
	u.clearProgress()
	u.emitted = true
	data, err := encode(v)
	if err != nil {
		return err
	}
	if data, err = u.withFields(data); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", "  "); err != nil {
		return err
	}
	_, err = out.WriteTo(u.out)
	return err
}

// SetField adds a field to the JSON object that is emitted, or replaces one that was
// added: what holds for a command and is not the command's own business.
func (u *UI) SetField(name string, value any) {
	for i := range u.fields {
		if u.fields[i].name == name {
			u.fields[i].value = value
			return
		}
	}
	u.fields = append(u.fields, field{name, value})
}

// withFields puts the fields at the end of an object; a list has no place for them.
func (u *UI) withFields(data []byte) ([]byte, error) {
	body, ok := bytes.CutSuffix(bytes.TrimSpace(data), []byte("}"))
	if !ok || len(u.fields) == 0 {
		return data, nil
	}
	for i, f := range u.fields {
		value, err := encode(map[string]any{f.name: f.value})
		if err != nil {
			return nil, err
		}
		if i > 0 || !bytes.HasSuffix(body, []byte("{")) {
			body = append(body, ',')
		}
		value = bytes.TrimSpace(value)
		body = append(body, value[1:len(value)-1]...)
	}
	return append(body, '}', '\n'), nil
}

func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return out.Bytes(), err
}

// Emitted says whether Emit has written a JSON value: there is to be one only.
func (u *UI) Emitted() bool { return u.emitted }

// Notef tells what was done; it is not data.
func (u *UI) Notef(format string, args ...any) {
	if !u.opts.Quiet {
		u.diagnose("", format, args...)
	}
}

// Warnf tells what a person should know although the command goes on.
func (u *UI) Warnf(format string, args ...any) { u.diagnose("warning: ", format, args...) }

// Hintf says what to do next.
func (u *UI) Hintf(format string, args ...any) {
	if !u.opts.Quiet {
		u.diagnose("hint: ", format, args...)
	}
}

// Errorf reports what ended the command.
func (u *UI) Errorf(format string, args ...any) { u.diagnose("parrots: ", format, args...) }

func (u *UI) diagnose(prefix, format string, args ...any) {
	u.clearProgress()
	fmt.Fprintln(u.err, prefix+fmt.Sprintf(format, args...))
}

// Clean makes a stranger's text safe for a terminal: control characters, which
// could move the cursor or change what was printed before, become "?".
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, s)
}
