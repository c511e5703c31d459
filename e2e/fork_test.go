package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
)

// A guitarist forks a song, plays over it and pushes; the drummer pulls that
// version. Everybody, and the chain, knows who did what.
func TestForkASongAndGiveItBack(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "guitarist")
	drummer, guitarist := m[0], m[1]

	original := drummer.publishes("night-train", band(10))
	fork := guitarist.forks(original.id(), "my-train")
	sameSong(t, original, fork)
	require.NotEqual(t, original.id(), fork.id())

	guitar := take(20, 1)
	fork.records("guitar.wav", guitar)
	fork.does("commit", "-m", "guitar over eight bars", "--role", "StudioMusician", "--instrument", "guitar", "--path", "guitar.wav")
	fork.does("push", "--yes")

	original.does("pull", fork.id())
	require.Equal(t, guitar, original.hears("guitar.wav"), "the drummer hears the guitar, bit for bit")
	original.does("push")
	require.Equal(t, fork.head(), original.onChain("main"))

	history := original.log()
	require.Len(t, history, 2)
	require.Equal(t, guitarist.address, history[0].Author)
	require.Equal(t, drummer.address, history[1].Author)

	knownToChain(t, guitarist, history[0].Commit)
	signedBy(t, guitarist, fork, history[0].Commit)
	signedBy(t, drummer, original, history[1].Commit)

	var forks struct {
		Songs []struct{ Id, Owner, Parent string }
	}
	drummer.query(&forks, "forks", original.id())
	require.Len(t, forks.Songs, 1)
	require.Equal(t, fork.id(), forks.Songs[0].Id)
	require.Equal(t, original.id(), forks.Songs[0].Parent)
}

// knownToChain compares what the chain knows of a guitar commit with what was said.
func knownToChain(t *testing.T, author *musician, commit string) {
	t.Helper()
	id, err := cid.Decode(commit)
	require.NoError(t, err)
	known, err := shared.client(t).Commit(t.Context(), id)
	require.NoError(t, err)
	raw, err := chain.ParseAddress(author.address)
	require.NoError(t, err)
	require.Equal(t, raw, known.Commit.Author)
	require.Len(t, known.Commit.Contributions, 1)
	require.Equal(t, []string{"StudioMusician"}, known.Commit.Contributions[0].Roles)
	require.Equal(t, "guitar", known.Commit.Contributions[0].Instrument)
}

// signedBy checks the signature that lies in the folder, as a stranger would.
func signedBy(t *testing.T, author *musician, s song, commit string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, ".parrots", "signatures", commit+".json"))
	require.NoError(t, err)
	var kept struct {
		Signer    string
		ChainID   string `json:"chain_id"`
		PubKey    []byte `json:"pub_key"`
		Signature []byte
	}
	require.NoError(t, json.Unmarshal(data, &kept))
	require.Equal(t, author.address, kept.Signer)
	require.Equal(t, chainID, kept.ChainID)
	id, err := cid.Decode(commit)
	require.NoError(t, err)
	signature := chain.Signature{PubKey: kept.PubKey, Bytes: kept.Signature}
	require.NoError(t, chain.VerifyText(author.address, object.CommitSignText(chainID, id), signature))
	require.Error(t, chain.VerifyText(author.address, object.CommitSignText("another-chain", id), signature), "it holds for this chain only")
}
