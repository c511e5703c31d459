package sync

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// cidStart begins the CID of every commit and tree: version, codec and hash.
const cidStart = "bafyrei"

// Lengths of shortened CIDs, without cidStart.
const (
	shortLength    = 10
	minShortLength = 4
)

// Short is how a commit is called on a screen.
func Short(c cid.Cid) string {
	s := strings.TrimPrefix(c.String(), cidStart)
	return s[:min(shortLength, len(s))]
}

// Resolve finds the commit that a person means: HEAD, a branch, a remote's
// branch (origin/main), a commit's CID or the beginning of its short form, each
// with ~N for the Nth first parent. The error matches ErrRevision or ErrNoCommits.
func (s *Song) Resolve(ctx context.Context, revision string) (cid.Cid, error) {
	name, back, _ := strings.Cut(revision, "~")
	steps := 0
	if strings.Contains(revision, "~") {
		n, err := strconv.Atoi(back)
		if back == "" {
			n, err = 1, nil
		}
		if err != nil || n < 0 {
			return cid.Undef, fmt.Errorf("%w: %q", ErrRevision, revision)
		}
		steps = n
	}
	c, err := s.resolveName(ctx, name)
	if err != nil {
		return cid.Undef, err
	}
	for range steps {
		commit, err := s.Objects().Commit(ctx, c)
		if err != nil {
			return cid.Undef, err
		}
		if len(commit.Parents) == 0 {
			return cid.Undef, fmt.Errorf("%w: %s goes back beyond the first commit", ErrRevision, revision)
		}
		c = commit.Parents[0]
	}
	return c, nil
}

func (s *Song) resolveName(ctx context.Context, name string) (cid.Cid, error) {
	if name == "HEAD" || name == "" || name == "@" {
		head, err := s.Repo.Head()
		if err == nil && !head.Commit.Defined() {
			err = ErrNoCommits
		}
		return head.Commit, err
	}
	for _, ref := range refNames(name) {
		c, err := s.Repo.Ref(ref)
		if err == nil {
			return c, nil
		}
		if !errors.Is(err, repo.ErrNoRef) && !errors.Is(err, repo.ErrBadName) {
			return cid.Undef, err
		}
	}
	if c, err := object.ParseObjectCID(name); err == nil {
		if _, err := s.Objects().Commit(ctx, c); err != nil {
			return cid.Undef, fmt.Errorf("%w: %q", ErrRevision, name)
		}
		return c, nil
	}
	return s.byPrefix(ctx, strings.TrimPrefix(name, cidStart))
}

// refNames are the refs that a name may stand for.
func refNames(name string) []repo.RefName {
	refs := []repo.RefName{repo.BranchRef(name)}
	if remote, branch, ok := strings.Cut(name, "/"); ok {
		refs = append(refs, repo.RemoteRef(remote, branch))
	}
	return refs
}

func (s *Song) byPrefix(ctx context.Context, prefix string) (cid.Cid, error) {
	if len(prefix) < minShortLength {
		return cid.Undef, fmt.Errorf("%w: %q", ErrRevision, prefix)
	}
	heads, err := s.heads()
	if err != nil {
		return cid.Undef, err
	}
	found := cid.Undef
	for node, err := range history.Walk(ctx, s.Objects(), heads, nil) {
		if err != nil {
			return cid.Undef, err
		}
		if !strings.HasPrefix(node.CID.String(), cidStart+prefix) {
			continue
		}
		if found.Defined() {
			return cid.Undef, fmt.Errorf("%w: %q stands for more than one commit", ErrRevision, prefix)
		}
		found = node.CID
	}
	if !found.Defined() {
		return cid.Undef, fmt.Errorf("%w: %q", ErrRevision, prefix)
	}
	return found, nil
}
