package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
)

// A guitarist who joins for one take owns no coin. The drummer sponsors the fees, and
// the take is pushed as if there were none.
func TestPushWithASponsor(t *testing.T) {
	t.Parallel()
	drummer := musicians(t, "drummer")[0]
	guitarist := newcomer(t, "guitarist")
	guitarist.parrots(guitarist.desk, "join", shared.hub.url)
	original := drummer.publishes("sponsored", band(600))
	drummer.accepts("feegrant", "grant", drummer.address, guitarist.address,
		"--allowed-messages", "/parrots.song.v1.MsgPush,/parrots.song.v1.MsgForkSong", "--spend-limit", "1000000ufeather")

	fork := guitarist.forks(original.id(), "sponsored")
	fork.records("guitar.wav", take(610, 1))
	fork.does("commit", "-m", "guitar")
	fork.does("push", "--yes")
	require.Equal(t, fork.head(), fork.onChain("main"))
	balance, err := shared.client(t).Balance(t.Context(), guitarist.address)
	require.NoError(t, err)
	require.True(t, balance.IsZero(), "the guitarist has paid nothing, and has %s%s", balance, chain.FeeDenom)
}
