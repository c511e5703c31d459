package object_test

import (
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func TestRoundTrip(t *testing.T) {
	stem, err := cid.Decode("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")
	require.NoError(t, err)
	tree := object.Tree{Entries: []object.Entry{
		{Path: "bass.wav", CID: stem, Size: 12, Kind: object.KindStem, Codec: "pcm", SampleRate: 48000, Channels: 2, BitDepth: 24, Frames: 1},
		{Path: "drums/kick.wav", CID: stem, Size: 0, Kind: object.KindTake, Start: object.TicksPerSecond},
	}}
	block, err := tree.Encode()
	require.NoError(t, err)
	back, err := object.DecodeTree(block)
	require.NoError(t, err)
	require.Equal(t, tree, back)

	commit := object.Commit{
		Tree: object.CIDOf(block), Author: make([]byte, 20), Created: 1, Message: "first take\n",
		Contributions: []object.Contribution{
			{Contributor: make([]byte, 20), Roles: []string{"Composer"}},
			{Guest: &object.Guest{Key: append([]byte{2}, make([]byte, 32)...), Name: "Mina"}, Roles: []string{"LeadVocalist"}, Paths: []string{"bass.wav"}},
		},
	}
	cblock, err := commit.Encode()
	require.NoError(t, err)
	cback, err := object.DecodeCommit(cblock)
	require.NoError(t, err)
	require.Equal(t, commit, cback)
	_, err = object.DecodeTree(cblock)
	require.ErrorIs(t, err, object.ErrInvalid)
}
