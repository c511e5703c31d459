package types

import (
	"math"

	"github.com/ipfs/go-cid"

	"cosmossdk.io/core/address"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
)

// Messages and queries carry the fields of objects; internal/object has the types
// that are encoded. What follows converts between the two, and bounds lists before
// it walks them. The objects' own rules are checked when they are encoded.

// Object returns the commit to encode.
func (c Commit) Object(addresses address.Codec) (object.Commit, error) {
	if len(c.Parents) > object.MaxParents || len(c.Contributions) > object.MaxContributions {
		return object.Commit{}, errorsmod.Wrapf(ErrInvalidObject, "%d parents and %d contributions, limits are %d and %d",
			len(c.Parents), len(c.Contributions), object.MaxParents, object.MaxContributions)
	}
	o := object.Commit{Created: c.Created, Message: c.Message}
	for _, p := range c.Parents {
		link, err := ParseCID(p)
		if err != nil {
			return object.Commit{}, errorsmod.Wrap(err, "parent")
		}
		o.Parents = append(o.Parents, link)
	}
	var err error
	if o.Tree, err = ParseCID(c.Tree); err != nil {
		return object.Commit{}, errorsmod.Wrap(err, "tree")
	}
	if o.Author, err = parseAddress(addresses, c.Author); err != nil {
		return object.Commit{}, errorsmod.Wrap(err, "author")
	}
	for i, con := range c.Contributions {
		oc, err := con.object(addresses)
		if err != nil {
			return object.Commit{}, errorsmod.Wrapf(err, "contribution %d", i)
		}
		o.Contributions = append(o.Contributions, oc)
	}
	return o, nil
}

func (c Contribution) object(addresses address.Codec) (object.Contribution, error) {
	o := object.Contribution{Roles: c.Roles, Instrument: c.Instrument, Paths: c.Paths}
	if c.Guest != nil {
		o.Guest = &object.Guest{Key: c.Guest.Key, Name: c.Guest.Name}
	}
	if c.Contributor != "" {
		var err error
		if o.Contributor, err = parseAddress(addresses, c.Contributor); err != nil {
			return object.Contribution{}, err
		}
	}
	return o, nil
}

// NewCommit returns the fields of a commit.
func NewCommit(o object.Commit, addresses address.Codec) (Commit, error) {
	c := Commit{Tree: o.Tree.String(), Created: o.Created, Message: o.Message}
	for _, p := range o.Parents {
		c.Parents = append(c.Parents, p.String())
	}
	var err error
	if c.Author, err = addresses.BytesToString(o.Author); err != nil {
		return Commit{}, err
	}
	for _, oc := range o.Contributions {
		con := Contribution{Roles: oc.Roles, Instrument: oc.Instrument, Paths: oc.Paths}
		if oc.Guest != nil {
			con.Guest = &Guest{Key: oc.Guest.Key, Name: oc.Guest.Name}
		} else if con.Contributor, err = addresses.BytesToString(oc.Contributor); err != nil {
			return Commit{}, err
		}
		c.Contributions = append(c.Contributions, con)
	}
	return c, nil
}

// Object returns the tree to encode.
func (t Tree) Object() (object.Tree, error) {
	if len(t.Entries) > object.MaxTreeEntries {
		return object.Tree{}, errorsmod.Wrapf(ErrInvalidObject, "tree of %d entries, limit is %d", len(t.Entries), object.MaxTreeEntries)
	}
	o := object.Tree{Entries: make([]object.Entry, 0, len(t.Entries))}
	for _, e := range t.Entries {
		link, err := object.ParseCID(e.Cid)
		if err != nil {
			return object.Tree{}, errorsmod.Wrapf(ErrInvalidObject, "entry %.255q: %v", e.Path, err)
		}
		o.Entries = append(o.Entries, object.Entry{
			Path: e.Path, CID: link, Size: e.Size_, Kind: object.Kind(e.Kind), Codec: e.Codec,
			SampleRate: uint64(e.SampleRate), Channels: uint64(e.Channels), BitDepth: uint64(e.BitDepth),
			Frames: e.Frames, Instrument: e.Instrument, Start: e.Start, PCM: e.Pcm,
		})
	}
	return o, nil
}

// NewTree returns the fields of a song's tree. It fails where the fields do not
// hold a value: a sample rate, channel count or bit depth over 32 bits.
func NewTree(o object.Tree) (Tree, error) {
	t := Tree{Entries: make([]Entry, 0, len(o.Entries))}
	for _, e := range o.Entries {
		if max(e.SampleRate, e.Channels, e.BitDepth) > math.MaxUint32 {
			return Tree{}, errorsmod.Wrapf(ErrInvalidObject, "entry %q: sample rate, channels or bit depth over 32 bits", e.Path)
		}
		t.Entries = append(t.Entries, Entry{
			Path: e.Path, Cid: e.CID.String(), Size_: e.Size, Kind: string(e.Kind), Codec: e.Codec,
			SampleRate: uint32(e.SampleRate), Channels: uint32(e.Channels), BitDepth: uint32(e.BitDepth),
			Frames: e.Frames, Instrument: e.Instrument, Start: e.Start, Pcm: e.PCM,
		})
	}
	return t, nil
}

// Encode returns the canonical bytes of a tree and its CID.
func (t Tree) Encode() ([]byte, cid.Cid, error) {
	o, err := t.Object()
	if err != nil {
		return nil, cid.Undef, err
	}
	block, err := o.Encode()
	if err != nil {
		return nil, cid.Undef, errorsmod.Wrap(ErrInvalidObject, err.Error())
	}
	return block, object.CIDOf(block), nil
}

// CheckTree says whether a block is a song's tree, and the one that a commit names.
func CheckTree(record CommitRecord, block []byte) error {
	o, err := object.DecodeCommit(record.Block)
	if err != nil {
		return errorsmod.Wrap(ErrInvalidObject, err.Error())
	}
	tree, err := object.DecodeTree(block)
	if err != nil {
		return errorsmod.Wrap(ErrInvalidObject, err.Error())
	}
	if link := object.CIDOf(block); !link.Equals(o.Tree) {
		return errorsmod.Wrapf(ErrTreeMismatch, "%s, the commit's is %s", link, o.Tree)
	}
	_, err = NewTree(tree)
	return err
}

// ParseCID reads the CID of a commit or tree.
func ParseCID(s string) (cid.Cid, error) {
	c, err := object.ParseObjectCID(s)
	if err != nil {
		return cid.Undef, errorsmod.Wrapf(ErrInvalidID, "%.80q: %v", s, err)
	}
	return c, nil
}

// ParseDigest reads the CID of a commit and returns its key in the state.
func ParseDigest(s string) (Digest, error) {
	c, err := ParseCID(s)
	if err != nil {
		return Digest{}, err
	}
	return Digest(object.Digest(c)), nil
}

// CID returns the CID of the commit with this digest.
func (d Digest) CID() cid.Cid { return object.FromDigest(d) }

// String returns the CID's text.
func (d Digest) String() string { return d.CID().String() }

func parseAddress(addresses address.Codec, s string) ([]byte, error) {
	b, err := addresses.StringToBytes(s)
	if err != nil {
		return nil, errorsmod.Wrapf(ErrInvalidAddress, "%.100q: %v", s, err)
	}
	return b, nil
}
