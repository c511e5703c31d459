package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/social/types"
)

func TestFoldUsername(t *testing.T) {
	for _, same := range [][]string{
		{"drummer", "drurnmer", "drum-mer", "dr.u_m-mer", "clrummer"},
		{"oil", "0il", "oll", "o1l", "0.1.i"},
		{"wave", "vvave"},
		{"bass5", "8ass5", "bas55"},
		{"queen", "gueen", "9ueen"},
	} {
		for _, name := range same[1:] {
			require.Equal(t, types.FoldUsername(same[0]), types.FoldUsername(name), name)
		}
	}
	require.NotEqual(t, types.FoldUsername("drummer"), types.FoldUsername("drummers"))
	require.NotEqual(t, types.FoldUsername("jim"), types.FoldUsername("kim"))
}

// FuzzUsername: what is a username folds to letters and digits, of a bounded length,
// and is a prefix of usernames.
func FuzzUsername(f *testing.F) {
	for _, s := range []string{"drummer", "dr.um-mer", "a\u0435b", "", "-a-", "parrot1x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if types.CheckUsername(s) != nil {
			return
		}
		folded := types.FoldUsername(s)
		require.NotEmpty(t, folded)
		require.LessOrEqual(t, len(folded), 2*types.MaxUsernameBytes)
		for i := range len(folded) {
			require.True(t, folded[i] >= 'a' && folded[i] <= 'z' || folded[i] >= '0' && folded[i] <= '9', folded)
		}
		require.NoError(t, types.CheckUsernamePrefix(s))
	})
}
