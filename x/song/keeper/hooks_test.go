package keeper_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/song/types"
)

// listener is a module that hooks in: it notes what it hears, and may refuse.
type listener struct {
	types.NoHooks
	songs    []string
	commits  []types.CommitAdded
	releases []string
	licences []string
	refuse   error
}

func (l *listener) AfterSongCreated(_ context.Context, song types.Song) error {
	l.songs = append(l.songs, song.Id)
	return l.refuse
}

func (l *listener) AfterCommitAdded(_ context.Context, added types.CommitAdded) error {
	l.commits = append(l.commits, added)
	return l.refuse
}

func (l *listener) AfterReleasePublished(_ context.Context, _ types.Song, release types.Release) error {
	l.releases = append(l.releases, release.Tag)
	return l.refuse
}

func (l *listener) BeforeSongUpdated(_ context.Context, before, after types.Song, _ []byte) error {
	l.licences = append(l.licences, before.Metadata.Licence+" > "+after.Metadata.Licence)
	return l.refuse
}

func TestHooksHear(t *testing.T) {
	f := newFixture(t)
	var l listener
	f.keeper.SetHooks(types.NoHooks{}, &l)
	song := f.createSong(drummer, "blue-bossa")
	f.setRole(drummer, song, guitarist, types.Role_ROLE_WRITER)

	first := record(drummer, "Count in", stems("kick"))
	second := record(guitarist, "Chords", stems("kick", "guitar"), first.cid).signedBy(guitarist, chainID)
	f.push(drummer, song, "main", "", first, second)
	require.Len(t, l.commits, 2)
	require.Nil(t, l.commits[0].Tree, "the push carried the head's tree only")
	require.Len(t, l.commits[1].Tree.Entries, 2)
	require.Equal(t, second.cid, l.commits[1].Digest.String())
	require.True(t, l.commits[1].Maintained)
	require.NotEqual(t, l.commits[1].Commit.Author, l.commits[1].Pusher)

	f.push(drummer, song, "again", "", first, second)
	require.Len(t, l.commits, 2, "known commits are not new")
	f.push(guitarist, song, "solo", second.cid[:0], record(guitarist, "Solo", stems("kick", "solo"), second.cid))
	require.False(t, l.commits[2].Maintained, "a writer is no maintainer")

	fork := must(f, f.msgs.ForkSong, &types.MsgForkSong{Creator: guitarist.address, ParentId: song}).SongId
	must(f, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: drummer.address, SongId: song, Tag: "v1", Commit: second.cid})
	must(f, f.msgs.UpdateSong, &types.MsgUpdateSong{Signer: drummer.address, SongId: song, Metadata: types.Metadata{Licence: "CC0-1.0"}})
	require.Equal(t, []string{song, fork}, l.songs)
	require.Equal(t, []string{"v1"}, l.releases)
	require.Equal(t, []string{"CC-BY-4.0 > CC0-1.0"}, l.licences)
}

func TestHooksRefuse(t *testing.T) {
	f := newFixture(t)
	song := f.createSong(drummer, "blue-bossa")
	first := record(drummer, "Count in", stems("kick"))
	f.push(drummer, song, "main", "", first)

	no := errors.New("not with us")
	f.keeper.SetHooks(&listener{refuse: no})
	refused(f, no, f.msgs.CreateSong, &types.MsgCreateSong{Creator: drummer.address, Name: "other"})
	refused(f, no, f.msgs.ForkSong, &types.MsgForkSong{Creator: singer.address, ParentId: song})
	refused(f, no, f.msgs.Push, pushOf(drummer, song, "main", first.cid, record(drummer, "More", stems("snare"), first.cid)))
	refused(f, no, f.msgs.UpdateSong, &types.MsgUpdateSong{Signer: drummer.address, SongId: song})
	refused(f, no, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: drummer.address, SongId: song, Tag: "v1", Commit: first.cid})
}
