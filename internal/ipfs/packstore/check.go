package packstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// Problem is something wrong with a pack.
type Problem struct {
	Pack string  // file name
	CID  cid.Cid // the block, or Undef when it is the pack itself
	Err  error   // matches ipfs.ErrCorrupt when bytes are not what they should be
}

func (p Problem) String() string { return fmt.Sprintf("%s: %v", p.Pack, p.Err) }

// Check reads every block of every pack and reports what is wrong. It changes
// nothing and can run while others read and write.
func (s *Store) Check(ctx context.Context, report func(Problem)) error {
	names, err := s.packNames()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.checkPack(ctx, name, report, nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) packNames() ([]string, error) {
	list, err := os.ReadDir(filepath.Join(s.dir, packsDir))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, n := range list {
		if strings.HasSuffix(n.Name(), packExt) {
			names = append(names, n.Name())
		}
	}
	return names, nil
}

// checkPack verifies a pack's index and blocks. good, which may be nil, is
// called for every block that is right.
func (s *Store) checkPack(ctx context.Context, name string, report func(Problem), good func(ipfs.Digest, place)) error {
	path := filepath.Join(s.dir, packsDir, name)
	places, damaged, err := readIndex(path, &pack{name: name})
	if errors.Is(err, os.ErrNotExist) {
		return nil // collected meanwhile
	}
	if err != nil {
		report(Problem{Pack: name, Err: err})
		return nil
	}
	if damaged {
		report(Problem{Pack: name, Err: fmt.Errorf("%w: %w", ipfs.ErrCorrupt, errIndex)})
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for d, at := range places {
		if err := ctx.Err(); err != nil {
			return err
		}
		c := readHeadCID(f, d, at)
		if _, err := readBlock(f, at, c); err != nil {
			report(Problem{Pack: name, CID: c, Err: err})
		} else if good != nil {
			good(d, at)
		}
	}
	return nil
}

// Repaired says what Repair did.
type Repaired struct {
	Packs   int       // damaged packs, now in damaged/
	Saved   int       // blocks taken over from them
	Fetched int       // blocks that came from the source
	Lost    []cid.Cid // blocks that are not in the store any more
}

// Repair replaces every damaged pack by one that holds its good blocks, fetches
// the others from a source, which may be nil, and moves the damaged file to
// damaged/ once the good blocks are safe. Lost blocks are absent afterwards, so that a fetch brings them back.
func (s *Store) Repair(ctx context.Context, source ipfs.Getter) (Repaired, error) {
	if err := s.Flush(ctx); err != nil {
		return Repaired{}, err
	}
	release, err := s.holds.exclusive(ctx)
	if err != nil {
		return Repaired{}, err
	}
	defer release()
	s.writer.mu.Lock()
	defer s.writer.mu.Unlock()
	if err := s.prepareAlone(ctx); err != nil {
		return Repaired{}, err
	}
	names, err := s.packNames()
	if err != nil {
		return Repaired{}, err
	}
	var out Repaired
	for _, name := range names {
		if err := s.repairPack(ctx, name, source, &out); err != nil {
			return out, fmt.Errorf("repair %s: %w", name, err)
		}
	}
	return out, nil
}

func (s *Store) repairPack(ctx context.Context, name string, source ipfs.Getter, out *Repaired) error {
	var bad []cid.Cid
	damaged := false
	good := map[ipfs.Digest]place{}
	report := func(p Problem) {
		damaged = true
		if p.CID.Defined() {
			bad = append(bad, p.CID)
		}
	}
	if err := s.checkPack(ctx, name, report, func(d ipfs.Digest, at place) { good[d] = at }); err != nil || !damaged {
		return err
	}
	out.Packs++
	c := copier{store: s}
	err := s.rescue(ctx, &c, name, good, out)
	if err == nil {
		err = c.seal() // what is good is safe before the pack goes
	}
	if err == nil && !c.names[name] { // else it was written anew under the same name
		err = s.setAside(name)
	}
	if err != nil {
		c.discard()
		return err
	}
	for _, b := range bad {
		if _, elsewhere := s.lookup(ipfs.DigestOf(b)); elsewhere {
			continue
		}
		if source == nil {
			out.Lost = append(out.Lost, b)
			continue
		}
		blk, err := source.Get(ctx, b)
		if err == nil {
			err = c.write(blk)
		}
		if err != nil {
			out.Lost = append(out.Lost, b)
			continue
		}
		out.Fetched++
	}
	return c.seal()
}

// setAside moves a damaged pack out of the way and forgets its blocks.
func (s *Store) setAside(name string) error {
	if err := os.MkdirAll(filepath.Join(s.dir, damagedDir), 0o777); err != nil {
		return err
	}
	s.files.drop(name)
	if err := os.Rename(filepath.Join(s.dir, packsDir, name), filepath.Join(s.dir, damagedDir, name)); err != nil {
		return err
	}
	return s.refresh(true)
}

// rescue copies the good blocks of a damaged pack.
func (s *Store) rescue(ctx context.Context, c *copier, name string, good map[ipfs.Digest]place, out *Repaired) error {
	f, err := os.Open(filepath.Join(s.dir, packsDir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	for d, at := range good {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := readBlock(f, at, readHeadCID(f, d, at))
		if err != nil {
			return err
		}
		if err := c.write(b); err != nil {
			return err
		}
		out.Saved++
	}
	return nil
}
