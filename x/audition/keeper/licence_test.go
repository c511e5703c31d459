package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func (b *band) licence(who, song, licence string) {
	b.Helper()
	must(b.fixture, b.songs.UpdateSong, &songtypes.MsgUpdateSong{
		Signer: who, SongId: song, Metadata: songtypes.Metadata{Licence: licence},
	})
}

// What is offered comes under the song's licence, and no more than what is offered.
func TestOfferedWorkComesUnderTheSongsLicence(t *testing.T) {
	b := newBand(t)
	b.licence(guitarist, b.fork, "LicenseRef-All-Rights-Reserved")
	take := b.record(guitarist, b.fork, "solo", "Take 2, all rights reserved")
	number := b.open()
	more := b.record(guitarist, b.fork, "solo", "Not for you yet")

	main := b.head(b.song, "main")
	c, link := commitOn(drummer, "Merge", main, more)
	msg := b.merge(drummer, number)
	msg.Push.Commits, msg.OfferedEdges = []songtypes.Commit{c}, []songtypes.MergeEdge{{Commit: link, Parent: 1}}
	require.ErrorContains(t, refused(b.fixture, songtypes.ErrLicence, b.msgs.MergeAudition, msg), b.fork)

	push := b.merge(drummer, number).Push
	_, _, err := deliver(b.fixture, b.songs.Push, &push)
	require.ErrorIs(t, err, songtypes.ErrLicence, "a plain push is not what the guitarist offered")
	must(b.fixture, b.msgs.MergeAudition, b.merge(drummer, number))
	require.Equal(t, take, b.show(number).Latest.Head)
}

// What the fork has taken from a third song binds whoever takes the fork's work.
func TestThirdSongsLicenceBinds(t *testing.T) {
	b := newBand(t)
	third := b.createSong(stranger, "third")
	b.licence(stranger, third, "CC-BY-SA-4.0")
	loop := b.record(stranger, third, "main", "Loop")
	b.licence(guitarist, b.fork, "CC-BY-SA-4.0")
	head := b.head(b.fork, "solo")
	c, _ := commitOn(guitarist, "With a loop", head, loop)
	must(b.fixture, b.songs.Push, &songtypes.MsgPush{
		Signer: guitarist, SongId: b.fork, Branch: "solo", ExpectedHead: head, Commits: []songtypes.Commit{c},
	})
	number := b.open()
	require.ErrorContains(t, refused(b.fixture, songtypes.ErrLicence, b.msgs.MergeAudition, b.merge(drummer, number)), third)
	require.Equal(t, types.Status_STATUS_OPEN, b.show(number).Audition.Status)
	b.licence(drummer, b.song, "CC-BY-SA-4.0")
	must(b.fixture, b.msgs.MergeAudition, b.merge(drummer, number))
}

// A writer may offer a song's work, but not give its licence away by that: that is for
// those who may change it.
func TestWritersOfferUnderTheSourcesLicence(t *testing.T) {
	b := newBand(t)
	b.licence(guitarist, b.fork, "LicenseRef-All-Rights-Reserved")
	b.setRole(guitarist, b.fork, stranger, songtypes.Role_ROLE_WRITER)
	b.record(guitarist, b.fork, "solo", "Take 2, all rights reserved")

	own := must(b.fixture, b.songs.ForkSong, &songtypes.MsgForkSong{Creator: stranger, ParentId: b.song, Name: "grab"}).SongId
	b.song = own
	offer := b.offer()
	offer.Opener = stranger
	number := must(b.fixture, b.msgs.OpenAudition, offer).Number
	must(b.fixture, b.msgs.MergeAudition, b.merge(stranger, number))

	_, _, err := deliver(b.fixture, b.songs.ForkSong, &songtypes.MsgForkSong{Creator: singer, ParentId: own, Name: "grabbed"})
	require.ErrorIs(t, err, songtypes.ErrLicence)
	require.ErrorContains(t, err, b.fork)
}
