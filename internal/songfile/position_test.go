package songfile_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/songfile"
)

const tps = object.TicksPerSecond

func timelineOf(t *testing.T, text string) *songfile.Timeline {
	t.Helper()
	song, err := songfile.Parse([]byte(text))
	require.NoError(t, err)
	return song.Timeline()
}

func TestPositionsInTime(t *testing.T) {
	tl := timelineOf(t, "")
	for text, want := range map[string]uint64{
		"0": 0, "12.5": 25 * tps / 2, "12.5 s": 25 * tps / 2, "1:02.5": 125 * tps / 2, "1:00:00": 3600 * tps, "90:00": 5400 * tps,
		"9000 ticks": 9000, "0.000000001": 1, "0.0000000007": 0, "0.00000000071": 1,
		"0.1": tps / 10, // a float would be off
	} {
		p, err := songfile.ParsePosition(text)
		require.NoError(t, err, text)
		ticks, err := tl.Ticks(p)
		require.NoError(t, err)
		require.Equal(t, want, ticks, text)
	}
	for _, text := range []string{"", "x", "-1", "1:60", "1:2:3:4", "1:-2", "12,5", "1e3", "bar", "bar 0", "bar x", "1|", "|1", "1|0.5", "0|1", "1.", ".", "--1", "99999999999999999", "1:61:00", "5000000000 s ticks"} {
		_, err := songfile.ParsePosition(text)
		require.Error(t, err, text)
	}
}

func TestBarsFollowTempoAndTimeSignature(t *testing.T) {
	tl := timelineOf(t, `
time_signature: {bar 1: 4/4, bar 3: 6/8, bar 5: 3+2/8}
tempo: {bar 1: 120, bar 3: 60, 10: 90}
`)
	// Two bars of four quarters at 120 are 4 s. Then six eighths a bar at 60: 3 s each.
	for text, want := range map[string]string{
		"bar 1": "0", "1|1": "0", "bar 2 beat 3": "3", "2|3.5": "3.25", "bar 3": "4", "3|4": "5.5", "bar 4": "7", "bar 5": "10",
		// Five eighths a bar at 90: 5/3 s each.
		"bar 8": "15",
	} {
		p, err := songfile.ParsePosition(text)
		require.NoError(t, err)
		require.True(t, p.InBars())
		ticks, err := tl.Ticks(p)
		require.NoError(t, err)
		require.Equal(t, want, songfile.FormatSeconds(ticks), text)
		place, ok := tl.At(ticks)
		require.True(t, ok)
		back, err := songfile.ParsePosition(place.String())
		require.NoError(t, err)
		again, err := tl.Ticks(back)
		require.NoError(t, err)
		require.Equal(t, ticks, again, "%s is %s", text, place)
	}
	place, ok := tl.AtFrame(48000*5, 48000)
	require.True(t, ok)
	require.Equal(t, "3|3", place.String())
	_, ok = timelineOf(t, "title: x").At(0)
	require.False(t, ok)
	_, ok = tl.AtFrame(1<<62, 1)
	require.True(t, ok)
}

func TestAPlaceNeverRoundsIntoTheNextBeat(t *testing.T) {
	tl := timelineOf(t, "tempo: 97")
	p, err := songfile.ParsePosition("bar 2")
	require.NoError(t, err)
	ticks, err := tl.Ticks(p)
	require.NoError(t, err)
	place, _ := tl.At(ticks - 1)
	require.Equal(t, "1|4.999", place.String())
}

func TestSecondsAreShortAndExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	tl := timelineOf(t, "")
	for range 2000 {
		ticks := rng.Uint64N(1 << (1 + rng.UintN(52)))
		p, err := songfile.ParsePosition(songfile.FormatSeconds(ticks))
		require.NoError(t, err)
		back, err := tl.Ticks(p)
		require.NoError(t, err)
		require.Equal(t, ticks, back)
	}
	require.Equal(t, "12.5", songfile.FormatSeconds(25*tps/2))
}

func TestFrames(t *testing.T) {
	for _, rate := range []int{8000, 11025, 22050, 44100, 48000, 88200, 96000, 176400, 192000} {
		for _, frame := range []int64{0, 1, 17, 44_100_001} {
			require.Equal(t, frame, songfile.Frames(songfile.Ticks(frame, rate), rate), "exact at %d", rate)
			require.Zero(t, tps%rate)
		}
	}
	require.EqualValues(t, 0, songfile.Frames(7350, 48000), "half a frame goes to the even one")
	require.EqualValues(t, 2, songfile.Frames(3*7350, 48000))
	require.EqualValues(t, 1, songfile.Frames(7351, 48000))
}
