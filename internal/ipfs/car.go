package ipfs

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ipfs/go-cid"
)

// CARMediaType is the media type of what WriteCAR writes.
const CARMediaType = "application/vnd.ipld.car; version=1"

const (
	maxCARHeader = 64 << 10 // bytes; about 1,500 roots
	carCIDLen    = 36       // of every CID that CheckCID accepts
)

// CARWriter writes a CARv1 stream.
type CARWriter struct {
	w io.Writer
	n int64
}

// NewCARWriter writes the header. A CAR needs a root.
func NewCARWriter(w io.Writer, roots ...cid.Cid) (*CARWriter, error) {
	if len(roots) == 0 {
		return nil, errors.New("write car: no root")
	}
	h := append([]byte{0xa2, 0x65}, "roots"...)
	h = appendCBORHead(h, cborArray, uint64(len(roots)))
	for _, c := range roots {
		h = append(h, 0xd8, cborLinkTag)
		h = appendCBORHead(h, cborBytes, uint64(1+c.ByteLen()))
		h = append(append(h, 0), c.Bytes()...)
	}
	h = append(h, "\x67version\x01"...)
	if len(h) > maxCARHeader {
		return nil, fmt.Errorf("write car: %w: %d roots", ErrLimit, len(roots))
	}
	cw := &CARWriter{w: w}
	return cw, cw.section(h, nil)
}

func appendCBORHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major<<5|byte(n))
	case n < 1<<8:
		return append(b, major<<5|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major<<5|25), uint16(n))
	default:
		return binary.BigEndian.AppendUint32(append(b, major<<5|26), uint32(n))
	}
}

// Write appends a block.
func (cw *CARWriter) Write(b Block) error { return cw.section(b.CID().Bytes(), b.Data()) }

// Written is the length of the stream so far, in bytes.
func (cw *CARWriter) Written() int64 { return cw.n }

func (cw *CARWriter) section(head, data []byte) error {
	buf := binary.AppendUvarint(make([]byte, 0, binary.MaxVarintLen64+len(head)), uint64(len(head)+len(data)))
	for _, part := range [][]byte{append(buf, head...), data} {
		n, err := cw.w.Write(part)
		cw.n += int64(n)
		if err != nil {
			return err
		}
	}
	return nil
}

// WriteCAR writes every block that the roots reach, parents before children,
// and leaves out what skip (which may be nil) names, with all that is below.
func WriteCAR(ctx context.Context, w io.Writer, from Getter, skip func(cid.Cid) bool, roots ...cid.Cid) (int64, error) {
	cw, err := NewCARWriter(w, roots...)
	if err != nil {
		return 0, err
	}
	keep := keepLast{from: from}
	err = Walk(ctx, &keep, Bounds{}, func(c cid.Cid) (bool, error) {
		if skip != nil && skip(c) {
			return false, nil
		}
		b, err := keep.Get(ctx, c)
		if err != nil {
			return false, err
		}
		return true, cw.Write(b)
	}, roots...)
	return cw.Written(), err
}

// keepLast remembers one block, so that Walk does not read again what was just
// written.
type keepLast struct {
	from Getter
	last Block
}

func (k *keepLast) Get(ctx context.Context, c cid.Cid) (Block, error) {
	if k.last.cid.Defined() && k.last.cid.Equals(c) {
		return k.last, nil
	}
	b, err := k.from.Get(ctx, c)
	if err == nil {
		k.last = b
	}
	return b, err
}

// CARBounds bound a CAR stream from a stranger.
type CARBounds struct {
	Blocks int   // 0 is DefaultWalkBlocks
	Bytes  int64 // of all blocks; 0 is MaxFileSize
}

// CARReader reads a CARv1 stream block by block and verifies each.
type CARReader struct {
	Roots []cid.Cid

	r      *bufio.Reader
	bounds CARBounds
}

// NewCARReader reads the header.
func NewCARReader(r io.Reader, bounds CARBounds) (*CARReader, error) {
	if bounds.Blocks == 0 {
		bounds.Blocks = DefaultWalkBlocks
	}
	if bounds.Bytes == 0 {
		bounds.Bytes = MaxFileSize
	}
	cr := &CARReader{r: bufio.NewReaderSize(r, 64<<10), bounds: bounds}
	head, err := cr.section(maxCARHeader)
	if err != nil {
		return nil, fmt.Errorf("read car header: %w", noEOF(err))
	}
	if cr.Roots, err = parseCARHeader(head); err != nil {
		return nil, fmt.Errorf("read car header: %w", err)
	}
	return cr, nil
}

// parseCARHeader takes exactly what a CARv1 header is in dag-cbor: the map of
// roots and version, keys in that order.
func parseCARHeader(b []byte) ([]cid.Cid, error) {
	const open, end = "\xa2\x65roots", "\x67version\x01"
	n := len(b) - len(end)
	if n < len(open) || string(b[:len(open)]) != open || string(b[n:]) != end {
		return nil, fmt.Errorf("%w: not a CARv1 header", ErrMalformed)
	}
	b = b[len(open):n]
	if len(b) == 0 || b[0]>>5 != cborArray {
		return nil, fmt.Errorf("%w: roots are no list", ErrMalformed)
	}
	return cborLinks(b)
}

// Next returns the next block, or io.EOF after the last.
func (cr *CARReader) Next() (Block, error) {
	sec, err := cr.section(carCIDLen + MaxBlockSize)
	if err != nil {
		return Block{}, err
	}
	if cr.bounds.Blocks--; cr.bounds.Blocks < 0 {
		return Block{}, fmt.Errorf("%w: too many blocks in car", ErrLimit)
	}
	if cr.bounds.Bytes -= int64(len(sec)); cr.bounds.Bytes < 0 {
		return Block{}, fmt.Errorf("%w: too many bytes in car", ErrLimit)
	}
	n, c, err := cid.CidFromBytes(sec)
	if err != nil {
		return Block{}, fmt.Errorf("%w: %v", ErrUnsupportedCID, err)
	}
	return VerifyBlock(c, sec[n:])
}

// section reads a length, which limit bounds, and that many bytes.
func (cr *CARReader) section(limit int) ([]byte, error) {
	n, err := binary.ReadUvarint(cr.r)
	if err != nil {
		return nil, err
	}
	if n == 0 || n > uint64(limit) {
		return nil, fmt.Errorf("%w: car section of %d bytes", ErrLimit, n)
	}
	buf := make([]byte, n)
	_, err = io.ReadFull(cr.r, buf)
	return buf, noEOF(err)
}

// noEOF makes an end in the middle an error.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// ReadCAR puts every block of a CAR stream into sink and returns the roots and
// how many bytes of blocks there were. It does not flush. When it fails, what
// was put before stays: a block is right or wrong by itself.
func ReadCAR(ctx context.Context, sink Sink, r io.Reader, bounds CARBounds) (roots []cid.Cid, bytes int64, err error) {
	cr, err := NewCARReader(r, bounds)
	if err != nil {
		return nil, 0, err
	}
	for {
		b, err := cr.Next()
		if errors.Is(err, io.EOF) {
			return cr.Roots, bytes, nil
		}
		if err != nil {
			return cr.Roots, bytes, fmt.Errorf("read car: %w", err)
		}
		if err := sink.Put(ctx, b); err != nil {
			return cr.Roots, bytes, err
		}
		bytes += int64(len(b.Data()))
	}
}
