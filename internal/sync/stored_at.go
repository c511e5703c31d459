package sync

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// storedAt reads a file of the store at any place, verified, for several goroutines at
// once: each borrows a reader that stands somewhere in the file.
type storedAt struct {
	ctx  context.Context
	from ipfs.Getter
	root cid.Cid
	size int64

	mu   sync.Mutex
	idle []standing
}

// standing is a reader that nobody uses, and where it stands: what lies there it has
// read and verified already.
type standing struct {
	file *ipfs.File
	at   int64
}

// openStoredAt opens a file of which a tree says that it has so many bytes: a few blocks
// can claim to be a file of any length.
func openStoredAt(ctx context.Context, from ipfs.Getter, root cid.Cid, size uint64) (*storedAt, error) {
	f, err := ipfs.Open(ctx, from, root)
	if err != nil {
		return nil, err
	}
	if uint64(f.Size()) != size {
		return nil, fmt.Errorf("%w: %s has %d bytes, and the tree says %d", ipfs.ErrMalformed, root, f.Size(), size)
	}
	return &storedAt{ctx: ctx, from: from, root: root, size: f.Size(), idle: []standing{{f, 0}}}, nil
}

// ReadAt implements io.ReaderAt.
func (s *storedAt) ReadAt(p []byte, offset int64) (int, error) {
	f, err := s.borrow(offset)
	if err != nil {
		return 0, err
	}
	n := 0
	if _, err = f.Seek(offset, io.SeekStart); err == nil {
		n, err = io.ReadFull(f, p)
	}
	s.giveBack(f, offset+int64(n))
	if err == io.ErrUnexpectedEOF { //nolint:errorlint // io.ReadFull returns it as it is
		err = io.EOF
	}
	return n, err
}

// borrow takes the reader that stands where one wants to read, or any.
func (s *storedAt) borrow(offset int64) (*ipfs.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) == 0 {
		return ipfs.Open(s.ctx, s.from, s.root)
	}
	i := max(0, slices.IndexFunc(s.idle, func(r standing) bool { return r.at == offset }))
	f := s.idle[i].file
	s.idle = slices.Delete(s.idle, i, i+1)
	return f, nil
}

func (s *storedAt) giveBack(f *ipfs.File, at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, standing{f, at})
}
