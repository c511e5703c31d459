package worktree

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// openFile opens a file for reading.
func openFile(path string) (*os.File, error) { return os.Open(path) }

// isInUse says whether the system refused because another program has the file
// open.
func isInUse(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
		errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_USER_MAPPED_FILE)
}

func isNoSpace(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
