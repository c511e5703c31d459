package sync

import (
	"context"
	"errors"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
)

// How often a hub is asked to look at the chain after a push: its node may be a
// block behind. It finds the commit by itself as well, a little later.
const (
	completeAttempts = 10
	completePause    = 500 * time.Millisecond
	// mirrorPause is between two questions for how far the hub has come with another
	// hub's audio, mirrorPatience how many of them may find nothing new: two minutes.
	mirrorPause    = 500 * time.Millisecond
	mirrorPatience = 240
)

// upload sends the blocks that the new commits brought and the hub lacks. It
// returns the upload's id.
func (p *push) upload(ctx context.Context) (string, error) {
	cids, err := p.blocks(ctx)
	if err != nil {
		return "", err
	}
	total, err := p.size(ctx, cids)
	if err != nil {
		return "", err
	}
	upload, err := p.remote.Hub.Begin(ctx, p.head, total)
	if err != nil {
		return "", err
	}
	return upload.ID, p.send(ctx, upload.ID, cids, total)
}

func (p *push) send(ctx context.Context, upload string, cids []cid.Cid, total int64) error {
	p.song.Progress.Start("uploading", total)
	defer p.song.Progress.Done()
	sent, err := p.remote.Hub.Send(ctx, upload, p.song.Blocks, cids, p.song.Progress.Add)
	p.out.Bytes += sent
	return err
}

func (p *push) size(ctx context.Context, cids []cid.Cid) (int64, error) {
	total := int64(0)
	for _, c := range cids {
		n, err := p.song.Blocks.Size(ctx, c)
		if err != nil {
			return 0, err
		}
		total += int64(n)
	}
	return total, nil
}

// uploadWhole sends everything that the head reaches and the hub lacks: what came
// before may lie on another hub.
func (p *push) uploadWhole(ctx context.Context) (string, error) {
	upload, err := p.remote.Hub.Begin(ctx, p.head, 0)
	if err != nil || upload.ID == "" {
		return "", err
	}
	var all []cid.Cid
	err = ipfs.Walk(ctx, p.song.Blocks, ipfs.Bounds{}, func(c cid.Cid) (bool, error) {
		all = append(all, c)
		return true, nil
	}, p.head)
	if err != nil {
		return "", err
	}
	missing, err := p.remote.Hub.Missing(ctx, upload.ID, all)
	if err != nil {
		return "", err
	}
	total, err := p.size(ctx, missing)
	if err != nil {
		return "", err
	}
	if upload, err = p.remote.Hub.Begin(ctx, p.head, upload.Received+total); err != nil {
		return "", err
	}
	return upload.ID, p.send(ctx, upload.ID, missing, total)
}

// serve has the hub serve a head that the chain has already: the push that brought
// it there may have ended before the hub was told, or have gone to another hub.
func (p *push) serve(ctx context.Context) error {
	upload, err := p.remote.Hub.Begin(ctx, p.head, 0)
	if err != nil {
		return err
	}
	p.out.Served, err = p.complete(ctx, upload.ID)
	return err
}

// blocks lists what the new commits reach and the commits before them do not.
func (p *push) blocks(ctx context.Context) ([]cid.Cid, error) {
	fresh := make(map[cid.Cid]bool, len(p.fresh))
	roots := make([]cid.Cid, 0, len(p.fresh))
	for _, node := range p.fresh {
		fresh[node.CID] = true
		roots = append(roots, node.CID)
	}
	old, err := p.contentBefore(ctx, fresh)
	if err != nil {
		return nil, err
	}
	var cids []cid.Cid
	err = ipfs.Walk(ctx, p.song.Blocks, ipfs.Bounds{}, func(c cid.Cid) (bool, error) {
		if old[c] {
			return false, nil
		}
		cids = append(cids, c)
		return true, nil
	}, roots...)
	return cids, err
}

// contentBefore are the published commits that new ones build on, their trees and
// what those link, where the hub serves them. A hub that they were not pushed to
// gets them from the one that they were; where it cannot, the whole history below
// them is sent.
func (p *push) contentBefore(ctx context.Context, fresh map[cid.Cid]bool) (map[cid.Cid]bool, error) {
	old := map[cid.Cid]bool{}
	for _, node := range p.fresh {
		for _, parent := range node.Commit.Parents {
			if fresh[parent] || old[parent] {
				continue
			}
			served, err := p.served(ctx, parent)
			if err != nil {
				return nil, err
			}
			if !served {
				continue
			}
			if err := p.addContent(ctx, parent, old); err != nil {
				return nil, err
			}
		}
	}
	return old, nil
}

// served says whether the hub serves a published commit, once it has tried to get it
// from elsewhere.
func (p *push) served(ctx context.Context, commit cid.Cid) (bool, error) {
	_, err := p.remote.Gateway.Get(ctx, commit)
	if errors.Is(err, ipfs.ErrNotFound) {
		return p.mirrored(ctx, commit)
	}
	return err == nil, err
}

// mirrored has the hub get a commit from another hub and waits while bytes arrive
// there. Whatever keeps the hub from it is no error: then its audio is sent from here.
func (p *push) mirrored(ctx context.Context, commit cid.Cid) (bool, error) {
	p.song.Progress.Start("the hub fetches what came before", 0)
	defer p.song.Progress.Done()
	arrived := int64(0)
	for idle := 0; idle < mirrorPatience; idle++ {
		m, err := p.remote.Hub.Mirror(ctx, commit)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil || m.Served {
			p.out.Mirrored = p.out.Mirrored || err == nil
			return err == nil, nil //nolint:nilerr // see above
		}
		if m.Bytes > arrived {
			p.song.Progress.Add(m.Bytes - arrived)
			arrived, idle = m.Bytes, 0
		}
		select {
		case <-time.After(mirrorPause):
		case <-ctx.Done():
		}
	}
	return false, nil
}

func (p *push) addContent(ctx context.Context, id cid.Cid, content map[cid.Cid]bool) error {
	commit, err := p.song.Objects().Commit(ctx, id)
	if err != nil {
		return err
	}
	tree, err := p.song.Objects().Tree(ctx, commit.Tree)
	if err != nil {
		return err
	}
	content[id], content[commit.Tree] = true, true
	for _, e := range tree.Entries {
		content[e.CID] = true
	}
	return nil
}

// complete tells the hub that the commits are on the chain, and sends it what came
// before them if it never had that. Where it does not see them yet, it will: the
// push is done either way, and served says which.
func (p *push) complete(ctx context.Context, upload string) (served bool, err error) {
	whole := false
	for attempt := 1; ; attempt++ {
		_, err := p.remote.Hub.Complete(ctx, upload)
		switch {
		case err == nil, errors.Is(err, api.ErrNotFound): // the hub was faster
			return true, nil
		case errors.Is(err, api.ErrIncomplete) && !whole:
			whole = true
			if served, err := p.mirrored(ctx, p.head); served || err != nil {
				return served, err
			}
			if upload, err = p.uploadWhole(ctx); err != nil {
				return false, err
			}
			continue
		case errors.Is(err, api.ErrLogin), errors.Is(err, api.ErrUnreachable), errors.Is(err, api.ErrBusy):
			return false, nil
		case !errors.Is(err, api.ErrNotOnChain):
			return false, err
		case attempt == completeAttempts:
			return false, nil
		}
		select {
		case <-time.After(completePause):
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}
