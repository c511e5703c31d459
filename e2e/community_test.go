package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// listed is what the lists of the community show with --json, as far as the story
// looks at it.
type listed struct {
	Items []struct {
		What, Text, Name string
		Username         string
		Wallet           struct{ Username string }
		Who              struct{ Username string }
	}
	Next string
}

type said struct {
	ID, Text, At, Stem, Commit string
	Author                     struct{ Username string }
	Edited, Deleted, Hidden    bool
	Replies                    int
	Position                   int64
}

// The drummer publishes a song; the singer hears of it, respects it, and says what
// she thinks at a moment of it; they talk.
func TestCommunity(t *testing.T) {
	t.Parallel()
	people := musicians(t, "drummer", "singer")
	drummer, singer := people[0], people[1]
	for i, m := range people {
		m.parrots(m.desk, "profile", "edit", "--username", []string{"drum", "sing"}[i]+"-of-e2e", "--bio", "Plays\nloud", "--yes")
	}
	song := drummer.publishes("talked-about", band(700))
	id := song.id()

	singer.parrots(singer.desk, "follow", "@drum-of-e2e")
	var feed listed
	singer.json(&feed, singer.desk, "feed", "--following")
	require.Len(t, feed.Items, 2)
	require.Equal(t, "commits", feed.Items[0].What)
	require.Equal(t, "song", feed.Items[1].What)
	require.Equal(t, "talked-about", feed.Items[0].Name)
	require.Equal(t, "drum-of-e2e", feed.Items[0].Who.Username)

	singer.parrots(singer.desk, "respect", id)
	require.Equal(t, exitRefused, singer.run(singer.desk, "respect", id).code, "once is enough")
	var respects listed
	song.json(&respects, song.dir, "respect", "--list")
	require.Equal(t, "sing-of-e2e", respects.Items[0].Wallet.Username)

	var first, reply said
	singer.json(&first, singer.desk, "comment", "add", "softer here", "--song", id, "--at", "1:32", "--on", "kick.wav")
	require.Equal(t, "1:32", first.At)
	require.EqualValues(t, 64_915_200_000, first.Position)
	require.Equal(t, song.head(), first.Commit)
	var inbox struct{ Comments []said }
	drummer.json(&inbox, drummer.desk, "inbox")
	require.Equal(t, first.ID, inbox.Comments[0].ID)
	require.Equal(t, "sing-of-e2e", inbox.Comments[0].Author.Username)
	drummer.json(&reply, drummer.desk, "comment", "reply", first.ID, "I will")
	singer.json(&inbox, singer.desk, "inbox")
	require.Equal(t, "I will", inbox.Comments[0].Text)

	var edited, hidden said
	singer.json(&edited, singer.desk, "comment", "edit", first.ID, "much softer here")
	require.True(t, edited.Edited)
	require.Equal(t, 1, edited.Replies)
	drummer.json(&hidden, drummer.desk, "comment", "hide", first.ID)
	require.True(t, hidden.Hidden)
	require.Equal(t, exitRefused, singer.run(singer.desk, "comment", "hide", first.ID, "--undo").code)

	// The same over the node's own commands.
	singer.accepts("social", "comment", "and here", "--song-id", id, "--target", "commit", "--commit", song.head(),
		"--place", `{"stem":"kick.wav","timed":true,"position":"64915200000"}`)
	singer.accepts("social", "comment", "please", "--parent", first.ID)
	var list struct{ Items []said }
	singer.json(&list, singer.desk, "comment", "list", "--song", id, "--commit", song.head())
	require.Len(t, list.Items, 1)
	require.Equal(t, "1:32", list.Items[0].At)
	singer.json(&list, singer.desk, "comment", "list", first.ID)
	require.Equal(t, "please", list.Items[1].Text)

	drummer.parrots(drummer.desk, "block", "@sing-of-e2e")
	require.Equal(t, exitRefused, singer.run(singer.desk, "comment", "add", "boo", "--song", id).code)
	var found struct {
		Songs  []struct{ Song string }
		People []struct{ Username string }
	}
	singer.json(&found, singer.desk, "search", "talked")
	require.Equal(t, id, found.Songs[0].Song)
	singer.json(&found, singer.desk, "search", "@drum-of")
	require.Equal(t, "drum-of-e2e", found.People[0].Username)
}
