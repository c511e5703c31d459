//go:build unix

package worktree

import "syscall"

// noSpace is what a full disk says.
var noSpace error = syscall.ENOSPC
