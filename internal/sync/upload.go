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
)

// upload sends the blocks that the new commits brought and the hub lacks. It
// returns the upload's id.
func (p *push) upload(ctx context.Context) (string, error) {
	cids, err := p.blocks(ctx)
	if err != nil {
		return "", err
	}
	total := int64(0)
	for _, c := range cids {
		n, err := p.song.Blocks.Size(ctx, c)
		if err != nil {
			return "", err
		}
		total += int64(n)
	}
	upload, err := p.remote.Hub.Begin(ctx, p.head, total)
	if err != nil {
		return "", err
	}
	p.song.Progress.Start("uploading", total)
	defer p.song.Progress.Done()
	p.out.Bytes, err = p.remote.Hub.Send(ctx, upload.ID, p.song.Blocks, cids, p.song.Progress.Add)
	return upload.ID, err
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
// gets the whole history below them.
func (p *push) contentBefore(ctx context.Context, fresh map[cid.Cid]bool) (map[cid.Cid]bool, error) {
	old := map[cid.Cid]bool{}
	for _, node := range p.fresh {
		for _, parent := range node.Commit.Parents {
			if fresh[parent] || old[parent] {
				continue
			}
			_, err := p.remote.Gateway.Get(ctx, parent)
			if errors.Is(err, ipfs.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if err := p.addContent(ctx, parent, old); err != nil {
				return nil, err
			}
		}
	}
	return old, nil
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

// complete tells the hub that the commits are on the chain. Where it does not see
// them yet, it will: the push is done either way, and served says which.
func (p *push) complete(ctx context.Context, upload string) (served bool, err error) {
	for attempt := 1; ; attempt++ {
		_, err := p.remote.Hub.Complete(ctx, upload)
		switch {
		case err == nil, errors.Is(err, api.ErrNotFound): // the hub was faster
			return true, nil
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
