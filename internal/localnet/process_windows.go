package localnet

import (
	"os"
	"os/exec"
)

func attach(*exec.Cmd) {}

// interrupt ends a child: Windows has no signal that asks for it. The node's and
// the hub's stores are made for that.
func interrupt(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have ended already
}

func alive(pid int) bool {
	p, err := os.FindProcess(pid) // fails where there is none
	if err != nil {
		return false
	}
	_ = p.Release() // the answer is known
	return true
}
