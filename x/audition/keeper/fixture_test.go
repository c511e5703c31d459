package keeper_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/core/address"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/audition"
	"github.com/parrots-music/parrots/x/audition/keeper"
	"github.com/parrots-music/parrots/x/audition/types"
	"github.com/parrots-music/parrots/x/song"
	songkeeper "github.com/parrots-music/parrots/x/song/keeper"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const prefix = "parrot"

var genesisTime = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// fixture is an audition module over the real song module, in memory, driven through
// the servers as transactions drive them: a message that fails leaves nothing behind.
type fixture struct {
	testing.TB
	ctx       sdk.Context
	keys      map[string]*storetypes.KVStoreKey
	cdc       codec.Codec
	addresses address.Codec
	authority string

	songs   songtypes.MsgServer
	catalog songtypes.QueryServer
	songsK  songkeeper.Keeper
	keeper  keeper.Keeper
	msgs    types.MsgServer
	queries types.QueryServer
}

func newFixture(t testing.TB) *fixture {
	f := emptyFixture(t)
	require.NoError(t, f.songsK.InitGenesis(f.ctx, *songtypes.DefaultGenesis()))
	require.NoError(t, f.keeper.InitGenesis(f.ctx, *types.DefaultGenesis()))
	t.Cleanup(f.checkState)
	return f
}

// emptyFixture has no state at all.
func emptyFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{TB: t, keys: storetypes.NewKVStoreKeys(songtypes.StoreKey, types.StoreKey)}
	f.cdc = moduletestutil.MakeTestEncodingConfig(song.AppModule{}, audition.AppModule{}).Codec
	f.addresses = addresscodec.NewBech32Codec(prefix)
	var err error
	f.authority, err = f.addresses.BytesToString(authtypes.NewModuleAddress("gov"))
	require.NoError(t, err)
	f.ctx = testutil.DefaultContextWithKeys(f.keys, nil, nil).
		WithChainID("parrots-test-1").WithBlockHeight(1).WithBlockTime(genesisTime)
	f.wire(runtime.NewKVStoreService)
	return f
}

// wire builds the keepers over stores.
func (f *fixture) wire(open func(*storetypes.KVStoreKey) store.KVStoreService) {
	f.songsK = songkeeper.NewKeeper(f.cdc, open(f.keys[songtypes.StoreKey]), f.addresses, f.authority)
	f.keeper = keeper.NewKeeper(f.cdc, open(f.keys[types.StoreKey]), f.addresses, f.songsK, f.authority)
	f.songs, f.catalog = songkeeper.NewMsgServer(f.songsK), songkeeper.NewQueryServer(f.songsK)
	f.msgs, f.queries = keeper.NewMsgServer(f.keeper), keeper.NewQueryServer(f.keeper)
}

// checkState holds every test's last state against the invariants, and through an
// export and import.
func (f *fixture) checkState() {
	require.NoError(f, f.keeper.CheckInvariants(f.ctx))
	again := emptyFixture(f.TB)
	songs, err := f.songsK.ExportGenesis(f.ctx)
	require.NoError(f, err)
	require.NoError(f, again.songsK.InitGenesis(again.ctx, *songs))
	exported := f.export()
	require.NoError(f, again.keeper.InitGenesis(again.ctx, again.parse(exported)))
	require.NoError(f, again.keeper.CheckInvariants(again.ctx))
	require.JSONEq(f, string(exported), string(again.export()))
}

func (f *fixture) parse(exported []byte) (gs types.GenesisState) {
	require.NoError(f, f.cdc.UnmarshalJSON(exported, &gs))
	return gs
}

func (f *fixture) export() []byte {
	gs, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(f, err)
	bz, err := f.cdc.MarshalJSON(gs)
	require.NoError(f, err)
	return bz
}

// nextBlock moves the clock.
func (f *fixture) nextBlock() {
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
	ctx, write := f.ctx.CacheContext()
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

// refused sends a message that has to fail with an error and change nothing, though
// it costs.
func refused[Req, Res proto.Message](f *fixture, want error, handler func(context.Context, Req) (Res, error), msg Req) error {
	f.Helper()
	before := f.export()
	gas := f.ctx.GasMeter().GasConsumed()
	_, _, err := deliver(f, handler, msg)
	require.ErrorIs(f, err, want)
	require.Greater(f, f.ctx.GasMeter().GasConsumed(), gas, "a refused message was free")
	require.Equal(f, string(before), string(f.export()), "a refused message changed the state")
	return err
}

var (
	drummer   = wallet("drummer")
	guitarist = wallet("guitarist")
	singer    = wallet("singer")
	stranger  = wallet("stranger")
)

func wallet(name string) string {
	key := secp256k1.GenPrivKeyFromSecret([]byte(name))
	return sdk.MustBech32ifyAddressBytes(prefix, key.PubKey().Address())
}

func (f *fixture) createSong(owner, name string) string {
	f.Helper()
	return must(f, f.songs.CreateSong, &songtypes.MsgCreateSong{
		Creator: owner, Name: name, Metadata: songtypes.Metadata{Title: name, Licence: "CC-BY-4.0"},
	}).SongId
}

func (f *fixture) setRole(owner, songID, who string, role songtypes.Role) {
	f.Helper()
	must(f, f.songs.SetCollaborator, &songtypes.MsgSetCollaborator{Signer: owner, SongId: songID, Address: who, Role: role})
}

// head is where a branch is, or empty.
func (f *fixture) head(songID, branch string) string {
	f.Helper()
	res, err := f.catalog.Branch(f.ctx, &songtypes.QueryBranchRequest{SongId: songID, Branch: branch})
	if err != nil {
		require.ErrorIs(f, err, songtypes.ErrBranchNotFound)
		return ""
	}
	return res.Branch.Head
}

// commitOn makes a commit with an empty tree, and returns it with its CID.
func commitOn(author, message string, parents ...string) (songtypes.Commit, string) {
	_, tree, err := songtypes.Tree{}.Encode()
	if err != nil {
		panic(err)
	}
	c := songtypes.Commit{
		Parents: parents, Tree: tree.String(), Author: author, Created: uint64(genesisTime.UnixMilli()), Message: message,
	}
	o, err := c.Object(addresscodec.NewBech32Codec(prefix))
	if err != nil {
		panic(err)
	}
	block, err := o.Encode()
	if err != nil {
		panic(err)
	}
	return c, object.CIDOf(block).String()
}

// record pushes a commit on top of a branch, and returns its CID.
func (f *fixture) record(who, songID, branch, message string) string {
	f.Helper()
	var parents []string
	if head := f.head(songID, branch); head != "" {
		parents = []string{head}
	}
	c, link := commitOn(who, message, parents...)
	must(f, f.songs.Push, &songtypes.MsgPush{
		Signer: who, SongId: songID, Branch: branch, ExpectedHead: strings.Join(parents, ""), Commits: []songtypes.Commit{c},
	})
	return link
}

func (f *fixture) setHead(who, songID, branch, head string) {
	f.Helper()
	must(f, f.songs.Push, &songtypes.MsgPush{
		Signer: who, SongId: songID, Branch: branch, ExpectedHead: f.head(songID, branch), Head: head,
	})
}

// band is a song of the drummer's with the singer as maintainer, and the guitarist's
// fork of it with a solo on a branch.
type band struct {
	*fixture
	song, fork, base, solo string
}

func newBand(t testing.TB) *band {
	f := newFixture(t)
	b := &band{fixture: f, song: f.createSong(drummer, "blue-bossa")}
	f.setRole(drummer, b.song, singer, songtypes.Role_ROLE_MAINTAINER)
	b.base = f.record(drummer, b.song, "main", "Count in")
	b.fork = must(f, f.songs.ForkSong, &songtypes.MsgForkSong{Creator: guitarist, ParentId: b.song}).SongId
	f.setHead(guitarist, b.fork, "solo", b.base)
	b.solo = f.record(guitarist, b.fork, "solo", "Solo")
	return b
}

func (b *band) offer() *types.MsgOpenAudition {
	return &types.MsgOpenAudition{
		Opener: guitarist, SongId: b.song, SourceSongId: b.fork, SourceBranch: "solo",
		Title: "A solo over the bridge", Message: "Two takes,\nthe second is better.",
	}
}

func (b *band) open() uint64 {
	b.Helper()
	return must(b.fixture, b.msgs.OpenAudition, b.offer()).Number
}

// another takes the solo once more and revises an audition.
func (b *band) another(number uint64, message string) string {
	b.Helper()
	head := b.record(guitarist, b.fork, "solo", message)
	must(b.fixture, b.msgs.ReviseAudition, &types.MsgReviseAudition{Signer: guitarist, SongId: b.song, Number: number, Message: message})
	return head
}

func (b *band) review(who string, number uint64, revision uint32, verdict types.Verdict) *types.MsgReviewAudition {
	return &types.MsgReviewAudition{
		Reviewer: who, SongId: b.song, Number: number, Revision: revision, Verdict: verdict, Body: "Nice",
	}
}

const (
	approve = types.Verdict_VERDICT_APPROVE
	ask     = types.Verdict_VERDICT_ASK_CHANGES
	comment = types.Verdict_VERDICT_COMMENT
)

func (b *band) reviewed(who string, number uint64, revision uint32, verdict types.Verdict) {
	b.Helper()
	must(b.fixture, b.msgs.ReviewAudition, b.review(who, number, revision, verdict))
}

// merge is a merge of what an audition offers, by a merge commit.
func (b *band) merge(who string, number uint64) *types.MsgMergeAudition {
	b.Helper()
	shown := b.show(number)
	head := b.head(b.song, shown.Audition.Branch)
	c, link := commitOn(who, "Merge the solo", head, shown.Latest.Head)
	return &types.MsgMergeAudition{
		Signer: who, SongId: b.song, Number: number, Revision: shown.Latest.Number,
		Push: songtypes.MsgPush{
			Signer: who, SongId: b.song, Branch: shown.Audition.Branch, ExpectedHead: head, Commits: []songtypes.Commit{c},
		},
		OfferedEdges: []songtypes.MergeEdge{{Commit: link, Parent: 1}},
	}
}

func (b *band) show(number uint64) *types.QueryAuditionResponse {
	b.Helper()
	res, err := b.queries.Audition(b.ctx, &types.QueryAuditionRequest{SongId: b.song, Number: number})
	require.NoError(b, err)
	return res
}

func (b *band) require(approvals uint32) {
	b.Helper()
	must(b.fixture, b.msgs.SetAuditionSettings, &types.MsgSetAuditionSettings{
		Signer: drummer, SongId: b.song, Settings: types.Settings{RequiredApprovals: approvals},
	})
}

// turns are what waits for a wallet.
func (b *band) turns(who string) map[uint64]types.Turn {
	b.Helper()
	res, err := b.queries.Waiting(b.ctx, &types.QueryWaitingRequest{Wallet: who})
	require.NoError(b, err)
	turns := make(map[uint64]types.Turn)
	for _, w := range res.Waiting {
		turns[w.Audition.Number] = w.Turn
	}
	return turns
}
