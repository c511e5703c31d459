//go:build !linux

package worktree

import (
	"io/fs"
	"os"
)

// statAt returns the stat of a plain file in an open folder. What is no plain
// file any more counts as gone.
func statAt(_ *os.File, e fs.DirEntry) (stat, error) {
	info, err := e.Info()
	if err != nil {
		return stat{}, err
	}
	if !info.Mode().IsRegular() {
		return stat{}, fs.ErrNotExist
	}
	return statOf(info), nil
}
