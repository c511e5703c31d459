package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/audition/types"
)

func numbers(auditions []types.Audition) (list []uint64) {
	for _, a := range auditions {
		list = append(list, a.Number)
	}
	return list
}

// offers opens auditions of so many branches, numbered from first.
func (b *band) offers(first, n int) {
	b.Helper()
	for i := range n {
		name := fmt.Sprintf("take-%d", first+i)
		b.setHead(guitarist, b.fork, name, b.base)
		b.record(guitarist, b.fork, name, name)
		msg := b.offer()
		msg.SourceBranch = name
		must(b.fixture, b.msgs.OpenAudition, msg)
		b.nextBlock()
	}
}

func TestLists(t *testing.T) {
	b := newBand(t)
	b.offers(0, 5)
	must(b.fixture, b.msgs.CloseAudition, &types.MsgCloseAudition{Signer: drummer, SongId: b.song, Number: 2})
	must(b.fixture, b.msgs.MergeAudition, b.merge(drummer, 4))
	list := func(status types.Status, p *query.PageRequest) ([]uint64, *query.PageResponse) {
		res, err := b.queries.Auditions(b.ctx, &types.QueryAuditionsRequest{SongId: b.song, Status: status, Pagination: p})
		require.NoError(t, err)
		return numbers(res.Auditions), res.Pagination
	}
	all, _ := list(types.Status_STATUS_UNSPECIFIED, nil)
	require.Equal(t, []uint64{5, 4, 3, 2, 1}, all)
	all, _ = list(types.Status_STATUS_UNSPECIFIED, &query.PageRequest{Reverse: true})
	require.Equal(t, []uint64{1, 2, 3, 4, 5}, all)
	open, _ := list(types.Status_STATUS_OPEN, nil)
	require.Equal(t, []uint64{5, 3, 1}, open)
	closed, _ := list(types.Status_STATUS_CLOSED, nil)
	require.Equal(t, []uint64{2}, closed)
	merged, _ := list(types.Status_STATUS_MERGED, nil)
	require.Equal(t, []uint64{4}, merged)
	for _, status := range []types.Status{types.Status_STATUS_UNSPECIFIED, types.Status_STATUS_OPEN} {
		want, _ := list(status, nil)
		var got []uint64
		for p := (&query.PageRequest{Limit: 2}); p != nil; {
			page, next := list(status, p)
			got = append(got, page...)
			if p = nil; len(next.NextKey) != 0 {
				p = &query.PageRequest{Limit: 2, Key: next.NextKey}
			}
		}
		require.Equal(t, want, got)
	}

	mine, err := b.queries.AuditionsByOpener(b.ctx, &types.QueryAuditionsByOpenerRequest{Opener: guitarist})
	require.NoError(t, err)
	require.Equal(t, []uint64{5, 4, 3, 2, 1}, numbers(mine.Auditions))
	none, err := b.queries.AuditionsByOpener(b.ctx, &types.QueryAuditionsByOpenerRequest{Opener: stranger})
	require.NoError(t, err)
	require.Empty(t, none.Auditions)

	waiting, err := b.queries.Waiting(b.ctx, &types.QueryWaitingRequest{Wallet: singer, Pagination: &query.PageRequest{Limit: 2}})
	require.NoError(t, err)
	require.Len(t, waiting.Waiting, 2)
	require.EqualValues(t, 5, waiting.Waiting[0].Audition.Number)
	waiting, err = b.queries.Waiting(b.ctx, &types.QueryWaitingRequest{
		Wallet: singer, Pagination: &query.PageRequest{Limit: 2, Key: waiting.Pagination.NextKey},
	})
	require.NoError(t, err)
	require.EqualValues(t, 1, waiting.Waiting[0].Audition.Number)
}

func TestQueriesRefuse(t *testing.T) {
	b := newBand(t)
	b.open()
	_, err := b.queries.Auditions(b.ctx, &types.QueryAuditionsRequest{SongId: b.song, Pagination: &query.PageRequest{CountTotal: true}})
	require.ErrorIs(t, err, types.ErrInvalidPage)
	_, err = b.queries.Waiting(b.ctx, &types.QueryWaitingRequest{Wallet: drummer, Pagination: &query.PageRequest{Offset: 1}})
	require.ErrorIs(t, err, types.ErrInvalidPage)
	_, err = b.queries.Audition(b.ctx, &types.QueryAuditionRequest{SongId: b.song, Number: 2})
	require.ErrorIs(t, err, types.ErrAuditionNotFound)
	_, err = b.queries.Reviews(b.ctx, &types.QueryReviewsRequest{SongId: b.song, Number: 2})
	require.ErrorIs(t, err, types.ErrAuditionNotFound)
	_, err = b.queries.Waiting(b.ctx, &types.QueryWaitingRequest{Wallet: "x"})
	require.Error(t, err)
	res, err := b.queries.Params(b.ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, types.DefaultParams(), res.Params)
}

// The gas of a page measures what it reads: it does not grow with what there is.
func TestPagesCostTheSame(t *testing.T) {
	b := newBand(t)
	cost := func() uint64 {
		ctx := b.ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
		_, err := b.queries.Waiting(ctx, &types.QueryWaitingRequest{Wallet: singer, Pagination: &query.PageRequest{Limit: 5}})
		require.NoError(t, err)
		_, err = b.queries.Auditions(ctx, &types.QueryAuditionsRequest{SongId: b.song, Status: types.Status_STATUS_OPEN, Pagination: &query.PageRequest{Limit: 5}})
		require.NoError(t, err)
		return ctx.GasMeter().GasConsumed()
	}
	b.offers(0, 10)
	few := cost()
	b.offers(10, 100)
	require.InEpsilon(t, few, cost(), 0.05)
}

func TestUpdateParams(t *testing.T) {
	b := newBand(t)
	params := types.DefaultParams()
	params.MaxWaiting = 1
	must(b.fixture, b.msgs.UpdateParams, &types.MsgUpdateParams{Authority: b.authority, Params: params})
	number := b.open()
	require.Contains(t, b.turns(drummer), number)
	require.Empty(t, b.turns(singer), "an audition waits for no more than max_waiting, the owner first")
	params.MaxWaiting = 0
	_, _, err := deliver(b.fixture, b.msgs.UpdateParams, &types.MsgUpdateParams{Authority: b.authority, Params: params})
	require.ErrorIs(t, err, types.ErrInvalidParams)
	_, _, err = deliver(b.fixture, b.msgs.UpdateParams, &types.MsgUpdateParams{Authority: drummer, Params: types.DefaultParams()})
	require.Error(t, err)
}
