package packstore

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// smallPack is below which a pack is merged with others when Collect runs, as a
// fraction of the pack size: many small commits make many small packs.
const smallPack = 4

// Collected says what Collect did. Bytes are bytes on disk.
type Collected struct {
	Packs, Kept     int   // packs before, and how many of them were left as they were
	Blocks          int   // blocks removed
	Before, After   int64 // bytes
	Written, Copied int   // packs written, blocks copied into them
}

// Collect removes what roots does not reach and merges small packs. It waits for
// everybody who holds the store, in any process, and calls roots when nobody
// does. Packs younger than grace stay whole: a hub keeps blocks that way whose
// commit is not on chain yet. Where a pack is damaged, or a block that has links is
// missing, it refuses and removes nothing: what is below a block that cannot be
// read would look like garbage.
func (s *Store) Collect(ctx context.Context, grace time.Duration, roots func(context.Context) ([]cid.Cid, error)) (Collected, error) {
	if err := s.Flush(ctx); err != nil {
		return Collected{}, err
	}
	release, err := s.holds.exclusive(ctx)
	if err != nil {
		return Collected{}, err
	}
	defer release()
	s.writer.mu.Lock() // nobody of this process writes either
	defer s.writer.mu.Unlock()
	if err := s.prepareAlone(ctx); err != nil {
		return Collected{}, err
	}
	if err := s.sound(); err != nil {
		return Collected{}, fmt.Errorf("collect: %w", err)
	}
	from, err := roots(ctx)
	if err != nil {
		return Collected{}, err
	}
	live, err := ipfs.Reachable(ctx, s, from...)
	if err != nil {
		return Collected{}, fmt.Errorf("collect: %w", err)
	}
	sorted, err := s.triage(live, grace)
	if err != nil {
		return Collected{}, err
	}
	return s.replace(ctx, sorted)
}

// prepareAlone salvages and looks at the folder while the lock is exclusive.
func (s *Store) prepareAlone(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(s.dir, incomingDir), 0o777); err != nil {
		return err
	}
	if err := s.salvage(ctx); err != nil {
		return err
	}
	return s.refresh(true)
}

// sound fails if a pack is damaged: there may be more in it than we see.
func (s *Store) sound() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for name, p := range s.packs {
		if p.damaged {
			return fmt.Errorf("%w: pack %s has to be repaired first", ipfs.ErrCorrupt, name)
		}
	}
	return nil
}

// triaged is what becomes of every pack and block.
type triaged struct {
	result  Collected
	replace []*pack
	info    map[*pack]os.FileInfo
	keep    map[*pack][]ipfs.Digest // live blocks, in the order they lie
}

// triage decides which packs are replaced: those with blocks nobody needs, and
// the small ones if there are several.
func (s *Store) triage(live map[ipfs.Digest]struct{}, grace time.Duration) (triaged, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t := triaged{info: map[*pack]os.FileInfo{}, keep: map[*pack][]ipfs.Digest{}}
	dead := map[*pack]int{}
	for d, at := range s.index {
		if _, ok := live[d]; ok {
			t.keep[at.pack] = append(t.keep[at.pack], d)
		} else {
			dead[at.pack]++
		}
	}
	for _, digests := range t.keep {
		slices.SortFunc(digests, func(a, b ipfs.Digest) int {
			return cmp.Compare(s.index[a].offset, s.index[b].offset)
		})
	}
	var small []*pack
	for name, p := range s.packs {
		info, err := os.Stat(filepath.Join(s.dir, packsDir, name))
		if err != nil {
			return triaged{}, err
		}
		t.result.Packs++
		t.result.Before += info.Size()
		t.info[p] = info
		young := grace > 0 && s.opts.Now().Sub(info.ModTime()) < grace
		switch {
		case young:
		case dead[p] > 0 || len(t.keep[p]) == 0:
			t.replace = append(t.replace, p)
			t.result.Blocks += dead[p]
		case info.Size() < s.opts.PackSize/smallPack:
			small = append(small, p)
		}
	}
	if len(small) > 1 {
		t.replace = append(t.replace, small...)
	}
	t.result.Kept = t.result.Packs - len(t.replace)
	t.result.After = t.result.Before
	return t, nil
}

// replace copies what lives, seals it, and only then removes the old packs.
func (s *Store) replace(ctx context.Context, t triaged) (Collected, error) {
	out := copier{store: s}
	for _, p := range t.replace {
		for _, d := range t.keep[p] {
			if err := out.copy(ctx, d, t.info[p].ModTime()); err != nil {
				out.discard()
				return Collected{}, fmt.Errorf("collect: %w", err)
			}
			t.result.Copied++
		}
	}
	if err := out.seal(); err != nil {
		return Collected{}, fmt.Errorf("collect: %w", diskError(err))
	}
	t.result.Written = out.packs
	t.result.After += out.bytes
	for _, p := range t.replace {
		if !out.names[p.name] { // else it was written anew under the same name
			s.files.drop(p.name)
			if err := os.Remove(filepath.Join(s.dir, packsDir, p.name)); err != nil {
				continue // held open elsewhere: the next run removes it
			}
		}
		t.result.After -= t.info[p].Size()
	}
	if err := syncDir(filepath.Join(s.dir, packsDir)); err != nil {
		return t.result, err
	}
	return t.result, s.refresh(true)
}

// copier writes blocks that are in the store into new packs.
type copier struct {
	store *Store
	in    *incoming
	since time.Time // the newest modification time of what was copied
	names map[string]bool
	packs int
	bytes int64
}

// copy moves one block of the store; since is the age of the pack it is in.
func (c *copier) copy(ctx context.Context, d ipfs.Digest, since time.Time) error {
	at, ok := c.store.lookup(d)
	if !ok {
		return &ipfs.NotFoundError{CID: d.CID(ipfs.CodecRaw)}
	}
	id, err := c.store.readCID(d, at)
	if err != nil {
		return err
	}
	b, err := c.store.Get(ctx, id)
	if err != nil {
		return err
	}
	if since.After(c.since) {
		c.since = since
	}
	return c.write(b)
}

// write appends a block to the pack being written.
func (c *copier) write(b ipfs.Block) (err error) {
	s := c.store
	if c.in == nil {
		if c.in, err = startIncoming(filepath.Join(s.dir, incomingDir), s.opts.create); err != nil {
			return err
		}
	}
	n, err := c.in.write(b)
	if err != nil {
		return diskError(err)
	}
	c.in.entries = append(c.in.entries, entry{digest: ipfs.DigestOf(b.CID()), offset: uint64(c.in.payload)})
	c.in.payload += int64(n)
	if c.in.payload >= s.opts.PackSize {
		return c.seal()
	}
	return nil
}

// seal seals the pack being written and points the index at it.
func (c *copier) seal() error {
	if c.in == nil {
		return nil
	}
	in, s := c.in, c.store
	c.in = nil
	places, err := in.pack.places(in.entries, in.payload)
	if err == nil {
		err = s.seal(in)
	}
	if err != nil {
		in.leave()
		return err
	}
	if c.names == nil {
		c.names = map[string]bool{}
	}
	c.names[in.pack.name] = true
	c.packs++
	c.bytes += dataStart + in.payload + int64(indexHeadSize+len(in.entries)*indexEntrySize)
	s.mu.Lock()
	for d, at := range places {
		s.index[d] = at
	}
	s.mu.Unlock()
	if !c.since.IsZero() {
		// Age is for grace only; a pack that looks younger is kept longer.
		_ = os.Chtimes(filepath.Join(s.dir, packsDir, in.pack.name), c.since, c.since)
	}
	c.since = time.Time{}
	return nil
}

func (c *copier) discard() {
	if c.in != nil {
		c.in.discard()
	}
}
