package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Codes of the SDK that a node gives at the door.
const (
	codeUnauthorized    = 4
	codeInsufficientFee = 13
)

// A newcomer without coins and without a sponsor is told what to ask for.
func TestPushWithoutCoins(t *testing.T) {
	t.Parallel()
	m := newcomer(t, "busker")
	m.parrots(m.desk, "join", shared.hub.url)
	s := m.begins("no-coins", band(500))
	says := s.cannot(exitRefused, "push", "--yes")
	require.Contains(t, says, "hint: ")
	require.Contains(t, says, "sponsor")

	shared.fund(t, m.address)
	s.does("push")
	require.Equal(t, s.head(), s.onChain("main"))
}

// What breaks the chain's rules is refused by the node, whatever sends it, and by
// parrots with a sentence of its own.
func TestPushWhatIsNotAllowed(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "stranger")
	drummer, stranger := m[0], m[1]
	s := drummer.publishes("rules", band(510))
	id, before := s.id(), s.head()
	commits, tree, cids := drummer.written(t, 1)
	push := []string{"song", "push", id, "main", "--commits", commits[0], "--tree", tree, "--expected-head"}

	code, says := drummer.tx(append(push, cids[0])...)
	require.Equal(t, songtypes.ErrStaleHead.ABCICode(), code, says)
	code, says = drummer.tx(append(push, before)...)
	require.Equal(t, songtypes.ErrNotDescendant.ABCICode(), code, says)
	theirs, theirTree, _ := stranger.written(t, 1)
	code, says = stranger.tx("song", "push", id, "main", "--commits", theirs[0], "--tree", theirTree, "--expected-head", before)
	require.Equal(t, songtypes.ErrUnauthorized.ABCICode(), code, says)
	code, says, _ = drummer.send("song", "create", "cheap", "--gas-prices", "0.0000001ufeather")
	require.EqualValues(t, codeInsufficientFee, code, says)
	code, says, _ = drummer.send("song", "create", "elsewhere", "--chain-id", "parrots-elsewhere-1")
	require.EqualValues(t, codeUnauthorized, code, says)
	require.Equal(t, before, s.onChain("main"), "nothing has changed")

	copied := stranger.clones(id, "rules")
	copied.records("drums.wav", take(520, 1))
	copied.does("commit", "-m", "not mine")
	require.Contains(t, copied.cannot(exitRefused, "push", "--yes"), "hint: this song is somebody else's: `parrots fork`")

	drummer.accepts("song", "update", id, "--archived")
	s.records("drums.wav", take(530, 1))
	s.does("commit", "-m", "too late")
	require.Contains(t, s.cannot(exitRefused, "push"), "archived")
	require.Equal(t, before, s.onChain("main"))
}

// Ten thousand commits in one transaction are refused at once. A musician who
// worked long without a network never notices: parrots sends them by parts.
func TestPushAGreatMany(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "singer")
	s := m[0].publishes("many", map[string][]byte{"lyrics.txt": []byte("one\n")})
	before := s.head()

	began := time.Now()
	err := m[0].broadcast(t, m[0].manyCommits(t, s.id(), before, 10_000))
	require.Error(t, err)
	t.Logf("10,000 commits: %v: %v", time.Since(began), err)
	err = m[0].broadcast(t, m[0].manyCommits(t, s.id(), before, 200))
	require.ErrorIs(t, err, songtypes.ErrLimit)
	require.Equal(t, before, s.onChain("main"))

	const lines = 130 // over the 100 commits of one push
	for i := range lines {
		s.records("lyrics.txt", fmt.Appendf(nil, "line %d\n", i))
		s.does("commit", "-m", fmt.Sprintf("line %d", i))
	}
	var pushed struct {
		Commits      int
		Transactions []string
	}
	s.json(&pushed, s.dir, "push")
	require.Equal(t, lines, pushed.Commits)
	require.Len(t, pushed.Transactions, 2)
	copied := m[1].clones(s.id(), "many")
	sameSong(t, s, copied)
	require.Len(t, copied.log(), lines+1)
}

// A node that stands still, and one of another chain, are of no use, and parrots
// says which it is.
func TestNodeIsBehindOrElsewhere(t *testing.T) {
	t.Parallel()
	alone := nodeWithoutPeers(t)
	late := ownHub(t, alone.rpc)
	m := newcomer(t, "drummer")
	o := m.run(m.desk, "join", late.url)
	require.Equal(t, exitNetwork, o.code, o.errors)
	require.Contains(t, o.errors, "behind")
	require.Contains(t, o.errors, "hint:")

	m.parrots(m.desk, "join", shared.hub.url)
	s := m.begins("elsewhere", band(540))
	config := filepath.Join(m.home, "config.yaml")
	text, err := os.ReadFile(config)
	require.NoError(t, err)
	other := strings.ReplaceAll(string(text), chainID, "parrots-elsewhere-1")
	require.NoError(t, os.WriteFile(config, []byte(other), 0o600))
	says := s.cannot(exitNetwork, "push", "--yes")
	require.Contains(t, says, "parrots-elsewhere-1")
	require.Contains(t, says, "hint:")
}

// nodeWithoutPeers is a node of the shared chain that gets no blocks.
func nodeWithoutPeers(t *testing.T) *node {
	t.Helper()
	home := filepath.Join(t.TempDir(), "alone")
	_, err := output(t.Context(), parrotsd, "init", "alone", "--chain-id", chainID, "--home", home)
	require.NoError(t, err)
	genesis, err := os.ReadFile(filepath.Join(shared.node.home, "config", "genesis.json"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(home, "config", "genesis.json"), genesis, 0o600))
	n, err := nodeAt(home)
	require.NoError(t, err)
	require.NoError(t, n.launch())
	t.Cleanup(func() { require.NoError(t, n.process.stop()) })
	client, err := chain.New(chain.Config{RPC: n.rpc, ChainID: chainID})
	require.NoError(t, err)
	eventually(t, "the node answers", func() bool {
		_, err := client.Status(t.Context())
		return err == nil
	})
	return n
}

// manyCommits is a push of a long line of commits as one message.
func (m *musician) manyCommits(t *testing.T, song, head string, n int) *songtypes.MsgPush {
	t.Helper()
	author, err := chain.ParseAddress(m.address)
	require.NoError(t, err)
	parent, err := cid.Decode(head)
	require.NoError(t, err)
	tree, err := object.Tree{}.Encode()
	require.NoError(t, err)
	push := &songtypes.MsgPush{Signer: m.address, SongId: song, Branch: "main", ExpectedHead: head}
	for i := range n {
		commit := object.Commit{Parents: []cid.Cid{parent}, Tree: object.CIDOf(tree), Author: author, Created: uint64(i + 1)}
		message, err := chain.CommitToProto(commit, nil)
		require.NoError(t, err)
		push.Commits = append(push.Commits, message)
		data, err := commit.Encode()
		require.NoError(t, err)
		parent = object.CIDOf(data)
	}
	return push
}

// broadcast sends a message as the musician by a program of their own.
func (m *musician) broadcast(t *testing.T, msg *songtypes.MsgPush) error {
	t.Helper()
	keys, err := chain.OpenKeyring(chain.KeyringConfig{Backend: chain.BackendTest, Dir: m.home, AllowTest: true})
	require.NoError(t, err)
	signer, err := keys.Signer("main")
	require.NoError(t, err)
	_, err = shared.client(t).Broadcast(t.Context(), signer, chain.TxOptions{}, msg)
	return err
}
