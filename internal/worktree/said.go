package worktree

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
)

// said describes an entry as the song file does: it is the truth for what it lists. Of a
// file that it does not list, and of all where it is broken or missing, what was said
// before stays.
func (f *folder) said(e object.Entry) object.Entry {
	s, ok := f.song.Stem(e.Path)
	if !ok {
		return e
	}
	if e.Kind = s.Kind; e.Kind == "" {
		e.Kind = kindOf(e.Path)
	}
	e.Instrument, e.Start = s.Instrument, s.Start
	return e
}

// storedSongFile reads the song file as it was stored, so that a tree says what the song
// file in it does.
func (w *Worktree) storedSongFile(ctx context.Context, f *folder) error {
	i, ok := f.songFile()
	if !ok {
		return nil
	}
	r, err := w.content.Open(ctx, f.entries[i].cid)
	if err != nil {
		return fmt.Errorf("read %s: %w", songfile.Name, err)
	}
	defer r.Close() //nolint:errcheck // nothing was written
	return f.readSongFile(r)
}

// lookAtSongFile reads the song file from the folder. It is a favour to who asks for the
// status: what keeps it from being read is told by others.
func (w *Worktree) lookAtSongFile(f *folder) {
	i, ok := f.songFile()
	if !ok {
		return
	}
	file, err := openFile(filepath.Join(w.repo.Root(), filepath.FromSlash(f.files[i].real)))
	if err != nil {
		return
	}
	defer file.Close() //nolint:errcheck // nothing was written
	_ = f.readSongFile(file)
}

func (f *folder) songFile() (int, bool) {
	return slices.BinarySearchFunc(f.files, songfile.Name, func(file found, name string) int {
		return strings.Compare(file.path, name)
	})
}

// readSongFile takes in what the song file says. A mistake in it is a warning and no
// more: the person's work is saved whatever is in that file, and the file with it.
func (f *folder) readSongFile(r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, songfile.MaxBytes+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", songfile.Name, err)
	}
	song, err := songfile.Parse(data)
	var problems songfile.Problems
	switch {
	case err == nil:
		f.song = song
	case errors.As(err, &problems):
		for _, p := range problems {
			f.warnings = append(f.warnings, Warning{songfile.Name, p.Place()})
		}
	default:
		f.warnings = append(f.warnings, Warning{songfile.Name, err.Error()})
	}
	return nil
}
