//go:build unix

package worktree

import (
	"errors"
	"os"
	"syscall"
)

// openFile opens a file for reading. It follows no link in the last place and
// does not wait if a pipe was put there.
func openFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}

// isInUse says whether the system refused because another program has the file
// open. POSIX systems never do for plain files, some network shares do.
func isInUse(err error) bool {
	return errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.ETXTBSY)
}

func isNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
