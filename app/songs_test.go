package app

import (
	"fmt"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// songID is the id of wallet i's n-th song.
func (c *testChain) songID(i int, n uint64) string {
	return songtypes.NewSongID(c.wallets[i].address, n).String()
}

func (c *testChain) createSong(i int, name string) sdk.Msg {
	return &songtypes.MsgCreateSong{
		Creator: c.wallets[i].address.String(), Name: name,
		Metadata: songtypes.Metadata{Title: name, Licence: "CC-BY-4.0", Tags: []string{"jazz"}},
	}
}

// session is wallet i's work on a branch, on which it alone pushes.
type session struct {
	chain  *testChain
	wallet int
	song   string
	branch string
	head   string
	takes  int
}

func (c *testChain) session(i int, song, branch string) *session {
	return &session{chain: c, wallet: i, song: song, branch: branch}
}

// push is the push of one more commit with a new take of each of n stems. It counts
// on being delivered.
func (s *session) push(tb testing.TB, n int) sdk.Msg {
	tb.Helper()
	s.takes++
	tree := takes(tb, s.wallet, s.takes, n)
	_, treeCID, err := tree.Encode()
	require.NoError(tb, err)
	signer := s.chain.wallets[s.wallet].address.String()
	commit := songtypes.Commit{
		Tree: treeCID.String(), Author: signer, Created: uint64(s.chain.now.UnixMilli()),
		Message:       fmt.Sprintf("take %d: the second verse played softer than before", s.takes),
		Contributions: []songtypes.Contribution{{Contributor: signer, Roles: []string{"StudioMusician"}, Instrument: "Guitar"}},
	}
	if s.head != "" {
		commit.Parents = []string{s.head}
	}
	msg := &songtypes.MsgPush{
		Signer: signer, SongId: s.song, Branch: s.branch, ExpectedHead: s.head,
		Commits: []songtypes.Commit{commit}, Tree: tree,
	}
	fields, err := commit.Object(s.chain.encoding.addresses.account)
	require.NoError(tb, err)
	block, err := fields.Encode()
	require.NoError(tb, err)
	s.head = object.CIDOf(block).String()
	return msg
}

// takes is a tree of n stems whose content nobody else has.
func takes(tb testing.TB, wallet, take, n int) songtypes.Tree {
	tb.Helper()
	var tree songtypes.Tree
	for i := range n {
		hash, err := multihash.Sum(fmt.Appendf(nil, "%d %d %d", wallet, take, i), multihash.SHA2_256, -1)
		require.NoError(tb, err)
		tree.Entries = append(tree.Entries, songtypes.Entry{
			Path: fmt.Sprintf("stem%02d.wav", i), Cid: cid.NewCidV1(cid.DagProtobuf, hash).String(),
			Size_: 7_938_044, Kind: "stem", Codec: "pcm", SampleRate: 44100, Channels: 1, BitDepth: 24,
			Frames: 2_646_000, Instrument: "Guitar", Pcm: hash,
		})
	}
	return tree
}

func TestPush(t *testing.T) {
	c := newTestChain(t, setup{wallets: 2})
	res := c.deliver(t, 0, c.createSong(0, "after-the-rain"))
	require.Zero(t, res.Code, res.Log)
	mine := c.session(0, c.songID(0, 0), "main")
	for range 3 {
		res = c.deliver(t, 0, mine.push(t, 12))
		require.Zero(t, res.Code, res.Log)
	}
	t.Logf("a push of one commit with 12 stems takes %d gas", res.GasUsed)

	theirs := c.session(1, mine.song, "main")
	res = c.deliver(t, 1, theirs.push(t, 1))
	require.NotZero(t, res.Code, "a stranger cannot push")
	require.NoError(t, c.SongKeeper.CheckInvariants(c.context()))
}

// addSongs gives the chain a song with a history and a fork of it.
func (c *testChain) addSongs(t *testing.T) {
	t.Helper()
	require.Zero(t, c.deliver(t, 0, c.createSong(0, "after-the-rain")).Code)
	mine := c.session(0, c.songID(0, 0), "main")
	for range 3 {
		require.Zero(t, c.deliver(t, 0, mine.push(t, 3)).Code)
	}
	fork := &songtypes.MsgForkSong{Creator: c.wallets[1].address.String(), ParentId: mine.song}
	require.Zero(t, c.deliver(t, 1, fork).Code)
}
