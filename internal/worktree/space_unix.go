//go:build linux || darwin

package worktree

import "golang.org/x/sys/unix"

// freeSpace returns how many bytes the user may still write, if that is known.
func freeSpace(dir string) (free uint64, known bool) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil || st.Bsize <= 0 {
		return 0, false
	}
	return uint64(st.Bavail) * uint64(st.Bsize), true //nolint:unconvert // the types differ from system to system
}
