package worktree

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
)

var errNoPlainFile = errors.New("it is a link or no file; put the file itself there")

// ReadSongFile returns the song file as it is in the folder; nil where there is none.
func (w *Worktree) ReadSongFile() ([]byte, error) {
	if info, err := w.root.Lstat(songfile.Name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: %w", songfile.Name, errNoPlainFile)
	}
	file, err := openFile(filepath.Join(w.repo.Root(), songfile.Name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", songfile.Name, err)
	}
	defer file.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(file, songfile.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", songfile.Name, err)
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

// songFileTemp is where a new song file is written; *.tmp is ignored everywhere.
const songFileTemp = ".song.yaml.tmp"

// WriteSongFile replaces the song file as a whole.
func (w *Worktree) WriteSongFile(data []byte) error {
	mode := fs.FileMode(0o644)
	info, err := w.root.Lstat(songfile.Name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("write %s: %w", songfile.Name, errNoPlainFile)
	case err == nil:
		mode = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := w.writeTemp(data, mode); err != nil {
		_ = w.root.Remove(songFileTemp)
		return explained(fmt.Errorf("write %s: %w", songfile.Name, err))
	}
	return explained(w.root.Rename(songFileTemp, songfile.Name))
}

func (w *Worktree) writeTemp(data []byte, mode fs.FileMode) error {
	_ = w.root.Remove(songFileTemp) // of a command that was cut off
	file, err := w.root.OpenFile(songFileTemp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// Audio lists the audio files in the folder outside projects, as a commit would describe
// them but for their content, which is not read.
func (w *Worktree) Audio(ctx context.Context, base object.Tree) ([]object.Entry, error) {
	f, err := w.look(ctx, base)
	if err != nil {
		return nil, err
	}
	w.lookAtSongFile(f)
	var list []object.Entry
	for _, file := range f.files {
		if sessionOf(file.path, f.sessions) != "" || !IsAudio(file.path) || object.CheckPath(file.path) != nil {
			continue
		}
		e := object.Entry{Path: file.path, Kind: kindOf(file.path), Size: uint64(file.stat.size)}
		if old, ok := f.base.Find(file.path); ok && old.Kind != object.KindSession {
			e.Kind, e.Instrument, e.Start = old.Kind, old.Instrument, old.Start
		}
		list = append(list, f.said(e))
	}
	return list, nil
}

// OpenFile opens a file in the folder by its path in the tree, and follows no link. The
// error matches fs.ErrNotExist if there is none.
func (w *Worktree) OpenFile(path string) (*os.File, int64, error) {
	if err := object.CheckPath(path); err != nil {
		return nil, 0, err
	}
	real := "."
	for _, name := range strings.Split(path, "/") {
		real = filepath.Join(real, w.realName(real, name))
	}
	if _, err := w.root.Stat(real); err != nil { // no folder on the way is a link that leads out
		return nil, 0, err
	}
	file, err := openFile(filepath.Join(w.repo.Root(), real))
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", printable(path))
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}
