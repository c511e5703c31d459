package cli

import (
	"io"
	"path/filepath"
	"runtime"
	"time"

	"github.com/parrots-music/parrots/internal/ui"
)

// Env is all that commands may know of the machine: nothing below reads the
// environment, the clock or the terminal by itself.
type Env struct {
	// Args are the arguments after the program's name.
	Args []string
	// Dir is the working directory.
	Dir string
	// Stdin, Stdout and Stderr are the streams.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Interactive says that a person can answer, Terminal that stderr can redraw.
	Interactive, Terminal bool
	// Password reads a line without echo; nil where that is not possible.
	Password func() (string, error)
	// Getenv reads the environment.
	Getenv func(string) string
	// UserHome is the person's home directory; empty if there is none.
	UserHome string
	// Now is the clock.
	Now func() time.Time
	// Rand is the source of secrets.
	Rand io.Reader
	// Executable is the path of this program; others are looked for beside it.
	Executable string
	// Version says what was built.
	Version Version
}

// Version says what was built.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// home is the folder of the person's blocks, keys and configuration.
func (e Env) home() (string, error) {
	if dir := e.Getenv("PARROTS_HOME"); dir != "" {
		return filepath.Abs(dir)
	}
	var base, name string
	switch runtime.GOOS {
	case "windows":
		base, name = e.Getenv("AppData"), "Parrots"
	case "darwin":
		if e.UserHome != "" {
			base, name = filepath.Join(e.UserHome, "Library", "Application Support"), "Parrots"
		}
	default:
		base, name = e.Getenv("XDG_DATA_HOME"), "parrots"
		if !filepath.IsAbs(base) { // the XDG specification says to ignore relative paths
			base = ""
		}
		if base == "" && e.UserHome != "" {
			base = filepath.Join(e.UserHome, ".local", "share")
		}
	}
	if base == "" {
		return "", withHint(errNoHome, "set PARROTS_HOME to a folder for blocks and keys")
	}
	return filepath.Join(base, name), nil
}

func (e Env) newUI() *ui.UI {
	return ui.New(e.Stdin, e.Stdout, e.Stderr, ui.Options{
		Interactive: e.Interactive,
		Terminal:    e.Terminal,
		Now:         e.Now,
		Password:    e.Password,
	})
}
