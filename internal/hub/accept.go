package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
)

// onChain says whether the chain knows a commit.
func (h *Hub) onChain(ctx context.Context, commit cid.Cid) (bool, error) {
	// A node on another chain may know the same commit: a fork of a localnet, say.
	if _, err := h.chain.Check(ctx); err != nil && !errors.Is(err, chain.ErrBehind) {
		return false, err
	}
	_, err := h.chain.CommitBlock(ctx, commit)
	if errors.Is(err, chain.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// accept moves an upload's blocks to the served ones if its commit is on the chain
// and everything below it is here. It is the only way for a block to be served. One
// upload is accepted once, and several at a time: a large one keeps nobody waiting.
func (h *Hub) accept(ctx context.Context, u *upload) error {
	h.accepts <- struct{}{}
	defer func() { <-h.accepts }()
	u.accepting.Lock()
	defer u.accepting.Unlock()
	h.accepting.RLock()
	defer h.accepting.RUnlock()
	if h.ledger.has(u.root) {
		return h.staging.finish(u)
	}
	known, err := h.onChain(ctx, u.root)
	if err != nil {
		return err
	}
	if !known {
		return newProblem(http.StatusConflict, api.CodeNotOnChain, "send the transaction, then try again",
			"commit %s is not on the chain", u.root)
	}
	try, err := u.begin(h.ledger.count())
	if err != nil {
		return err
	}
	plan, err := h.plan(ctx, u)
	if isLasting(err) {
		u.fail(try, err)
	}
	if err != nil {
		return err
	}
	moved, err := h.move(ctx, u.store, plan.blocks)
	if err != nil {
		return err
	}
	cost := moved + blockCost*int64(len(plan.blocks))
	if err := h.ledger.add(u.address, cost, plan.commits); err != nil {
		return err
	}
	h.metrics.accepted.Add(float64(len(plan.commits)))
	h.log.Info("serve a commit", "commit", u.root.String(), "wallet", u.address,
		"commits", len(plan.commits), "blocks", len(plan.blocks), "bytes", moved)
	h.announce(u.root)
	if u.isTheirs() {
		h.followSongOf(u.root, u.address)
	}
	return h.staging.finish(u)
}

// isLasting says whether a walk below a commit fails as long as no block is added.
func isLasting(err error) bool {
	var p *problem
	return errors.As(err, &p) || errors.Is(err, ipfs.ErrMalformed) || errors.Is(err, ipfs.ErrLimit)
}

// plan is what an accepted upload changes.
type plan struct {
	commits []cid.Cid // newly served, the root first
	blocks  []cid.Cid // to be copied from the upload
}

// plan walks everything below the upload's commit, down to commits that are served
// already, and fails unless all of it is here.
func (h *Hub) plan(ctx context.Context, u *upload) (plan, error) {
	w := planner{hub: h, from: ipfs.FirstOf(u.store, h.blocks), staged: u.store}
	w.seen = map[ipfs.Digest]struct{}{}
	queue := []cid.Cid{u.root}
	for len(queue) > 0 {
		commit := queue[0]
		queue = queue[1:]
		if w.see(commit) || h.ledger.has(commit) {
			continue
		}
		parents, err := w.commit(ctx, commit)
		if errors.Is(err, ipfs.ErrNotFound) {
			return plan{}, newProblem(http.StatusConflict, api.CodeIncomplete, "send what is missing, then try again",
				"below commit %s: %v", commit, err)
		}
		if err != nil {
			return plan{}, fmt.Errorf("commit %s: %w", commit, err)
		}
		queue = append(queue, parents...)
	}
	return w.plan, nil
}

type planner struct {
	plan
	hub    *Hub
	from   ipfs.Getter
	staged ipfs.Store
	seen   map[ipfs.Digest]struct{}
}

// see says whether a block was seen before, and remembers it.
func (w *planner) see(c cid.Cid) bool {
	d := ipfs.DigestOf(c)
	_, before := w.seen[d]
	w.seen[d] = struct{}{}
	return before
}

// commit takes one commit with its tree and content into the plan and returns its
// parents.
func (w *planner) commit(ctx context.Context, id cid.Cid) ([]cid.Cid, error) {
	block, err := w.from.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	commit, err := object.DecodeCommit(block.Data())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ipfs.ErrMalformed, err)
	}
	if err := w.take(ctx, id); err != nil {
		return nil, err
	}
	w.commits = append(w.commits, id)
	err = ipfs.Walk(ctx, w.from, ipfs.Bounds{}, func(c cid.Cid) (bool, error) {
		if w.see(c) {
			return false, nil
		}
		return true, w.take(ctx, c)
	}, commit.Tree)
	return commit.Parents, err
}

// take plans to copy a block, unless it is served.
func (w *planner) take(ctx context.Context, c cid.Cid) error {
	served, err := w.hub.blocks.Has(ctx, c)
	if err != nil || served {
		return err
	}
	staged, err := w.staged.Has(ctx, c)
	if err != nil {
		return err
	}
	if !staged {
		return &ipfs.NotFoundError{CID: c}
	}
	w.blocks = append(w.blocks, c)
	return nil
}

// move copies blocks to the served ones and returns the bytes of those that are new.
func (h *Hub) move(ctx context.Context, from ipfs.Getter, blocks []cid.Cid) (int64, error) {
	var moved int64
	for _, c := range blocks {
		// Another upload may have brought it since the plan was made.
		if served, err := h.blocks.Has(ctx, c); err != nil || served {
			if err != nil {
				return moved, err
			}
			continue
		}
		b, err := from.Get(ctx, c)
		if err != nil {
			return moved, err
		}
		if err := h.blocks.Put(ctx, b); err != nil {
			return moved, err
		}
		moved += int64(len(b.Data()))
		if err := h.node.Notice(ctx, b); err != nil {
			return moved, err
		}
	}
	return moved, h.blocks.Flush(ctx)
}

// announce tells the DHT, where that is switched on. It may take long and may fail:
// who knows the hub's address does not need it.
func (h *Hub) announce(commit cid.Cid) {
	if !h.cfg.DHT {
		return
	}
	h.background.Go(func() {
		if err := h.node.Announce(h.ctx, commit); err != nil {
			h.log.Warn("announce a commit", "commit", commit.String(), "error", err)
		}
	})
}
