package packstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// sealsAtOnce is how many full packs are synced in the background while blocks
// go on being written.
const sealsAtOnce = 2

// smallBlock is up to which size head and block go to the disk in one call.
const smallBlock = 16 << 10

// writer is the part of a store that writes packs.
type writer struct {
	mu      sync.Mutex // serialises Put and Flush; taken before Store.mu
	current *incoming
	waiting []*incoming // full, not sealed yet; those that failed stay
	slots   chan struct{}
	seals   sync.WaitGroup
	release func() // of the hold while anything is unsealed
}

// incoming is a pack that is being written.
type incoming struct {
	pack    *pack
	path    string // in incoming/
	lock    *flock.Flock
	payload int64 // bytes of the payload so far
	entries []entry
	sealed  bool
}

// Put implements ipfs.Sink.
func (s *Store) Put(ctx context.Context, blocks ...ipfs.Block) error {
	// The hold comes before writer.mu: Collect takes them in that order too.
	release, err := s.Hold(ctx)
	if err != nil {
		return fmt.Errorf("write block: %w", err)
	}
	defer release()
	s.writer.mu.Lock()
	defer s.writer.mu.Unlock()
	if err := s.begin(ctx); err != nil {
		return fmt.Errorf("write block: %w", diskError(err))
	}
	for _, b := range blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := ipfs.DigestOf(b.CID())
		if _, known := s.lookup(d); known {
			continue
		}
		if err := s.append(ctx, d, b); err != nil {
			return fmt.Errorf("write block: %w", diskError(err))
		}
	}
	return nil
}

// append writes one block to the current pack. The caller holds writer.mu.
func (s *Store) append(ctx context.Context, d ipfs.Digest, b ipfs.Block) error {
	if s.writer.current == nil {
		in, err := startIncoming(filepath.Join(s.dir, incomingDir), s.opts.create)
		if err != nil {
			return err
		}
		s.writer.current = in
	}
	in := s.writer.current
	n, err := in.write(b)
	if err != nil {
		return err // payload did not grow: the next block goes over the remains
	}
	at := place{pack: in.pack, offset: uint32(in.payload), length: uint32(n)}
	in.entries = append(in.entries, entry{digest: d, offset: uint64(in.payload)})
	in.payload += int64(n)
	s.mu.Lock()
	s.index[d] = at
	s.mu.Unlock()
	if in.payload >= s.opts.PackSize {
		return s.roll(ctx)
	}
	return nil
}

// write appends a section and returns its length.
func (in *incoming) write(b ipfs.Block) (int, error) {
	head := appendSectionHead(make([]byte, 0, maxSectionHead+smallBlock), b)
	at, data := dataStart+in.payload, b.Data()
	if len(data) <= smallBlock {
		head, data = append(head, data...), nil
	}
	if _, err := in.pack.file.WriteAt(head, at); err != nil {
		return 0, err
	}
	if len(data) > 0 {
		if _, err := in.pack.file.WriteAt(data, at+int64(len(head))); err != nil {
			return 0, err
		}
	}
	return len(head) + len(data), nil
}

// begin starts a run of Puts that ends with Flush: it keeps the hold until then,
// so that what the run found present stays so, and picks up what crashed writers
// left. The caller has a hold already.
func (s *Store) begin(ctx context.Context) error {
	if s.writer.release != nil {
		return ctx.Err()
	}
	if err := os.MkdirAll(filepath.Join(s.dir, incomingDir), 0o777); err != nil {
		return err
	}
	release, err := s.Hold(ctx)
	if err != nil {
		return err
	}
	if err := s.salvage(ctx); err != nil {
		release()
		return err
	}
	s.writer.release = release
	return nil
}

func startIncoming(dir string, create func(string) (file, error)) (*incoming, error) {
	lock, base, err := lockNewName(dir)
	if err != nil {
		return nil, err
	}
	in := &incoming{pack: &pack{}, path: base + packExt, lock: lock, payload: int64(len(payloadHeader))}
	if in.pack.file, err = create(in.path); err != nil {
		in.pack.file = nil
		in.discard()
		return nil, err
	}
	// A header of zeros: what a crash leaves is not taken for a whole pack.
	if _, err = in.pack.file.WriteAt(append(make([]byte, dataStart), payloadHeader...), 0); err != nil {
		in.discard()
		return nil, err
	}
	return in, nil
}

// lockNewName picks a name in dir and locks it. Another process that salvages
// may look at the new lock file just before we lock it, and take it for one left
// behind; then the next name will do.
func lockNewName(dir string) (*flock.Flock, string, error) {
	var err error
	for range 10 {
		base := filepath.Join(dir, rand.Text())
		lock := flock.New(base + lockExt)
		var ok bool
		if ok, err = lock.TryLock(); ok {
			if _, err = os.Stat(lock.Path()); err == nil {
				return lock, base, nil
			}
		}
		lock.Close()
		if errors.Is(err, fs.ErrPermission) {
			break
		}
	}
	return nil, "", fmt.Errorf("lock a new pack: %w", err)
}

func createFile(path string) (file, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
}

// roll seals the current pack in the background, once a slot is free. What goes
// wrong there is tried again, and reported, by Flush.
func (s *Store) roll(ctx context.Context) error {
	w := &s.writer
	in := w.current
	w.current = nil
	w.waiting = append(w.waiting, in)
	select {
	case w.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err() // the block is written; Flush will seal
	}
	w.seals.Go(func() {
		defer func() { <-w.slots }()
		_ = s.seal(in)
	})
	return nil
}

// Flush implements ipfs.Store. What could not be sealed is tried again by the
// next Flush, and salvaged by the next writer if the process ends before.
func (s *Store) Flush(ctx context.Context) error {
	w := &s.writer
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.current != nil {
		w.waiting = append(w.waiting, w.current)
		w.current = nil
	}
	w.seals.Wait()
	var failed []*incoming
	var errs []error
	for _, in := range w.waiting {
		err := ctx.Err()
		if err == nil {
			err = s.seal(in)
		}
		if err != nil {
			failed, errs = append(failed, in), append(errs, diskError(err))
		}
	}
	w.waiting = failed
	if len(failed) == 0 && w.release != nil {
		w.release()
		w.release = nil
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("save blocks: %w", err)
	}
	return nil
}

// abandon closes what Flush could not seal and leaves it for salvage.
func (s *Store) abandon() {
	w := &s.writer
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, in := range w.waiting {
		in.leave()
	}
	w.waiting = nil
	if w.release != nil {
		w.release()
		w.release = nil
	}
}

// leave closes an incoming pack and lets the next writer salvage it.
func (in *incoming) leave() {
	if in.pack.file != nil {
		_ = in.pack.file.Close()
	}
	in.lock.Close()
}

// discard removes an incoming pack.
func (in *incoming) discard() {
	if in.pack.file != nil {
		_ = in.pack.file.Close()
	}
	os.Remove(in.path)
	in.unlock()
}

// unlock gives the lock back, whose pack is gone from incoming/. The file goes first:
// a writer that has opened it and gets the lock then must see that it is gone. Some
// systems remove no open file.
func (in *incoming) unlock() {
	err := os.Remove(in.lock.Path())
	in.lock.Close()
	if err != nil {
		os.Remove(in.lock.Path())
	}
}
