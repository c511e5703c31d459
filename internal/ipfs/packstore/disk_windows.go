package packstore

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// syncDir does nothing: Windows cannot sync a folder, NTFS journals the rename.
func syncDir(string) error { return nil }

// diskError names a full disk.
func diskError(err error) error {
	const handleDiskFull, diskFull = syscall.Errno(39), syscall.Errno(112)
	if errors.Is(err, diskFull) || errors.Is(err, handleDiskFull) {
		return fmt.Errorf("%w: %w", ipfs.ErrDiskFull, err)
	}
	return err
}
