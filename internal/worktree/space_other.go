//go:build !linux && !darwin && !windows

package worktree

// freeSpace is not known here; a full disk shows when it is full.
func freeSpace(string) (free uint64, known bool) { return 0, false }
