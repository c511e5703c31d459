package ipfs

import (
	"fmt"
	"math"

	"github.com/ipfs/go-cid"
	"google.golang.org/protobuf/encoding/protowire"
)

// Protobuf field numbers of dag-pb (https://ipld.io/specs/codecs/dag-pb/spec/)
// and UnixFS (https://specs.ipfs.tech/unixfs/), and the UnixFS types of a file.
const (
	pbNodeData, pbNodeLinks            = 1, 2
	pbLinkHash, pbLinkName, pbLinkSize = 1, 2, 3

	fsType, fsData, fsFileSize, fsBlockSizes = 1, 2, 3, 4

	fsTypeRaw, fsTypeFile = 0, 2
)

// link is one child of an inner node.
type link struct {
	cid   cid.Cid
	size  uint64 // bytes of the file below it
	total uint64 // bytes of all blocks below it, itself included (Tsize)
}

// encodeFileNode writes an inner node of a file as Kubo does.
func encodeFileNode(links []link) ([]byte, uint64) {
	var node, sizes []byte
	var fileSize uint64
	for _, l := range links {
		var pb []byte
		pb = protowire.AppendTag(pb, pbLinkHash, protowire.BytesType)
		pb = protowire.AppendBytes(pb, l.cid.Bytes())
		pb = protowire.AppendTag(pb, pbLinkName, protowire.BytesType)
		pb = protowire.AppendBytes(pb, nil)
		pb = protowire.AppendTag(pb, pbLinkSize, protowire.VarintType)
		pb = protowire.AppendVarint(pb, l.total)
		node = protowire.AppendTag(node, pbNodeLinks, protowire.BytesType)
		node = protowire.AppendBytes(node, pb)

		sizes = protowire.AppendTag(sizes, fsBlockSizes, protowire.VarintType)
		sizes = protowire.AppendVarint(sizes, l.size)
		fileSize += l.size
	}
	var data []byte
	data = protowire.AppendTag(data, fsType, protowire.VarintType)
	data = protowire.AppendVarint(data, fsTypeFile)
	data = protowire.AppendTag(data, fsFileSize, protowire.VarintType)
	data = protowire.AppendVarint(data, fileSize)
	data = append(data, sizes...)
	node = protowire.AppendTag(node, pbNodeData, protowire.BytesType)
	return protowire.AppendBytes(node, data), fileSize
}

// pbNode is a decoded dag-pb block.
type pbNode struct {
	links []cid.Cid
	data  []byte
}

// decodePB reads a dag-pb block, whose size the caller has bounded.
func decodePB(b []byte) (pbNode, error) {
	var n pbNode
	err := fields(b, func(num protowire.Number, f field) error {
		switch {
		case f.bytes == nil:
			return fmt.Errorf("%w: dag-pb field %d is no byte string", ErrMalformed, num)
		case num == pbNodeLinks:
			c, err := decodePBLink(f.bytes)
			if err != nil {
				return err
			}
			n.links = append(n.links, c)
		case num == pbNodeData && n.data == nil:
			n.data = f.bytes
		default:
			return fmt.Errorf("%w: unexpected dag-pb field %d", ErrMalformed, num)
		}
		return nil
	})
	return n, err
}

func decodePBLink(b []byte) (cid.Cid, error) {
	c := cid.Undef
	err := fields(b, func(num protowire.Number, f field) error {
		if num != pbLinkHash {
			return nil // names and totals mean nothing in a file
		}
		var err error
		if c, err = cid.Cast(f.bytes); err != nil {
			return fmt.Errorf("%w: link: %v", ErrMalformed, err)
		}
		return CheckCID(c)
	})
	if err == nil && !c.Defined() {
		err = fmt.Errorf("%w: link without a CID", ErrMalformed)
	}
	return c, err
}

// fsNode is the UnixFS part of a file's node.
type fsNode struct {
	data  []byte
	size  uint64
	sizes []uint64 // of the children
}

func decodeFS(b []byte) (fsNode, error) {
	var n fsNode
	kind := uint64(math.MaxUint64)
	err := fields(b, func(num protowire.Number, f field) error {
		switch num {
		case fsType:
			kind = f.varint
		case fsData:
			n.data = f.bytes
		case fsFileSize:
			n.size = f.varint
		case fsBlockSizes:
			if f.bytes != nil {
				return fmt.Errorf("%w: packed block sizes", ErrMalformed)
			}
			n.sizes = append(n.sizes, f.varint)
		}
		return nil
	})
	if err == nil && kind != fsTypeFile && kind != fsTypeRaw {
		err = fmt.Errorf("%w: not a UnixFS file", ErrMalformed)
	}
	return n, err
}

// field is the value of a protobuf field: bytes, never nil, or a varint.
type field struct {
	bytes  []byte
	varint uint64
}

func fields(b []byte, visit func(protowire.Number, field) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%w: %v", ErrMalformed, protowire.ParseError(n))
		}
		b = b[n:]
		var f field
		switch typ {
		case protowire.VarintType:
			f.varint, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
			if f.bytes == nil {
				f.bytes = []byte{}
			}
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return fmt.Errorf("%w: %v", ErrMalformed, protowire.ParseError(n))
		}
		if err := visit(num, f); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}
