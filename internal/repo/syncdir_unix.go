//go:build !windows

package repo

import (
	"errors"
	"os"
	"syscall"
)

// SyncDir makes the names in a folder durable. File systems that cannot sync a
// folder (some network shares) are let off.
func SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}
