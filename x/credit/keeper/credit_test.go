package keeper_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const (
	claimed   = types.Status_STATUS_CLAIMED
	disputed  = types.Status_STATUS_DISPUTED
	confirmed = types.Status_STATUS_CONFIRMED
)

func TestClaimedByTheAuthor(t *testing.T) {
	f := newFixture(t)
	songID, w := f.bossa()

	own := f.credit(w.cid, drummer)
	require.Equal(t, confirmed, own.Status, "an author's own credit is signed with the commit")
	require.EqualValues(t, 1, own.Sequence)
	require.Empty(t, own.Other)

	theirs := f.credit(w.cid, guitarist)
	require.Equal(t, claimed, theirs.Status)
	require.Zero(t, theirs.Sequence)
	require.Len(t, theirs.Contributions, 2, "one for each instrument")
	require.Equal(t, songID, theirs.SongId)
	require.Equal(t, drummer.address, theirs.Author)
	require.Equal(t, drummer.address, theirs.Other)
	require.EqualValues(t, 1, theirs.ClaimedHeight)
}

func TestUnknownRoleIsRefused(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	for role, nearest := range map[string]string{
		"studiomusician": "StudioMusician", "LeadVocals": "LeadVocalist", "Mixing": "Mixer", "Compser": "Composer", "Lyrics": "Lyricist",
	} {
		c := played(drummer, "Drum Kit")
		c.Roles = []string{"Composer", role}
		if role == "Compser" {
			c.Roles = []string{role}
		}
		w := commit(drummer, []string{"drums"}, nil, c)
		err := refused(f, types.ErrUnknownRole, f.song.Push, pushOf(drummer, songID, "main", "", w))
		require.ErrorContains(t, err, "the nearest is "+nearest, role)
	}
	guest := asGuest(newMusician("key"), "Kenny")
	guest.Roles = []string{"Singer"}
	refused(f, types.ErrUnknownRole, f.song.Push, pushOf(drummer, songID, "main", "", commit(drummer, nil, nil, guest)))
}

func TestConfirmAndDispute(t *testing.T) {
	f := newFixture(t)
	_, w := f.bossa()
	f.nextBlock()
	res := must(f, f.msgs.ConfirmCredit, confirm(guitarist, w.cid))
	require.EqualValues(t, 1, res.Sequence)
	c := f.credit(w.cid, guitarist)
	require.Equal(t, confirmed, c.Status)
	require.EqualValues(t, 2, c.ConfirmedHeight)
	refused(f, types.ErrConfirmed, f.msgs.ConfirmCredit, confirm(guitarist, w.cid))
	f.nextBlock()
	require.Equal(t, types.Honor{Credits: 1, People: 1}, f.honor(guitarist))

	must(f, f.msgs.DisputeCredit, dispute(guitarist, w.cid, "I played the bass, too"))
	must(f, f.msgs.AnswerDispute, &types.MsgAnswerDispute{
		Author: drummer.address, Commit: w.cid, Contributor: guitarist.address, Statement: "That is in the next commit",
	})
	f.nextBlock()
	c = f.credit(w.cid, guitarist)
	require.Equal(t, disputed, c.Status)
	require.EqualValues(t, 2, c.Sequence)
	require.EqualValues(t, 2, c.ConfirmedHeight)
	require.EqualValues(t, 3, c.DisputedHeight)
	require.Equal(t, "I played the bass, too", c.Statement)
	require.Equal(t, "That is in the next commit", c.Answer)
	require.Zero(t, f.honor(guitarist).Credits, "a disputed credit does not count")
	require.Zero(t, f.honor(guitarist).People)

	must(f, f.msgs.ConfirmCredit, confirm(guitarist, w.cid))
	c = f.credit(w.cid, guitarist)
	require.Equal(t, confirmed, c.Status)
	require.EqualValues(t, 3, c.Sequence)
	require.Empty(t, c.Statement)
	require.Empty(t, c.Answer)
	f.nextBlock()
	require.Equal(t, types.Honor{Credits: 1, People: 1}, f.honor(guitarist))
}

func TestNobodyElseChangesACredit(t *testing.T) {
	f := newFixture(t)
	_, w := f.bossa()
	for _, who := range []string{drummer.address, stranger.address, f.authority} {
		refused(f, types.ErrUnauthorized, f.msgs.ConfirmCredit, &types.MsgConfirmCredit{Signer: who, Commit: w.cid, Contributor: guitarist.address})
		refused(f, types.ErrUnauthorized, f.msgs.DisputeCredit, &types.MsgDisputeCredit{
			Signer: who, Commit: w.cid, Contributor: guitarist.address, Statement: "no",
		})
	}
	refused(f, types.ErrCreditNotFound, f.msgs.ConfirmCredit, confirm(stranger, w.cid))
	refused(f, types.ErrCreditNotFound, f.msgs.ConfirmCredit, confirm(guitarist, commit(drummer, nil, nil).cid))
	refused(f, songtypes.ErrInvalidID, f.msgs.ConfirmCredit, confirm(guitarist, strings.ToUpper(w.cid)))
	refused(f, songtypes.ErrInvalidAddress, f.msgs.ConfirmCredit, &types.MsgConfirmCredit{Signer: "x", Commit: w.cid})
}

func TestStatements(t *testing.T) {
	f := newFixture(t)
	_, w := f.bossa()
	for name, s := range map[string]string{
		"none": "", "a line feed": "no\nsequence: 7", "bidi": "no\u202e", "a line separator": "no\u2028", "not UTF-8": "\xff",
		"too long": strings.Repeat("x", 1001), "zero width": "n\u200bo",
	} {
		if name == "not UTF-8" {
			_, err := f.msgs.DisputeCredit(f.ctx, dispute(guitarist, w.cid, s))
			require.ErrorIs(t, err, types.ErrInvalidStatement)
			continue
		}
		refused(f, types.ErrInvalidStatement, f.msgs.DisputeCredit, dispute(guitarist, w.cid, s))
	}
	answer := &types.MsgAnswerDispute{Author: drummer.address, Commit: w.cid, Contributor: guitarist.address, Statement: "yes"}
	refused(f, types.ErrNotDisputed, f.msgs.AnswerDispute, answer)
	must(f, f.msgs.DisputeCredit, dispute(guitarist, w.cid, strings.Repeat("😀", 250)))
	answer.Author = guitarist.address
	refused(f, types.ErrUnauthorized, f.msgs.AnswerDispute, answer)
	answer.Author, answer.Statement = drummer.address, "yes\u2029"
	refused(f, types.ErrInvalidStatement, f.msgs.AnswerDispute, answer)
}

func TestGovernanceChangesLimitsOnly(t *testing.T) {
	f := newFixture(t)
	params := types.DefaultParams()
	params.MaxStatementBytes = 4
	refused(f, types.ErrInvalidParams, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority})
	_, _, err := deliver(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: drummer.address, Params: params})
	require.Error(t, err)
	must(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority, Params: params})
	_, w := f.bossa()
	refused(f, types.ErrInvalidStatement, f.msgs.DisputeCredit, dispute(guitarist, w.cid, "five!"))
}

// Every event says whose message it was: an index reads nothing else.
func TestEventsSayWho(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	key := newMusician("key")
	w := commit(drummer, []string{"drums"}, nil, played(guitarist, "Guitar"), asGuest(key, "Kenny"))
	says(f, drummer, f.song.Push, pushOf(drummer, songID, "main", "", w))
	says(f, guitarist, f.msgs.DisputeCredit, dispute(guitarist, w.cid, "no"))
	says(f, drummer, f.msgs.AnswerDispute, &types.MsgAnswerDispute{Author: drummer.address, Commit: w.cid, Contributor: guitarist.address, Statement: "yes"})
	signature := guitarist.sign(f.text(w.cid, guitarist, types.Action_ACTION_CONFIRM, ""))
	says(f, singer, f.msgs.ConfirmCredit, &types.MsgConfirmCredit{
		Signer: singer.address, Commit: w.cid, Contributor: guitarist.address, Signature: signature,
	})
	says(f, singer, f.msgs.ClaimGuestCredit, claimGuest(key, singer, w.cid))
	says(f, guitarist, f.msgs.ConsentToLicence, &types.MsgConsentToLicence{Contributor: guitarist.address, SongId: songID, Licence: "CC0-1.0"})
}
