//go:build unix

package packstore

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// syncDir makes a rename inside dir survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// diskError names a full disk.
func diskError(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ipfs.ErrDiskFull, err)
	}
	return err
}
