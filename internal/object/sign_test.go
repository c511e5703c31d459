package object

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckChainID(t *testing.T) {
	for _, good := range []string{"parrots-1", "c", "parrots_9000-1", strings.Repeat("a", 50)} {
		require.NoError(t, CheckChainID(good), good)
	}
	for _, bad := range []string{
		"", strings.Repeat("a", 51), "parrots-1\n", "parrots-1\ncommit: bafy", "parrots-1\r", "par rots", "parrots\x00", "párrots-1",
	} {
		require.Error(t, CheckChainID(bad), bad)
	}
}
