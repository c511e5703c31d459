package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func relicense(signer musician, songID, licence string) *songtypes.MsgUpdateSong {
	return &songtypes.MsgUpdateSong{Signer: signer.address, SongId: songID, Metadata: songtypes.Metadata{Licence: licence}}
}

func consent(who musician, songID, licence string) *types.MsgConsentToLicence {
	return &types.MsgConsentToLicence{Contributor: who.address, SongId: songID, Licence: licence}
}

func TestLicenceNeedsConsent(t *testing.T) {
	f := newFixture(t)
	songID, w := f.bossa()
	refused(f, types.ErrNoContributor, f.msgs.ConsentToLicence, consent(guitarist, songID, "CC0-1.0"))
	must(f, f.song.UpdateSong, relicense(drummer, songID, "CC-BY-SA-4.0")) // nobody else has confirmed
	must(f, f.msgs.ConfirmCredit, confirm(guitarist, w.cid))

	must(f, f.song.UpdateSong, relicense(drummer, songID, "CC-BY-SA-4.0")) // the same licence
	err := refused(f, types.ErrConsentMissing, f.song.UpdateSong, relicense(drummer, songID, "CC0-1.0"))
	require.ErrorContains(t, err, guitarist.address)
	must(f, f.msgs.ConsentToLicence, consent(guitarist, songID, "CC-BY-4.0"))
	refused(f, types.ErrConsentMissing, f.song.UpdateSong, relicense(drummer, songID, "CC0-1.0"))
	must(f, f.msgs.ConsentToLicence, consent(guitarist, songID, "CC0-1.0"))

	res, err := f.queries.Contributors(f.ctx, &types.QueryContributorsRequest{SongId: songID})
	require.NoError(t, err)
	require.Len(t, res.Contributors, 2)
	for _, c := range res.Contributors {
		require.EqualValues(t, 1, c.Credits)
		require.Equal(t, c.Address == guitarist.address, c.Consent != nil)
	}
	must(f, f.song.UpdateSong, relicense(drummer, songID, "CC0-1.0"))
	// What is said of AI training is part of the terms.
	open := relicense(drummer, songID, "CC0-1.0")
	open.Metadata.AiTraining = songtypes.AiTraining_AI_TRAINING_REFUSAL
	refused(f, types.ErrConsentMissing, f.song.UpdateSong, open)
	agreed := consent(guitarist, songID, "CC0-1.0")
	agreed.AiTraining = 9
	refused(f, types.ErrInvalidLicence, f.msgs.ConsentToLicence, agreed)
	agreed.AiTraining = songtypes.AiTraining_AI_TRAINING_REFUSAL
	must(f, f.msgs.ConsentToLicence, agreed)
	must(f, f.song.UpdateSong, open)
	must(f, f.msgs.ConsentToLicence, consent(guitarist, songID, "CC0-1.0"))
	must(f, f.song.UpdateSong, relicense(drummer, songID, "CC0-1.0"))
	// The consent is used up.
	must(f, f.msgs.ConsentToLicence, consent(guitarist, songID, "CC-BY-4.0"))
	must(f, f.song.UpdateSong, relicense(drummer, songID, "CC-BY-4.0"))
	refused(f, types.ErrConsentMissing, f.song.UpdateSong, relicense(drummer, songID, "CC0-1.0"))

	// Who disputes the only credit has no part in the song any more.
	must(f, f.msgs.DisputeCredit, dispute(guitarist, w.cid, "not me"))
	must(f, f.song.UpdateSong, relicense(drummer, songID, ""))
	must(f, f.song.UpdateSong, relicense(drummer, songID, "LicenseRef-All-Rights-Reserved")) // is what none means

	refused(f, types.ErrInvalidLicence, f.msgs.ConsentToLicence, consent(drummer, songID, "MIT"))
	refused(f, types.ErrInvalidLicence, f.msgs.ConsentToLicence, consent(drummer, songID, ""))
	refused(f, songtypes.ErrSongNotFound, f.msgs.ConsentToLicence, consent(drummer, songtypes.NewSongID(drummer.raw(), 9).String(), "CC0-1.0"))
}

func TestMissingConsentsAreNamedUpToALimit(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "choir")
	var contributions []songtypes.Contribution
	var choir []musician
	for i := range 9 {
		choir = append(choir, newMusician(fmt.Sprint("voice ", i)))
		contributions = append(contributions, played(choir[i], ""))
	}
	w := commit(drummer, []string{"choir"}, nil, contributions...)
	f.push(drummer, songID, "main", w)
	for _, m := range choir {
		must(f, f.msgs.ConfirmCredit, confirm(m, w.cid))
	}
	err := refused(f, types.ErrConsentMissing, f.song.UpdateSong, relicense(drummer, songID, "CC0-1.0"))
	require.ErrorContains(t, err, "and more")
	for _, m := range choir {
		must(f, f.msgs.ConsentToLicence, consent(m, songID, "CC0-1.0"))
	}
	must(f, f.song.UpdateSong, relicense(drummer, songID, "CC0-1.0"))
}
