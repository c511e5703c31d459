package worktree

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// cached is what is remembered of a file: its content at the time of its stat.
type cached struct {
	path string // in the tree
	stat stat
	cid  cid.Cid
	// mtime is what a session's tree says, in ms. It stays if a file is touched
	// without being changed, or if the file system rounds it.
	mtime uint64
	// racy means that the file may have changed after it was read without its
	// stat showing it: it is read again next time.
	racy bool
}

// index is what is remembered of all files, sorted by path. It is only a cache,
// but it also says which files the tool has put or seen into commits.
type index []cached

func (ix index) find(path string) (cached, bool) {
	i, ok := slices.BinarySearchFunc(ix, path, func(c cached, p string) int { return strings.Compare(c.path, p) })
	if !ok {
		return cached{}, false
	}
	return ix[i], true
}

// The index on disk: magic, count, entries, sha2-256 of all that. Integers are
// varints, so that 10,000 files make about 1 MB, read in a few ms.
const indexMagic = "parrots index 1\n"

const flagRacy = 1

var errIndex = errors.New("not an index of this version, or damaged")

func (ix index) encode() []byte {
	b := make([]byte, 0, len(indexMagic)+len(ix)*128+sha256.Size)
	b = append(b, indexMagic...)
	b = binary.AppendUvarint(b, uint64(len(ix)))
	for i := range ix {
		c := &ix[i]
		var flags uint64
		if c.racy {
			flags |= flagRacy
		}
		b = binary.AppendUvarint(b, flags)
		b = appendBytes(b, c.path)
		b = appendBytes(b, c.cid.KeyString())
		b = binary.AppendVarint(b, c.stat.size)
		b = binary.AppendVarint(b, c.stat.mtime)
		b = binary.AppendUvarint(b, c.stat.inode)
		b = binary.AppendVarint(b, c.stat.ctime)
		b = binary.AppendUvarint(b, c.mtime)
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

func appendBytes(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// decodeIndex reads an index; errIndex for anything that encode did not write.
func decodeIndex(data []byte) (index, error) {
	body, ok := bytes.CutPrefix(data, []byte(indexMagic))
	if !ok || len(body) < sha256.Size {
		return nil, errIndex
	}
	end := len(data) - sha256.Size
	if sum := sha256.Sum256(data[:end]); !bytes.Equal(sum[:], data[end:]) {
		return nil, errIndex
	}
	// One conversion, of which the paths and CIDs are slices.
	r := indexReader{s: string(data[len(indexMagic):end])}
	n := r.uvarint()
	if n > uint64(len(r.s)) {
		return nil, errIndex
	}
	ix := make(index, 0, n)
	for range n {
		c, ok := r.entry()
		if !ok || len(ix) > 0 && ix[len(ix)-1].path >= c.path {
			return nil, errIndex
		}
		ix = append(ix, c)
	}
	if r.bad || r.s != "" {
		return nil, errIndex
	}
	return ix, nil
}

type indexReader struct {
	s   string
	bad bool
}

func (r *indexReader) entry() (cached, bool) {
	var c cached
	c.racy = r.uvarint()&flagRacy != 0
	c.path = r.bytes()
	var err error
	c.cid, err = cid.Cast([]byte(r.bytes()))
	c.stat.size = r.varint()
	c.stat.mtime = r.varint()
	c.stat.inode = r.uvarint()
	c.stat.ctime = r.varint()
	c.mtime = r.uvarint()
	return c, err == nil && !r.bad && object.CheckLink(c.cid) == nil
}

func (r *indexReader) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(r.s) && i < binary.MaxVarintLen64; i++ {
		b := r.s[i]
		if i == binary.MaxVarintLen64-1 && b > 1 {
			break
		}
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			r.s = r.s[i+1:]
			return v
		}
	}
	r.bad, r.s = true, ""
	return 0
}

func (r *indexReader) varint() int64 {
	u := r.uvarint()
	v := int64(u >> 1)
	if u&1 != 0 {
		v = ^v
	}
	return v
}

func (r *indexReader) bytes() string {
	n := r.uvarint()
	if n > uint64(len(r.s)) {
		r.bad, r.s = true, ""
		return ""
	}
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}
