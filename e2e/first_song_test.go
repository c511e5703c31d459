package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A drummer makes a song from a folder of stems and publishes it; a singer who has
// seen nothing of it gets every byte.
func TestPublishAFirstSong(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "singer")
	drummer, singer := m[0], m[1]

	night := drummer.begins("night-train", band(1))
	require.Equal(t, exitUsage, night.run(night.dir, "push").code, "a first push asks, and nobody is there to answer")
	says := night.run(night.dir, "push", "--yes").errors
	require.Contains(t, says, "public for good")

	byID := singer.clones(night.id(), "train")
	sameSong(t, night, byID)
	byName := singer.clones(drummer.address+"/night-train", "train-again")
	sameSong(t, night, byName)
	require.Equal(t, night.head(), byID.head())
	require.Equal(t, night.head(), night.onChain("main"))

	require.Contains(t, night.does("push"), "nothing to push")
	require.Contains(t, byID.does("status"), "main")
}
