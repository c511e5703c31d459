package keeper_test

import (
	"context"
	"slices"
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
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit"
	"github.com/parrots-music/parrots/x/credit/keeper"
	"github.com/parrots-music/parrots/x/credit/types"
	"github.com/parrots-music/parrots/x/song"
	songkeeper "github.com/parrots-music/parrots/x/song/keeper"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const (
	chainID = "parrots-test-1"
	prefix  = "parrot"
)

var genesisTime = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// prices are what x/auth takes for signatures.
type prices struct{}

func (prices) GetParams(context.Context) authtypes.Params { return authtypes.DefaultParams() }

// fixture is a credit module beside a song module, over stores in memory, driven
// through their servers as transactions drive them: a message that fails leaves nothing
// behind.
type fixture struct {
	testing.TB
	ctx       sdk.Context
	songs     songkeeper.Keeper
	keeper    keeper.Keeper
	song      songtypes.MsgServer
	msgs      types.MsgServer
	queries   types.QueryServer
	cdc       codec.Codec
	key       *storetypes.KVStoreKey
	songKey   *storetypes.KVStoreKey
	object    *storetypes.ObjectStoreKey
	addresses address.Codec
	authority string
	tx        int
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
	key, songKey := storetypes.NewKVStoreKey(types.StoreKey), storetypes.NewKVStoreKey(songtypes.StoreKey)
	object := storetypes.NewObjectStoreKey(types.ObjectStoreKey)
	ctx := newContext(t, object, key, songKey)
	cdc := moduletestutil.MakeTestEncodingConfig(song.AppModule{}, credit.AppModule{}).Codec
	addresses := addresscodec.NewBech32Codec(prefix)
	authority, err := addresses.BytesToString(authtypes.NewModuleAddress("gov"))
	require.NoError(t, err)
	songs := songkeeper.NewKeeper(cdc, runtime.NewKVStoreService(songKey), addresses, authority)
	k := keeper.NewKeeper(cdc, runtime.NewKVStoreService(key), object, addresses, songs, prices{}, authority)
	songs.SetHooks(k.Hooks())
	return &fixture{
		TB: t, ctx: ctx.WithChainID(chainID).WithBlockHeight(1).WithBlockTime(genesisTime),
		songs: songs, keeper: k, song: songkeeper.NewMsgServer(songs),
		msgs: keeper.NewMsgServer(k), queries: keeper.NewQueryServer(k),
		cdc: cdc, key: key, songKey: songKey, object: object, addresses: addresses, authority: authority,
	}
}

func newContext(t testing.TB, object *storetypes.ObjectStoreKey, keys ...*storetypes.KVStoreKey) sdk.Context {
	db := dbm.NewMemDB()
	stores := store.NewCommitMultiStore(db, log.NewNopLogger())
	for _, key := range keys {
		stores.MountStoreWithDB(key, storetypes.StoreTypeIAVL, db)
	}
	stores.MountStoreWithDB(object, storetypes.StoreTypeObject, db)
	require.NoError(t, stores.LoadLatestVersion())
	return sdk.NewContext(stores, cmtproto.Header{}, false, log.NewNopLogger())
}

// checkState holds every test's last state against the invariants, and through an
// export and import.
func (f *fixture) checkState() {
	f.nextBlock()
	require.NoError(f, f.keeper.CheckInvariants(f.ctx))
	exported := f.export()
	songs, err := f.songs.ExportGenesis(f.ctx)
	require.NoError(f, err)
	again := emptyFixture(f.TB)
	var gs types.GenesisState
	require.NoError(f, again.cdc.UnmarshalJSON(exported, &gs))
	require.NoError(f, gs.Validate())
	require.NoError(f, again.songs.InitGenesis(again.ctx, *songs))
	require.NoError(f, again.keeper.InitGenesis(again.ctx, gs))
	again.nextBlock() // a genesis that is counted once more would show
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

// nextBlock ends the block, and begins another whose object store is empty.
func (f *fixture) nextBlock() {
	require.NoError(f, f.keeper.EndBlock(f.ctx))
	it := f.ctx.ObjectStore(f.object).Iterator(nil, nil)
	var keys [][]byte
	for ; it.Valid(); it.Next() {
		keys = append(keys, it.Key())
	}
	require.NoError(f, it.Close())
	for _, key := range keys {
		f.ctx.ObjectStore(f.object).Delete(key)
	}
	f.ctx = f.ctx.WithBlockHeight(f.ctx.BlockHeight() + 1).WithBlockTime(f.ctx.BlockTime().Add(time.Second))
}

// deliver sends a message as a transaction would: over the wire, all or nothing.
// It returns the events of a message that succeeded.
func deliver[Req, Res proto.Message](f *fixture, handler func(context.Context, Req) (Res, error), msg Req) (Res, sdk.Events, error) {
	f.Helper()
	bz, err := f.cdc.Marshal(msg)
	require.NoError(f, err)
	sent := proto.Clone(msg).(Req)
	sent.Reset()
	require.NoError(f, f.cdc.Unmarshal(bz, sent))
	f.tx++
	ctx, write := f.ctx.WithTxIndex(f.tx).CacheContext()
	ctx = ctx.WithEventManager(sdk.NewEventManager())
	res, err := handler(ctx, sent)
	if err != nil {
		return res, nil, err
	}
	write()
	return res, ctx.EventManager().Events(), nil
}

// must is deliver for messages that succeed.
func must[Req, Res proto.Message](f *fixture, handler func(context.Context, Req) (Res, error), msg Req) Res {
	f.Helper()
	res, _, err := deliver(f, handler, msg)
	require.NoError(f, err)
	return res
}

// refused sends a message that has to fail with an error, change nothing and cost gas.
func refused[Req, Res proto.Message](f *fixture, want error, handler func(context.Context, Req) (Res, error), msg Req) error {
	f.Helper()
	before, spent := f.export(), f.ctx.GasMeter().GasConsumed()
	_, _, err := deliver(f, handler, msg)
	require.ErrorIs(f, err, want)
	require.GreaterOrEqual(f, f.ctx.GasMeter().GasConsumed(), spent)
	require.Equal(f, string(before), string(f.export()), "a refused message changed the state")
	return err
}

// musician is a wallet, with its key.
type musician struct {
	key     cryptotypes.PrivKey
	address string
}

func newMusician(name string) musician {
	return musicianOf(secp256k1.GenPrivKeyFromSecret([]byte(name)))
}

func musicianOf(key cryptotypes.PrivKey) musician {
	return musician{key, sdk.MustBech32ifyAddressBytes(prefix, key.PubKey().Address())}
}

func (m musician) raw() []byte { return m.key.PubKey().Address() }

var (
	drummer   = newMusician("drummer")
	guitarist = newMusician("guitarist")
	singer    = newMusician("singer")
	stranger  = newMusician("stranger")
)

func (f *fixture) createSong(owner musician, name string) string {
	f.Helper()
	return must(f, f.song.CreateSong, &songtypes.MsgCreateSong{
		Creator: owner.address, Name: name, Metadata: songtypes.Metadata{Title: name, Licence: "CC-BY-4.0"},
	}).SongId
}

// played is what somebody did.
func played(who musician, instrument string, paths ...string) songtypes.Contribution {
	return songtypes.Contribution{Contributor: who.address, Roles: []string{"StudioMusician"}, Instrument: instrument, Paths: paths}
}

// asGuest is what somebody without a wallet did.
func asGuest(key musician, name string) songtypes.Contribution {
	return songtypes.Contribution{
		Guest: &songtypes.Guest{Key: key.key.PubKey().Bytes(), Name: name}, Roles: []string{"LeadVocalist"},
	}
}

// work is a commit with its tree.
type work struct {
	songtypes.Commit
	tree songtypes.Tree
	cid  string
}

// commit makes a commit of stems by these names; one name always stands for the same
// audio.
func commit(author musician, stems []string, parents []string, contributions ...songtypes.Contribution) work {
	w := work{tree: treeOf(stems...)}
	_, link, err := w.tree.Encode()
	if err != nil {
		panic(err)
	}
	w.Commit = songtypes.Commit{
		Parents: parents, Tree: link.String(), Author: author.address, Created: uint64(genesisTime.UnixMilli()),
		Message: "Play", Contributions: contributions,
	}
	o, err := w.Object(addresscodec.NewBech32Codec(prefix))
	if err != nil {
		panic(err)
	}
	block, err := o.Encode()
	if err != nil {
		panic(err)
	}
	w.cid = object.CIDOf(block).String()
	return w
}

func treeOf(names ...string) songtypes.Tree {
	var tree songtypes.Tree
	names = slices.Clone(names)
	slices.Sort(names)
	for _, name := range names {
		tree.Entries = append(tree.Entries, songtypes.Entry{
			Path: name + ".wav", Cid: stemCID(name), Size_: 7_938_044, Kind: "stem",
			Codec: "pcm", SampleRate: 44100, Channels: 1, BitDepth: 24, Frames: 2_646_000, Pcm: hashOf("pcm of " + name),
		})
	}
	return tree
}

func hashOf(text string) []byte {
	mh, err := multihash.Sum([]byte(text), multihash.SHA2_256, -1)
	if err != nil {
		panic(err)
	}
	return mh
}

func stemCID(name string) string { return cid.NewCidV1(cid.DagProtobuf, hashOf(name)).String() }

// signedBy gives a commit its author's signature.
func (w work) signedBy(m musician) work {
	link, err := object.ParseCID(w.cid)
	if err != nil {
		panic(err)
	}
	s := m.sign(object.CommitSignText(chainID, link))
	w.Signature = &songtypes.AuthorSignature{PubKey: s.PubKey, Signature: s.Signature}
	return w
}

// sign signs a text as a wallet does.
func (m musician) sign(text []byte) *types.Signature {
	signature, err := m.key.Sign(object.ADR036SignBytes(m.address, text))
	if err != nil {
		panic(err)
	}
	key, err := codectypes.NewAnyWithValue(m.key.PubKey())
	if err != nil {
		panic(err)
	}
	return &types.Signature{PubKey: key, Signature: signature}
}

// push puts commits on a branch that does not exist yet.
func (f *fixture) push(signer musician, songID, branch string, works ...work) {
	f.Helper()
	must(f, f.song.Push, pushOf(signer, songID, branch, "", works...))
}

func pushOf(signer musician, songID, branch, expected string, works ...work) *songtypes.MsgPush {
	msg := &songtypes.MsgPush{Signer: signer.address, SongId: songID, Branch: branch, ExpectedHead: expected}
	for _, w := range works {
		msg.Commits = append(msg.Commits, w.Commit)
		msg.Tree = w.tree
	}
	return msg
}

func (f *fixture) setRole(owner musician, songID string, who musician, role songtypes.Role) {
	f.Helper()
	must(f, f.song.SetCollaborator, &songtypes.MsgSetCollaborator{Signer: owner.address, SongId: songID, Address: who.address, Role: role})
}

// credit is a wallet's credit in a commit.
func (f *fixture) credit(commit string, who musician) types.Credit {
	f.Helper()
	res, err := f.queries.Credit(f.ctx, &types.QueryCreditRequest{Commit: commit, Contributor: who.address})
	require.NoError(f, err)
	return res.Credit
}

// text is what a wallet signs next.
func (f *fixture) text(commit string, who musician, action types.Action, statement string) []byte {
	f.Helper()
	res, err := f.queries.SignText(f.ctx, &types.QuerySignTextRequest{
		Commit: commit, Contributor: who.address, Action: action, Statement: statement,
	})
	require.NoError(f, err)
	return []byte(res.Text)
}

func (f *fixture) honor(who musician) types.Honor {
	f.Helper()
	res, err := f.queries.Honor(f.ctx, &types.QueryHonorRequest{Wallet: who.address})
	require.NoError(f, err)
	return res.Honor
}

// song is a song of the drummer's with one commit, in which the guitarist played.
func (f *fixture) bossa() (songID string, w work) {
	f.Helper()
	songID = f.createSong(drummer, "blue-bossa")
	w = commit(drummer, []string{"drums", "guitar"}, nil,
		played(drummer, "Drum Kit", "drums.wav"), played(guitarist, "Guitar", "guitar.wav"), played(guitarist, ""))
	f.push(drummer, songID, "main", w)
	return songID, w
}

func confirm(who musician, commit string) *types.MsgConfirmCredit {
	return &types.MsgConfirmCredit{Signer: who.address, Commit: commit}
}

func dispute(who musician, commit, statement string) *types.MsgDisputeCredit {
	return &types.MsgDisputeCredit{Signer: who.address, Commit: commit, Statement: statement}
}
