package worktree

import (
	"errors"
	"io/fs"
	"path"
)

// undo moves new files back to the stage and old ones back to their places. It
// can be repeated.
func (w *Worktree) undo(steps []step) error {
	for n, s := range steps {
		if s.New == nil || s.Keep || w.exists(stagePath("new", n)) {
			continue
		}
		if err := w.fault("undo in"); err != nil {
			return err
		}
		if err := w.rename(s.New.Real, stagePath("new", n), s.New.Real); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	w.removeArrived(steps)
	made := map[string]bool{}
	for n, s := range steps {
		if s.Old == nil || !w.exists(stagePath("old", n)) {
			continue
		}
		if err := w.fault("undo out"); err != nil {
			return err
		}
		if err := w.makeFolder(path.Dir(s.Old.Real), made); err != nil {
			return err
		}
		if err := w.putBeside(stagePath("old", n), s.Old.Real); err != nil {
			return err
		}
	}
	return w.syncFolders(steps)
}

// removeArrived removes the folders that were made for files that did not come.
func (w *Worktree) removeArrived(steps []step) {
	var list []step
	for _, s := range steps {
		if s.New != nil && !s.Keep {
			list = append(list, step{Old: &oldFile{Real: s.New.Real}})
		}
	}
	w.removeEmptied(list)
}

// putBeside moves a file to its place, or beside it if something is there.
func (w *Worktree) putBeside(from, to string) error {
	if w.exists(to) {
		to = SideBySide(to, "recovered", w.exists)
	}
	return w.rename(from, to, to)
}
