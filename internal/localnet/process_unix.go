//go:build unix

package localnet

import (
	"errors"
	"os/exec"
	"syscall"
)

// attach keeps Ctrl-C in a terminal from reaching a child directly, as the children
// are ended one after the other, the node last; and has a child end when its parent
// is killed, where the system can do that.
func attach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
}

func interrupt(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
}

func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
