package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/cosmos/gogoproto/proto"
	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
)

// A programmer makes and pushes a song with the node's own command line, and reads
// it by REST; a musician with parrots sees the same song.
func TestPushWithTheNodesCommandLine(t *testing.T) {
	t.Parallel()
	m := musicians(t, "programmer")[0]
	m.accepts("song", "create", "by-hand", "--metadata", `{"title":"By hand","licence":"CC0-1.0"}`)
	var made struct {
		Song struct{ Id, Name, Owner string }
	}
	m.query(&made, "by-name", m.address, "by-hand")
	require.Equal(t, "by-hand", made.Song.Name)

	commits, tree, cids := m.written(t, 2)
	m.accepts("song", "push", made.Song.Id, "main", "--commits", commits[0], "--tree", tree)
	m.accepts("song", "push", made.Song.Id, "main", "--commits", commits[1], "--tree", tree, "--expected-head", cids[0])

	var branch struct{ Branch struct{ Head string } }
	m.query(&branch, "branch", made.Song.Id)
	require.Equal(t, cids[1], branch.Branch.Head)
	byREST(t, &branch, "/parrots/song/v1/songs/"+made.Song.Id+"/branch?branch=main")
	require.Equal(t, cids[1], branch.Branch.Head)
	var commit struct {
		Commit struct {
			Cid    string
			Commit struct{ Author, Message string }
		}
	}
	byREST(t, &commit, "/parrots/song/v1/commits/"+cids[1])
	require.Equal(t, m.address, commit.Commit.Commit.Author)

	var info struct {
		Branches []struct{ Name, Commit string }
	}
	m.json(&info, m.desk, "info", made.Song.Id)
	require.Len(t, info.Branches, 1)
	require.Equal(t, cids[1], info.Branches[0].Commit)
}

// Every path without arguments of the document that the node serves answers.
func TestReadTheAPIDocument(t *testing.T) {
	t.Parallel()
	var document struct {
		Paths map[string]any
	}
	byREST(t, &document, "/openapi/openapi.json")
	for _, path := range []string{"/parrots/song/v1/params", "/parrots/song/v1/songs"} {
		require.Contains(t, document.Paths, path)
		var answer map[string]any
		byREST(t, &answer, path)
		require.NotEmpty(t, answer)
	}
}

// accepts sends a transaction that must succeed.
func (m *musician) accepts(args ...string) {
	m.t.Helper()
	code, says := m.tx(args...)
	require.Zero(m.t, code, "parrotsd tx %v: %s", args, says)
}

// byREST asks the node's REST API.
func byREST(t *testing.T, into any, path string) {
	t.Helper()
	answer, err := http.Get(shared.rest + path)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s: %s", path, body)
	require.NoError(t, json.Unmarshal(body, into), "%s: %s", path, body)
}

// written writes commits of a song without stems, each on the one before, as files
// for parrotsd, and returns their CIDs.
func (m *musician) written(t *testing.T, n int) (commits []string, tree string, cids []string) {
	t.Helper()
	codec, err := chain.NewCodec()
	require.NoError(t, err)
	dir := t.TempDir()
	save := func(name string, message proto.Message) string {
		data, err := codec.MarshalJSON(message)
		require.NoError(t, err)
		file := filepath.Join(dir, name+".json")
		require.NoError(t, os.WriteFile(file, data, 0o600))
		return file
	}
	author, err := chain.ParseAddress(m.address)
	require.NoError(t, err)
	bytes, err := object.Tree{}.Encode()
	require.NoError(t, err)
	empty, err := chain.TreeToProto(object.Tree{})
	require.NoError(t, err)
	commit := object.Commit{Tree: object.CIDOf(bytes), Author: author, Created: 1}
	for i := range n {
		commit.Message = fmt.Sprintf("step %d\n", i)
		bytes, err := commit.Encode()
		require.NoError(t, err)
		message, err := chain.CommitToProto(commit, nil)
		require.NoError(t, err)
		commits, cids = append(commits, save(fmt.Sprint("commit-", i), &message)), append(cids, object.CIDOf(bytes).String())
		commit.Parents = []cid.Cid{object.CIDOf(bytes)}
	}
	return commits, save("tree", &empty), cids
}
