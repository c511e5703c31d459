package packstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

const (
	packExt     = ".car"
	lockExt     = ".lock"
	packsDir    = "packs"
	incomingDir = "incoming"
	damagedDir  = "damaged"
	lockFile    = "lock"

	// DefaultPackSize is where a pack is sealed and the next begins, in bytes.
	// An interrupted clone keeps every sealed pack; opening a store costs one
	// index read for each.
	DefaultPackSize = 64 << 20
	// maxPackSize keeps offsets within 32 bits.
	maxPackSize = 1 << 31
)

// Options of a store. The zero value is what parrots uses.
type Options struct {
	// PackSize in bytes; 0 is DefaultPackSize.
	PackSize int64
	// Now is the clock that Collect's grace period and the look at the folder's
	// modification time are measured with; nil is time.Now.
	Now func() time.Time

	create func(path string) (file, error) // tests: a disk that fails
}

// Store is an ipfs.Store over a folder of packs.
type Store struct {
	dir  string
	opts Options

	mu      sync.RWMutex
	index   map[ipfs.Digest]place
	packs   map[string]*pack // sealed, by name
	scanned scanMark
	files   *fileCache

	writer writer
	holds  holds
	wrote  atomic.Bool // a pack was sealed
}

var _ ipfs.Store = (*Store)(nil)

// Open opens the store in dir and makes the folder if it is not there. Reading
// needs no right to write; what cannot be written fails at Put.
func Open(dir string, opts Options) (*Store, error) {
	if opts.PackSize <= 0 {
		opts.PackSize = DefaultPackSize
	}
	opts.PackSize = min(opts.PackSize, maxPackSize)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.create == nil {
		opts.create = createFile
	}
	if err := os.MkdirAll(filepath.Join(dir, packsDir), 0o777); err != nil {
		return nil, fmt.Errorf("open block store: %w", err)
	}
	s := &Store{
		dir:   dir,
		opts:  opts,
		index: map[ipfs.Digest]place{},
		packs: map[string]*pack{},
		files: newFileCache(filepath.Join(dir, packsDir)),
	}
	s.holds.path = filepath.Join(dir, lockFile)
	s.writer.slots = make(chan struct{}, sealsAtOnce)
	if err := s.refresh(true); err != nil {
		return nil, fmt.Errorf("open block store: %w", err)
	}
	return s, nil
}

// Dir is the store's folder.
func (s *Store) Dir() string { return s.dir }

// find looks a block up, and looks into the folder again when it is not known.
func (s *Store) find(c cid.Cid) (place, error) {
	d := ipfs.DigestOf(c)
	if at, ok := s.lookup(d); ok {
		return at, nil
	}
	if err := s.refresh(false); err != nil {
		return place{}, err
	}
	if at, ok := s.lookup(d); ok {
		return at, nil
	}
	return place{}, &ipfs.NotFoundError{CID: c}
}

func (s *Store) lookup(d ipfs.Digest) (place, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	at, ok := s.index[d]
	return at, ok
}

// Has implements ipfs.Store.
func (s *Store) Has(ctx context.Context, c cid.Cid) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	_, err := s.find(c)
	if errors.Is(err, ipfs.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Size implements ipfs.Store.
func (s *Store) Size(ctx context.Context, c cid.Cid) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	at, err := s.find(c)
	if err != nil {
		return 0, err
	}
	return at.size(), nil
}

// Get implements ipfs.Getter. Every block is compared with its CID.
func (s *Store) Get(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	if err := ctx.Err(); err != nil {
		return ipfs.Block{}, err
	}
	// Between look-up and read the block may move: its pack is sealed (and the
	// file we had closed), or Collect replaced it. Either is settled by looking
	// again, and does not happen over and over to one read.
	for range 4 {
		at, err := s.find(c)
		if err != nil {
			return ipfs.Block{}, err
		}
		b, err := s.read(at, c)
		if errors.Is(err, fs.ErrClosed) {
			continue
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return b, err
		}
		if err := s.refresh(true); err != nil {
			return ipfs.Block{}, err
		}
	}
	return ipfs.Block{}, &ipfs.NotFoundError{CID: c}
}

func (s *Store) read(at place, c cid.Cid) (ipfs.Block, error) {
	s.mu.RLock()
	open := at.pack.file
	name := at.pack.name
	s.mu.RUnlock()
	if open != nil {
		return readBlock(open, at, c)
	}
	f, release, err := s.files.open(name)
	if err != nil {
		return ipfs.Block{}, err
	}
	defer release()
	return readBlock(f, at, c)
}

// Keys implements ipfs.Store. It sees the blocks that were there when it began.
func (s *Store) Keys(ctx context.Context, visit func(cid.Cid) error) error {
	if err := s.refresh(true); err != nil {
		return err
	}
	s.mu.RLock()
	places := make(map[ipfs.Digest]place, len(s.index))
	for d, at := range s.index {
		places[d] = at
	}
	s.mu.RUnlock()
	for d, at := range places {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := s.readCID(d, at)
		if err != nil {
			return err
		}
		if err := visit(c); err != nil {
			return err
		}
	}
	return nil
}

// readCID reads the codec that a block was put under. Where the pack is gone or
// damaged the CID says raw: the block is listed, and Get will tell.
func (s *Store) readCID(d ipfs.Digest, at place) (cid.Cid, error) {
	s.mu.RLock()
	open, name := at.pack.file, at.pack.name
	s.mu.RUnlock()
	if open == nil {
		f, release, err := s.files.open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return d.CID(ipfs.CodecRaw), nil
		}
		if err != nil {
			return cid.Undef, err
		}
		defer release()
		open = f
	}
	return readHeadCID(open, d, at), nil
}

func readHeadCID(f io.ReaderAt, d ipfs.Digest, at place) cid.Cid {
	buf := make([]byte, min(maxSectionHead, int(at.length)))
	if _, err := f.ReadAt(buf, dataStart+int64(at.offset)); err == nil {
		if c, _, _, err := parseSectionHead(buf); err == nil && ipfs.DigestOf(c) == d {
			return c
		}
	}
	return d.CID(ipfs.CodecRaw)
}

// scanMark says how much of the folder's history a scan has seen.
type scanMark struct {
	modified  time.Time // the folder's, read before the scan
	seen, now time.Time // by our clock: when that time was first seen, and the scan
}

// settled is false while a change could hide behind the same modification time:
// file systems count in steps, some in whole seconds. Only spans of our own clock
// are compared, which need not agree with the file system's.
func (m scanMark) settled() bool {
	step := 50 * time.Millisecond
	if m.modified.Nanosecond() == 0 {
		step = 2 * time.Second
	}
	return m.now.Sub(m.seen) > step
}

// refresh learns of packs that other processes sealed or removed. Unless forced
// it does nothing when the folder did not change since the last look.
func (s *Store) refresh(force bool) error {
	dir := filepath.Join(s.dir, packsDir)
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !force && s.scanned.settled() && s.scanned.modified.Equal(info.ModTime()) {
		return nil
	}
	now := s.opts.Now()
	mark := scanMark{modified: info.ModTime(), seen: now, now: now}
	if s.scanned.modified.Equal(mark.modified) {
		mark.seen = s.scanned.seen
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	present := make(map[string]bool, len(names))
	for _, n := range names {
		if strings.HasSuffix(n.Name(), packExt) && !n.IsDir() {
			present[n.Name()] = true
		}
	}
	s.forget(present)
	for name := range present {
		if s.packs[name] == nil {
			if err := s.learn(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	s.scanned = mark
	return nil
}

// forget drops all sealed packs when one of them is gone, so that all are
// learned again: a block of the pack that is gone may be in another one too. The
// caller holds mu.
func (s *Store) forget(present map[string]bool) {
	gone := false
	for name := range s.packs {
		if !present[name] {
			s.files.drop(name)
			gone = true
		}
	}
	if !gone {
		return
	}
	clear(s.packs)
	for d, at := range s.index {
		if at.pack.name != "" {
			delete(s.index, d)
		}
	}
}

// learn adds a sealed pack's blocks. The caller holds mu.
func (s *Store) learn(name string) error {
	p := &pack{name: name}
	places, damaged, err := readIndex(filepath.Join(s.dir, packsDir, name), p)
	if err != nil {
		return err
	}
	p.damaged = damaged
	for d, at := range places {
		s.index[d] = at
	}
	s.packs[name] = p
	return nil
}

// Close implements ipfs.Store.
func (s *Store) Close() error {
	err := s.Flush(context.Background())
	s.abandon()
	s.files.close()
	return err
}
