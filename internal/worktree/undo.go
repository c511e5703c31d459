package worktree

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
)

// undo moves new files back to the stage and old ones back to their places. It
// can be repeated. justPlaced says that the new files were put into place by this
// very command, so that nobody can have written over them.
func (w *Worktree) undo(ctx context.Context, steps []step, justPlaced bool) error {
	for n, s := range steps {
		if s.New == nil || s.Keep || w.exists(stagePath("new", n)) {
			continue
		}
		if err := w.fault("undo in"); err != nil {
			return err
		}
		if err := w.takeBack(ctx, n, s.New, justPlaced); err != nil {
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

// takeBack moves the new file of step n back to the stage. What was saved in its
// place since is somebody's work and is kept beside.
func (w *Worktree) takeBack(ctx context.Context, n int, file *newFile, justPlaced bool) error {
	_, err := w.root.Lstat(local(file.Real))
	if errors.Is(err, fs.ErrNotExist) {
		w.markBack(n)
		return nil
	}
	if err != nil {
		return err
	}
	if !justPlaced {
		c, _, err := w.read(ctx, found{real: file.Real}, w.hash)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || c.String() != file.CID {
			aside := w.recovered(file.Real)
			if err := w.rename(file.Real, aside, file.Real); err != nil {
				return err
			}
			w.markBack(n)
			return nil
		}
	}
	return w.rename(file.Real, stagePath("new", n), file.Real)
}

// markBack leaves a mark where a new file that is not there any more would have
// gone: if undo is interrupted, the next one must not take the old file, which is
// in its place again by then, for it. On a full disk there may be no mark; going
// back goes before.
func (w *Worktree) markBack(n int) {
	if f, err := w.root.OpenFile(local(stagePath("new", n)), os.O_WRONLY|os.O_CREATE, 0o644); err == nil {
		_ = f.Close() // nothing was written
	}
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
		to = w.recovered(to)
	}
	return w.rename(from, to, to)
}
