package hub

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/testports"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// startNode runs parrotsd on loopback with some wallets of a keyring funded, and
// returns its RPC address. The test keyring of parrotsd and ours are one format.
func startNode(t *testing.T, binary, keys string, funded ...string) string {
	t.Helper()
	home := t.TempDir()
	run := func(args ...string) {
		cmd := exec.Command(binary, append(args, "--home", home)...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s: %s", args, out)
	}
	run("init", "test", "--chain-id", testChainID, "--default-denom", "ufeather")
	run("keys", "add", "validator", "--keyring-backend", "test")
	run("genesis", "add-genesis-account", "validator", "10000000000ufeather", "--keyring-backend", "test")
	for _, address := range funded {
		run("genesis", "add-genesis-account", address, "1000000000ufeather")
	}
	run("genesis", "gentx", "validator", "1000000000ufeather", "--chain-id", testChainID, "--keyring-backend", "test")
	run("genesis", "collect-gentxs")
	quicken(t, filepath.Join(home, "config", "config.toml"))

	rpc := freeAddr(t)
	var log bytes.Buffer
	node := exec.Command(binary, "start", "--home", home, "--minimum-gas-prices", "0.001ufeather",
		"--rpc.laddr", "tcp://"+rpc, "--p2p.laddr", "tcp://"+freeAddr(t), "--rpc.pprof_laddr", "", "--grpc.enable=false", "--api.enable=false")
	node.Stdout, node.Stderr = &log, &log
	require.NoError(t, node.Start())
	t.Cleanup(func() {
		_ = node.Process.Signal(os.Interrupt)
		_ = node.Wait()
		if t.Failed() {
			t.Logf("node's last words: %s", log.Bytes()[max(0, log.Len()-3000):])
		}
	})
	return "http://" + rpc
}

var timeoutCommit = regexp.MustCompile(`(?m)^timeout_commit = .*$`)

func quicken(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, timeoutCommit.ReplaceAll(data, []byte(`timeout_commit = "200ms"`)), 0o600))
}

func freeAddr(t *testing.T) string {
	t.Helper()
	ports, err := testports.Take(1)
	require.NoError(t, err)
	return testports.Loopback(ports[0])
}

// TestWithANode pushes a commit through the real chain and hub. It runs where
// PARROTSD names the node's binary, since building that takes minutes.
func TestWithANode(t *testing.T) {
	binary := os.Getenv("PARROTSD")
	if binary == "" {
		t.Skip("PARROTSD does not name a parrotsd binary")
	}
	keyDir := t.TempDir()
	keys, err := chain.OpenKeyring(chain.KeyringConfig{Backend: chain.BackendTest, Dir: keyDir, AllowTest: true})
	require.NoError(t, err)
	wallets := map[string]chain.Key{}
	for _, name := range []string{"drummer", "label", "guitarist"} {
		wallets[name], _, err = keys.Create(name)
		require.NoError(t, err)
	}
	rpc := startNode(t, binary, keyDir, wallets["drummer"].Address, wallets["label"].Address)

	hub := newWorldOn(t, rpc, keys)
	var node *chain.Client
	require.Eventually(t, func() bool {
		node, err = chain.Dial(ctx, chain.Config{RPC: hub.URL() + "/rpc", ChainID: testChainID})
		return err == nil
	}, time.Minute, 100*time.Millisecond)
	n := &nodeStory{t: t, keys: keys, wallets: wallets, node: node, hub: hub}
	n.refusals()
	song := n.createSong()
	head := n.push(song, "")
	n.read(song, head)
	n.sponsored(song)
	n.atOnce(song)
	n.unknownOutcome(song, rpc)
}

func newWorldOn(t *testing.T, rpc string, keys *chain.Keyring) *Hub {
	w := &world{t: t, keys: keys, cfg: Config{
		Dir: t.TempDir(), Listen: "127.0.0.1:0", ChainID: testChainID, RPC: rpc, Poll: 100 * time.Millisecond,
	}}
	w.start()
	t.Cleanup(func() { w.stop() })
	return w.hub
}

type nodeStory struct {
	t       *testing.T
	keys    *chain.Keyring
	wallets map[string]chain.Key
	node    *chain.Client
	hub     *Hub
}

func (n *nodeStory) send(wallet string, opts chain.TxOptions, msgs ...sdk.Msg) (chain.TxResult, error) {
	n.t.Helper()
	signer, err := n.keys.Signer(wallet)
	require.NoError(n.t, err)
	return n.node.Broadcast(ctx, signer, opts, msgs...)
}

func (n *nodeStory) refusals() {
	t := n.t
	_, err := chain.Dial(ctx, chain.Config{RPC: n.hub.URL() + "/rpc", ChainID: "other-1"})
	require.ErrorIs(t, err, chain.ErrWrongChain)
	_, err = chain.Dial(ctx, chain.Config{RPC: "http://" + freeAddr(t), ChainID: testChainID})
	require.ErrorIs(t, err, chain.ErrUnreachable)
	_, err = chain.Dial(ctx, chain.Config{
		RPC: n.hub.URL() + "/rpc", ChainID: testChainID, Now: func() time.Time { return time.Now().Add(time.Hour) },
	})
	var behind *chain.BehindError
	require.ErrorAs(t, err, &behind)
	require.Greater(t, behind.Age, 50*time.Minute)

	_, err = n.node.Account(ctx, n.wallets["guitarist"].Address)
	require.ErrorIs(t, err, chain.ErrNoAccount)
	_, err = n.send("guitarist", chain.TxOptions{}, &songtypes.MsgCreateSong{Creator: n.wallets["guitarist"].Address, Name: "x"})
	require.ErrorIs(t, err, chain.ErrNoAccount)
	id := songtypes.NewSongID(n.wallets["drummer"].Raw, 99).String()
	_, err = n.node.Song(ctx, id)
	require.ErrorIs(t, err, chain.ErrNotFound)
	require.ErrorIs(t, err, songtypes.ErrSongNotFound)
	_, err = n.node.SongByName(ctx, n.wallets["drummer"].Address, "nothing")
	require.ErrorIs(t, err, chain.ErrNotFound)
	_, err = n.node.CommitBlock(ctx, newSong(t).commit("unknown"))
	require.ErrorIs(t, err, chain.ErrNotFound)
	require.ErrorIs(t, err, songtypes.ErrCommitNotFound)
	_, err = n.node.Song(ctx, "song1nonsense")
	require.ErrorIs(t, err, chain.ErrRefused)
	require.ErrorIs(t, err, songtypes.ErrInvalidID)
	_, err = n.node.Params(ctx)
	require.NoError(t, err)
}

func (n *nodeStory) createSong() string {
	t := n.t
	msg := &songtypes.MsgCreateSong{Creator: n.wallets["drummer"].Address, Name: "first-song"}
	msg.Metadata.Title, msg.Metadata.Licence = "First song", "CC-BY-4.0"
	result, err := n.send("drummer", chain.TxOptions{}, msg)
	require.NoError(t, err)
	var resp songtypes.MsgCreateSongResponse
	require.NoError(t, result.Response(0, &resp))
	require.Error(t, result.Response(1, &resp))
	require.Error(t, result.Response(0, &songtypes.MsgPushResponse{}))
	require.NotEmpty(t, result.Fee)

	_, err = n.send("drummer", chain.TxOptions{}, msg)
	require.ErrorIs(t, err, songtypes.ErrNameTaken)
	song, err := n.node.SongByName(ctx, n.wallets["drummer"].Address, "first-song")
	require.NoError(t, err)
	require.Equal(t, resp.SongId, song.Id)
	branches, _, err := n.node.Branches(ctx, song.Id, chain.Page{})
	require.NoError(t, err)
	require.Empty(t, branches)
	return song.Id
}

// push makes a commit, uploads it, sends the transaction and completes.
func (n *nodeStory) push(song, expected string) cid.Cid {
	t := n.t
	s := newSong(t)
	text := []byte(strings.Repeat("boom ", 100))
	stem := rawBlock(t, string(text))
	tree := object.Tree{Entries: []object.Entry{{
		Path: "drums.wav", CID: stem.CID(), Size: uint64(len(text)), Kind: object.KindStem, SampleRate: 48000, Channels: 1,
	}}}
	treeBlock, err := tree.Encode()
	require.NoError(t, err)
	commit := object.Commit{
		Tree: object.CIDOf(treeBlock), Author: n.wallets["drummer"].Raw, Created: 1_700_000_000_000, Message: "first take",
		Contributions: []object.Contribution{
			{Contributor: n.wallets["drummer"].Raw, Roles: []string{"StudioMusician"}, Instrument: "drums"},
			{Guest: &object.Guest{Key: n.wallets["guitarist"].PubKey, Name: "Gé"}, Roles: []string{"Composer"}, Paths: []string{"drums.wav"}},
		},
	}
	block, err := commit.Encode()
	require.NoError(t, err)
	root := object.CIDOf(block)
	require.NoError(t, s.store.Put(ctx, stem))
	for _, data := range [][]byte{treeBlock, block} {
		b, err := ipfs.NewBlock(ipfs.CodecDagCBOR, data)
		require.NoError(t, err)
		require.NoError(t, s.store.Put(ctx, b))
	}

	client, err := api.New(n.hub.URL(), api.Options{})
	require.NoError(t, err)
	signer, err := n.keys.TextSigner("drummer")
	require.NoError(t, err)
	require.NoError(t, client.Login(ctx, testChainID, signer))
	u := s.upload(client, root)
	_, err = client.Complete(ctx, u.ID)
	require.ErrorIs(t, err, api.ErrNotOnChain)

	msg := &songtypes.MsgPush{Signer: n.wallets["drummer"].Address, SongId: song, Branch: "main", ExpectedHead: expected}
	sig, err := n.keys.SignText("drummer", object.CommitSignText(testChainID, root))
	require.NoError(t, err)
	p, err := chain.CommitToProto(commit, &sig)
	require.NoError(t, err)
	msg.Commits = []songtypes.Commit{p}
	msg.Tree, err = chain.TreeToProto(tree)
	require.NoError(t, err)
	result, err := n.send("drummer", chain.TxOptions{}, msg)
	require.NoError(t, err)
	t.Logf("push of one commit took %d gas, fee %s", result.GasUsed, result.Fee)
	var resp songtypes.MsgPushResponse
	require.NoError(t, result.Response(0, &resp))
	require.Equal(t, root.String(), resp.Head)
	done, err := client.Complete(ctx, u.ID)
	require.NoError(t, err)
	require.True(t, done.Served)

	added, err := n.node.CommitsOf(ctx, result.Height)
	require.NoError(t, err)
	require.Equal(t, []chain.AddedCommit{{Song: song, Commit: root, Author: n.wallets["drummer"].Address}}, added)
	_, err = n.node.CommitsOf(ctx, 1<<40)
	require.ErrorIs(t, err, chain.ErrNotFound)

	stale := *msg
	stale.ExpectedHead = newSong(t).commit("elsewhere").String()
	_, err = n.send("drummer", chain.TxOptions{}, &stale)
	if !errors.Is(err, songtypes.ErrStaleHead) { // or idempotent: the head is there already
		require.NoError(t, err)
	}
	return root
}

func (n *nodeStory) read(song string, head cid.Cid) {
	t := n.t
	branch, err := n.node.Branch(ctx, song, "")
	require.NoError(t, err)
	require.Equal(t, head, branch.Head)
	require.Equal(t, "main", branch.Name)
	_, err = n.node.Branch(ctx, song, "nope")
	require.ErrorIs(t, err, songtypes.ErrBranchNotFound)

	info, err := n.node.Commit(ctx, head)
	require.NoError(t, err)
	require.Equal(t, "first take", info.Commit.Message)
	require.Equal(t, song, info.Song)
	require.EqualValues(t, 1, info.Generation)
	if info.Signature != nil {
		require.NoError(t, chain.VerifyText(n.wallets["drummer"].Address, object.CommitSignText(testChainID, head), *info.Signature))
	}
	block, err := n.node.CommitBlock(ctx, head)
	require.NoError(t, err)
	require.Equal(t, head, object.CIDOf(block))
	tree, err := n.node.TreeOfBranch(ctx, song, "main")
	require.NoError(t, err)
	require.Equal(t, head, tree.Commit)
	require.Equal(t, info.Commit.Tree, tree.CID)
	log, cursor, err := n.node.Log(ctx, chain.LogRequest{Song: song})
	require.NoError(t, err)
	require.Empty(t, cursor)
	require.Equal(t, []chain.CommitInfo{info}, log)
	songs, _, err := n.node.SongsByOwner(ctx, n.wallets["drummer"].Address, chain.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, songs, 1)
	releases, _, err := n.node.Releases(ctx, song, chain.Page{})
	require.NoError(t, err)
	require.Empty(t, releases)
	_, err = n.node.Release(ctx, song, "v1")
	require.ErrorIs(t, err, chain.ErrNotFound)
}

// sponsored lets a wallet without a coin fork the song at a label's expense.
func (n *nodeStory) sponsored(song string) {
	t := n.t
	label, guitarist := n.wallets["label"].Address, n.wallets["guitarist"].Address
	none, err := n.node.Allowances(ctx, guitarist)
	require.NoError(t, err)
	require.Empty(t, none)
	basic, err := codectypes.NewAnyWithValue(&feegrant.BasicAllowance{})
	require.NoError(t, err)
	grant := &feegrant.MsgGrantAllowance{Granter: label, Grantee: guitarist, Allowance: basic}
	_, err = n.send("label", chain.TxOptions{}, grant)
	require.NoError(t, err)
	granted, err := n.node.Allowances(ctx, guitarist)
	require.NoError(t, err)
	require.Len(t, granted, 1)
	require.Equal(t, label, granted[0].Granter)

	fork := &songtypes.MsgForkSong{Creator: guitarist, ParentId: song}
	_, err = n.send("guitarist", chain.TxOptions{}, fork)
	require.ErrorIs(t, err, chain.ErrInsufficientFunds)
	before, err := n.node.Balance(ctx, label)
	require.NoError(t, err)
	var hash string
	result, err := n.send("guitarist", chain.TxOptions{Granter: label, OnSent: func(h string) { hash = h }}, fork)
	require.NoError(t, err)
	require.Equal(t, hash, result.Hash)
	after, err := n.node.Balance(ctx, label)
	require.NoError(t, err)
	require.Equal(t, result.Fee, fmt.Sprint(before.Sub(after), "ufeather"))
	balance, err := n.node.Balance(ctx, guitarist)
	require.NoError(t, err)
	require.True(t, balance.IsZero())
}

// atOnce sends several transactions of one wallet at the same time.
func (n *nodeStory) atOnce(song string) {
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wg.Go(func() {
			signer, err := n.keys.Signer("drummer")
			if err == nil {
				_, err = n.node.Broadcast(ctx, signer, chain.TxOptions{}, &songtypes.MsgSetCollaborator{
					Signer: n.wallets["drummer"].Address, SongId: song,
					Address: n.wallets[[]string{"label", "guitarist"}[i]].Address, Role: songtypes.Role_ROLE_WRITER,
				})
			}
			errs[i] = err
		})
	}
	wg.Wait()
	require.NoError(n.t, errors.Join(errs...))
	people, _, err := n.node.Collaborators(ctx, song, chain.Page{})
	require.NoError(n.t, err)
	require.Len(n.t, people, 2)
}

// unknownOutcome gives up waiting before the block is made.
func (n *nodeStory) unknownOutcome(song, rpc string) {
	t := n.t
	hasty, err := chain.Dial(ctx, chain.Config{RPC: rpc, ChainID: testChainID, InclusionTimeout: time.Nanosecond})
	require.NoError(t, err)
	signer, err := n.keys.Signer("drummer")
	require.NoError(t, err)
	_, err = hasty.Broadcast(ctx, signer, chain.TxOptions{}, &songtypes.MsgProtectBranch{
		Signer: n.wallets["drummer"].Address, SongId: song, Branch: "main", Protected: true,
	})
	var unknown *chain.NotIncludedError
	require.ErrorAs(t, err, &unknown)
	require.Len(t, unknown.Hash, 64)
	require.Eventually(t, func() bool {
		branch, err := n.node.Branch(ctx, song, "main")
		return err == nil && branch.Protected
	}, time.Minute, 50*time.Millisecond)
}
