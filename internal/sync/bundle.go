package sync

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// BundleRemote is the remote under which a bundle's branches are kept.
const BundleRemote = "bundle"

// BundleRequest says what goes into a bundle.
type BundleRequest struct {
	// Branches to write; the current one if empty.
	Branches []string
	// Since leaves out what this commit reaches.
	Since cid.Cid
	// Author signs its own commits that are not signed yet.
	Author *Author
}

// Bundled is what a bundle holds.
type Bundled struct {
	Refs    []ManifestRef
	Commits int
	// Unsigned are commits that are not published yet and without their author's
	// signature, or whose signature found no more room: only the author can push them.
	Unsigned int
	Bytes    int64
}

// WriteBundle writes branches with all that they reach (docs/reference/bundle.md).
func (s *Song) WriteBundle(ctx context.Context, w io.Writer, req BundleRequest) (Bundled, error) {
	var out Bundled
	err := s.locked(ctx, "bundle", func() error {
		manifest, err := s.manifest(ctx, req, &out)
		if err != nil {
			return err
		}
		skip, err := s.reachedBy(ctx, req.Since)
		if err != nil {
			return err
		}
		out.Refs = manifest.Refs
		data, err := manifest.Encode()
		if err != nil {
			return err
		}
		block, err := ipfs.NewBlock(ipfs.CodecDagCBOR, data)
		if err != nil {
			return err
		}
		s.Progress.Start("writing", 0)
		defer s.Progress.Done()
		from := overlay{block, s.Blocks}
		out.Bytes, err = ipfs.WriteCAR(ctx, &countedWriter{w, s.Progress}, from, func(c cid.Cid) bool { return skip[c] }, block.CID())
		return err
	})
	return out, err
}

// manifest lists branches and signatures, and signs what the author has not
// signed yet.
func (s *Song) manifest(ctx context.Context, req BundleRequest, out *Bundled) (Manifest, error) {
	config, err := s.Repo.Config()
	if err != nil {
		return Manifest{}, err
	}
	branches := req.Branches
	if len(branches) == 0 {
		head, err := s.Repo.Head()
		if err != nil {
			return Manifest{}, err
		}
		if head.Detached() {
			return Manifest{}, fmt.Errorf("%w: HEAD is on no branch; name one", ErrRevision)
		}
		branches = []string{head.Branch}
	}
	m := Manifest{Song: config.Song}
	var heads, exclude []cid.Cid
	for _, b := range branches {
		c, err := s.Repo.Ref(repo.BranchRef(b))
		if errors.Is(err, repo.ErrNoRef) {
			return Manifest{}, fmt.Errorf("%w on %s", ErrNoCommits, b)
		}
		if err != nil {
			return Manifest{}, err
		}
		m.Refs = append(m.Refs, ManifestRef{b, c})
		heads = append(heads, c)
	}
	if req.Since.Defined() {
		exclude = append(exclude, req.Since)
	}
	// The newest commits come first. Where signatures do not fit, those left out are of
	// the oldest, which the chain is most likely to have.
	room := m.room()
	var unsigned []cid.Cid
	for node, err := range history.Walk(ctx, s.Objects(), heads, exclude) {
		if err != nil {
			return Manifest{}, err
		}
		out.Commits++
		signature, err := s.bundledSignature(node, req.Author)
		if err != nil {
			return Manifest{}, err
		}
		if signature == nil || len(m.Signatures) == maxManifestSignatures || signature.size() > room {
			unsigned = append(unsigned, node.CID)
			continue
		}
		m.Signatures = append(m.Signatures, *signature)
		room -= signature.size()
	}
	m.sort()
	out.Unsigned, err = s.countDrafts(ctx, unsigned)
	return m, err
}

// countDrafts counts the commits that are not published yet, as far as was seen.
func (s *Song) countDrafts(ctx context.Context, commits []cid.Cid) (int, error) {
	if len(commits) == 0 {
		return 0, nil
	}
	tips, err := s.remoteTips()
	if err != nil {
		return 0, err
	}
	published := map[cid.Cid]bool{}
	for node, err := range history.Walk(ctx, s.Objects(), tips, nil) {
		if err != nil {
			return 0, err
		}
		published[node.CID] = true
	}
	drafts := 0
	for _, c := range commits {
		if !published[c] {
			drafts++
		}
	}
	return drafts, nil
}

func (s *Song) bundledSignature(node history.Node, author *Author) (*ManifestSignature, error) {
	kept, err := s.Repo.Signature(node.CID)
	if errors.Is(err, repo.ErrNotFound) && author != nil && author.ChainID != "" && string(author.Raw) == string(node.Commit.Author) {
		if err := s.sign(*author, node.CID); err != nil {
			return nil, err
		}
		kept, err = s.Repo.Signature(node.CID)
	}
	if errors.Is(err, repo.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &ManifestSignature{
		Commit: node.CID, Signer: kept.Signer, ChainID: kept.ChainID, PubKey: kept.PubKey, Signature: kept.Signature,
	}, nil
}

// reachedBy are all blocks below a commit; none for no commit.
func (s *Song) reachedBy(ctx context.Context, c cid.Cid) (map[cid.Cid]bool, error) {
	if !c.Defined() {
		return nil, nil
	}
	reached := map[cid.Cid]bool{}
	err := ipfs.Walk(ctx, s.Blocks, ipfs.Bounds{}, func(c cid.Cid) (bool, error) {
		reached[c] = true
		return true, nil
	}, c)
	return reached, err
}

// ReadBundle brings what a bundle holds and remembers its branches as those of the
// remote "bundle". Nothing in the file is believed: see docs/reference/bundle.md.
func (s *Song) ReadBundle(ctx context.Context, r io.Reader) (Fetched, error) {
	var out Fetched
	err := s.locked(ctx, "pull", func() error {
		manifest, err := s.readBlocks(ctx, r)
		if err != nil {
			return err
		}
		signatures, err := s.checkSignatures(ctx, manifest)
		if err != nil {
			return err
		}
		refs := make([]repo.Ref, len(manifest.Refs))
		for i, ref := range manifest.Refs {
			if err := repo.CheckBranchName(ref.Name); err != nil {
				return fmt.Errorf("%w: %w", ErrBundle, err)
			}
			refs[i] = repo.Ref{Name: repo.RemoteRef(BundleRemote, ref.Name), Commit: ref.Commit}
		}
		// All blocks are in the store now, or missing: there is nowhere else to look.
		if out, err = s.bring(ctx, s.Blocks, refs); err != nil {
			if errors.Is(err, ipfs.ErrNotFound) {
				err = fmt.Errorf("%w: it builds on commits that are not here: %w", ErrBundle, err)
			}
			return err
		}
		for id, signature := range signatures {
			if err := s.Repo.PutSignature(id, signature); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// readBlocks stores a bundle's blocks, each verified, and returns its manifest.
func (s *Song) readBlocks(ctx context.Context, r io.Reader) (Manifest, error) {
	s.Progress.Start("reading", 0)
	defer s.Progress.Done()
	car, err := ipfs.NewCARReader(r, ipfs.CARBounds{})
	if err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	if len(car.Roots) != 1 || car.Roots[0].Type() != object.CodecDagCBOR {
		return Manifest{}, badBundle("it has not exactly one root")
	}
	first, err := car.Next()
	if err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	if !first.CID().Equals(car.Roots[0]) {
		return Manifest{}, badBundle("the manifest is not its first block")
	}
	manifest, err := DecodeManifest(first.Data())
	if err != nil {
		return Manifest{}, err
	}
	for {
		block, err := car.Next()
		if errors.Is(err, io.EOF) {
			return manifest, s.Blocks.Flush(ctx)
		}
		if err != nil {
			return Manifest{}, fmt.Errorf("%w: %w", ErrBundle, err)
		}
		if err := s.Blocks.Put(ctx, block); err != nil {
			return Manifest{}, err
		}
		s.Progress.Add(int64(len(block.Data())))
	}
}

// checkSignatures verifies every signature of a manifest.
func (s *Song) checkSignatures(ctx context.Context, m Manifest) (map[cid.Cid]repo.Signature, error) {
	out := make(map[cid.Cid]repo.Signature, len(m.Signatures))
	for _, sig := range m.Signatures {
		commit, err := s.Objects().Commit(ctx, sig.Commit)
		if err != nil {
			return nil, fmt.Errorf("%w: signature over a commit that is not in the file: %w", ErrBundle, err)
		}
		kept := repo.Signature{Signer: sig.Signer, ChainID: sig.ChainID, PubKey: sig.PubKey, Signature: sig.Signature}
		if err := verify(sig.Commit, commit, kept); err != nil {
			return nil, err
		}
		out[sig.Commit] = kept
	}
	return out, nil
}

// overlay is a store with one block before it.
type overlay struct {
	block ipfs.Block
	next  ipfs.Getter
}

func (o overlay) Get(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	if c.Equals(o.block.CID()) {
		return o.block, nil
	}
	return o.next.Get(ctx, c)
}

// countedWriter tells the progress how much was written.
type countedWriter struct {
	w io.Writer
	p Progress
}

func (c *countedWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.p.Add(int64(n))
	return n, err
}
