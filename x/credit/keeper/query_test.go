package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// A wallet's list begins with what waits for it, the newest first.
func TestWalletsCredits(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	var cids []string
	for i := range 6 {
		w := commit(drummer, []string{fmt.Sprint("take ", i)}, nil, played(guitarist, "Guitar"))
		f.push(drummer, songID, fmt.Sprint("take-", i), w)
		cids = append(cids, w.cid)
		f.nextBlock()
	}
	must(f, f.msgs.ConfirmCredit, confirm(guitarist, cids[5]))
	must(f, f.msgs.ConfirmCredit, confirm(guitarist, cids[0]))
	must(f, f.msgs.DisputeCredit, dispute(guitarist, cids[3], "not me"))

	list := func(status types.Status, page *query.PageRequest) ([]string, []byte) {
		res, err := f.queries.CreditsByWallet(f.ctx, &types.QueryCreditsByWalletRequest{
			Wallet: guitarist.address, Status: status, Pagination: page,
		})
		require.NoError(t, err)
		var got []string
		for _, c := range res.Credits {
			got = append(got, c.Commit)
		}
		return got, res.Pagination.NextKey
	}
	all, _ := list(types.Status_STATUS_UNSPECIFIED, nil)
	require.Equal(t, []string{cids[4], cids[2], cids[1], cids[3], cids[5], cids[0]}, all)
	pending, _ := list(claimed, nil)
	require.Equal(t, []string{cids[4], cids[2], cids[1]}, pending)
	done, _ := list(confirmed, nil)
	require.Equal(t, []string{cids[5], cids[0]}, done)

	var paged []string
	for key := []byte(nil); ; {
		page, next := list(types.Status_STATUS_UNSPECIFIED, &query.PageRequest{Key: key, Limit: 4})
		paged = append(paged, page...)
		if key = next; key == nil {
			break
		}
	}
	require.Equal(t, all, paged)

	res, err := f.queries.CreditsBySong(f.ctx, &types.QueryCreditsBySongRequest{SongId: songID})
	require.NoError(t, err)
	require.Len(t, res.Credits, 6)
	require.Equal(t, cids[5], res.Credits[0].Commit)
}

func TestHostileQueries(t *testing.T) {
	f := newFixture(t)
	songID, w := f.bossa()
	for _, page := range []*query.PageRequest{{CountTotal: true}, {Offset: 1}} {
		_, err := f.queries.CreditsBySong(f.ctx, &types.QueryCreditsBySongRequest{SongId: songID, Pagination: page})
		require.ErrorIs(t, err, types.ErrInvalidPage)
		_, err = f.queries.CreditsByWallet(f.ctx, &types.QueryCreditsByWalletRequest{Wallet: drummer.address, Pagination: page})
		require.ErrorIs(t, err, types.ErrInvalidPage)
		_, err = f.queries.Contributors(f.ctx, &types.QueryContributorsRequest{SongId: songID, Pagination: page})
		require.ErrorIs(t, err, types.ErrInvalidPage)
	}
	_, err := f.queries.CreditsBySong(f.ctx, &types.QueryCreditsBySongRequest{SongId: songtypes.NewSongID(drummer.raw(), 7).String()})
	require.ErrorIs(t, err, songtypes.ErrSongNotFound)
	_, err = f.queries.CreditsByCommit(f.ctx, &types.QueryCreditsByCommitRequest{Commit: commit(drummer, nil, nil).cid})
	require.ErrorIs(t, err, songtypes.ErrCommitNotFound)
	_, err = f.queries.CreditsByCommit(f.ctx, &types.QueryCreditsByCommitRequest{Commit: "x"})
	require.ErrorIs(t, err, songtypes.ErrInvalidID)
	_, err = f.queries.Honor(f.ctx, &types.QueryHonorRequest{Wallet: "parrot1x"})
	require.ErrorIs(t, err, songtypes.ErrInvalidAddress)
	_, err = f.queries.SignText(f.ctx, &types.QuerySignTextRequest{Commit: w.cid, Contributor: guitarist.address, Action: 9})
	require.ErrorIs(t, err, types.ErrInvalidAction)
	_, err = f.queries.SignText(f.ctx, &types.QuerySignTextRequest{Commit: w.cid, Contributor: guitarist.address, Statement: "x"})
	require.ErrorIs(t, err, types.ErrInvalidAction)
	_, err = f.queries.SignText(f.ctx, &types.QuerySignTextRequest{
		Commit: w.cid, Contributor: guitarist.address, Action: types.Action_ACTION_DISPUTE, Statement: "x\n",
	})
	require.ErrorIs(t, err, types.ErrInvalidStatement)
}
