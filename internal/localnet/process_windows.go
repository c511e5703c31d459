package localnet

import "os/exec"

func ownGroup(*exec.Cmd) {}

// interrupt ends a child: Windows has no signal that asks for it. The node's and
// the hub's stores are made for that.
func interrupt(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have ended already
}
