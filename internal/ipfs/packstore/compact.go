package packstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// manySmallPacks is from how many small packs on Compact does something.
const manySmallPacks = 50

// Compact merges small packs into few once there are many of them; every commit
// leaves one. It removes no block, and does nothing when anybody holds the store or
// this Store has written nothing, so it may be called after any command. It does
// not wait.
func (s *Store) Compact(ctx context.Context) (Collected, error) {
	if err := s.Flush(ctx); err != nil {
		return Collected{}, err
	}
	if !s.wrote.Load() {
		return Collected{}, nil
	}
	if n, err := s.smallPacks(); err != nil || n < manySmallPacks {
		return Collected{}, err
	}
	lock := flock.New(s.holds.path)
	if ok, err := lock.TryLock(); err != nil || !ok {
		return Collected{}, err
	}
	defer lock.Close()
	s.writer.mu.Lock()
	defer s.writer.mu.Unlock()
	if err := s.prepareAlone(ctx); err != nil {
		return Collected{}, err
	}
	if err := s.sound(); err != nil {
		return Collected{}, fmt.Errorf("compact: %w", err)
	}
	plan, err := s.triage(s.everything(), 0)
	if err != nil {
		return Collected{}, err
	}
	return s.replace(ctx, plan)
}

func (s *Store) everything() map[ipfs.Digest]struct{} {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make(map[ipfs.Digest]struct{}, len(s.index))
	for d := range s.index {
		all[d] = struct{}{}
	}
	return all
}

func (s *Store) smallPacks() (int, error) {
	names, err := s.packNames()
	if err != nil {
		return 0, err
	}
	n := 0
	for _, name := range names {
		info, err := os.Stat(filepath.Join(s.dir, packsDir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if info.Size() < s.opts.PackSize/smallPack {
			n++
		}
	}
	return n, nil
}
