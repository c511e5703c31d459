package proof_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"
	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/chain/proof"
	"github.com/parrots-music/parrots/internal/object"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const chainID = "parrots-test-1"

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// testNode is a chain without a network: a real multi-store, and headers that real
// keys sign. Its validators change as a test says.
type testNode struct {
	testing.TB
	store   storetypes.CommitMultiStore
	keys    []ed25519.PrivKey // of the validators from now on
	blocks  []*types.LightBlock
	author  *secp256k1.PrivKey
	tree    object.Tree
	commits []cid.Cid
	credits storetypes.StoreKey
}

// newTestNode has a song of n commits, the last of which carries its author's
// signature, and its state proven by a header of validators.
func newTestNode(tb testing.TB, commits, validators int) *testNode {
	n := &testNode{TB: tb, keys: keysOf("v", validators), author: secp256k1.GenPrivKeyFromSecret([]byte("drummer"))}
	key := storetypes.NewKVStoreKey(songtypes.StoreKey)
	n.store = store.NewCommitMultiStore(dbm.NewMemDB(), log.NewNopLogger())
	n.store.MountStoreWithDB(key, storetypes.StoreTypeIAVL, nil)
	n.credits = storetypes.NewKVStoreKey(credittypes.StoreKey)
	n.store.MountStoreWithDB(n.credits, storetypes.StoreTypeIAVL, nil)
	for _, other := range []string{"acc", "bank", "staking"} {
		n.store.MountStoreWithDB(storetypes.NewKVStoreKey(other), storetypes.StoreTypeIAVL, nil)
	}
	require.NoError(tb, n.store.LoadLatestVersion())
	n.tree = object.Tree{Entries: []object.Entry{{Path: "lyrics.txt", CID: cid.NewCidV1(cid.Raw, object.CIDOf([]byte("la")).Hash()), Size: 2, Kind: "lyrics"}}}
	n.block()
	for i := range commits {
		n.commit(key, i, i == commits-1)
	}
	n.block()
	n.block()
	return n
}

func keysOf(name string, n int) []ed25519.PrivKey {
	var keys []ed25519.PrivKey
	for i := range n {
		keys = append(keys, ed25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "%s%d", name, i)))
	}
	return keys
}

func (n *testNode) commit(key storetypes.StoreKey, i int, signed bool) {
	_, tree := encode(n, n.tree)
	c := object.Commit{Tree: tree, Author: n.author.PubKey().Address(), Created: uint64(i), Message: fmt.Sprintf("take %d", i),
		Contributions: []object.Contribution{{Contributor: n.author.PubKey().Address(), Roles: []string{"Composer"}}}}
	if i > 0 {
		c.Parents = []cid.Cid{n.commits[i-1]}
	}
	block, id := encode(n, c)
	record := songtypes.CommitRecord{
		Block: block, Generation: uint64(i + 1), Depth: uint64(i + 1), Song: make([]byte, 20),
		Licence: "CC-BY-4.0", Height: 2, Time: start.Unix(),
	}
	if signed {
		address, err := chain.FormatAddress(c.Author)
		require.NoError(n, err)
		bytes, err := n.author.Sign(object.ADR036SignBytes(address, object.CommitSignText(chainID, id)))
		require.NoError(n, err)
		record.Signature, err = chain.Signature{PubKey: n.author.PubKey().Bytes(), Bytes: bytes}.AuthorSignature()
		require.NoError(n, err)
	}
	value, err := proto.Marshal(&record)
	require.NoError(n, err)
	n.store.GetKVStore(key).Set(proof.CommitKey(id), value)
	n.commits = append(n.commits, id)
}

// confirm puts the author's credit in the last commit into the state.
func (n *testNode) confirm() {
	value, err := proto.Marshal(&credittypes.CreditRecord{
		Status: credittypes.Status_STATUS_CONFIRMED, Sequence: 1, ClaimedHeight: 2, ConfirmedHeight: 3,
	})
	require.NoError(n, err)
	key := proof.CreditKey(n.commits[len(n.commits)-1], n.author.PubKey().Address())
	n.store.GetKVStore(n.credits).Set(key, value)
	n.block()
	n.block()
}

func encode(tb testing.TB, o interface{ Encode() ([]byte, error) }) ([]byte, cid.Cid) {
	block, err := o.Encode()
	require.NoError(tb, err)
	return block, object.CIDOf(block)
}

func setOf(keys []ed25519.PrivKey) *types.ValidatorSet {
	var list []*types.Validator
	for _, k := range keys {
		list = append(list, types.NewValidator(k.PubKey(), 10))
	}
	return types.NewValidatorSet(list)
}

// block signs a header over the state as it was, and commits the state after it.
func (n *testNode) block() { n.blockBefore(n.keys) }

// blockBefore is block, with other validators from the next one on.
func (n *testNode) blockBefore(next []ed25519.PrivKey) {
	height := int64(len(n.blocks) + 1)
	set := setOf(n.keys)
	appHash := n.store.LastCommitID().Hash
	header := &types.Header{
		Version: cmtversion.Consensus{Block: version.BlockProtocol}, ChainID: chainID, Height: height,
		Time: start.Add(time.Duration(height) * time.Second), AppHash: appHash,
		LastCommitHash: hash("last"), DataHash: hash("data"), ConsensusHash: hash("params"), LastResultsHash: hash("results"),
		EvidenceHash: hash("evidence"), ValidatorsHash: set.Hash(), NextValidatorsHash: setOf(next).Hash(),
		ProposerAddress: set.Validators[0].Address,
	}
	n.blocks = append(n.blocks, &types.LightBlock{SignedHeader: sign(n, header, set, n.keys), ValidatorSet: set})
	n.keys = next
	n.store.Commit()
}

func hash(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

func sign(tb testing.TB, header *types.Header, set *types.ValidatorSet, keys []ed25519.PrivKey) *types.SignedHeader {
	id := types.BlockID{Hash: header.Hash(), PartSetHeader: types.PartSetHeader{Total: 1, Hash: hash("parts")}}
	commit := &types.Commit{Height: header.Height, BlockID: id, Signatures: make([]types.CommitSig, set.Size())}
	for i := range commit.Signatures {
		commit.Signatures[i] = types.NewCommitSigAbsent()
	}
	for _, k := range keys {
		address := k.PubKey().Address()
		at, _ := set.GetByAddress(address)
		vote := &cmtproto.Vote{
			Type: cmtproto.PrecommitType, Height: header.Height, BlockID: id.ToProto(),
			Timestamp: header.Time.Add(time.Second), ValidatorAddress: address, ValidatorIndex: at,
		}
		signature, err := k.Sign(types.VoteSignBytes(chainID, vote))
		require.NoError(tb, err)
		commit.Signatures[at] = types.CommitSig{
			BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: address, Timestamp: vote.Timestamp, Signature: signature,
		}
	}
	return &types.SignedHeader{Header: header, Commit: commit}
}

func (n *testNode) ChainID() string { return chainID }

func (n *testNode) Status(context.Context) (chain.Status, error) {
	return chain.Status{ChainID: chainID, Height: int64(len(n.blocks))}, nil
}

func (n *testNode) LightBlock(_ context.Context, height int64) (*types.LightBlock, error) {
	return n.blocks[height-1], nil
}

// Stored reads the state after the block at a height.
func (n *testNode) Stored(_ context.Context, name string, key []byte, height int64) (chain.Stored, error) {
	r, err := n.store.(storetypes.Queryable).Query(&storetypes.RequestQuery{
		Path: "/" + name + "/key", Data: key, Height: height, Prove: true,
	})
	if err != nil {
		return chain.Stored{}, err
	}
	if len(r.Value) == 0 {
		return chain.Stored{}, chain.ErrNotFound
	}
	return chain.Stored{Value: r.Value, InStore: r.ProofOps.Ops[0].Data, InState: r.ProofOps.Ops[1].Data}, nil
}

var _ proof.Node = (*testNode)(nil)
