package keeper_test

import (
	"context"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"
	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/core/address"
	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/social"
	"github.com/parrots-music/parrots/x/social/keeper"
	"github.com/parrots-music/parrots/x/social/types"
	"github.com/parrots-music/parrots/x/song"
	songkeeper "github.com/parrots-music/parrots/x/song/keeper"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const prefix = "parrot"

var genesisTime = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// fixture is the module with that of songs, over stores in memory, driven through
// their servers as transactions drive them: a message that fails leaves nothing
// behind, and counters are added up at the end of a block.
type fixture struct {
	testing.TB
	ctx       sdk.Context
	keeper    keeper.Keeper
	songs     songkeeper.Keeper
	msgs      types.MsgServer
	songMsgs  songtypes.MsgServer
	queries   types.QueryServer
	cdc       codec.Codec
	addresses address.Codec
	authority string
	storeKey  *storetypes.KVStoreKey
	object    *storetypes.ObjectStoreKey
	honor     honor
}

// honor is the module that counts it.
type honor map[string]int64

func (h honor) AddRespects(_ context.Context, owner []byte, delta int64) error {
	h[string(owner)] += delta
	return nil
}

// stage is the module that knows auditions: each song has number 1.
type stage struct{}

func (stage) AuditionExists(_ context.Context, _ songtypes.SongID, number uint64) (bool, error) {
	return number == 1, nil
}

func newFixture(t testing.TB) *fixture {
	f := emptyFixture(t)
	require.NoError(t, f.songs.InitGenesis(f.ctx, *songtypes.DefaultGenesis()))
	require.NoError(t, f.keeper.InitGenesis(f.ctx, *types.DefaultGenesis()))
	t.Cleanup(f.checkState)
	return f
}

// emptyFixture has no state at all.
func emptyFixture(t testing.TB) *fixture {
	t.Helper()
	songKey, key := storetypes.NewKVStoreKey(songtypes.StoreKey), storetypes.NewKVStoreKey(types.StoreKey)
	objectKey := storetypes.NewObjectStoreKey(types.ObjectStoreKey)
	db := dbm.NewMemDB()
	cms := store.NewCommitMultiStore(db, log.NewNopLogger())
	cms.MountStoreWithDB(songKey, storetypes.StoreTypeIAVL, db)
	cms.MountStoreWithDB(key, storetypes.StoreTypeIAVL, db)
	cms.MountStoreWithDB(objectKey, storetypes.StoreTypeObject, db)
	require.NoError(t, cms.LoadLatestVersion())

	cdc := moduletestutil.MakeTestEncodingConfig(song.AppModule{}, social.AppModule{}).Codec
	addresses := addresscodec.NewBech32Codec(prefix)
	authority, err := addresses.BytesToString(authtypes.NewModuleAddress("gov"))
	require.NoError(t, err)
	songs := songkeeper.NewKeeper(cdc, runtime.NewKVStoreService(songKey), addresses, authority)
	k := keeper.NewKeeper(cdc, runtime.NewKVStoreService(key), objectKey, addresses, authority, songs)
	h := make(honor)
	k.SetNeighbours(h, stage{})
	songs.SetHooks(k.Hooks())
	return &fixture{
		TB:     t,
		ctx:    sdk.NewContext(cms, cmtproto.Header{ChainID: "parrots-test-1", Height: 1, Time: genesisTime}, false, log.NewNopLogger()),
		keeper: k, songs: songs, msgs: keeper.NewMsgServer(k), songMsgs: songkeeper.NewMsgServer(songs),
		queries: keeper.NewQueryServer(k), cdc: cdc, addresses: addresses, authority: authority,
		storeKey: key, object: objectKey, honor: h,
	}
}

// checkState holds every test's last state against the invariants, and through an
// export and import.
func (f *fixture) checkState() {
	f.nextBlock()
	require.NoError(f, f.keeper.CheckInvariants(f.ctx))
	exported := f.export()
	again := emptyFixture(f.TB)
	songs, err := f.songs.ExportGenesis(f.ctx)
	require.NoError(f, err)
	require.NoError(f, again.songs.InitGenesis(again.ctx, *songs))
	var gs types.GenesisState
	require.NoError(f, again.cdc.UnmarshalJSON(exported, &gs))
	require.NoError(f, again.keeper.InitGenesis(again.ctx, gs))
	require.NoError(f, again.keeper.CheckInvariants(again.ctx))
	require.JSONEq(f, string(exported), string(again.export()))
}

func (f *fixture) export() []byte {
	gs, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(f, err)
	bz, err := f.cdc.MarshalJSON(gs)
	require.NoError(f, err)
	return bz
}

// nextBlock ends the block, which adds up the counters, and moves the clock.
func (f *fixture) nextBlock() { f.after(time.Second) }

// after is nextBlock at a later time.
func (f *fixture) after(d time.Duration) {
	require.NoError(f, f.keeper.EndBlock(f.ctx))
	entries := f.ctx.ObjectStore(f.object)
	var keys [][]byte
	it := entries.Iterator(nil, nil)
	for ; it.Valid(); it.Next() {
		keys = append(keys, it.Key())
	}
	require.NoError(f, it.Close())
	for _, key := range keys { // what a commit does to a store that lives for one block
		entries.Delete(key)
	}
	f.ctx = f.ctx.WithBlockHeight(f.ctx.BlockHeight() + 1).WithBlockTime(f.ctx.BlockTime().Add(d)).WithTxIndex(0)
}

// deliver sends a message as a transaction would: over the wire, all or nothing.
func deliver[Req, Res proto.Message](f *fixture, handler func(context.Context, Req) (Res, error), msg Req) (Res, error) {
	f.Helper()
	bz, err := f.cdc.Marshal(msg)
	require.NoError(f, err)
	sent := proto.Clone(msg).(Req)
	sent.Reset()
	require.NoError(f, f.cdc.Unmarshal(bz, sent))
	f.ctx = f.ctx.WithTxIndex(f.ctx.TxIndex() + 1)
	ctx, write := f.ctx.CacheContext()
	res, err := handler(ctx, sent)
	if err == nil {
		write()
	}
	return res, err
}

// must is deliver for messages that succeed.
func must[Req, Res proto.Message](f *fixture, handler func(context.Context, Req) (Res, error), msg Req) Res {
	f.Helper()
	res, err := deliver(f, handler, msg)
	require.NoError(f, err)
	return res
}

// refused sends a message that has to fail with an error, change nothing, and cost.
func refused[Req, Res proto.Message](f *fixture, want error, handler func(context.Context, Req) (Res, error), msg Req) error {
	f.Helper()
	before := f.export()
	_, err := deliver(f, handler, msg)
	require.ErrorIs(f, err, want)
	require.Equal(f, string(before), string(f.export()), "a refused message changed the state")
	return err
}

// ask sends a query that has to succeed.
func ask[Req, Res any](f *fixture, query func(context.Context, Req) (Res, error), req Req) Res {
	f.Helper()
	res, err := query(f.ctx, req)
	require.NoError(f, err)
	return res
}

func newWallet(name string) string {
	raw := authtypes.NewModuleAddress(name)
	return sdk.MustBech32ifyAddressBytes(prefix, raw)
}

var (
	drummer   = newWallet("drummer")
	guitarist = newWallet("guitarist")
	singer    = newWallet("singer")
	stranger  = newWallet("stranger")
)

func raw(wallet string) []byte {
	b, err := addresscodec.NewBech32Codec(prefix).StringToBytes(wallet)
	if err != nil {
		panic(err)
	}
	return b
}

// createSong makes a song with one commit, and returns both.
func (f *fixture) createSong(owner, name string) (id, commit string) {
	f.Helper()
	id = must(f, f.songMsgs.CreateSong, &songtypes.MsgCreateSong{
		Creator: owner, Name: name, Metadata: songtypes.Metadata{Title: "The " + name, Licence: "CC-BY-4.0"},
	}).SongId
	return id, f.push(owner, id, "main", "")
}

// push adds a commit to a branch that is at head.
func (f *fixture) push(author, songID, branch, head string, more ...songtypes.Commit) string {
	f.Helper()
	mh, err := multihash.Sum([]byte("kick of "+head), multihash.SHA2_256, -1)
	require.NoError(f, err)
	tree := songtypes.Tree{Entries: []songtypes.Entry{{
		Path: "kick.wav", Cid: cid.NewCidV1(cid.Raw, mh).String(), Size_: 100, Kind: "stem",
	}}}
	_, link, err := tree.Encode()
	require.NoError(f, err)
	commits := []songtypes.Commit{{Tree: link.String(), Author: author, Created: uint64(genesisTime.UnixMilli()), Message: "Count in on " + branch}}
	if head != "" {
		commits[0].Parents = []string{head}
	}
	for _, c := range more {
		c.Tree, c.Author, c.Parents = link.String(), author, []string{f.cidOf(commits[len(commits)-1])}
		commits = append(commits, c)
	}
	return must(f, f.songMsgs.Push, &songtypes.MsgPush{
		Signer: author, SongId: songID, Branch: branch, ExpectedHead: head, Commits: commits, Tree: tree,
	}).Head
}

func (f *fixture) cidOf(c songtypes.Commit) string {
	o, err := c.Object(f.addresses)
	require.NoError(f, err)
	block, err := o.Encode()
	require.NoError(f, err)
	return object.CIDOf(block).String()
}

func (f *fixture) say(author, song, body string) string {
	f.Helper()
	return must(f, f.msgs.Comment, &types.MsgComment{Author: author, SongId: song, Body: body}).CommentId
}

func (f *fixture) answer(author, parent, body string) string {
	f.Helper()
	return must(f, f.msgs.Comment, &types.MsgComment{Author: author, Parent: parent, Body: body}).CommentId
}
