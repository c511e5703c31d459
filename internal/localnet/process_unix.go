//go:build unix

package localnet

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps Ctrl-C in a terminal from reaching a child directly: the children
// are ended one after the other, the node last.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func interrupt(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
}
