package tally_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/tally"
)

type key = collections.Pair[string, []byte]

func newTally(t *testing.T, direct bool) (sdk.Context, tally.Tally[key], tally.Tally[key]) {
	kv, object := storetypes.NewKVStoreKey("counts"), storetypes.NewObjectStoreKey("object:counts")
	ctx := testutil.DefaultContextWithObjectStore(t, kv, storetypes.NewTransientStoreKey("transient"), object).Ctx
	sb := collections.NewSchemaBuilder(runtime.NewKVStoreService(kv))
	keys := collections.PairKeyCodec(collections.StringKey, collections.BytesKey)
	one := collections.NewMap(sb, collections.NewPrefix(1), "one", keys, collections.Uint64Value)
	two := collections.NewMap(sb, collections.NewPrefix(2), "two", keys, collections.Uint64Value)
	_, err := sb.Build()
	require.NoError(t, err)
	if direct {
		object = nil
	}
	return ctx, tally.New(object, 1, one), tally.New(object, 2, two)
}

// TestManyTransactions adds from many transactions, some of them twice, to keys of
// which one begins with the other.
func TestManyTransactions(t *testing.T) {
	for _, direct := range []bool{false, true} {
		ctx, one, two := newTally(t, direct)
		short, long := collections.Join("song", []byte{1}), collections.Join("song", []byte{1, 0, 0, 0, 0, 0, 0, 0, 3})
		for i := range 1000 {
			tx := ctx.WithTxIndex(i)
			require.NoError(t, one.Add(tx, short, 1))
			require.NoError(t, one.Add(tx, long, 2))
			require.NoError(t, two.Add(tx, short, 5))
			if i%2 == 0 {
				require.NoError(t, one.Add(tx, short, -1))
			}
		}
		require.NoError(t, one.Settle(ctx))
		require.NoError(t, two.Settle(ctx))
		require.EqualValues(t, 500, total(t, ctx, one, short))
		require.EqualValues(t, 2000, total(t, ctx, one, long))
		require.EqualValues(t, 5000, total(t, ctx, two, short))
		require.Zero(t, total(t, ctx, two, long))
	}
}

// TestWithinBlock shows that a counter that many change is not read by them.
func TestWithinBlock(t *testing.T) {
	ctx, one, _ := newTally(t, false)
	k := collections.Join("song", []byte{7})
	require.NoError(t, one.Add(ctx.WithTxIndex(0), k, 3))
	require.Zero(t, total(t, ctx, one, k))
	require.NoError(t, one.Settle(ctx))
	require.EqualValues(t, 3, total(t, ctx, one, k))
}

// TestSettledOnce settles twice before the store is emptied: a state that is loaded
// shares it with the first block, at whose end comes the second time.
func TestSettledOnce(t *testing.T) {
	ctx, one, two := newTally(t, false)
	k := collections.Join("song", []byte{7})
	require.NoError(t, one.Add(ctx, k, 3))
	require.NoError(t, two.Add(ctx, k, 5))
	require.NoError(t, one.Settle(ctx))
	require.NoError(t, one.Add(ctx.WithTxIndex(1), k, -1))
	require.NoError(t, one.Settle(ctx))
	require.EqualValues(t, 2, total(t, ctx, one, k))
	require.NoError(t, two.Settle(ctx))
	require.EqualValues(t, 5, total(t, ctx, two, k))
}

// TestNeverBelowZero: a transaction that takes too much away fails where it counts at
// once; at the end of a block, where an error halts the chain, the counter is zero.
func TestNeverBelowZero(t *testing.T) {
	k, other := collections.Join("song", []byte{7}), collections.Join("song", []byte{8})
	ctx, one, _ := newTally(t, false)
	require.NoError(t, one.Add(ctx.WithTxIndex(0), k, 1))
	require.NoError(t, one.Add(ctx.WithTxIndex(1), k, -2))
	require.NoError(t, one.Add(ctx.WithTxIndex(1), other, 2))
	require.NoError(t, one.Settle(ctx))
	require.Zero(t, total(t, ctx, one, k))
	require.EqualValues(t, 2, total(t, ctx, one, other))

	ctx, one, _ = newTally(t, true)
	require.NoError(t, one.Add(ctx, k, 1))
	require.ErrorContains(t, one.Add(ctx, k, -2), "is 1 and cannot fall by 2")
	require.EqualValues(t, 1, total(t, ctx, one, k))
}

func total(t *testing.T, ctx sdk.Context, tl tally.Tally[key], k key) uint64 {
	n, err := tl.Total(ctx, k)
	require.NoError(t, err)
	return n
}
