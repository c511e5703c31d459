package sync

import (
	"context"
	"io"
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
	idle []*ipfs.File
}

func openStoredAt(ctx context.Context, from ipfs.Getter, root cid.Cid) (*storedAt, error) {
	f, err := ipfs.Open(ctx, from, root)
	if err != nil {
		return nil, err
	}
	return &storedAt{ctx: ctx, from: from, root: root, size: f.Size(), idle: []*ipfs.File{f}}, nil
}

// ReadAt implements io.ReaderAt.
func (s *storedAt) ReadAt(p []byte, offset int64) (int, error) {
	f, err := s.borrow()
	if err != nil {
		return 0, err
	}
	defer s.giveBack(f)
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(f, p)
	if err == io.ErrUnexpectedEOF { //nolint:errorlint // io.ReadFull returns it as it is
		err = io.EOF
	}
	return n, err
}

func (s *storedAt) borrow() (*ipfs.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle); n > 0 {
		f := s.idle[n-1]
		s.idle = s.idle[:n-1]
		return f, nil
	}
	return ipfs.Open(s.ctx, s.from, s.root)
}

func (s *storedAt) giveBack(f *ipfs.File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, f)
}
