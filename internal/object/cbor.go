package object

import (
	"encoding/binary"

	"github.com/ipfs/go-cid"
)

// The part of CBOR (RFC 8949) that dag-cbor needs for our objects: unsigned
// integers, byte and text strings, arrays, maps with text keys, and links
// (tag 42). It is written out here, rather than taken from a general codec,
// because it runs in consensus: no recursion that a stranger's bytes could drive,
// no reflection, and no change that comes with another library's upgrade. Tests
// hold it against go-ipld-prime's dag-cbor.

const (
	majorUint  = 0 << 5
	majorBytes = 2 << 5
	majorText  = 3 << 5
	majorArray = 4 << 5
	majorMap   = 5 << 5
	majorTag   = 6 << 5

	tagLink = 42
)

// writer appends canonical CBOR.
type writer struct{ b []byte }

func (w *writer) head(major byte, n uint64) {
	switch {
	case n < 24:
		w.b = append(w.b, major|byte(n))
	case n <= 0xff:
		w.b = append(w.b, major|24, byte(n))
	case n <= 0xffff:
		w.b = binary.BigEndian.AppendUint16(append(w.b, major|25), uint16(n))
	case n <= 0xffffffff:
		w.b = binary.BigEndian.AppendUint32(append(w.b, major|26), uint32(n))
	default:
		w.b = binary.BigEndian.AppendUint64(append(w.b, major|27), n)
	}
}

func (w *writer) uint(n uint64)  { w.head(majorUint, n) }
func (w *writer) array(n int)    { w.head(majorArray, uint64(n)) }
func (w *writer) mapOf(n int)    { w.head(majorMap, uint64(n)) }
func (w *writer) text(s string)  { w.head(majorText, uint64(len(s))); w.b = append(w.b, s...) }
func (w *writer) bytes(b []byte) { w.head(majorBytes, uint64(len(b))); w.b = append(w.b, b...) }

func (w *writer) link(c cid.Cid) {
	w.head(majorTag, tagLink)
	b := c.Bytes()
	w.head(majorBytes, uint64(len(b)+1))
	w.b = append(append(w.b, 0), b...) // 0 is the multibase prefix that dag-cbor asks for
}

// reader reads CBOR and remembers the first error; after one, every read gives
// a zero value, so that callers check once.
type reader struct {
	b   []byte
	off int
	err error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = in(invalid("encoding", format, args...), "byte %d", r.off)
	}
}

// head reads a head of the given major type and returns its argument, which must
// be minimally encoded.
func (r *reader) head(major byte, what string) uint64 {
	if r.err != nil {
		return 0
	}
	if r.off >= len(r.b) {
		r.fail("ends where %s is expected", what)
		return 0
	}
	first := r.b[r.off]
	if first&0xe0 != major {
		r.fail("0x%02x where %s is expected", first, what)
		return 0
	}
	info := first & 0x1f
	if info < 24 {
		r.off++
		return uint64(info)
	}
	if info > 27 {
		r.fail("%s has an indefinite or reserved length", what)
		return 0
	}
	size := 1 << (info - 24)
	if len(r.b)-r.off-1 < size {
		r.fail("ends within %s", what)
		return 0
	}
	var n uint64
	for _, c := range r.b[r.off+1 : r.off+1+size] {
		n = n<<8 | uint64(c)
	}
	if smallest := [...]uint64{24, 1 << 8, 1 << 16, 1 << 32}[info-24]; n < smallest {
		r.fail("%s is not minimally encoded", what)
		return 0
	}
	r.off += 1 + size
	return n
}

// length reads a head whose argument counts elements of at least one byte each,
// or bytes, so that it can never exceed what is left.
func (r *reader) length(major byte, what string, max int) int {
	n := r.head(major, what)
	if r.err == nil && (n > uint64(max) || n > uint64(len(r.b)-r.off)) {
		r.fail("%s of length %d is over the limit", what, n)
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

func (r *reader) uint() uint64        { return r.head(majorUint, "an unsigned integer") }
func (r *reader) array(max int) int   { return r.length(majorArray, "an array", max) }
func (r *reader) mapOf(max int) int   { return r.length(majorMap, "a map", max) }
func (r *reader) text(max int) string { return string(r.take(majorText, "a text", max)) }
func (r *reader) bytes(max int) []byte {
	return append([]byte(nil), r.take(majorBytes, "a byte string", max)...)
}
func (r *reader) key() string { return r.text(MaxTokenBytes) }

func (r *reader) take(major byte, what string, max int) []byte {
	n := r.length(major, what, max)
	if r.err != nil {
		return nil
	}
	b := r.b[r.off : r.off+n]
	r.off += n
	return b
}

func (r *reader) link() cid.Cid {
	if tag := r.head(majorTag, "a link"); r.err == nil && tag != tagLink {
		r.fail("tag %d is not a link's", tag)
	}
	b := r.take(majorBytes, "a link", 64)
	if r.err != nil {
		return cid.Undef
	}
	if len(b) == 0 || b[0] != 0 {
		r.fail("link without its multibase prefix")
		return cid.Undef
	}
	c, err := cid.Cast(b[1:])
	if err != nil {
		r.fail("link: %v", err)
		return cid.Undef
	}
	return c
}

// end checks that nothing follows.
func (r *reader) end() error {
	if r.err == nil && r.off != len(r.b) {
		r.fail("%d bytes follow the object", len(r.b)-r.off)
	}
	return r.err
}
