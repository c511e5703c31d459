package worktree

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func identity(info fs.FileInfo) (inode uint64, ctime int64) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ino, st.Ctim.Nano()
	}
	return 0, 0
}

// statAt returns the stat of a plain file in an open folder. What is no plain
// file any more counts as gone.
func statAt(dir *os.File, e fs.DirEntry) (stat, error) {
	var st unix.Stat_t
	for {
		err := unix.Fstatat(int(dir.Fd()), e.Name(), &st, unix.AT_SYMLINK_NOFOLLOW)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return stat{}, &fs.PathError{Op: "lstat", Path: e.Name(), Err: err}
		}
		break
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return stat{}, fs.ErrNotExist
	}
	return stat{st.Size, st.Mtim.Nano(), st.Ino, st.Ctim.Nano()}, nil
}
