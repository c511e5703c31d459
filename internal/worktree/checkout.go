package worktree

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// CheckoutOptions say how a tree becomes the folder.
type CheckoutOptions struct {
	// Base is the tree that the folder stands on: of a commit, or of a snapshot
	// just saved. What differs from it is the person's uncommitted work.
	Base object.Tree
	// After is applied when the folder is the tree: both happen, or neither.
	After repo.Transition
	// Progress, if not nil, is called when a file was fetched. Calls may come from
	// several goroutines.
	Progress func(path string, bytes int64)
}

// Checked says what a checkout did.
type Checked struct {
	Written  int
	Removed  int
	Warnings []Warning
	Notices  []string
}

// Checkout makes the folder target. What is equal in Base and target keeps its
// uncommitted changes; those in the way make it fail with a LocalChangesError, and
// the caller saves them first. Files that neither tree knows are not touched.
// Everything is fetched and verified first, then put into
// place by renames under a journal: on an error the folder is as it was, and
// after a crash Recover finishes it. The caller holds the repo's lock.
//
// Errors to tell apart: LocalChangesError, InUseError, ErrBadTree, ErrNoSpace,
// repo.ErrPending, and those of Content.
func (w *Worktree) Checkout(ctx context.Context, target object.Tree, opts CheckoutOptions) (Checked, error) {
	if err := w.checkNoneRunning(); err != nil {
		return Checked{}, err
	}
	if err := w.repo.Check(opts.After); err != nil {
		return Checked{}, err
	}
	p, err := w.plan(ctx, target, opts)
	if err != nil {
		return Checked{}, err
	}
	result := Checked{Warnings: p.folder.warnings, Notices: p.folder.notices}
	result.Written, result.Removed = p.counts()
	if err := w.stage(ctx, p, opts.Progress); err != nil {
		return Checked{}, errors.Join(err, w.clearStage())
	}
	raw, err := json.Marshal(journaled{p.steps, p.projects})
	if err != nil {
		return Checked{}, err
	}
	op := repo.Operation{Kind: operationKind, Phase: phaseApply, Plan: raw, After: opts.After}
	if err := w.fault("begin"); err != nil {
		return Checked{}, errors.Join(err, w.clearStage())
	}
	if err := w.repo.Begin(op); err != nil {
		return Checked{}, errors.Join(explained(err), w.clearStage())
	}
	if err := w.apply(p.steps); err != nil {
		return Checked{}, w.rollBack(ctx, op, p.steps, explained(err))
	}
	if err := w.finish(op, journaled{p.steps, p.projects}, p.folder.known(), true); err != nil {
		return Checked{}, fmt.Errorf("%w (the next command finishes it)", err)
	}
	return result, nil
}

// rollBack takes an operation back that failed for a reason.
func (w *Worktree) rollBack(ctx context.Context, op repo.Operation, steps []step, reason error) error {
	// On a full disk the journal may not take the word. Going back needs no room;
	// only if it is interrupted too will the next command go forward instead.
	op.Phase = phaseUndo
	unsaid := w.repo.Advance(op)
	if err := w.undo(ctx, steps, true); err != nil {
		return errors.Join(reason, fmt.Errorf("take the checkout back (the next command tries again): %w", errors.Join(err, unsaid)))
	}
	return errors.Join(reason, w.endOperation())
}

// endOperation ends what is in the journal and drops its files.
func (w *Worktree) endOperation() error {
	if err := w.repo.End(); err != nil {
		return err
	}
	return w.clearStage()
}

// checkNoneRunning fails with repo.ErrPending if Recover has to be called first.
func (w *Worktree) checkNoneRunning() error {
	op, err := w.repo.Pending()
	if err != nil {
		return err
	}
	if op != nil {
		return fmt.Errorf("%w: %s", repo.ErrPending, op.Kind)
	}
	return nil
}
