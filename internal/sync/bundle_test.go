package sync

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// bundleOf writes a song's main branch and takes it apart again.
func bundleOf(t *testing.T, s *Song, author Author) (Manifest, []ipfs.Block, []byte) {
	t.Helper()
	var b bytes.Buffer
	_, err := s.WriteBundle(context.Background(), &b, BundleRequest{Author: &author})
	require.NoError(t, err)
	car, err := ipfs.NewCARReader(bytes.NewReader(b.Bytes()), ipfs.CARBounds{})
	require.NoError(t, err)
	first, err := car.Next()
	require.NoError(t, err)
	manifest, err := DecodeManifest(first.Data())
	require.NoError(t, err)
	var blocks []ipfs.Block
	for {
		block, err := car.Next()
		if errors.Is(err, io.EOF) {
			return manifest, blocks, b.Bytes()
		}
		require.NoError(t, err)
		blocks = append(blocks, block)
	}
}

// assemble makes a file of a manifest and blocks.
func assemble(t *testing.T, m Manifest, blocks []ipfs.Block) []byte {
	t.Helper()
	data, err := m.Encode()
	require.NoError(t, err)
	root, err := ipfs.NewBlock(ipfs.CodecDagCBOR, data)
	require.NoError(t, err)
	var b bytes.Buffer
	car, err := ipfs.NewCARWriter(&b, root.CID())
	require.NoError(t, err)
	for _, block := range append([]ipfs.Block{root}, blocks...) {
		require.NoError(t, car.Write(block))
	}
	return b.Bytes()
}

func TestBundleCarriesCommitsAndSignatures(t *testing.T) {
	song, author := newSong(t)
	head := commitFile(t, song, author, "bass.wav", "bass")
	_, _, file := bundleOf(t, song, author)

	reader, _ := newSong(t)
	fetched, err := reader.ReadBundle(context.Background(), bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, 1, fetched.Commits)
	seen, err := reader.Repo.Ref(repo.RemoteRef(BundleRemote, "main"))
	require.NoError(t, err)
	require.Equal(t, head, seen)
	signer, err := reader.Signed(context.Background(), head)
	require.NoError(t, err)
	require.Equal(t, author.Address, signer)
}

func TestHostileBundles(t *testing.T) {
	song, author := newSong(t)
	commitFile(t, song, author, "bass.wav", "bass")
	manifest, blocks, file := bundleOf(t, song, author)

	forged := manifest
	forged.Signatures = append([]ManifestSignature(nil), manifest.Signatures...)
	forged.Signatures[0].Signature = make([]byte, 64)
	otherChain := manifest
	otherChain.Signatures = append([]ManifestSignature(nil), manifest.Signatures...)
	otherChain.Signatures[0].ChainID = "another"
	escaping := manifest
	escaping.Refs = []ManifestRef{{Name: "../../x", Commit: manifest.Refs[0].Commit}}
	toTree := manifest
	toTree.Signatures = nil
	commit, err := song.Objects().Commit(context.Background(), manifest.Refs[0].Commit)
	require.NoError(t, err)
	toTree.Refs = []ManifestRef{{Name: "main", Commit: commit.Tree}}
	badTree, badTreeBlocks := withBadTree(t, song, author)

	for name, tc := range map[string]struct {
		file []byte
		want error
	}{
		"forged signature":    {assemble(t, forged, blocks), ErrSignature},
		"another chain's":     {assemble(t, otherChain, blocks), ErrSignature},
		"branch name escapes": {assemble(t, escaping, blocks), ErrBundle},
		"head is a tree":      {assemble(t, toTree, blocks), object.ErrInvalid},
		"a block is missing":  {assemble(t, manifest, blocks[:len(blocks)-1]), ErrBundle},
		"no blocks":           {assemble(t, manifest, nil), ErrBundle},
		"tree with bad path":  {assemble(t, badTree, badTreeBlocks), object.ErrInvalid},
		"cut short":           {file[:len(file)-3], ErrBundle},
		"a byte changed":      {flip(file, len(file)-2), ErrBundle},
		"empty":               {nil, ErrBundle},
		"something else":      {[]byte("RIFF....WAVEfmt "), ErrBundle},
	} {
		t.Run(name, func(t *testing.T) {
			reader, _ := newSong(t)
			_, err := reader.ReadBundle(context.Background(), bytes.NewReader(tc.file))
			require.ErrorIs(t, err, tc.want)
			refs, err := reader.Repo.RemoteBranches(BundleRemote)
			require.NoError(t, err)
			require.Empty(t, refs, "no branch has moved")
		})
	}
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// withBadTree is a bundle of a commit whose tree has a path that no tree may have.
// Its bytes hash to its CID, so only decoding finds out.
func withBadTree(t *testing.T, song *Song, author Author) (Manifest, []ipfs.Block) {
	t.Helper()
	stem, err := ipfs.NewBlock(ipfs.CodecRaw, []byte("bass"))
	require.NoError(t, err)
	good, err := object.Tree{Entries: []object.Entry{{Path: "xx/xx", CID: stem.CID(), Size: 4, Kind: object.KindStem}}}.Encode()
	require.NoError(t, err)
	tree, err := ipfs.NewBlock(ipfs.CodecDagCBOR, bytes.Replace(good, []byte("xx/xx"), []byte("../xx"), 1))
	require.NoError(t, err)
	data, err := object.Commit{Tree: tree.CID(), Author: author.Raw, Message: "out\n"}.Encode()
	require.NoError(t, err)
	commit, err := ipfs.NewBlock(ipfs.CodecDagCBOR, data)
	require.NoError(t, err)
	return Manifest{Refs: []ManifestRef{{Name: "main", Commit: commit.CID()}}}, []ipfs.Block{commit, tree, stem}
}

func TestSinceLeavesOutWhatTheOtherSideHas(t *testing.T) {
	song, author := newSong(t)
	first := commitFile(t, song, author, "bass.wav", "bass")
	commitFile(t, song, author, "guitar.wav", "guitar")
	var b bytes.Buffer
	out, err := song.WriteBundle(context.Background(), &b, BundleRequest{Since: first})
	require.NoError(t, err)
	require.Equal(t, 1, out.Commits)

	reader, _ := newSong(t)
	_, err = reader.ReadBundle(context.Background(), bytes.NewReader(b.Bytes()))
	require.ErrorIs(t, err, ErrBundle)
	_, err = song.ReadBundle(context.Background(), bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
}
