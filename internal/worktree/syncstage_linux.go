package worktree

import "golang.org/x/sys/unix"

// syncStage makes the staged files durable, all at once: thousands of small
// files one by one would take a minute.
func (w *Worktree) syncStage(int) error {
	f, err := w.root.Open(local(stageDir))
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}
