package proof

import (
	"bytes"
	"time"

	"github.com/cometbft/cometbft/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Statement is what a proof proves, to who trusts its root.
type Statement struct {
	ChainID string
	Commit  cid.Cid
	Fields  object.Commit
	// Author is the wallet of the commit's author.
	Author string
	// Signed says that the record holds the author's own signature, which was checked
	// as well. Without it the author signed the transaction, and the chain checked that.
	Signed bool
	// Pusher is the wallet that brought the commit.
	Pusher string
	// Song, Licence and AiTraining are those of its first appearance, Height and Time
	// its block's. They are the author's word only where the author is the pusher.
	Song, Licence string
	AiTraining    songtypes.AiTraining
	Height        int64
	Time          time.Time
	// Credits are what was asked for of what contributors have said.
	Credits []CreditStatement
	// Tree is nil where the proof does not carry it.
	Tree *object.Tree
	// Root is the header that has to be trusted: the one whose hash was given, or the
	// first. Proving is the header whose state holds the record.
	Root, Proving Point
	// Trusted says that the hash of Root was given.
	Trusted bool
}

// Point is a header.
type Point struct {
	Height int64
	Hash   []byte
	Time   time.Time
}

func pointOf(b *types.LightBlock) Point {
	return Point{Height: b.Height, Hash: b.Hash(), Time: b.Time}
}

// Verify checks a proof. trust is the hash of a header that its reader trusts, 32
// bytes; without one everything is checked but that the root is the chain's.
func Verify(data, trust []byte) (*Statement, error) {
	p, err := Decode(data)
	if err != nil {
		return nil, err
	}
	if err := object.CheckChainID(p.ChainID); err != nil {
		return nil, invalid("%v", err)
	}
	blocks, err := follow(p.ChainID, p.Headers)
	if err != nil {
		return nil, err
	}
	s := &Statement{ChainID: p.ChainID, Root: pointOf(blocks[0]), Proving: pointOf(blocks[len(blocks)-1])}
	if len(trust) != 0 {
		if s.Root, err = find(blocks, trust); err != nil {
			return nil, err
		}
		s.Trusted = true
	}
	if err := s.readCommit(p, blocks[len(blocks)-1].AppHash); err != nil {
		return nil, err
	}
	if err := s.readCredits(p.Credits, blocks[len(blocks)-1].AppHash); err != nil {
		return nil, err
	}
	return s, s.readTree(p.Tree)
}

func find(blocks []*types.LightBlock, hash []byte) (Point, error) {
	for _, b := range blocks {
		if bytes.Equal(b.Hash(), hash) {
			return pointOf(b), nil
		}
	}
	first, last := blocks[0], blocks[len(blocks)-1]
	return Point{}, invalid("none of its headers (%d, hash %X, to %d, hash %X) has the hash that you trust, %X",
		first.Height, first.Hash(), last.Height, last.Hash(), hash)
}

// CommitKey is where the song store keeps a commit.
func CommitKey(commit cid.Cid) []byte {
	digest := object.Digest(commit)
	return append(songtypes.CommitsPrefix.Bytes(), digest[:]...)
}

func (s *Statement) readCommit(p *Proof, root []byte) error {
	commit, err := object.ParseObjectCID(p.Commit)
	if err != nil || commit.String() != p.Commit {
		return invalid("%.80q is not a commit's CID", p.Commit)
	}
	s.Commit = commit
	if err := p.Record.holds(root, songtypes.StoreKey, CommitKey(commit)); err != nil {
		return err
	}
	var record songtypes.CommitRecord
	if err := proto.Unmarshal(p.Record.Value, &record); err != nil {
		return invalid("record: %v", err)
	}
	if object.CIDOf(record.Block) != commit {
		return invalid("the record is of another commit, %s", object.CIDOf(record.Block))
	}
	if s.Fields, err = object.DecodeCommit(record.Block); err != nil {
		return invalid("commit: %v", err)
	}
	if len(record.Song) != len(songtypes.SongID{}) {
		return invalid("record: song's id of %d bytes", len(record.Song))
	}
	s.Song, s.Licence, s.AiTraining = songtypes.SongID(record.Song).String(), record.Licence, record.AiTraining
	s.Height, s.Time = record.Height, time.Unix(record.Time, 0).UTC()
	return s.readPeople(record)
}

func (s *Statement) readPeople(record songtypes.CommitRecord) error {
	var err error
	if s.Author, err = chain.FormatAddress(s.Fields.Author); err != nil {
		return invalid("author: %v", err)
	}
	s.Pusher = s.Author
	if len(record.Pusher) != 0 {
		if s.Pusher, err = chain.FormatAddress(record.Pusher); err != nil {
			return invalid("pusher: %v", err)
		}
	}
	signature, err := chain.SignatureOf(record.Signature)
	if err != nil {
		return invalid("author's signature: %v", err)
	}
	if signature == nil {
		return nil
	}
	s.Signed = true
	if err := chain.VerifyText(s.Author, object.CommitSignText(s.ChainID, s.Commit), *signature); err != nil {
		return invalid("author's signature: %v", err)
	}
	return nil
}

func (s *Statement) readTree(block []byte) error {
	if len(block) == 0 {
		return nil
	}
	if object.CIDOf(block) != s.Fields.Tree {
		return invalid("the tree is not the commit's")
	}
	tree, err := object.DecodeTree(block)
	if err != nil {
		return invalid("tree: %v", err)
	}
	s.Tree = &tree
	return nil
}
