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

func TestNames(t *testing.T) {
	for _, name := range []string{"main", "solo/verse_2", "v1.0", "Mix-2", "a/b/c", "x.locked"} {
		require.NoError(t, object.CheckBranchName(name), name)
	}
	for _, name := range []string{
		"", "/a", "a/", "a//b", ".a", "a.", "-a", "a-", "a/.b", "a./b", "a/-b", "a-/b", "a..b", "a/../b", "a.lock",
		"a/b.LOCK/c", "a b", `a\b`, "a:b", "a~1", "ä", "a\x00", "a\n", "\xff",
	} {
		require.ErrorIs(t, object.CheckBranchName(name), object.ErrInvalid, "%q", name)
		require.ErrorIs(t, object.CheckReleaseTag(name), object.ErrInvalid, "%q", name)
	}
	longest := make([]byte, object.MaxBranchNameBytes)
	for i := range longest {
		longest[i] = 'a'
	}
	require.NoError(t, object.CheckBranchName(string(longest)))
	require.Error(t, object.CheckBranchName(string(longest)+"a"))
	require.NoError(t, object.CheckReleaseTag("single-2026"))
	require.Error(t, object.CheckReleaseTag("a/b"))
}
