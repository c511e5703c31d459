package worktree

import "golang.org/x/sys/windows"

// noSpace is what a full disk says.
var noSpace error = windows.ERROR_DISK_FULL
