package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

func TestMinutes(t *testing.T) {
	for ticks, want := range map[int64]string{
		0: "0:00", 92 * object.TicksPerSecond: "1:32", 92*object.TicksPerSecond + object.TicksPerSecond/4: "1:32.25",
		3601 * object.TicksPerSecond: "60:01", object.TicksPerSecond - 1: "0:00.999",
	} {
		require.Equal(t, want, minutes(ticks))
	}
}

// A moment that is written as minutes is the one that the chain is told.
func TestPlaceOf(t *testing.T) {
	a, _, _ := testApp()
	place, err := a.placeOf("1:32", "vocals.wav", true)
	require.NoError(t, err)
	require.Equal(t, socialtypes.Place{Stem: "vocals.wav", Timed: true, Position: 92 * object.TicksPerSecond}, place)
	place, err = a.placeOf("", "vocals.wav", false)
	require.NoError(t, err)
	require.Equal(t, socialtypes.Place{Stem: "vocals.wav"}, place)
	place, err = a.placeOf("0", "", true)
	require.NoError(t, err)
	require.Equal(t, socialtypes.Place{Timed: true}, place)
}

// What strangers wrote cannot drive the terminal.
func TestCommentsAreShownClean(t *testing.T) {
	a, out, _ := testApp()
	a.printComment(commentOf(socialtypes.Comment{
		Id: "comment1x", Author: socialtypes.Name{Address: "parrot1x", Username: "sin\x1b[2Jger"}, Body: "so\x1b[31mft\nhere",
		Place: socialtypes.Place{Stem: "vocals\r.wav", Timed: true, Position: 92 * object.TicksPerSecond},
		Time:  time.Unix(1_800_000_000, 0), EditedHeight: 3, Replies: 2,
	}))
	require.Equal(t, `comment1x
2027-01-15 08:00  @sin?[2Jger  at 1:32 on vocals?.wav (edited)
    so?[31mft
    here
    2 to read: parrots comment list comment1x

`, out.String())
	require.False(t, bytes.ContainsAny(out.Bytes(), "\x1b\r"))
}

// Every kind of news has its words, for a person and for a script.
func TestFeedHasWords(t *testing.T) {
	seen := make(map[string]bool)
	for kind := range socialtypes.FeedKind_name {
		if kind == 0 {
			continue
		}
		e := feedEntry(socialtypes.FeedEntry{Kind: socialtypes.FeedKind(kind), SongName: "blue-bossa", Commits: 3, Audition: 7, Release: "v1"})
		require.NotEmpty(t, e.What)
		require.Contains(t, e.did(), "blue-bossa")
		require.False(t, seen[e.did()], e.did())
		seen[e.did()] = true
	}
	require.Equal(t, "pushed 1 commit to blue-bossa", feedJSON{What: "commits", Name: "blue-bossa", Commits: 1}.did())
}
