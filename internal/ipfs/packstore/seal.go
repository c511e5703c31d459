package packstore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// seal makes an incoming pack durable and gives it its name. The order of the
// steps is the one the package comment promises.
func (s *Store) seal(in *incoming) error {
	if in.sealed {
		return nil
	}
	index := encodeIndex(in.entries)
	name := packName(index)
	if in.pack.file != nil {
		if err := in.finish(index); err != nil {
			return err
		}
	}
	if err := s.publish(in, name); err != nil {
		return err
	}
	if err := syncDir(filepath.Join(s.dir, packsDir)); err != nil {
		return err
	}
	in.sealed = true
	s.wrote.Store(true)
	in.unlock()
	return nil
}

// publish renames a finished pack. Some systems cannot rename an open file, so
// it is closed before; readers that meet the closed file look again and wait
// here for the name.
func (s *Store) publish(in *incoming, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.pack.file == nil {
		return nil // an earlier attempt came this far
	}
	if err := in.pack.file.Close(); err != nil {
		return err
	}
	if err := os.Rename(in.path, filepath.Join(s.dir, packsDir, name)); err != nil {
		f, e := os.OpenFile(in.path, os.O_RDWR, 0)
		if e == nil {
			in.pack.file = f
		}
		return errors.Join(err, e)
	}
	in.pack.name, in.pack.file = name, nil
	s.packs[name] = in.pack
	return nil
}

// finish writes index and header and syncs. It may be repeated.
func (in *incoming) finish(index []byte) error {
	f, end := in.pack.file, dataStart+in.payload
	if _, err := f.WriteAt(index, end); err != nil {
		return err
	}
	if err := f.Truncate(end + int64(len(index))); err != nil {
		return err
	}
	if _, err := f.WriteAt(append(pragma[:pragmaSize:pragmaSize], header(in.payload)...), 0); err != nil {
		return err
	}
	return f.Sync()
}

// salvage seals what writers left that are no more, also packs whose lock is lost. The
// caller holds the hold.
func (s *Store) salvage(ctx context.Context) error {
	dir := filepath.Join(s.dir, incomingDir)
	names, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, n := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		path := filepath.Join(dir, n.Name())
		base, isLock := strings.CutSuffix(path, lockExt)
		if !isLock {
			base = strings.TrimSuffix(path, packExt)
		}
		if base != path {
			if err := s.salvageOne(ctx, base); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) salvageOne(ctx context.Context, base string) error {
	lock := flock.New(base + lockExt)
	ok, err := lock.TryLock()
	if err != nil || !ok {
		return err // its writer lives
	}
	in := &incoming{pack: &pack{}, path: base + packExt, lock: lock, payload: int64(len(payloadHeader))}
	f, err := os.OpenFile(in.path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		in.discard() // sealed, but for the last line of seal
		return nil
	}
	if err != nil {
		lock.Close()
		return err
	}
	in.pack.file = f
	if err := in.recover(ctx); err != nil {
		in.leave()
		return err
	}
	if len(in.entries) == 0 {
		in.discard()
		return nil
	}
	places, err := in.pack.places(in.entries, in.payload)
	if err == nil {
		err = s.seal(in)
	}
	if err != nil {
		in.leave()
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for d, at := range places {
		s.index[d] = at
	}
	return nil
}

// recover verifies the sections that were written in full, up to the first that
// is not what it should be.
func (in *incoming) recover(ctx context.Context) error {
	f := in.pack.file.(*os.File)
	info, err := f.Stat()
	if err != nil {
		return err
	}
	entries, _, err := scan(f, info.Size())
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := verifySection(f, e)
		if errors.Is(err, ipfs.ErrCorrupt) {
			return nil
		}
		if err != nil {
			return err
		}
		in.entries = append(in.entries, e)
		in.payload = int64(e.offset) + int64(n)
	}
	return nil
}

// verifySection reads one section, compares the block with its CID and returns
// the section's length.
func verifySection(f file, e entry) (int, error) {
	buf := make([]byte, maxSectionHead)
	n, err := f.ReadAt(buf, dataStart+int64(e.offset))
	if n == 0 {
		return 0, err
	}
	c, head, size, err := parseSectionHead(buf[:n])
	if err != nil {
		return 0, &ipfs.CorruptError{CID: e.digest.CID(ipfs.CodecRaw)}
	}
	at := place{pack: &pack{}, offset: uint32(e.offset), length: uint32(head + size)}
	_, err = readBlock(f, at, c)
	return head + size, err
}
