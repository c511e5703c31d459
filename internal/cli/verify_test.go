package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain/proof"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// TestTermsAreSomebodysWord: a licence that the author did not choose is not shown as
// theirs.
func TestTermsAreSomebodysWord(t *testing.T) {
	s := &proof.Statement{Author: "parrot1author", Pusher: "parrot1author"}
	require.Equal(t, "under LicenseRef-All-Rights-Reserved", termsOf(s))
	s.Licence, s.AiTraining = "CC-BY-4.0", songtypes.AiTraining_AI_TRAINING_REFUSAL
	require.Equal(t, "under CC-BY-4.0, AI training: refusal", termsOf(s))
	s.Pusher = "parrot1other"
	require.Contains(t, termsOf(s), "not of the author")
}
