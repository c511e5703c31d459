package sync

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/ipfs/go-cid"
	"github.com/ipld/go-ipld-prime/codec/dagcbor"
	"github.com/ipld/go-ipld-prime/datamodel"
	"github.com/ipld/go-ipld-prime/fluent/qp"
	cidlink "github.com/ipld/go-ipld-prime/linking/cid"
	"github.com/ipld/go-ipld-prime/node/basicnode"

	"github.com/parrots-music/parrots/internal/object"
)

// Limits of a bundle's manifest (docs/reference/bundle.md).
const (
	manifestVersion       = 1
	maxManifestBytes      = 1 << 20
	maxManifestRefs       = 1000
	maxManifestSignatures = 5000
	maxManifestText       = 255
	maxSignatureBytes     = 128
)

// Manifest is the root block of a bundle: what the file brings.
type Manifest struct {
	// Song is the song's id; empty for a song that was never published.
	Song string
	// Refs are the branches, sorted by name.
	Refs []ManifestRef
	// Signatures are the authors' signatures over commits in the file, sorted by
	// the commit's CID.
	Signatures []ManifestSignature
}

// ManifestRef is one branch of a bundle.
type ManifestRef struct {
	Name   string
	Commit cid.Cid
}

// ManifestSignature is an author's signature over a commit.
type ManifestSignature struct {
	Commit cid.Cid
	// Signer is the author's address in bech32.
	Signer string
	// ChainID is the chain that the signature is made for.
	ChainID string
	// PubKey is a compressed secp256k1 key.
	PubKey []byte
	// Signature is the raw signature.
	Signature []byte
}

// Encode returns the manifest's canonical dag-cbor bytes.
func (m Manifest) Encode() ([]byte, error) {
	if err := m.validate(); err != nil {
		return nil, err
	}
	node, err := qp.BuildMap(basicnode.Prototype.Map, -1, func(ma datamodel.MapAssembler) {
		qp.MapEntry(ma, "version", qp.Int(manifestVersion))
		qp.MapEntry(ma, "song", qp.String(m.Song))
		qp.MapEntry(ma, "refs", qp.List(-1, func(la datamodel.ListAssembler) {
			for _, r := range m.Refs {
				qp.ListEntry(la, r.assemble())
			}
		}))
		qp.MapEntry(ma, "signatures", qp.List(-1, func(la datamodel.ListAssembler) {
			for _, s := range m.Signatures {
				qp.ListEntry(la, s.assemble())
			}
		}))
	})
	if err != nil {
		return nil, fmt.Errorf("bundle manifest: %w", err)
	}
	var b bytes.Buffer
	if err := dagcbor.Encode(node, &b); err != nil {
		return nil, fmt.Errorf("bundle manifest: %w", err)
	}
	if b.Len() > maxManifestBytes {
		return nil, badBundle("manifest of %d bytes is over the limit of %d", b.Len(), maxManifestBytes)
	}
	return b.Bytes(), nil
}

func (r ManifestRef) assemble() qp.Assemble {
	return qp.Map(-1, func(ma datamodel.MapAssembler) {
		qp.MapEntry(ma, "name", qp.String(r.Name))
		qp.MapEntry(ma, "commit", qp.Link(cidlink.Link{Cid: r.Commit}))
	})
}

func (s ManifestSignature) assemble() qp.Assemble {
	return qp.Map(-1, func(ma datamodel.MapAssembler) {
		qp.MapEntry(ma, "commit", qp.Link(cidlink.Link{Cid: s.Commit}))
		qp.MapEntry(ma, "signer", qp.String(s.Signer))
		qp.MapEntry(ma, "chain_id", qp.String(s.ChainID))
		qp.MapEntry(ma, "pub_key", qp.Bytes(s.PubKey))
		qp.MapEntry(ma, "signature", qp.Bytes(s.Signature))
	})
}

// What an encoded manifest, branch or signature takes at the most beside its texts
// and byte strings: keys, heads and links.
const (
	manifestFrame  = 64
	refFrame       = 64
	signatureFrame = 96
)

// room is how many bytes are left for signatures.
func (m Manifest) room() int {
	left := maxManifestBytes - manifestFrame - len(m.Song)
	for _, r := range m.Refs {
		left -= refFrame + len(r.Name)
	}
	return left
}

// size is what the signature takes at the most.
func (s ManifestSignature) size() int {
	return signatureFrame + len(s.Signer) + len(s.ChainID) + len(s.PubKey) + len(s.Signature)
}

// DecodeManifest reads a stranger's manifest and refuses every encoding but the
// canonical one.
func DecodeManifest(block []byte) (Manifest, error) {
	if len(block) > maxManifestBytes {
		return Manifest{}, badBundle("manifest of %d bytes is over the limit of %d", len(block), maxManifestBytes)
	}
	builder := basicnode.Prototype.Map.NewBuilder()
	options := dagcbor.DecodeOptions{AllowLinks: true}
	if err := options.Decode(builder, bytes.NewReader(block)); err != nil {
		return Manifest{}, badBundle("manifest: %v", err)
	}
	f := fields{node: builder.Build()}
	if v := f.int("version"); f.err == nil && v != manifestVersion {
		return Manifest{}, badBundle("manifest version %d is not known", v)
	}
	m := Manifest{Song: f.text("song")}
	f.list("refs", maxManifestRefs, func(e *fields) {
		m.Refs = append(m.Refs, ManifestRef{Name: e.text("name"), Commit: e.link("commit")})
	})
	f.list("signatures", maxManifestSignatures, func(e *fields) {
		m.Signatures = append(m.Signatures, ManifestSignature{
			Commit:    e.link("commit"),
			Signer:    e.text("signer"),
			ChainID:   e.text("chain_id"),
			PubKey:    e.bytes("pub_key"),
			Signature: e.bytes("signature"),
		})
	})
	if f.err != nil {
		return Manifest{}, f.err
	}
	again, err := m.Encode()
	if err != nil {
		return Manifest{}, err
	}
	if !bytes.Equal(again, block) {
		return Manifest{}, badBundle("manifest is not in its canonical encoding")
	}
	return m, nil
}

func (m Manifest) validate() error {
	if len(m.Refs) == 0 || len(m.Refs) > maxManifestRefs {
		return badBundle("%d branches; 1 to %d are allowed", len(m.Refs), maxManifestRefs)
	}
	if len(m.Signatures) > maxManifestSignatures {
		return badBundle("%d signatures are over the limit of %d", len(m.Signatures), maxManifestSignatures)
	}
	for i, r := range m.Refs {
		if r.Commit.Type() != object.CodecDagCBOR || object.CheckLink(r.Commit) != nil {
			return badBundle("branch %q does not name a commit", r.Name)
		}
		if i > 0 && m.Refs[i-1].Name >= r.Name {
			return badBundle("branches are repeated or out of order")
		}
	}
	for i, s := range m.Signatures {
		if err := object.CheckLink(s.Commit); err != nil {
			return badBundle("signature %d does not name a commit", i)
		}
		if i > 0 && strings.Compare(m.Signatures[i-1].Commit.KeyString(), s.Commit.KeyString()) >= 0 {
			return badBundle("signatures are repeated or out of order")
		}
	}
	return nil
}

// sort puts branches and signatures into canonical order.
func (m *Manifest) sort() {
	slices.SortFunc(m.Refs, func(a, b ManifestRef) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(m.Signatures, func(a, b ManifestSignature) int {
		return strings.Compare(a.Commit.KeyString(), b.Commit.KeyString())
	})
}

// fields reads the fields of a map and remembers the first error.
type fields struct {
	node datamodel.Node
	err  error
}

func (f *fields) get(name string) datamodel.Node {
	if f.err != nil {
		return nil
	}
	n, err := f.node.LookupByString(name)
	if err != nil {
		f.err = badBundle("manifest lacks %s", name)
		return nil
	}
	return n
}

func field[T any](f *fields, name string, read func(datamodel.Node) (T, error)) T {
	var zero T
	n := f.get(name)
	if f.err != nil {
		return zero
	}
	v, err := read(n)
	if err != nil {
		f.err = badBundle("manifest field %s: %v", name, err)
		return zero
	}
	return v
}

func (f *fields) int(name string) int64 { return field(f, name, datamodel.Node.AsInt) }

func (f *fields) text(name string) string {
	s := field(f, name, datamodel.Node.AsString)
	if f.err == nil && len(s) > maxManifestText {
		f.err = badBundle("manifest field %s is too long", name)
	}
	return s
}

func (f *fields) bytes(name string) []byte {
	b := field(f, name, datamodel.Node.AsBytes)
	if f.err == nil && len(b) > maxSignatureBytes {
		f.err = badBundle("manifest field %s is too long", name)
	}
	return b
}

func (f *fields) link(name string) cid.Cid {
	l := field(f, name, datamodel.Node.AsLink)
	if f.err != nil {
		return cid.Undef
	}
	c, ok := l.(cidlink.Link)
	if !ok {
		f.err = badBundle("manifest field %s is not a CID", name)
		return cid.Undef
	}
	return c.Cid
}

func (f *fields) list(name string, limit int64, each func(*fields)) {
	n := f.get(name)
	if f.err != nil {
		return
	}
	if n.Kind() != datamodel.Kind_List || n.Length() > limit {
		f.err = badBundle("manifest field %s is no list or too long", name)
		return
	}
	for it := n.ListIterator(); !it.Done() && f.err == nil; {
		_, v, err := it.Next()
		if err != nil {
			f.err = badBundle("manifest field %s: %v", name, err)
			return
		}
		e := fields{node: v}
		each(&e)
		f.err = e.err
	}
}

func badBundle(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrBundle, fmt.Sprintf(format, args...))
}
