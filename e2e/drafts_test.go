package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
)

// A guitarist who never goes online after joining hands a draft over as a file; the
// drummer listens to it with no hub and no chain, and pushes it in the guitarist's
// name.
func TestHandADraftOver(t *testing.T) {
	t.Parallel()
	away := ownHub(t, shared.rpc)
	m := musiciansAt(t, away, "drummer", "guitarist")
	published := m[0].publishes("drafts", band(70))
	draft := m[1].clones(published.id(), "drafts")
	require.NoError(t, away.process.stop(), "from here on there is no hub and no chain")

	guitar := take(80, 1)
	draft.records("guitar.wav", guitar)
	draft.does("commit", "-m", "an idea", "--role", "StudioMusician", "--instrument", "guitar")
	usb := filepath.Join(t.TempDir(), "idea.parrots")
	draft.does("bundle", "--since", published.head(), usb)

	published.does("pull", usb)
	require.Equal(t, guitar, published.hears("guitar.wav"))
	require.Equal(t, draft.head(), published.head(), "the same commit, not a copy of it")

	away.restart(t)
	published.does("push")
	require.Equal(t, draft.head(), published.onChain("main"))
	id, err := cid.Decode(draft.head())
	require.NoError(t, err)
	known, err := shared.client(t).Commit(t.Context(), id)
	require.NoError(t, err)
	author, err := chain.FormatAddress(known.Commit.Author)
	require.NoError(t, err)
	require.Equal(t, m[1].address, author, "the drummer paid, the guitarist is the author")
	require.NotNil(t, known.Signature, "the chain keeps the guitarist's signature")
}

// A draft that was changed on its way is refused and changes nothing.
func TestDamagedDraft(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "guitarist")
	from := m[0].begins("damaged", band(90))
	usb := filepath.Join(t.TempDir(), "song.parrots")
	from.does("bundle", usb)
	data, err := os.ReadFile(usb)
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	require.NoError(t, os.WriteFile(usb, data, 0o644))

	into := song{m[1], filepath.Join(m[1].desk, "damaged")}
	into.parrots(m[1].desk, "init", "damaged")
	before := filesOf(t, into.dir)
	into.cannot(exitCorrupt, "pull", usb)
	require.Equal(t, before, filesOf(t, into.dir))
	var history []logged
	into.json(&history, into.dir, "log", "--all")
	require.Empty(t, history)
}
