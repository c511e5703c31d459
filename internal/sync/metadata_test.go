package sync

import (
	"testing"

	"github.com/stretchr/testify/require"

	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func TestPushTellsTheChainWhatTheSongFileSays(t *testing.T) {
	song, author := newSong(t)
	commitFile(t, song, author, "song.yaml", "title: Night Train\ntempo: {bar 1: 96.5, bar 9: 100}\nkey: Am\n")
	net := newFakeNet()
	pushed, err := pushMain(song, author, net)
	require.NoError(t, err)
	require.Equal(t, songtypes.Metadata{Title: "Night Train", TempoMbpm: 96500, Key: "A minor", Hints: []string{"http://hub"}}, net.songs[pushed.Song].Metadata)

	// Nothing is said again that did not change.
	commitFile(t, song, author, "bass.wav", "bass")
	net.messages = nil
	_, err = pushMain(song, author, net)
	require.NoError(t, err)
	require.Len(t, net.messages, 1)

	// What changed goes with the push; what it did not change stays as
	// it was said on the chain.
	on := net.songs[pushed.Song]
	on.Metadata.Licence, on.Metadata.TimeSignature, on.Metadata.Key = "CC-BY-4.0", "3/4", "B minor"
	net.songs[pushed.Song] = on
	commitFile(t, song, author, "song.yaml", "title: Day Train\nkey: Am\n")
	net.messages, net.calls = nil, nil
	_, err = pushMain(song, author, net)
	require.NoError(t, err)
	require.Len(t, net.messages, 2)
	require.Equal(t, []string{"begin", "send", "transaction", "complete"}, net.calls, "in one transaction")
	require.Equal(t, songtypes.Metadata{Title: "Day Train", TempoMbpm: 96500, Key: "B minor", TimeSignature: "3/4", Licence: "CC-BY-4.0", Hints: []string{"http://hub"}}, net.songs[pushed.Song].Metadata)
}

func TestPushTellsOnlyWhatItMay(t *testing.T) {
	for _, tc := range []struct {
		name  string
		role  songtypes.Role
		files string
		tells bool
	}{
		{"a maintainer", songtypes.Role_ROLE_MAINTAINER, "title: new", true},
		{"a writer", songtypes.Role_ROLE_WRITER, "title: new", false},
		{"a maintainer with a broken file", songtypes.Role_ROLE_MAINTAINER, "title: [", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			song, author := newSong(t)
			commitFile(t, song, author, "bass.wav", "bass")
			net := newFakeNet()
			pushed, err := pushMain(song, author, net)
			require.NoError(t, err)
			on := net.songs[pushed.Song]
			on.Owner = "somebody"
			net.songs[pushed.Song] = on
			net.collaborators = []songtypes.Collaborator{{Address: author.Address, Role: tc.role}}
			commitFile(t, song, author, "song.yaml", tc.files)
			var notices []string
			song.Notice = func(s string) { notices = append(notices, s) }
			_, err = pushMain(song, author, net)
			require.NoError(t, err)
			require.Equal(t, tc.tells, net.songs[pushed.Song].Metadata.Title == "new")
			if tc.files == "title: [" {
				require.Len(t, notices, 1)
				require.Contains(t, notices[0], "song.yaml:")
			}
		})
	}
}

// A sponsor who pays for pushes alone keeps nobody from pushing.
func TestPushGoesOnWithoutWhatIsRefused(t *testing.T) {
	song, author := newSong(t)
	commitFile(t, song, author, "song.yaml", "title: a")
	net := newFakeNet()
	_, err := pushMain(song, author, net)
	require.NoError(t, err)
	net.noUpdates = true
	head := commitFile(t, song, author, "song.yaml", "title: b")
	var notices []string
	song.Notice = func(s string) { notices = append(notices, s) }
	pushed, err := pushMain(song, author, net)
	require.NoError(t, err)
	require.Equal(t, head, net.heads[pushed.Song+"/main"])
	require.Equal(t, "a", net.songs[pushed.Song].Metadata.Title)
	require.Len(t, notices, 1)
}
