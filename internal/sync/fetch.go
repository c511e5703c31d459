package sync

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// Moved is a branch that a fetch or push has moved.
type Moved struct {
	Ref repo.RefName
	// Old is cid.Undef for a branch that was not known.
	Old, New cid.Cid
}

// Fetched is what a fetch brought.
type Fetched struct {
	Moved []Moved
	// Commits is the number of new commits, Bytes of new bytes.
	Commits int
	Bytes   int64
}

// Fetch brings everything that a remote's branches reach and remembers where they
// are. Every block is compared with its CID and every commit and tree decoded
// before a ref moves. A fetch that was interrupted goes on where it was.
func (s *Song) Fetch(ctx context.Context, remote *Remote) (Fetched, error) {
	var out Fetched
	branches, err := remote.branches(ctx)
	if err != nil {
		return out, err
	}
	refs := make([]repo.Ref, 0, len(branches))
	for _, b := range branches {
		if err := repo.CheckBranchName(b.Name); err != nil {
			return out, err
		}
		refs = append(refs, repo.Ref{Name: repo.RemoteRef(remote.Name, b.Name), Commit: b.Head})
	}
	err = s.locked(ctx, "fetch", func() error {
		out, err = s.bring(ctx, source{remote}, refs)
		if errors.Is(err, ipfs.ErrNotFound) {
			out, err = s.bringFromElsewhere(ctx, remote, refs, out, err)
		}
		return err
	})
	return out, err
}

// bringFromElsewhere goes on with what the remote's own hub lacks at the other places
// that its song names, one after another, and returns the first error if none of them
// has the rest.
func (s *Song) bringFromElsewhere(ctx context.Context, remote *Remote, refs []repo.Ref, had Fetched, lacks error) (Fetched, error) {
	if remote.Elsewhere == nil {
		return had, lacks
	}
	places, err := remote.Elsewhere(ctx)
	if err != nil {
		return had, errors.Join(lacks, err)
	}
	for _, place := range places {
		if !hasAny(ctx, place.Probe, refs) {
			continue
		}
		if s.Notice != nil {
			s.Notice(fmt.Sprintf("the hub lacks some of the song; going on with %s", place.Name))
		}
		both := *remote
		both.Gateway = ipfs.FirstOf(place, remote.Gateway)
		out, err := s.bring(ctx, source{&both}, refs)
		out.Bytes += had.Bytes
		if err == nil || ctx.Err() != nil {
			return out, err
		}
		had = out
	}
	return had, lacks
}

// hasAny says whether a place has one of the heads.
func hasAny(ctx context.Context, from ipfs.Getter, refs []repo.Ref) bool {
	for _, ref := range refs {
		if _, err := from.Get(ctx, ref.Commit); err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
	}
	return false
}

// bring copies what the refs reach into the store, checks it, and moves the refs.
// The caller holds the lock.
func (s *Song) bring(ctx context.Context, from ipfs.Getter, refs []repo.Ref) (Fetched, error) {
	var out Fetched
	heads := make([]cid.Cid, 0, len(refs))
	for _, ref := range refs {
		old, err := s.refOrNone(ref.Name)
		if err != nil {
			return out, err
		}
		if !old.Equals(ref.Commit) {
			out.Moved = append(out.Moved, Moved{ref.Name, old, ref.Commit})
			heads = append(heads, ref.Commit)
		}
	}
	if len(heads) == 0 {
		return out, nil
	}
	known, err := s.known(ctx)
	if err != nil {
		return out, err
	}
	out.Bytes, err = s.bringStructure(ctx, from, known, heads)
	if err != nil {
		return out, err
	}
	content, err := s.check(ctx, known, heads)
	if err != nil {
		return out, err
	}
	audio, err := s.bringContent(ctx, from, content)
	out.Bytes += audio
	if err != nil {
		return out, err
	}
	out.Commits = content.commits
	for _, m := range out.Moved {
		if err := s.Repo.UpdateRef(m.Ref, m.Old, m.New); err != nil {
			return out, err
		}
	}
	return out, nil
}

// known are the commits that are here with all that they reach.
func (s *Song) known(ctx context.Context) (map[cid.Cid]bool, error) {
	heads, err := s.heads()
	if err != nil {
		return nil, err
	}
	known := map[cid.Cid]bool{}
	for node, err := range history.Walk(ctx, s.Objects(), heads, nil) {
		if err != nil {
			return nil, err
		}
		known[node.CID] = true
	}
	return known, nil
}

// maxStructure bounds the bytes of commits and trees that one fetch reads.
const maxStructure = 8 << 30

// bringStructure copies commits and trees, which are all blocks in dag-cbor.
func (s *Song) bringStructure(ctx context.Context, from ipfs.Getter, known map[cid.Cid]bool, heads []cid.Cid) (int64, error) {
	s.Progress.Start("fetching history", 0)
	defer s.Progress.Done()
	done := int64(0)
	fetched, err := ipfs.FetchDAG(ctx, from, s.Blocks, ipfs.FetchOptions{
		Bounds: ipfs.Bounds{Bytes: maxStructure},
		Skip:   func(c cid.Cid) bool { return c.Type() != object.CodecDagCBOR || known[c] },
		Progress: func(f ipfs.Fetched) {
			s.Progress.Add(f.Bytes - done)
			done = f.Bytes
		},
	}, heads...)
	if err != nil {
		return fetched.Bytes, fmt.Errorf("fetch history: %w", err)
	}
	return fetched.Bytes, nil
}

// content is what new commits bring.
type content struct {
	commits int
	files   []cid.Cid
	bytes   int64
}

// check decodes every new commit and tree, down to the folders of sessions, and
// lists the files that they link. Nothing that it refuses can get into a ref.
func (s *Song) check(ctx context.Context, known map[cid.Cid]bool, heads []cid.Cid) (content, error) {
	var out content
	seen := map[cid.Cid]bool{}
	todo := append([]cid.Cid(nil), heads...)
	for len(todo) > 0 {
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if known[c] || seen[c] {
			continue
		}
		seen[c] = true
		commit, err := s.Objects().Commit(ctx, c)
		if err != nil {
			return out, err
		}
		out.commits++
		if !seen[commit.Tree] {
			seen[commit.Tree] = true
			tree, err := s.Objects().Tree(ctx, commit.Tree)
			if err != nil {
				return out, fmt.Errorf("commit %s: %w", Short(c), err)
			}
			if err := s.checkEntries(ctx, tree, seen, &out, 0); err != nil {
				return out, fmt.Errorf("commit %s: %w", Short(c), err)
			}
		}
		todo = append(todo, commit.Parents...)
	}
	return out, nil
}

func (s *Song) checkEntries(ctx context.Context, tree object.Tree, seen map[cid.Cid]bool, out *content, depth int) error {
	for _, e := range tree.Entries {
		if seen[e.CID] {
			continue
		}
		seen[e.CID] = true
		if e.Kind != object.KindSession {
			out.files = append(out.files, e.CID)
			out.bytes = min(out.bytes+int64(min(e.Size, ipfs.MaxFileSize)), math.MaxInt64>>1)
			continue
		}
		if depth == object.MaxSessionDepth {
			return fmt.Errorf("%w: session %q is nested too deep", object.ErrInvalid, e.Path)
		}
		block, err := s.Blocks.Get(ctx, e.CID)
		if err != nil {
			return fmt.Errorf("session %q: %w", e.Path, err)
		}
		folder, err := object.DecodeSession(block.Data())
		if err != nil {
			return fmt.Errorf("session %q: %w", e.Path, err)
		}
		if err := s.checkEntries(ctx, folder, seen, out, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// mostBytes is how much the blocks of files may have that trees say have c.bytes: inner
// nodes are a few bytes in a thousand, of other chunkers a few in a hundred.
func (c content) mostBytes() int64 {
	return c.bytes + c.bytes/4 + int64(len(c.files))*ipfs.MaxBlockSize
}

// bringContent copies the blocks of files.
func (s *Song) bringContent(ctx context.Context, from ipfs.Getter, c content) (int64, error) {
	if len(c.files) == 0 {
		return 0, nil
	}
	s.Progress.Start("fetching audio", c.bytes)
	defer s.Progress.Done()
	done := int64(0)
	fetched, err := ipfs.FetchDAG(ctx, from, s.Blocks, ipfs.FetchOptions{
		MaxBytes: c.mostBytes(),
		Progress: func(f ipfs.Fetched) {
			s.Progress.Add(f.Bytes - done)
			done = f.Bytes
		},
	}, c.files...)
	if err != nil {
		return fetched.Bytes, fmt.Errorf("fetch audio: %w", err)
	}
	return fetched.Bytes, nil
}
