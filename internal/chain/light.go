package chain

import (
	"context"
	"fmt"

	"github.com/cometbft/cometbft/libs/bytes"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
)

// validatorsPage is the most that a node gives at once.
const validatorsPage = 100

// LightBlock returns the header at a height with the signatures under it and those
// who may sign it. Nothing of it is checked but its form. The error matches
// ErrNotFound where the node does not have it, or not any more.
func (c *Client) LightBlock(ctx context.Context, height int64) (*cmttypes.LightBlock, error) {
	var r coretypes.ResultCommit
	if err := c.call(ctx, "commit", map[string]any{"height": height}, &r); err != nil {
		if isNoBlock(err) {
			return nil, fmt.Errorf("%w: header %d: %w", ErrNotFound, height, err)
		}
		return nil, err
	}
	if r.Header == nil || r.Commit == nil || r.Header.Height != height {
		return nil, fmt.Errorf("%w: no signed header at height %d", ErrBadAnswer, height)
	}
	validators, err := c.validators(ctx, height)
	if err != nil {
		return nil, err
	}
	return &cmttypes.LightBlock{
		SignedHeader: &cmttypes.SignedHeader{Header: r.Header, Commit: r.Commit},
		ValidatorSet: validators,
	}, nil
}

func (c *Client) validators(ctx context.Context, height int64) (*cmttypes.ValidatorSet, error) {
	var list []*cmttypes.Validator
	for page := 1; ; page++ {
		var r coretypes.ResultValidators
		params := map[string]any{"height": height, "page": page, "per_page": validatorsPage}
		if err := c.call(ctx, "validators", params, &r); err != nil {
			return nil, err
		}
		list = append(list, r.Validators...)
		if len(r.Validators) == 0 || r.Total > cmttypes.MaxVotesCount || len(list) > r.Total {
			return nil, fmt.Errorf("%w: page %d of the %d validators at height %d", ErrBadAnswer, page, r.Total, height)
		}
		if len(list) == r.Total {
			return cmttypes.ValidatorSetFromExistingValidators(list)
		}
	}
}

// Stored is a value of the state with the proof that it is there.
type Stored struct {
	Value []byte
	// InStore and InState are ICS-23 proofs: from the value to the root of its store,
	// and from there to the root of the state after the block at the height, which the
	// next header carries.
	InStore, InState []byte
}

// Stored reads a key of a module's store as it was after the block at a height. The
// error matches ErrNotFound for a key without a value.
func (c *Client) Stored(ctx context.Context, store string, key []byte, height int64) (Stored, error) {
	var r coretypes.ResultABCIQuery
	err := c.call(ctx, "abci_query", map[string]any{
		"path": "/store/" + store + "/key", "data": bytes.HexBytes(key), "height": height, "prove": true,
	}, &r)
	if err != nil {
		return Stored{}, err
	}
	if err := refusal(r.Response.Codespace, r.Response.Code, r.Response.Log); err != nil {
		return Stored{}, err
	}
	if len(r.Response.Value) == 0 {
		return Stored{}, fmt.Errorf("%w: key %X of store %s at height %d", ErrNotFound, key, store, height)
	}
	ops := r.Response.ProofOps
	if ops == nil || !areStoreProof(ops.Ops) {
		return Stored{}, fmt.Errorf("%w: a value of store %s without its proof", ErrBadAnswer, store)
	}
	return Stored{Value: r.Response.Value, InStore: ops.Ops[0].Data, InState: ops.Ops[1].Data}, nil
}

func areStoreProof(ops []cmtcrypto.ProofOp) bool {
	return len(ops) == 2 && ops[0].Type == "ics23:iavl" && ops[1].Type == "ics23:simple"
}
