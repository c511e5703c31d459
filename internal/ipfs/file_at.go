package ipfs

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/ipfs/go-cid"
)

// keptLeaves is how many leaves a FileAt keeps: whoever reads backward, or at two
// places in turn, comes back to them.
const keptLeaves = 6

// FileAt reads a UnixFS file at any place. It implements io.ReaderAt and may be used
// by several goroutines, which take turns. Every byte is verified as in a File.
type FileAt struct {
	mu   sync.Mutex
	file *File
	kept [keptLeaves]keptLeaf
	next int
}

type keptLeaf struct {
	data  []byte
	start int64
}

// OpenAt opens the file under root for reading at any place.
func OpenAt(ctx context.Context, from Getter, root cid.Cid) (*FileAt, error) {
	f, err := Open(ctx, from, root)
	if err != nil {
		return nil, err
	}
	return &FileAt{file: f}, nil
}

// Size is the length of the file in bytes.
func (f *FileAt) Size() int64 { return f.file.size }

// ReadAt implements io.ReaderAt.
func (f *FileAt) ReadAt(p []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if off < 0 {
		return 0, errors.New("read before the start of the file")
	}
	n := 0
	for n < len(p) {
		at := off + int64(n)
		if at >= f.file.size {
			return n, io.EOF
		}
		leaf, err := f.leaf(at)
		if err != nil {
			return n, err
		}
		n += copy(p[n:], leaf.data[at-leaf.start:])
	}
	return n, nil
}

// leaf returns the leaf that has a byte.
func (f *FileAt) leaf(at int64) (keptLeaf, error) {
	for _, k := range f.kept {
		if k.start <= at && at < k.start+int64(len(k.data)) {
			return k, nil
		}
	}
	if f.file.root.kids != nil {
		f.file.pos = at
		if err := f.file.load(); err != nil {
			return keptLeaf{}, err
		}
	}
	k := keptLeaf{f.file.leaf, f.file.start}
	f.kept[f.next] = k
	f.next = (f.next + 1) % keptLeaves
	return k, nil
}
