package ipfs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"

	"github.com/ipfs/go-cid"
)

// Bounds of a file that a stranger describes.
const (
	// maxFileDepth is one more than any file of 2^63 bytes in our layout needs.
	maxFileDepth = 8
	// MaxFileSize is the longest file we read, in bytes (1 TiB). A few blocks
	// that link each other can claim to be of any length.
	MaxFileSize = 1 << 40
	// recentLeaves is how many leaves a reader keeps beside the current one, for those
	// who read backwards, or here and there: every leaf that is read again is verified
	// again.
	recentLeaves = 3
	// readAhead is how many leaves WriteTo fetches before they are needed.
	readAhead = 8
)

// File reads a UnixFS file. Every byte it returns was compared with the CID it
// was opened by. It is for one goroutine, like an os.File's offset.
type File struct {
	ctx  context.Context
	from Getter
	size int64
	pos  int64
	path []frame // inner nodes from the root down to the current leaf
	root frame
	leaf
	recent [recentLeaves]leaf // the last ones before leaf
	next   int                // which of them is the oldest
}

// leaf is a part of the file with its offset.
type leaf struct {
	data  []byte
	start int64
}

func (l leaf) covers(pos int64) bool { return l.start <= pos && pos < l.start+int64(len(l.data)) }

// frame is an inner node and the part of the file it covers.
type frame struct {
	kids       []kid
	start, end int64
}

func (f frame) covers(pos int64) bool { return f.start <= pos && pos < f.end }

// kid is a child of a frame. Its end is its parent's claim until it was read.
type kid struct {
	cid        cid.Cid
	start, end int64
}

// Open opens the file under root. Blocks are fetched as they are needed, with
// ctx. The size is what the root says; reading fails where a child disagrees.
func Open(ctx context.Context, from Getter, root cid.Cid) (*File, error) {
	f := &File{ctx: ctx, from: from}
	b, err := from.Get(ctx, root)
	if err != nil {
		return nil, err
	}
	n, err := decodeFile(b)
	if err != nil {
		return nil, err
	}
	if n.size > MaxFileSize {
		return nil, fmt.Errorf("%w: %s claims to be a file of %d bytes", ErrLimit, root, n.size)
	}
	f.size = int64(n.size)
	if n.links == nil {
		f.data = n.data
		return f, nil
	}
	f.root, err = n.frame(root, 0)
	return f, err
}

// Size is the length of the file in bytes.
func (f *File) Size() int64 { return f.size }

// Close releases the file's memory.
func (f *File) Close() error {
	f.path, f.leaf, f.root = nil, leaf{}, frame{}
	f.recent = [recentLeaves]leaf{}
	f.from = nil
	return nil
}

// Seek implements io.Seeker.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.pos
	case io.SeekEnd:
		offset += f.size
	case io.SeekStart:
	default:
		return f.pos, fmt.Errorf("seek: unknown whence %d", whence)
	}
	if offset < 0 {
		return f.pos, errors.New("seek: before the start of the file")
	}
	f.pos = offset
	return offset, nil
}

// Read implements io.Reader.
func (f *File) Read(p []byte) (int, error) {
	if f.from == nil {
		return 0, errors.New("read of a closed file")
	}
	if f.pos >= f.size {
		return 0, io.EOF
	}
	if !f.covers(f.pos) && !f.recall() {
		if err := f.load(); err != nil {
			return 0, err
		}
	}
	n := copy(p, f.data[f.pos-f.start:])
	f.pos += int64(n)
	return n, nil
}

// recall makes the leaf at pos the current one if it is among the recent ones.
func (f *File) recall() bool {
	for i, l := range f.recent {
		if l.covers(f.pos) {
			f.leaf, f.recent[i] = l, f.leaf
			return true
		}
	}
	return false
}

// load makes the leaf at pos the current one.
func (f *File) load() error {
	for len(f.path) > 0 && !f.path[len(f.path)-1].covers(f.pos) {
		f.path = f.path[:len(f.path)-1]
	}
	if len(f.path) == 0 {
		f.path = append(f.path, f.root)
	}
	for {
		k := f.path[len(f.path)-1].kidAt(f.pos)
		n, err := readKid(f.ctx, f.from, k)
		if err != nil {
			return err
		}
		if n.links == nil {
			f.recent[f.next] = f.leaf
			f.next = (f.next + 1) % recentLeaves
			f.leaf = leaf{n.data, k.start}
			return nil
		}
		if len(f.path) == maxFileDepth {
			return fmt.Errorf("%w: file deeper than %d nodes", ErrMalformed, maxFileDepth)
		}
		fr, err := n.frame(k.cid, k.start)
		if err != nil {
			return err
		}
		f.path = append(f.path, fr)
	}
}

func (f frame) kidAt(pos int64) kid {
	i := sort.Search(len(f.kids), func(i int) bool { return f.kids[i].end > pos })
	return f.kids[i]
}

// fileNode is one block of a file: a leaf with data, or an inner node.
type fileNode struct {
	data  []byte
	size  uint64
	links []cid.Cid // nil for a leaf
	sizes []uint64
}

func readKid(ctx context.Context, from Getter, k kid) (fileNode, error) {
	b, err := from.Get(ctx, k.cid)
	if err != nil {
		return fileNode{}, err
	}
	n, err := decodeFile(b)
	if err == nil && n.size != uint64(k.end-k.start) {
		err = fmt.Errorf("%w: %s holds %d bytes where its parent says %d", ErrMalformed, k.cid, n.size, k.end-k.start)
	}
	return n, err
}

// decodeFile reads a block as part of a file and checks what it says of itself.
func decodeFile(b Block) (fileNode, error) {
	switch b.CID().Prefix().Codec {
	case CodecRaw:
		return fileNode{data: b.Data(), size: uint64(len(b.Data()))}, nil
	case CodecDagPB:
	default:
		return fileNode{}, fmt.Errorf("%w: %s is not part of a file", ErrMalformed, b.CID())
	}
	pb, err := decodePB(b.Data())
	if err != nil {
		return fileNode{}, fmt.Errorf("%s: %w", b.CID(), err)
	}
	fs, err := decodeFS(pb.data)
	if err != nil {
		return fileNode{}, fmt.Errorf("%s: %w", b.CID(), err)
	}
	n := fileNode{data: fs.data, size: fs.size, links: pb.links, sizes: fs.sizes}
	if len(n.links) == 0 {
		n.links = nil
		n.size = uint64(len(n.data))
	}
	bad := len(fs.sizes) != len(pb.links) || (n.links != nil && len(n.data) > 0) || fs.size != n.size
	if bad {
		return fileNode{}, fmt.Errorf("%w: %s contradicts itself about sizes", ErrMalformed, b.CID())
	}
	return n, nil
}

// frame lays the children of an inner node out from start. Children without
// bytes are refused: with them the work to read a file is unbounded by its size.
func (n fileNode) frame(c cid.Cid, start int64) (frame, error) {
	fr := frame{start: start, end: start, kids: make([]kid, len(n.links))}
	for i, l := range n.links {
		if n.sizes[i] == 0 || n.sizes[i] > uint64(math.MaxInt64-fr.end) {
			return frame{}, fmt.Errorf("%w: %s has a child of %d bytes", ErrMalformed, c, n.sizes[i])
		}
		end := fr.end + int64(n.sizes[i])
		fr.kids[i] = kid{cid: l, start: fr.end, end: end}
		fr.end = end
	}
	if uint64(fr.end-start) != n.size {
		return frame{}, fmt.Errorf("%w: %s contradicts itself about sizes", ErrMalformed, c)
	}
	return fr, nil
}
