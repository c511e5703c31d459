package chain

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// AddedCommit is a commit that a block brought.
type AddedCommit struct {
	Song   string
	Commit cid.Cid
	Author string
}

const commitAddedEvent = "parrots.song.v1.EventCommitAdded"

// CommitsOf returns the commits that the block at a height brought, in order. The
// error matches ErrNotFound where the node does not have the block's results, or
// not any more.
func (c *Client) CommitsOf(ctx context.Context, height int64) ([]AddedCommit, error) {
	var r coretypes.ResultBlockResults
	if err := c.call(ctx, "block_results", map[string]any{"height": height}, &r); err != nil {
		if isNoBlock(err) {
			return nil, fmt.Errorf("%w: results of block %d: %w", ErrNotFound, height, err)
		}
		return nil, err
	}
	var commits []AddedCommit
	for _, result := range r.TxsResults {
		if result == nil || result.Code != 0 {
			continue
		}
		for _, e := range result.Events {
			if e.Type != commitAddedEvent {
				continue
			}
			added, err := addedCommit(e)
			if err != nil {
				return nil, fmt.Errorf("block %d: %w", height, err)
			}
			commits = append(commits, added)
		}
	}
	return commits, nil
}

func addedCommit(e abci.Event) (AddedCommit, error) {
	fields := map[string]string{}
	for _, a := range e.Attributes {
		// Typed events have their values in JSON; the SDK adds plain ones, msg_index.
		var value string
		if json.Unmarshal([]byte(a.Value), &value) == nil {
			fields[a.Key] = value
		}
	}
	id, err := object.ParseObjectCID(fields["commit"])
	if err != nil {
		return AddedCommit{}, fmt.Errorf("%w: event %s: %w", ErrBadAnswer, e.Type, err)
	}
	return AddedCommit{Song: fields["song_id"], Commit: id, Author: fields["author"]}, nil
}

// A node has no error code for a block that is pruned or to come.
func isNoBlock(err error) bool {
	text := err.Error()
	for _, sign := range []string{
		"is not available", "must be less than or equal to the current blockchain height",
		"could not find results for height", "no results for height",
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
