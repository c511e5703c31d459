package worktree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parrots-music/parrots/internal/repo"
)

// A checkout in the journal.
const (
	operationKind = "checkout"
	phaseApply    = "apply" // goes forward after a crash
	phaseUndo     = "undo"  // goes back after a crash
)

// apply moves old files out, then new files in. It stops at the first error.
func (w *Worktree) apply(steps []step) error {
	for n, s := range steps {
		if s.Old != nil {
			if err := w.moveOut(n, s.Old); err != nil {
				return err
			}
		}
	}
	w.removeEmptied(steps)
	made := map[string]bool{}
	for n, s := range steps {
		if s.New == nil || s.Keep {
			continue
		}
		if err := w.moveIn(n, s.New, made); err != nil {
			return err
		}
	}
	return w.syncFolders(steps)
}

// moveOut moves a file that is to go into the stage, if it is still the one that
// was compared.
func (w *Worktree) moveOut(n int, old *oldFile) error {
	if err := w.fault("out"); err != nil {
		return err
	}
	info, err := w.root.Lstat(local(old.Real))
	if err != nil {
		return fmt.Errorf("%s has gone meanwhile: %w", printable(old.Real), err)
	}
	if !info.Mode().IsRegular() || !old.is(statOf(info)) {
		return &LocalChangesError{[]string{old.Real}}
	}
	return w.rename(old.Real, stagePath("old", n), old.Real)
}

// moveIn moves a new file from the stage to its place, which is free.
func (w *Worktree) moveIn(n int, file *newFile, made map[string]bool) error {
	if err := w.fault("in"); err != nil {
		return err
	}
	if err := w.makeFolder(path.Dir(file.Real), made); err != nil {
		return err
	}
	if _, err := w.root.Lstat(local(file.Real)); err == nil {
		return &LocalChangesError{[]string{file.Real}}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return w.rename(stagePath("new", n), file.Real, file.Real)
}

// rename moves a file within the root; subject is the one to name in an error.
func (w *Worktree) rename(from, to, subject string) error {
	err := w.root.Rename(local(from), local(to))
	if err != nil && isInUse(err) {
		return &InUseError{subject, err}
	}
	return err
}

// makeFolder makes a folder and those above it. It fails if one of them is a
// link: nothing is written through links, not even inside the song's folder.
func (w *Worktree) makeFolder(dir string, made map[string]bool) error {
	if dir == "." || made[dir] {
		return nil
	}
	if err := w.makeFolder(path.Dir(dir), made); err != nil {
		return err
	}
	info, err := w.root.Lstat(local(dir))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := w.root.Mkdir(local(dir), 0o755); err != nil {
			return err
		}
	case err != nil:
		return err
	case !info.IsDir():
		return &LocalChangesError{[]string{dir}}
	}
	made[dir] = true
	return nil
}

// removeEmptied removes the folders that moving files out has left empty. One
// that cannot be removed holds something, or is in use, and stays.
func (w *Worktree) removeEmptied(steps []step) {
	folders := map[string]bool{}
	for _, s := range steps {
		if s.Old != nil {
			for dir := path.Dir(s.Old.Real); dir != "."; dir = path.Dir(dir) {
				folders[dir] = true
			}
		}
	}
	list := make([]string, 0, len(folders))
	for dir := range folders {
		list = append(list, dir)
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(b, a) }) // inner ones first
	for _, dir := range list {
		// A file may stand there by now, which Remove would take too.
		if info, err := w.root.Lstat(local(dir)); err == nil && info.IsDir() {
			_ = w.root.Remove(local(dir))
		}
	}
}

// syncFolders makes the renames durable.
func (w *Worktree) syncFolders(steps []step) error {
	folders := map[string]bool{}
	for _, s := range steps {
		if s.Old != nil {
			folders[path.Dir(s.Old.Real)] = true
		}
		if s.New != nil && !s.Keep {
			for dir := path.Dir(s.New.Real); ; dir = path.Dir(dir) {
				folders[dir] = true
				if dir == "." {
					break
				}
			}
		}
	}
	for dir := range folders {
		err := repo.SyncDir(filepath.Join(w.repo.Root(), local(dir)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // removed because it was empty
			return err
		}
	}
	return nil
}

func (w *Worktree) exists(p string) bool {
	_, err := w.root.Lstat(local(p))
	return err == nil
}

func local(p string) string { return filepath.FromSlash(p) }
