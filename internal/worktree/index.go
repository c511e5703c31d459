package worktree

import (
	"bytes"
	"cmp"
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
	// facts are those of its audio.
	facts facts
}

// project is what is remembered of a session: the entry that its files make. It
// holds as long as the index lists exactly its files, and it saves making the
// session's blocks again. It also keeps what another program said of files that
// have not changed since.
type project struct {
	Root string  `json:"root"`
	CID  cid.Cid `json:"cid"`
	Size uint64  `json:"size"`
}

// index is what is remembered of the folder. It is only a cache, but it also
// says which files the tool has put or seen into commits.
type index struct {
	files    []cached  // sorted by path
	projects []project // sorted by root
}

func (ix index) find(path string) (int, bool) {
	return slices.BinarySearchFunc(ix.files, path, func(c cached, p string) int { return strings.Compare(c.path, p) })
}

// below returns the files in a folder.
func (ix index) below(folder string) []cached {
	lo, _ := ix.find(folder + "/")
	hi, _ := ix.find(folder + "0") // the byte after "/"
	return ix.files[lo:hi]
}

func (ix index) project(root string) (project, bool) {
	i, ok := slices.BinarySearchFunc(ix.projects, root, func(p project, r string) int { return strings.Compare(p.Root, r) })
	if !ok {
		return project{}, false
	}
	return ix.projects[i], true
}

// sorted puts an index into order.
func (ix index) sorted() index {
	slices.SortFunc(ix.files, func(a, b cached) int { return strings.Compare(a.path, b.path) })
	slices.SortFunc(ix.projects, func(a, b project) int { return strings.Compare(a.Root, b.Root) })
	return ix
}

// The index on disk: magic, the files' number and the files, the projects' number
// and the projects, sha2-256 of all that. Integers are varints, so that 10,000
// files make about 1 MB, read in a few ms.
const (
	indexMagic  = "parrots index 2\n"
	indexFamily = "parrots index "
)

const (
	flagRacy  = 1
	flagFacts = 2
)

var errIndex = errors.New("not an index of this version, or damaged")

// isOtherIndex says whether data is an index of another version.
func isOtherIndex(data []byte) bool {
	return bytes.HasPrefix(data, []byte(indexFamily)) && !bytes.HasPrefix(data, []byte(indexMagic))
}

func (ix index) encode() []byte {
	b := make([]byte, 0, len(indexMagic)+len(ix.files)*128+len(ix.projects)*64+sha256.Size)
	b = append(b, indexMagic...)
	b = binary.AppendUvarint(b, uint64(len(ix.files)))
	for i := range ix.files {
		b = ix.files[i].append(b)
	}
	b = binary.AppendUvarint(b, uint64(len(ix.projects)))
	for _, p := range ix.projects {
		b = appendBytes(b, p.Root)
		b = appendBytes(b, p.CID.KeyString())
		b = binary.AppendUvarint(b, p.Size)
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

func (c *cached) append(b []byte) []byte {
	var flags uint64
	if c.racy {
		flags |= flagRacy
	}
	if c.facts.known {
		flags |= flagFacts
	}
	b = binary.AppendUvarint(b, flags)
	b = appendBytes(b, c.path)
	b = appendBytes(b, c.cid.KeyString())
	b = binary.AppendVarint(b, c.stat.size)
	b = binary.AppendVarint(b, c.stat.mtime)
	b = binary.AppendUvarint(b, c.stat.inode)
	b = binary.AppendVarint(b, c.stat.ctime)
	b = binary.AppendUvarint(b, c.mtime)
	if c.facts.known {
		b = c.facts.append(b)
	}
	return b
}

func appendBytes(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// decodeIndex reads an index; errIndex for anything that encode did not write.
func decodeIndex(data []byte) (index, error) {
	body, ok := bytes.CutPrefix(data, []byte(indexMagic))
	if !ok || len(body) < sha256.Size {
		return index{}, errIndex
	}
	end := len(data) - sha256.Size
	if sum := sha256.Sum256(data[:end]); !bytes.Equal(sum[:], data[end:]) {
		return index{}, errIndex
	}
	// One conversion, of which the paths are slices.
	r := indexReader{s: string(data[len(indexMagic):end])}
	var ix index
	ix.files = make([]cached, 0, r.count())
	for range cap(ix.files) {
		ix.files = append(ix.files, r.file())
	}
	ix.projects = make([]project, 0, r.count())
	for range cap(ix.projects) {
		ix.projects = append(ix.projects, project{r.bytes(), r.cid(), r.uvarint()})
	}
	ascending := slices.IsSortedFunc(ix.files, func(a, b cached) int { return cmp.Or(strings.Compare(a.path, b.path), 1) })
	if r.bad || r.s != "" || !ascending {
		return index{}, errIndex
	}
	return ix, nil
}

type indexReader struct {
	s   string
	bad bool
}

func (r *indexReader) file() cached {
	var c cached
	flags := r.uvarint()
	c.racy = flags&flagRacy != 0
	c.path = r.bytes()
	c.cid = r.cid()
	c.stat.size = r.varint()
	c.stat.mtime = r.varint()
	c.stat.inode = r.uvarint()
	c.stat.ctime = r.varint()
	c.mtime = r.uvarint()
	if flags&flagFacts != 0 {
		c.facts = r.facts()
	}
	return c
}

func (r *indexReader) cid() cid.Cid {
	c, err := cid.Cast([]byte(r.bytes()))
	if err != nil || object.CheckLink(c) != nil {
		r.bad, r.s = true, ""
	}
	return c
}

// count reads how many of something follow. Each takes a byte at least.
func (r *indexReader) count() uint64 {
	n := r.uvarint()
	if n > uint64(len(r.s)) {
		r.bad, r.s = true, ""
		return 0
	}
	return n
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
	n := r.count()
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}
