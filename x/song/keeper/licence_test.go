package keeper_test

import (
	"fmt"
	"testing"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/song/types"
)

const (
	bySA = "CC-BY-SA-4.0"
	byNC = "CC-BY-NC-4.0"
	byND = "CC-BY-ND-4.0"
	by   = "CC-BY-4.0"
)

// licensed makes a song under a licence, with one commit of its own.
func (f *fixture) licensed(owner musician, name, licence string) (songID string, first work) {
	f.Helper()
	songID = must(f, f.msgs.CreateSong, &types.MsgCreateSong{
		Creator: owner.address, Name: name, Metadata: types.Metadata{Licence: licence},
	}).SongId
	first = record(owner, "first of "+name, stems(name))
	f.push(owner, songID, "main", "", first)
	return songID, first
}

func (f *fixture) relicense(signer musician, songID, licence string) *types.MsgUpdateSong {
	return &types.MsgUpdateSong{Signer: signer.address, SongId: songID, Metadata: types.Metadata{Licence: licence}}
}

func (f *fixture) fork(who musician, songID, name string) *types.MsgForkSong {
	return &types.MsgForkSong{Creator: who.address, ParentId: songID, Name: name}
}

// merging is a push of a commit that merges one of another song.
func merging(signer musician, songID string, head, other work) *types.MsgPush {
	return pushOf(signer, songID, "main", head.cid, record(signer, "take it in", head.tree, head.cid, other.cid))
}

func (f *fixture) obligations(songID string) (list []string) {
	f.Helper()
	for _, o := range f.song(songID).Obligations {
		what := o.Licence
		if what == "" {
			what = o.AiTraining.Word()
		}
		list = append(list, what+" "+f.song(o.Song).Name)
	}
	return list
}

func TestClosedLicencesKeepOthersOut(t *testing.T) {
	for _, licence := range []string{"", types.AllRightsReserved, byND, "CC-BY-NC-ND-4.0"} {
		t.Run(licence, func(t *testing.T) {
			f := newFixture(t)
			songID, first := f.licensed(drummer, "mine", licence)
			theirs, own := f.licensed(stranger, "theirs", licence)

			err := refused(f, types.ErrLicence, f.msgs.ForkSong, f.fork(stranger, songID, "a"))
			require.ErrorContains(t, err, songID, "names the song that forbids it")
			require.ErrorContains(t, err, types.FullLicence(licence))
			refused(f, types.ErrLicence, f.msgs.Push, merging(stranger, theirs, own, first))
			refused(f, types.ErrLicence, f.msgs.Push, &types.MsgPush{
				Signer: stranger.address, SongId: theirs, Branch: "b", Head: first.cid, Tree: first.tree,
			})

			must(f, f.msgs.ForkSong, f.fork(drummer, songID, "own"))
			f.setRole(drummer, songID, guitarist, types.Role_ROLE_WRITER)
			must(f, f.msgs.ForkSong, f.fork(guitarist, songID, "people"))
		})
	}
}

func TestForkIsGranted(t *testing.T) {
	f := newFixture(t)
	songID, first := f.licensed(drummer, "mine", byND)
	f.setRole(drummer, songID, guitarist, types.Role_ROLE_MAINTAINER)
	f.setRole(drummer, songID, singer, types.Role_ROLE_WRITER)
	grant := func(by musician, granted bool) *types.MsgGrantFork {
		return &types.MsgGrantFork{Signer: by.address, SongId: songID, Address: stranger.address, Granted: granted}
	}
	refused(f, types.ErrUnauthorized, f.msgs.GrantFork, grant(stranger, true))
	refused(f, types.ErrUnauthorized, f.msgs.GrantFork, grant(singer, true))
	bad := grant(drummer, true)
	bad.Address = "cosmos1qqqq"
	refused(f, types.ErrInvalidAddress, f.msgs.GrantFork, bad)

	_, events, err := deliver(f, f.msgs.GrantFork, grant(guitarist, true))
	require.NoError(t, err)
	require.Equal(t, []string{"EventForkGranted"}, eventTypes(events))
	_, events, err = deliver(f, f.msgs.GrantFork, grant(drummer, true))
	require.NoError(t, err)
	require.Empty(t, events, "granted already")
	grants, err := f.queries.ForkGrants(f.ctx, &types.QueryForkGrantsRequest{SongId: songID})
	require.NoError(t, err)
	require.Equal(t, []string{stranger.address}, grants.Addresses)

	forkID := must(f, f.msgs.ForkSong, f.fork(stranger, songID, "fork")).SongId
	require.Equal(t, []string{byND + " mine", "unspecified mine"}, f.obligations(forkID))
	solo := record(stranger, "solo", stems("solo"), first.cid)
	f.push(stranger, forkID, "main", first.cid, solo)
	release := func(tag string) *types.MsgPublishRelease {
		return &types.MsgPublishRelease{Signer: stranger.address, SongId: forkID, Tag: tag, Commit: solo.cid, Tree: solo.tree}
	}
	must(f, f.msgs.PublishRelease, release("v1"))

	// Whom the fork's owner lets in is not let in by the song that it is from.
	must(f, f.msgs.GrantFork, &types.MsgGrantFork{Signer: stranger.address, SongId: forkID, Address: outsider.address, Granted: true})
	err = refused(f, types.ErrLicence, f.msgs.ForkSong, f.fork(outsider, forkID, "again"))
	require.ErrorContains(t, err, songID)

	// What was begun goes on when the permission ends; nothing new comes out.
	must(f, f.msgs.GrantFork, grant(drummer, false))
	more := record(stranger, "more", stems("more"), solo.cid)
	f.push(stranger, forkID, "main", solo.cid, more)
	f.push(stranger, forkID, "old", "", record(stranger, "from the beginning", stems("old"), first.cid))
	refused(f, types.ErrLicence, f.msgs.PublishRelease, release("v2"))
	refused(f, types.ErrLicence, f.msgs.ForkSong, f.fork(stranger, songID, "second"))
}

// A song is bound for good by closed work, so it is not for a writer to let it in.
func TestWritersDoNotBindASong(t *testing.T) {
	f := newFixture(t)
	songID, first := f.licensed(drummer, "band", by)
	_, trap := f.licensed(guitarist, "trap", "")
	f.setRole(drummer, songID, guitarist, types.Role_ROLE_WRITER)
	push := pushOf(guitarist, songID, "side", "", record(guitarist, "take it in", first.tree, first.cid, trap.cid))
	refused(f, types.ErrLicence, f.msgs.Push, push)
	refused(f, types.ErrLicence, f.msgs.Push, &types.MsgPush{
		Signer: guitarist.address, SongId: songID, Branch: "side", Head: trap.cid, Tree: trap.tree,
	})
	require.Empty(t, f.obligations(songID))
	must(f, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: drummer.address, SongId: songID, Tag: "v1", Commit: first.cid})

	f.setRole(drummer, songID, guitarist, types.Role_ROLE_MAINTAINER)
	must(f, f.msgs.Push, push)
	require.Contains(t, f.obligations(songID), types.AllRightsReserved+" trap")
}

// The licence is that of the commits; a new one is for what comes.
func TestLicenceNeverReachesBack(t *testing.T) {
	f := newFixture(t)
	songID, first := f.licensed(drummer, "mine", "")
	must(f, f.msgs.UpdateSong, f.relicense(drummer, songID, by))
	refused(f, types.ErrLicence, f.msgs.ForkSong, f.fork(stranger, songID, "too-early"))
	second := record(drummer, "under the new one", stems("mine"), first.cid)
	f.push(drummer, songID, "main", first.cid, second)
	must(f, f.msgs.UpdateSong, f.relicense(drummer, songID, ""))

	forkID := must(f, f.msgs.ForkSong, f.fork(stranger, songID, "fork")).SongId
	require.Equal(t, by, f.song(forkID).Metadata.Licence, "the head's, not what the song says today")
	// The older commit stays closed, as a head and as a release.
	refused(f, types.ErrLicence, f.msgs.Push, &types.MsgPush{
		Signer: stranger.address, SongId: forkID, Branch: "old", Head: first.cid, Tree: first.tree,
	})
	refused(f, types.ErrLicence, f.msgs.PublishRelease, &types.MsgPublishRelease{
		Signer: stranger.address, SongId: forkID, Tag: "old", Commit: first.cid, Tree: first.tree,
	})
	must(f, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: stranger.address, SongId: forkID, Tag: "v1", Commit: second.cid})
	third := record(drummer, "closed again", stems("mine"), second.cid)
	f.push(drummer, songID, "main", second.cid, third)
	refused(f, types.ErrLicence, f.msgs.ForkSong, f.fork(stranger, songID, "too-late"))
}

func TestShareAlikePassesOn(t *testing.T) {
	f := newFixture(t)
	songID, first := f.licensed(drummer, "mine", bySA)
	forkID := must(f, f.msgs.ForkSong, f.fork(guitarist, songID, "fork")).SongId
	require.Equal(t, bySA, f.song(forkID).Metadata.Licence)
	for _, licence := range types.Licences() {
		if licence != bySA {
			err := refused(f, types.ErrLicence, f.msgs.UpdateSong, f.relicense(guitarist, forkID, licence))
			require.ErrorContains(t, err, songID)
		}
	}
	// On to the next, through a song in between.
	solo := record(guitarist, "solo", stems("solo"), first.cid)
	f.push(guitarist, forkID, "main", first.cid, solo)
	thirdID, own := f.licensed(singer, "third", bySA)
	must(f, f.msgs.Push, merging(singer, thirdID, own, solo))
	require.Equal(t, []string{bySA + " fork", "unspecified fork", bySA + " mine", "unspecified mine"}, f.obligations(thirdID))
	err := refused(f, types.ErrLicence, f.msgs.UpdateSong, f.relicense(singer, thirdID, by))
	require.ErrorContains(t, err, forkID)
	// Not even the song's own people drop it in a fork; in their song they may.
	refused(f, types.ErrLicence, f.msgs.UpdateSong, f.relicense(drummer, must(f, f.msgs.ForkSong, f.fork(drummer, songID, "own")).SongId, by))
	must(f, f.msgs.UpdateSong, f.relicense(drummer, songID, by))
}

func TestIncompatibleMixNamesTheSong(t *testing.T) {
	f := newFixture(t)
	saID, sa := f.licensed(drummer, "share-alike", bySA)
	_, nc := f.licensed(guitarist, "non-commercial", byNC)
	openID, open := f.licensed(singer, "open", by)

	err := refused(f, types.ErrLicence, f.msgs.Push, merging(singer, openID, open, sa))
	require.ErrorContains(t, err, "song "+saID+" is under "+bySA)
	require.ErrorContains(t, err, "not "+by)
	must(f, f.msgs.UpdateSong, f.relicense(singer, openID, bySA))
	_, events, err := deliver(f, f.msgs.Push, merging(singer, openID, open, sa))
	require.NoError(t, err)
	require.Contains(t, eventTypes(events), "EventObligationAdded")
	head := f.head(openID, "main")

	// The licence would do for the song alone; what it has taken in forbids it.
	both := record(singer, "both", stems("open"), head, nc.cid)
	refused(f, types.ErrLicence, f.msgs.Push, pushOf(singer, openID, "main", head, both))
	err = refused(f, types.ErrLicence, f.msgs.UpdateSong, f.relicense(singer, openID, byNC))
	require.ErrorContains(t, err, saID)

	// An obligation travels: who takes from open is bound by share-alike.
	laterID, later := f.licensed(stranger, "later", by)
	mixed := record(singer, "still open", stems("open"), head)
	f.push(singer, openID, "main", head, mixed)
	err = refused(f, types.ErrLicence, f.msgs.Push, merging(stranger, laterID, later, mixed))
	require.ErrorContains(t, err, openID)
}

func TestNonCommercialStays(t *testing.T) {
	f := newFixture(t)
	_, nc := f.licensed(drummer, "nc", byNC)
	songID, own := f.licensed(singer, "song", "")
	must(f, f.msgs.Push, merging(singer, songID, own, nc))
	_, is := func() (string, bool) { s := f.song(songID); return s.NonCommercial() }()
	require.True(t, is)
	refused(f, types.ErrLicence, f.msgs.UpdateSong, f.relicense(singer, songID, by))
	must(f, f.msgs.UpdateSong, f.relicense(singer, songID, "CC-BY-NC-ND-4.0"))
}

// What a song takes over later is not in what was pushed before.
func TestObligationsHaveATime(t *testing.T) {
	f := newFixture(t)
	_, sa := f.licensed(drummer, "share-alike", bySA)
	midID, mid := f.licensed(guitarist, "mid", by)
	f.nextBlock()
	must(f, f.msgs.UpdateSong, f.relicense(guitarist, midID, bySA))
	must(f, f.msgs.Push, merging(guitarist, midID, mid, sa))

	lastID, last := f.licensed(singer, "last", by)
	must(f, f.msgs.Push, merging(singer, lastID, last, mid)) // from before
	require.Equal(t, []string{by + " mid", "unspecified mid"}, f.obligations(lastID))
}

// Work of somebody else's draft is closed to all but its author.
func TestPushedByAnotherHand(t *testing.T) {
	f := newFixture(t)
	draft := record(guitarist, "a private draft", stems("draft"))
	leakID := f.createSong(stranger, "leak")
	f.push(stranger, leakID, "main", "", draft.signedBy(guitarist, chainID))
	targetID, own := f.licensed(singer, "target", by)
	refused(f, types.ErrLicence, f.msgs.Push, merging(singer, targetID, own, draft))
	refused(f, types.ErrLicence, f.msgs.ForkSong, f.fork(singer, leakID, "fork"))
	must(f, f.msgs.ForkSong, f.fork(guitarist, leakID, "mine-again"))
}

// Who pushes a draft of somebody else's first does not keep its author from it, nor
// bind them to what the song is under to which it was pushed.
func TestAuthorTakesDraftBack(t *testing.T) {
	for _, licence := range append(types.Licences(), "") {
		t.Run(licence, func(t *testing.T) {
			f := newFixture(t)
			leakID, theirs := f.licensed(stranger, "leak", licence)
			draft := record(guitarist, "a draft", stems("draft"))
			more := record(guitarist, "more of it", stems("draft", "more"), draft.cid)
			mixed := record(guitarist, "on theirs", stems("draft"), theirs.cid, draft.cid)
			f.push(stranger, leakID, "b", "", draft.signedBy(guitarist, chainID), more.signedBy(guitarist, chainID))
			f.push(stranger, leakID, "c", "", mixed.signedBy(guitarist, chainID))

			songID := f.createSong(guitarist, "mine")
			_, events, err := deliver(f, f.msgs.Push, pushOf(guitarist, songID, "main", "", draft, more))
			require.NoError(t, err)
			require.NotContains(t, eventTypes(events), "EventObligationAdded")
			require.Empty(t, f.obligations(songID))
			next := record(guitarist, "next", stems("draft", "next"), more.cid)
			f.push(guitarist, songID, "main", more.cid, next)
			must(f, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: guitarist.address, SongId: songID, Tag: "v1", Commit: next.cid})

			// What it builds on of others comes in by their licence.
			taken := pushOf(guitarist, songID, "mixed", "", mixed)
			if types.AllowsAdaptation(licence, by) {
				must(f, f.msgs.Push, taken)
				require.Contains(t, f.obligations(songID), licence+" leak")
			} else {
				refused(f, types.ErrLicence, f.msgs.Push, taken)
			}
			// The signature is on the chain for everybody to read; it opens no other door.
			otherID := f.createSong(singer, "other")
			refused(f, types.ErrLicence, f.msgs.Push, pushOf(singer, otherID, "main", "", draft.signedBy(guitarist, chainID)))
		})
	}
}

func TestAiTrainingStays(t *testing.T) {
	f := newFixture(t)
	say := func(who musician, songID string, ai types.AiTraining) *types.MsgUpdateSong {
		return &types.MsgUpdateSong{Signer: who.address, SongId: songID, Metadata: types.Metadata{Licence: by, AiTraining: ai}}
	}
	const consent, unspecified, refusal = types.AiTraining_AI_TRAINING_CONSENT, types.AiTraining_AI_TRAINING_UNSPECIFIED, types.AiTraining_AI_TRAINING_REFUSAL
	for i, said := range []types.AiTraining{consent, unspecified, refusal} {
		songID, first := f.licensed(drummer, fmt.Sprint("song-", i), by)
		must(f, f.msgs.UpdateSong, say(drummer, songID, said))
		f.push(drummer, songID, "main", first.cid, record(drummer, "again", stems("a"), first.cid))
		// What is said later does not reach the commit.
		must(f, f.msgs.UpdateSong, say(drummer, songID, consent))
		forkID := must(f, f.msgs.ForkSong, f.fork(singer, songID, "")).SongId
		require.Equal(t, said, f.song(forkID).Metadata.AiTraining)
		for _, ai := range []types.AiTraining{refusal, unspecified, consent} {
			if ai.AsStrictAs(said) {
				must(f, f.msgs.UpdateSong, say(singer, forkID, ai))
			} else {
				err := refused(f, types.ErrLicence, f.msgs.UpdateSong, say(singer, forkID, ai))
				require.ErrorContains(t, err, songID)
			}
		}
	}
	refused(f, types.ErrInvalidMetadata, f.msgs.CreateSong, &types.MsgCreateSong{
		Creator: drummer.address, Name: "x", Metadata: types.Metadata{AiTraining: 3},
	})
}

// Offered work comes under the licence of the song that takes it in; what the offering
// song took from others does not.
func TestPushOffered(t *testing.T) {
	f := newFixture(t)
	bandID, first := f.licensed(drummer, "band", "")
	must(f, f.msgs.GrantFork, &types.MsgGrantFork{Signer: drummer.address, SongId: bandID, Address: guitarist.address, Granted: true})
	forkID := must(f, f.msgs.ForkSong, f.fork(guitarist, bandID, "fork")).SongId
	solo := record(guitarist, "solo", stems("solo"), first.cid)
	f.push(guitarist, forkID, "main", first.cid, solo)

	source, err := types.ParseSongID(forkID)
	require.NoError(t, err)
	offered := func(msg *types.MsgPush, head string) error {
		digest, err := types.ParseDigest(head)
		require.NoError(t, err)
		ctx, write := f.ctx.CacheContext()
		_, err = f.keeper.PushOffered(ctx, proto.Clone(msg).(*types.MsgPush), types.Offer{Song: source, Head: digest})
		if err == nil {
			write()
		}
		return err
	}
	fast := &types.MsgPush{Signer: drummer.address, SongId: bandID, Branch: "main", ExpectedHead: first.cid, Head: solo.cid, Tree: solo.tree}
	refused(f, types.ErrLicence, f.msgs.Push, fast)
	require.ErrorIs(t, offered(fast, first.cid), types.ErrLicence, "the branch went on after it was offered")
	require.NoError(t, offered(fast, solo.cid))
	require.Empty(t, f.obligations(bandID), "it is the band's own")
	// In is in: rollbacks and releases need nobody's word again.
	must(f, f.msgs.Push, &types.MsgPush{Signer: drummer.address, SongId: bandID, Branch: "solo", Head: solo.cid, Tree: solo.tree})
	must(f, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: drummer.address, SongId: bandID, Tag: "v1", Commit: solo.cid})

	// A third song's work in the fork is not the fork's to offer.
	_, sa := f.licensed(singer, "third", by)
	must(f, f.msgs.Push, merging(guitarist, forkID, solo, sa))
	head := f.head(forkID, "main")
	require.NoError(t, offered(pushOf(drummer, bandID, "main", solo.cid, record(drummer, "merge", solo.tree, solo.cid, head)), head))
	require.Equal(t, []string{by + " third", "unspecified third"}, f.obligations(bandID))

	_, closed := f.licensed(singer, "closed", byND)
	must(f, f.msgs.GrantFork, &types.MsgGrantFork{Signer: singer.address, SongId: f.byName(singer, "closed"), Address: guitarist.address, Granted: true})
	must(f, f.msgs.Push, pushOf(guitarist, forkID, "main", head, record(guitarist, "with it", solo.tree, head, closed.cid)))
	next, bandHead := f.head(forkID, "main"), f.head(bandID, "main")
	before := f.export()
	err = offered(pushOf(drummer, bandID, "main", bandHead, record(drummer, "no", solo.tree, bandHead, next)), next)
	require.ErrorIs(t, err, types.ErrLicence)
	require.ErrorContains(t, err, f.byName(singer, "closed"))
	require.Equal(t, string(before), string(f.export()))
}

// The list of songs that keep others out is bounded.
func TestObligationsAreBounded(t *testing.T) {
	f := newFixture(t)
	params := types.DefaultParams()
	params.MaxObligations = 14
	must(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority, Params: params})
	songID, head := f.licensed(drummer, "all", "")
	at := head.cid
	for i := range 15 {
		_, other := f.licensed(drummer, fmt.Sprint("part-", i), byND)
		next := record(drummer, "one more", head.tree, at, other.cid)
		msg := pushOf(drummer, songID, "main", at, next)
		if i < 12 { // and two of AI training
			must(f, f.msgs.Push, msg)
			at = next.cid
			continue
		}
		refused(f, types.ErrLimit, f.msgs.Push, msg)
	}
	params.MaxObligations = 13
	refused(f, types.ErrInvalidParams, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority, Params: params})
}

func (f *fixture) byName(owner musician, name string) string {
	f.Helper()
	res, err := f.queries.SongByName(f.ctx, &types.QuerySongByNameRequest{Owner: owner.address, Name: name})
	require.NoError(f, err)
	return res.Song.Id
}
