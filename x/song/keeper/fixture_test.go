package keeper_test

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/core/address"

	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song"
	"github.com/parrots-music/parrots/x/song/keeper"
	"github.com/parrots-music/parrots/x/song/types"
)

const (
	chainID = "parrots-test-1"
	prefix  = "parrot"
)

var genesisTime = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// fixture is a song module over a store in memory, driven through its servers as
// transactions drive it: a message that fails leaves nothing behind.
type fixture struct {
	testing.TB
	ctx       sdk.Context
	keeper    keeper.Keeper
	msgs      types.MsgServer
	queries   types.QueryServer
	cdc       codec.Codec
	storeKey  *storetypes.KVStoreKey
	objectKey *storetypes.ObjectStoreKey
	addresses address.Codec
	authority string
}

func newFixture(t testing.TB) *fixture {
	f := emptyFixture(t)
	require.NoError(t, f.keeper.InitGenesis(f.ctx, *types.DefaultGenesis()))
	t.Cleanup(f.checkState)
	return f
}

// emptyFixture has no state at all.
func emptyFixture(t testing.TB) *fixture {
	t.Helper()
	key := storetypes.NewKVStoreKey(types.StoreKey)
	object := storetypes.NewObjectStoreKey(types.ObjectStoreKey)
	ctx := testutil.DefaultContextWithObjectStore(t, key, storetypes.NewTransientStoreKey("transient"), object).Ctx
	cdc := moduletestutil.MakeTestEncodingConfig(song.AppModule{}).Codec
	addresses := addresscodec.NewBech32Codec(prefix)
	authority, err := addresses.BytesToString(authtypes.NewModuleAddress("gov"))
	require.NoError(t, err)
	k := keeper.NewKeeper(cdc, runtime.NewKVStoreService(key), addresses, authority)
	return &fixture{
		TB:        t,
		ctx:       ctx.WithChainID(chainID).WithBlockHeight(1).WithBlockTime(genesisTime),
		keeper:    k,
		msgs:      keeper.NewMsgServer(k),
		queries:   keeper.NewQueryServer(k),
		cdc:       cdc,
		storeKey:  key,
		objectKey: object,
		addresses: addresses,
		authority: authority,
	}
}

// checkState holds every test's last state against the invariants, and through an
// export and import.
func (f *fixture) checkState() {
	require.NoError(f, f.keeper.CheckInvariants(f.ctx))
	exported := f.export()
	again := emptyFixture(f.TB)
	var gs types.GenesisState
	require.NoError(f, again.cdc.UnmarshalJSON(exported, &gs))
	require.NoError(f, gs.Validate())
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

// refused sends a message that has to fail with an error and change nothing.
func refused[Req, Res proto.Message](f *fixture, want error, handler func(context.Context, Req) (Res, error), msg Req) error {
	f.Helper()
	before := f.export()
	_, _, err := deliver(f, handler, msg)
	require.ErrorIs(f, err, want)
	require.Equal(f, string(before), string(f.export()), "a refused message changed the state")
	return err
}

// musician is a wallet, with its key.
type musician struct {
	key     *secp256k1.PrivKey
	address string
}

func newMusician(name string) musician {
	key := secp256k1.GenPrivKeyFromSecret([]byte(name))
	return musician{key, sdk.MustBech32ifyAddressBytes(prefix, key.PubKey().Address())}
}

var (
	drummer   = newMusician("drummer")
	guitarist = newMusician("guitarist")
	singer    = newMusician("singer")
	stranger  = newMusician("stranger")
	outsider  = newMusician("outsider")
)

func (f *fixture) createSong(owner musician, name string) string {
	f.Helper()
	return must(f, f.msgs.CreateSong, &types.MsgCreateSong{
		Creator: owner.address, Name: name, Metadata: types.Metadata{Title: name, Licence: "CC-BY-4.0"},
	}).SongId
}

func (f *fixture) setRole(owner musician, songID string, who musician, role types.Role) {
	f.Helper()
	must(f, f.msgs.SetCollaborator, &types.MsgSetCollaborator{Signer: owner.address, SongId: songID, Address: who.address, Role: role})
}

func (f *fixture) head(songID, branch string) string {
	f.Helper()
	res, err := f.queries.Branch(f.ctx, &types.QueryBranchRequest{SongId: songID, Branch: branch})
	require.NoError(f, err)
	return res.Branch.Head
}

// stems is a tree of stems by these names; one name always stands for the same audio.
func stems(names ...string) types.Tree {
	var tree types.Tree
	slices.Sort(names)
	for _, name := range names {
		path, _, _ := strings.Cut(name, "@") // kick@2 is another recording of kick
		mh, err := multihash.Sum([]byte(name), multihash.SHA2_256, -1)
		if err != nil {
			panic(err)
		}
		pcm, err := multihash.Sum([]byte("pcm of "+name), multihash.SHA2_256, -1)
		if err != nil {
			panic(err)
		}
		tree.Entries = append(tree.Entries, types.Entry{
			Path: path + ".wav", Cid: cid.NewCidV1(cid.DagProtobuf, mh).String(), Size_: 7_938_044, Kind: "stem",
			Codec: "pcm", SampleRate: 44100, Channels: 1, BitDepth: 24, Frames: 2_646_000, Instrument: "Drum Kit", Pcm: pcm,
		})
	}
	return tree
}

func treeCID(tree types.Tree) string {
	_, link, err := tree.Encode()
	if err != nil {
		panic(err)
	}
	return link.String()
}

// work is a commit with its tree.
type work struct {
	types.Commit
	tree types.Tree
	cid  string
}

// record makes a commit.
func record(author musician, message string, tree types.Tree, parents ...string) work {
	return remake(work{tree: tree, Commit: types.Commit{
		Parents: parents, Tree: treeCID(tree), Author: author.address,
		Created: uint64(genesisTime.UnixMilli()), Message: message,
	}})
}

// remake computes the CID of a commit that was changed.
func remake(w work) work {
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

// signedBy gives a commit a wallet's signature.
func (w work) signedBy(m musician, chain string) work {
	link, err := object.ParseCID(w.cid)
	if err != nil {
		panic(err)
	}
	signature, err := m.key.Sign(object.ADR036SignBytes(m.address, object.CommitSignText(chain, link)))
	if err != nil {
		panic(err)
	}
	key, err := codectypes.NewAnyWithValue(m.key.PubKey())
	if err != nil {
		panic(err)
	}
	w.Signature = &types.AuthorSignature{PubKey: key, Signature: signature}
	return w
}

// pushOf is a push of commits to a branch that is at expected.
func pushOf(signer musician, songID, branch, expected string, works ...work) *types.MsgPush {
	msg := &types.MsgPush{Signer: signer.address, SongId: songID, Branch: branch, ExpectedHead: expected}
	for _, w := range works {
		msg.Commits = append(msg.Commits, w.Commit)
		msg.Tree = w.tree
	}
	return msg
}

func (f *fixture) push(signer musician, songID, branch, expected string, works ...work) *types.MsgPushResponse {
	f.Helper()
	return must(f, f.msgs.Push, pushOf(signer, songID, branch, expected, works...))
}

// line makes n commits, each on top of the one before.
func line(author musician, label string, n int, parents ...string) []work {
	works := make([]work, 0, n)
	for i := range n {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		works = append(works, record(author, label+string('a'+rune(sum[0]%26)), stems("kick", label+strings.Repeat("i", i%7)), parents...))
		works[i].Created += uint64(i)
		works[i] = remake(works[i])
		parents = []string{works[i].cid}
	}
	return works
}

// eventTypes names the events in order, without the package.
func eventTypes(events sdk.Events) []string {
	var names []string
	for _, e := range events {
		names = append(names, strings.TrimPrefix(e.Type, "parrots.song.v1."))
	}
	return names
}
