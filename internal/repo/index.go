package repo

import (
	"errors"
	"io/fs"
	"os"
)

// maxIndex bounds the stat cache: about a million files.
const maxIndex = 256 << 20

// ReadIndex returns the stat cache's bytes, nil if there is none or it cannot be
// a cache. Package worktree owns the format and its checksum.
func (r *Repo) ReadIndex() ([]byte, error) {
	info, err := os.Stat(r.path(indexFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxIndex {
		return []byte{}, nil // no index of ours; its reader calls it damaged
	}
	return os.ReadFile(r.path(indexFile))
}

// WriteIndex replaces the stat cache. The caller holds the lock.
func (r *Repo) WriteIndex(data []byte) error { return writeFile(r.path(indexFile), data) }
