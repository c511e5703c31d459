package repo

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Sweep removes what crashes have left on its way to its place, which nothing
// reads, and returns how many files that were. The caller holds the lock, so that
// nobody is writing.
func (r *Repo) Sweep() (int, error) {
	n := 0
	err := filepath.WalkDir(r.path(""), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || !strings.HasPrefix(e.Name(), tempPrefix) {
			return err
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		n++
		return nil
	})
	return n, err
}
