//go:build unix && !linux

package localnet

import "syscall"

// dieWithParent does nothing: the system has no such signal. The next start names
// the children that are left.
func dieWithParent(*syscall.SysProcAttr) {}
