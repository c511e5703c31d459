//go:build !linux

package worktree

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/parrots-music/parrots/internal/repo"
)

// syncStage makes the staged files durable.
func (w *Worktree) syncStage(steps int) error {
	for n := range steps {
		if err := w.syncFile(stagePath("new", n)); err != nil {
			return err
		}
	}
	return repo.SyncDir(filepath.Join(w.repo.Root(), local(stageDir)))
}

func (w *Worktree) syncFile(p string) error {
	f, err := w.root.OpenFile(local(p), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a step without a new file
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
