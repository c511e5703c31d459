package e2e

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The words that every BIP-39 test uses. Every wallet of the Cosmos kind, Keplr too,
// makes cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4 of them; this is the same
// account under our prefix.
const (
	knownWords   = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
	knownAddress = "parrot19rl4cm2hmr8afy4kldpxz3fka4jguq0av0pygl"
)

// A musician brings the words from another machine and is the same person.
func TestBringAKey(t *testing.T) {
	t.Parallel()
	m := newcomer(t, "singer")
	cmd := m.command(t.Context(), m.desk, "key", "import", "known")
	cmd.Stdin = strings.NewReader(knownWords + "\n")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	require.NoError(t, cmd.Run(), &errs)
	require.Equal(t, knownAddress, strings.TrimSpace(m.parrots(m.desk, "key", "show", "known")))

	home := filepath.Join(t.TempDir(), "parrotsd")
	words := filepath.Join(t.TempDir(), "words")
	song{m, filepath.Dir(words)}.records("words", []byte(knownWords))
	_, err := output(t.Context(), parrotsd, "keys", "add", "known", "--recover", "--source", words,
		"--keyring-backend", "test", "--home", home)
	require.NoError(t, err)
	address, err := output(t.Context(), parrotsd, "keys", "show", "known", "--address", "--keyring-backend", "test", "--home", home)
	require.NoError(t, err)
	require.Equal(t, knownAddress, strings.TrimSpace(address), "the node's own tool agrees")
}
