package sync

import (
	"context"
	"sync/atomic"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/worktree"
)

// checkout makes the folder target, given that base was just found in it and
// saved, and applies a transition with it.
func (s *Song) checkout(ctx context.Context, base, target object.Tree, after repo.Transition) (worktree.Checked, error) {
	var read atomic.Int64
	work, err := s.openWork(&read)
	if err != nil {
		return worktree.Checked{}, err
	}
	defer work.Close() //nolint:errcheck // the checkout itself has synced what it wrote
	s.Progress.Start("writing files", toWrite(base, target))
	defer s.Progress.Done()
	return work.Checkout(ctx, target, worktree.CheckoutOptions{Base: base, After: after})
}

// toWrite is about how many bytes a checkout writes: a project counts as a whole,
// although only what differs in it is written.
func toWrite(base, target object.Tree) int64 {
	total := int64(0)
	for _, e := range target.Entries {
		if old, ok := base.Find(e.Path); !ok || !old.CID.Equals(e.CID) {
			total += int64(min(e.Size, object.MaxInt))
		}
	}
	return total
}

// recover finishes or takes back what a crash has left half done.
func (s *Song) recover(ctx context.Context) error {
	var read atomic.Int64
	work, err := s.openWork(&read)
	if err != nil {
		return err
	}
	defer work.Close() //nolint:errcheck // as above
	notice, err := work.Recover(ctx)
	if notice != "" && s.Notice != nil {
		s.Notice(notice)
	}
	return err
}
