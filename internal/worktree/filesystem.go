package worktree

import (
	"os"
	"path/filepath"
	"strings"
)

// ignoresCase says whether the file system of the song takes names that differ
// only in case for one.
func (w *Worktree) ignoresCase() (bool, error) {
	if w.caseless != nil {
		return *w.caseless, nil
	}
	f, err := os.CreateTemp(w.repo.Dir(), ".tmp-case-*-x")
	if err != nil {
		return false, err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return false, err
	}
	dir, base := filepath.Split(f.Name())
	_, err = os.Lstat(dir + strings.ToUpper(base))
	return err == nil, nil
}
