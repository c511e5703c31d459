package worktree

import (
	"context"
	"fmt"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// Bounds of what a tree may unfold to: sessions nest, and a few blocks could
// stand for more files than fit on any disk.
const (
	maxFiles   = 200_000
	maxFolders = 100_000
)

// flat is one file of a tree, sessions unfolded.
type flat struct {
	path    string // "/"-separated, as the tree spells it
	cid     cid.Cid
	size    uint64
	mtime   uint64 // ms; only in sessions, may be 0
	session bool
}

// flatten unfolds a tree into its files. It fails with ErrBadTree if the tree
// breaks the format or a bound.
func (w *Worktree) flatten(ctx context.Context, t object.Tree) ([]flat, error) {
	if err := t.Validate(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadTree, err)
	}
	u := unfolding{ctx: ctx, content: w.content}
	for _, e := range t.Entries {
		if e.Kind != object.KindSession {
			u.files = append(u.files, flat{path: e.Path, cid: e.CID, size: e.Size})
			continue
		}
		if err := u.session(e, e.Path, 1); err != nil {
			return nil, err
		}
	}
	return u.files, nil
}

type unfolding struct {
	ctx     context.Context
	content Content
	files   []flat
	folders int
}

// session unfolds the folder that e links, which is at path, and checks that its
// files are as long together as e says.
func (u *unfolding) session(e object.Entry, path string, depth int) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: project %s %s", ErrBadTree, printable(path), fmt.Sprintf(format, args...))
	}
	if u.folders++; depth > object.MaxSessionDepth || u.folders > maxFolders {
		return bad("has too many or too deep folders")
	}
	block, err := u.content.Get(u.ctx, e.CID)
	if err != nil {
		return fmt.Errorf("project %s: %w", printable(path), err)
	}
	t, err := object.DecodeSession(block)
	if err != nil {
		return bad("is invalid: %v", err)
	}
	var sum uint64
	for _, inner := range t.Entries {
		if sum += inner.Size; sum > object.MaxInt {
			return bad("is too large")
		}
		at := path + "/" + inner.Path
		if inner.Kind == object.KindSession {
			if err := u.session(inner, at, depth+1); err != nil {
				return err
			}
			continue
		}
		if len(u.files) >= maxFiles {
			return bad("has over %d files", maxFiles)
		}
		u.files = append(u.files, flat{at, inner.CID, inner.Size, inner.Mtime, true})
	}
	if sum != e.Size {
		return bad("says it is %d bytes long but its files are %d", e.Size, sum)
	}
	return nil
}
