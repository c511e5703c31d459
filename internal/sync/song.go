package sync

import (
	"context"
	"errors"
	"fmt"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/derived"
	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// Song is an open song's folder with what the use cases on it need.
type Song struct {
	Repo     *repo.Repo
	Blocks   Blocks
	Now      Clock
	Progress Progress
	// Derived, if not nil, keeps what is learnt of audio on the way.
	Derived *derived.Store
	// Notice, if not nil, is told what was repaired on the way.
	Notice func(string)
}

// Blocks is the store of the person's blocks.
type Blocks interface {
	ipfs.Store
	// Hold keeps garbage collection away until release is called.
	Hold(ctx context.Context) (release func(), err error)
}

// Author is the wallet that commits and pushes.
type Author struct {
	chain.Key
	// ChainID is the chain that its signatures are for; empty before a network was
	// joined, and then commits stay unsigned until it is known.
	ChainID string
	// SignText makes an ADR-036 signature.
	SignText func(text []byte) (chain.Signature, error)
}

// Objects reads commits and trees from blocks. It is a history.Source and a
// history.TreeSource.
type Objects struct{ From ipfs.Getter }

// Commit reads a commit.
func (o Objects) Commit(ctx context.Context, c cid.Cid) (object.Commit, error) {
	block, err := o.object(ctx, c)
	if err != nil {
		return object.Commit{}, fmt.Errorf("commit: %w", err)
	}
	commit, err := object.DecodeCommit(block.Data())
	if err != nil {
		return object.Commit{}, fmt.Errorf("commit %s: %w", c, err)
	}
	return commit, nil
}

// Tree reads a song's tree.
func (o Objects) Tree(ctx context.Context, c cid.Cid) (object.Tree, error) {
	block, err := o.object(ctx, c)
	if err != nil {
		return object.Tree{}, fmt.Errorf("tree: %w", err)
	}
	tree, err := object.DecodeTree(block.Data())
	if err != nil {
		return object.Tree{}, fmt.Errorf("tree %s: %w", c, err)
	}
	return tree, nil
}

func (o Objects) object(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	if err := object.CheckLink(c); err != nil {
		return ipfs.Block{}, err
	}
	return o.From.Get(ctx, c)
}

// Objects reads the song's commits and trees.
func (s *Song) Objects() Objects { return Objects{s.Blocks} }

// treeOf reads the tree of a commit; the empty tree for no commit.
func (s *Song) treeOf(ctx context.Context, commit cid.Cid) (object.Tree, error) {
	if !commit.Defined() {
		return object.Tree{}, nil
	}
	c, err := s.Objects().Commit(ctx, commit)
	if err != nil {
		return object.Tree{}, err
	}
	return s.Objects().Tree(ctx, c.Tree)
}

// Published says whether a commit is in what was last seen of any remote.
func (s *Song) Published(ctx context.Context, commit cid.Cid) (bool, error) {
	tips, err := s.remoteTips()
	if err != nil {
		return false, err
	}
	graph := history.NewGraph(s.Objects(), nil)
	for _, tip := range tips {
		if yes, err := history.IsAncestor(ctx, graph, commit, tip); yes || err != nil {
			return yes, err
		}
	}
	return false, nil
}

// remoteTips are the commits that remotes were last seen at.
func (s *Song) remoteTips() ([]cid.Cid, error) {
	config, err := s.Repo.Config()
	if err != nil {
		return nil, err
	}
	var tips []cid.Cid
	for remote := range config.Remotes {
		refs, err := s.Repo.RemoteBranches(remote)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			tips = append(tips, ref.Commit)
		}
	}
	return tips, nil
}

// heads are all commits that this folder knows to be complete.
func (s *Song) heads() ([]cid.Cid, error) { return s.Repo.Roots() }

// refOrNone reads a ref; cid.Undef where there is none.
func (s *Song) refOrNone(name repo.RefName) (cid.Cid, error) {
	c, err := s.Repo.Ref(name)
	if errors.Is(err, repo.ErrNoRef) {
		return cid.Undef, nil
	}
	return c, err
}

// locked runs a change of the folder under its lock, with garbage collection
// held off, after whatever a crash left behind was finished.
func (s *Song) locked(ctx context.Context, command string, change func() error) error {
	lock, err := s.Repo.TryLock(command)
	if err != nil {
		return err
	}
	defer lock.Unlock() //nolint:errcheck // the process's end unlocks as well
	release, err := s.Blocks.Hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := s.recover(ctx); err != nil {
		return err
	}
	return change()
}
