package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
)

func claimGuest(key, wallet musician, commit string) *types.MsgClaimGuestCredit {
	link, err := object.ParseCID(commit)
	if err != nil {
		panic(err)
	}
	public := key.key.PubKey().Bytes()
	return &types.MsgClaimGuestCredit{
		Signer: wallet.address, Commit: commit, GuestKey: public,
		Signature: key.sign(object.GuestClaimText(chainID, link, public, wallet.address)).Signature,
	}
}

func TestGuestClaims(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	kenny, ella := newMusician("kenny's key"), newMusician("ella's key")
	w := commit(drummer, []string{"drums"}, nil, asGuest(kenny, "Kenny"), asGuest(ella, "Ella"), played(guitarist, "Guitar"))
	f.push(drummer, songID, "main", w)

	res, err := f.queries.CreditsByCommit(f.ctx, &types.QueryCreditsByCommitRequest{Commit: w.cid})
	require.NoError(t, err)
	require.Len(t, res.Credits, 1)
	require.Len(t, res.Guests, 2)
	require.Equal(t, "Kenny", res.Guests[0].Guest.Name)
	require.Empty(t, res.Guests[0].ClaimedBy)

	f.nextBlock()
	must(f, f.msgs.ClaimGuestCredit, claimGuest(kenny, singer, w.cid))
	c := f.credit(w.cid, singer)
	require.Equal(t, confirmed, c.Status)
	require.EqualValues(t, 1, c.Sequence)
	require.Equal(t, "Kenny", c.Contributions[0].Guest.Name)
	require.Equal(t, drummer.address, c.Other)

	// Once only, and by nobody who has another key.
	refused(f, types.ErrGuestClaimed, f.msgs.ClaimGuestCredit, claimGuest(kenny, singer, w.cid))
	refused(f, types.ErrGuestClaimed, f.msgs.ClaimGuestCredit, claimGuest(kenny, stranger, w.cid))
	stolen := claimGuest(ella, singer, w.cid)
	stolen.Signer = stranger.address
	refused(f, types.ErrInvalidSignature, f.msgs.ClaimGuestCredit, stolen)
	forged := claimGuest(stranger, stranger, w.cid)
	refused(f, types.ErrGuestNotFound, f.msgs.ClaimGuestCredit, forged)
	forged.GuestKey = ella.key.PubKey().Bytes()
	refused(f, types.ErrInvalidSignature, f.msgs.ClaimGuestCredit, forged)
	forged.GuestKey = nil
	refused(f, types.ErrGuestNotFound, f.msgs.ClaimGuestCredit, forged)

	// A second guest of the same wallet joins the credit.
	must(f, f.msgs.ClaimGuestCredit, claimGuest(ella, singer, w.cid))
	c = f.credit(w.cid, singer)
	require.Len(t, c.Contributions, 2)
	require.EqualValues(t, 2, c.Sequence)
	f.nextBlock()
	require.Equal(t, types.Honor{Credits: 1, People: 1}, f.honor(singer))
	res, err = f.queries.CreditsByCommit(f.ctx, &types.QueryCreditsByCommitRequest{Commit: w.cid})
	require.NoError(t, err)
	require.Equal(t, singer.address, res.Guests[1].ClaimedBy)
}

// A claim does not confirm what the wallet has not looked at: its other credit in the
// commit.
func TestGuestClaimLeavesAClaimedCreditOpen(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	key := newMusician("key")
	w := commit(drummer, []string{"drums"}, nil, played(guitarist, "Guitar"), asGuest(key, "Kenny"))
	f.push(drummer, songID, "main", w)
	signature := guitarist.sign(f.text(w.cid, guitarist, types.Action_ACTION_CONFIRM, ""))
	must(f, f.msgs.ClaimGuestCredit, claimGuest(key, guitarist, w.cid))
	require.Equal(t, claimed, f.credit(w.cid, guitarist).Status)
	refused(f, types.ErrInvalidSignature, f.msgs.ConfirmCredit, &types.MsgConfirmCredit{
		Signer: drummer.address, Commit: w.cid, Contributor: guitarist.address, Signature: signature,
	})
	must(f, f.msgs.ConfirmCredit, confirm(guitarist, w.cid))
}

// An author who claims a guest of their own commit has nobody behind the credit.
func TestAuthorAsGuestDoesNotCount(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	key := newMusician("key")
	w := commit(drummer, []string{"drums"}, nil, asGuest(key, "Kenny"))
	f.push(drummer, songID, "main", w)
	must(f, f.msgs.ClaimGuestCredit, claimGuest(key, drummer, w.cid))
	f.nextBlock()
	require.Zero(t, f.honor(drummer).Credits)
}
