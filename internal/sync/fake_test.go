package sync

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/packstore"
	"github.com/parrots-music/parrots/internal/repo"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const testChain = "parrots-test-1"

var (
	errCut  = errors.New("cut off")
	noon    = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	words   = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
	nothing = songtypes.ErrSongNotFound
)

// newSong is a song's folder with a store and an author of its own.
func newSong(t *testing.T) (*Song, Author) {
	t.Helper()
	r, err := repo.Init(t.TempDir(), repo.Config{Name: "night-train"})
	require.NoError(t, err)
	store, err := packstore.Open(t.TempDir(), packstore.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	keys, err := chain.OpenKeyring(chain.KeyringConfig{Backend: chain.BackendTest, Dir: t.TempDir(), AllowTest: true})
	require.NoError(t, err)
	key, err := keys.Import("main", words)
	require.NoError(t, err)
	song := &Song{Repo: r, Blocks: store, Now: func() time.Time { return noon }, Progress: NoProgress{}}
	return song, Author{Key: key, ChainID: testChain, SignText: func(text []byte) (chain.Signature, error) {
		return keys.SignText("main", text)
	}}
}

// commitFile writes a file and commits.
func commitFile(t *testing.T, s *Song, author Author, name, content string) cid.Cid {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(s.Repo.Root(), name), []byte(content), 0o644))
	c, err := s.Commit(context.Background(), CommitRequest{Author: author, Message: "change " + name + "\n"})
	require.NoError(t, err)
	return c.Commit
}

// fakeNet stands in for a node and a hub. It does what the chain does with heads
// and nothing of its checks, and notes the order of calls.
type fakeNet struct {
	store    ipfs.Store // the hub's
	songs    map[string]songtypes.Song
	heads    map[string]cid.Cid // of "song/branch"
	calls    []string
	created  uint64
	failAt   string // the call that fails once
	messages []sdk.Msg

	collaborators []songtypes.Collaborator
	noUpdates     bool // refuse to change what is said of a song

	// The hub's upload, and the commits that it serves.
	root                cid.Cid
	announced, received int64
	served              map[cid.Cid]bool
	elsewhere           *fakeNet // a hub that this one can fetch from; may be nil
}

func newFakeNet() *fakeNet {
	return &fakeNet{store: ipfs.NewMemStore(), songs: map[string]songtypes.Song{}, heads: map[string]cid.Cid{}, served: map[cid.Cid]bool{}}
}

func (f *fakeNet) remote() *Remote {
	return &Remote{Name: repo.OriginRemote, Chain: f, Gateway: f.store, Hub: f}
}

func (f *fakeNet) call(name string) error {
	f.calls = append(f.calls, name)
	if f.failAt == name {
		f.failAt = ""
		return errCut
	}
	return nil
}

func (f *fakeNet) ChainID() string { return testChain }

func (f *fakeNet) Params(context.Context) (songtypes.Params, error) {
	params := songtypes.DefaultParams()
	params.MaxCommitsPerPush = 2
	return params, nil
}

func (f *fakeNet) Song(_ context.Context, id string) (songtypes.Song, error) {
	if s, ok := f.songs[id]; ok {
		return s, nil
	}
	return songtypes.Song{}, nothing
}

func (f *fakeNet) SongByName(_ context.Context, owner, name string) (songtypes.Song, error) {
	for _, s := range f.songs {
		if s.Owner == owner && s.Name == name {
			return s, nil
		}
	}
	return songtypes.Song{}, nothing
}

func (f *fakeNet) Branch(_ context.Context, song, name string) (chain.Branch, error) {
	if head, ok := f.heads[song+"/"+name]; ok {
		return chain.Branch{Name: name, Head: head}, nil
	}
	return chain.Branch{}, songtypes.ErrBranchNotFound
}

func (f *fakeNet) Branches(_ context.Context, song string, _ chain.Page) ([]chain.Branch, []byte, error) {
	if head, ok := f.heads[song+"/main"]; ok {
		return []chain.Branch{{Name: "main", Head: head}}, nil, nil
	}
	return nil, nil, nil
}

func (f *fakeNet) Collaborators(context.Context, string, chain.Page) ([]songtypes.Collaborator, []byte, error) {
	return f.collaborators, nil, nil
}

func (f *fakeNet) CommitBlock(context.Context, cid.Cid) ([]byte, error) {
	return nil, chain.ErrNotFound
}

func (f *fakeNet) Broadcast(_ context.Context, _ chain.Signer, _ chain.TxOptions, msgs ...sdk.Msg) (chain.TxResult, error) {
	if err := f.call("transaction"); err != nil {
		return chain.TxResult{}, err
	}
	for _, msg := range msgs {
		if _, ok := msg.(*songtypes.MsgUpdateSong); ok && f.noUpdates {
			return chain.TxResult{}, &chain.Refusal{Codespace: "feegrant", Code: 7}
		}
	}
	f.messages = append(f.messages, msgs...)
	for _, msg := range msgs {
		if err := f.apply(msg); err != nil {
			return chain.TxResult{}, err
		}
	}
	return chain.TxResult{Hash: "AB"}, nil
}

func (f *fakeNet) apply(msg sdk.Msg) error {
	switch m := msg.(type) {
	case *songtypes.MsgCreateSong:
		id := f.addSong(m.Creator, m.Name)
		song := f.songs[id]
		song.Metadata = m.Metadata
		f.songs[id] = song
	case *songtypes.MsgUpdateSong:
		song := f.songs[m.SongId]
		song.Metadata = m.Metadata
		f.songs[m.SongId] = song
	case *songtypes.MsgPush:
		old, ok := f.heads[m.SongId+"/"+m.Branch]
		if ok && old.String() != m.ExpectedHead || !ok && m.ExpectedHead != "" {
			return songtypes.ErrStaleHead
		}
		last, err := chain.CommitFromProto(m.Commits[len(m.Commits)-1])
		if err != nil {
			return err
		}
		block, err := last.Encode()
		if err != nil {
			return err
		}
		head, err := ipfs.NewBlock(ipfs.CodecDagCBOR, block)
		f.heads[m.SongId+"/"+m.Branch] = head.CID()
		return err
	}
	return nil
}

func (f *fakeNet) addSong(owner, name string) string {
	raw, err := chain.ParseAddress(owner)
	if err != nil {
		panic(err)
	}
	id := songtypes.NewSongID(raw, f.created).String()
	f.created++
	f.songs[id] = songtypes.Song{Id: id, Owner: owner, Name: name, DefaultBranch: "main"}
	return id
}

// otherHub is a hub on the same chain that has nothing yet.
func (f *fakeNet) otherHub() *fakeNet {
	other := *f
	other.store, other.calls, other.served = ipfs.NewMemStore(), nil, map[cid.Cid]bool{}
	return &other
}

func (f *fakeNet) Begin(_ context.Context, root cid.Cid, bytes int64) (api.Upload, error) {
	if f.served[root] {
		return api.Upload{Root: root.String(), Served: true}, nil
	}
	f.root, f.announced = root, bytes
	return api.Upload{ID: "1", Root: root.String(), Received: f.received}, f.call("begin")
}

func (f *fakeNet) Missing(ctx context.Context, _ string, cids []cid.Cid) ([]cid.Cid, error) {
	var missing []cid.Cid
	for _, c := range cids {
		has, err := f.store.Has(ctx, c)
		if err != nil {
			return nil, err
		}
		if !has {
			missing = append(missing, c)
		}
	}
	return missing, nil
}

func (f *fakeNet) Send(ctx context.Context, _ string, from ipfs.Store, cids []cid.Cid, progress func(int64)) (int64, error) {
	if err := f.call("send"); err != nil {
		return 0, err
	}
	sent := int64(0)
	missing, err := f.Missing(ctx, "", cids)
	if err != nil {
		return 0, err
	}
	for _, c := range missing {
		block, err := from.Get(ctx, c)
		if err != nil {
			return sent, err
		}
		if f.received += int64(len(block.Data())); f.received > f.announced {
			return sent, api.ErrQuota
		}
		if err := f.store.Put(ctx, block); err != nil {
			return sent, err
		}
		sent += int64(len(block.Data()))
	}
	progress(sent)
	return sent, nil
}

func (f *fakeNet) Mirror(ctx context.Context, commit cid.Cid) (api.Mirror, error) {
	if f.elsewhere == nil || !f.elsewhere.served[commit] {
		return api.Mirror{}, api.ErrIncomplete
	}
	if f.served[commit] {
		return api.Mirror{Served: true}, nil
	}
	if err := f.call("mirror"); err != nil {
		return api.Mirror{}, err
	}
	f.served[commit] = true
	_, err := ipfs.FetchDAG(ctx, f.elsewhere.store, f.store, ipfs.FetchOptions{}, commit)
	return api.Mirror{}, err // it takes its time
}

func (f *fakeNet) Complete(ctx context.Context, upload string) (api.Upload, error) {
	if upload == "" {
		return api.Upload{Served: true}, nil
	}
	if err := f.call("complete"); err != nil {
		return api.Upload{}, err
	}
	err := ipfs.Walk(ctx, f.store, ipfs.Bounds{}, func(cid.Cid) (bool, error) { return true, nil }, f.root)
	if err != nil {
		return api.Upload{}, fmt.Errorf("%w: %v", api.ErrIncomplete, err)
	}
	f.served[f.root], f.received = true, 0
	return api.Upload{Served: true}, nil
}
