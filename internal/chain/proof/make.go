package proof

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/cometbft/cometbft/light"
	"github.com/cometbft/cometbft/types"
	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Node is what making a proof needs of a node. chain.Client has it.
type Node interface {
	ChainID() string
	Status(ctx context.Context) (chain.Status, error)
	Stored(ctx context.Context, store string, key []byte, height int64) (chain.Stored, error)
	LightBlock(ctx context.Context, height int64) (*types.LightBlock, error)
}

// Request says what to prove.
type Request struct {
	Commit cid.Cid
	// Tree is the block of the commit's tree; none leaves it out.
	Tree []byte
	// Credits are the wallets whose credits in the commit are proven, too.
	Credits []string
	// From is the height of a header that the reader will trust, for a way from there
	// to the proving header; 0 for none: the reader will trust the proving header.
	From int64
}

// Make builds a proof against a node's latest state, and verifies it.
func Make(ctx context.Context, node Node, req Request) ([]byte, *Statement, error) {
	status, err := node.Status(ctx)
	if err != nil {
		return nil, nil, err
	}
	// The state after block n is in header n+1, so the newest that can be proven is
	// that of the block before the last.
	proving, height := status.Height, status.Height-1
	if height < 2 {
		return nil, nil, fmt.Errorf("the chain is at its first blocks; try again in a moment")
	}
	p := &Proof{Format: Format, ChainID: node.ChainID(), Commit: req.Commit.String(), Tree: req.Tree}
	p.Record, err = fact(ctx, node, songtypes.StoreKey, CommitKey(req.Commit), height)
	if errors.Is(err, chain.ErrNotFound) {
		return nil, nil, fmt.Errorf("commit %s is not on %s: %w", req.Commit, node.ChainID(), err)
	}
	if err != nil {
		return nil, nil, err
	}
	if err := p.addCredits(ctx, node, req, height); err != nil {
		return nil, nil, err
	}
	root, err := way(ctx, node, p, req.From, proving)
	if err != nil {
		return nil, nil, err
	}
	data, err := p.Encode()
	if err != nil {
		return nil, nil, err
	}
	s, err := Verify(data, root)
	return data, s, err
}

func fact(ctx context.Context, node Node, store string, key []byte, height int64) (Fact, error) {
	s, err := node.Stored(ctx, store, key, height)
	return Fact{Value: s.Value, InStore: s.InStore, InState: s.InState}, err
}

func (p *Proof) addCredits(ctx context.Context, node Node, req Request, height int64) error {
	for _, who := range req.Credits {
		address, err := chain.ParseAddress(who)
		if err != nil {
			return err
		}
		record, err := fact(ctx, node, credittypes.StoreKey, CreditKey(req.Commit, address), height)
		if errors.Is(err, chain.ErrNotFound) {
			return fmt.Errorf("%s has no credit in commit %s: %w", who, req.Commit, err)
		}
		if err != nil {
			return err
		}
		p.Credits = append(p.Credits, Credit{Contributor: who, Record: record})
	}
	return nil
}

// way adds the headers, and returns the hash of the first.
func way(ctx context.Context, node Node, p *Proof, from, proving int64) ([]byte, error) {
	if from < 0 || from > proving {
		return nil, fmt.Errorf("header %d is not one of the %d that the chain has", from, proving)
	}
	last, err := node.LightBlock(ctx, proving)
	if err != nil {
		return nil, err
	}
	blocks := []*types.LightBlock{last}
	if from != 0 && from != proving {
		first, err := node.LightBlock(ctx, from)
		if err != nil {
			return nil, err
		}
		if blocks, err = bisect(ctx, node, []*types.LightBlock{first}, last); err != nil {
			return nil, err
		}
	}
	for _, b := range blocks {
		h, err := NewHeader(b.SignedHeader, b.ValidatorSet)
		if err != nil {
			return nil, err
		}
		p.Headers = append(p.Headers, h)
	}
	return bytes.Clone(blocks[0].Hash()), nil
}

// bisect extends the way to a header, by way of others in between where the
// validators have changed too much for one step.
func bisect(ctx context.Context, node Node, way []*types.LightBlock, goal *types.LightBlock) ([]*types.LightBlock, error) {
	last := way[len(way)-1]
	err := Step(last, goal)
	var changed light.ErrNewValSetCantBeTrusted
	switch {
	case err == nil && len(way) < MaxHeaders:
		return append(way, goal), nil
	case err == nil:
		return nil, fmt.Errorf("the way from header %d takes more than %d headers; begin at a later one", way[0].Height, MaxHeaders)
	case !errors.As(err, &changed):
		return nil, err
	}
	middle, err := node.LightBlock(ctx, last.Height+(goal.Height-last.Height)/2)
	if err != nil {
		return nil, err
	}
	if way, err = bisect(ctx, node, way, middle); err != nil {
		return nil, err
	}
	return bisect(ctx, node, way, goal)
}
