// Package tally counts what many transactions of one block change at once: a
// thousand respects for one song, every fork of it, a tag that everybody uses.
//
// If each of them wrote the counter, none could run beside another. Instead each
// writes its own entry into an object store, which lives for one block, and the
// module adds the entries up at the block's end: as x/bank does with fees.
//
// It runs on every validator, and imports nothing of ours.
package tally

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"cosmossdk.io/collections"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// indexSize is the length of the transaction's index, which ends an entry's key.
const indexSize = 8

// errBelowZero: more is taken away than was counted.
var errBelowZero = errors.New("counter below zero")

// Tally keeps the counters of one map. Between the end of a block and the next one
// the map is right; within a block it is as it was at the block's beginning.
type Tally[K any] struct {
	// entries is nil where every change goes to the map at once.
	entries storetypes.StoreKey
	// name tells the tallies of one object store apart.
	name   byte
	totals collections.Map[K, uint64]
}

// New returns a tally over totals. A nil key makes every change at once: for
// simulations, which run transactions after a block's end, and tests of one keeper.
func New[K any](key *storetypes.ObjectStoreKey, name byte, totals collections.Map[K, uint64]) Tally[K] {
	t := Tally[K]{name: name, totals: totals}
	if key != nil { // a nil pointer in an interface is not nil
		t.entries = key
	}
	return t
}

// Add changes a counter by delta.
func (t Tally[K]) Add(ctx context.Context, key K, delta int64) error {
	if delta == 0 {
		return nil
	}
	if t.entries == nil {
		return t.settle(ctx, key, delta)
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	entry, err := collections.EncodeKeyWithPrefix([]byte{t.name}, t.totals.KeyCodec(), key)
	if err != nil {
		return err
	}
	entry = binary.BigEndian.AppendUint64(entry, uint64(sdkCtx.TxIndex()))
	store := sdkCtx.ObjectStore(t.entries)
	if before, ok := store.Get(entry).(int64); ok {
		delta += before
	}
	store.Set(entry, delta)
	return nil
}

// Total returns a counter; one that was never changed is 0.
func (t Tally[K]) Total(ctx context.Context, key K) (uint64, error) {
	n, err := t.totals.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	return n, err
}

// Settle adds the block's entries to the counters and takes them away. The module calls
// it at the end of every block, and of a genesis that counts: what is loaded lives in
// one store with the first block.
//
// An error here halts the chain, and no count of respects is worth that: a counter that
// would fall below zero, as one of which a genesis knew too little, becomes zero.
func (t Tally[K]) Settle(ctx context.Context) error {
	if t.entries == nil {
		return nil
	}
	entries, keys, deltas, err := t.sums(ctx)
	if err != nil {
		return err
	}
	store := sdk.UnwrapSDKContext(ctx).ObjectStore(t.entries)
	for _, entry := range entries {
		store.Delete(entry)
	}
	for i, key := range keys {
		err := t.settle(ctx, key, deltas[i])
		if errors.Is(err, errBelowZero) {
			sdk.UnwrapSDKContext(ctx).Logger().Error("tally", "error", err)
			err = t.totals.Remove(ctx, key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sums returns the entries of the block, and the counters that they change, in the
// order of their keys.
func (t Tally[K]) sums(ctx context.Context) (entries [][]byte, keys []K, deltas []int64, err error) {
	it := sdk.UnwrapSDKContext(ctx).ObjectStore(t.entries).Iterator([]byte{t.name}, []byte{t.name + 1})
	defer func() { err = errors.Join(err, it.Close()) }()
	last := ""
	for ; it.Valid(); it.Next() {
		entries = append(entries, bytes.Clone(it.Key()))
		raw := string(it.Key()[1 : len(it.Key())-indexSize])
		if len(keys) == 0 || raw != last {
			_, key, err := t.totals.KeyCodec().Decode([]byte(raw))
			if err != nil {
				return nil, nil, nil, err
			}
			keys, deltas, last = append(keys, key), append(deltas, 0), raw
		}
		deltas[len(deltas)-1] += it.Value().(int64)
	}
	return entries, keys, deltas, nil
}

// settle writes a counter, or removes one that is back at 0.
func (t Tally[K]) settle(ctx context.Context, key K, delta int64) error {
	before, err := t.Total(ctx, key)
	if err != nil {
		return err
	}
	if delta < 0 && before < uint64(-delta) {
		return fmt.Errorf("%w: %s is %d and cannot fall by %d", errBelowZero, t.totals.KeyCodec().Stringify(key), before, -delta)
	}
	switch after := before + uint64(delta); after {
	case before:
		return nil
	case 0:
		return t.totals.Remove(ctx, key)
	default:
		return t.totals.Set(ctx, key, after)
	}
}
