package e2e

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/kubotest"
)

// A listener's IPFS node, a stock Kubo, pins a song by one CID and keeps it alive
// when the hub is gone; a second hub takes the song over.
func TestKeepASongOnIPFS(t *testing.T) {
	t.Parallel()
	first := ownHub(t, shared.rpc)
	m := musiciansAt(t, first, "drummer", "singer")
	s := m[0].publishes("kept", band(400))
	s.records("drums.wav", take(410, 2))
	s.does("commit", "-m", "drums again")
	s.does("push")
	head, drums := s.head(), s.cidOf("drums.wav")

	kubo := kubotest.New(t)
	kubo.Start()
	kubo.Run(nil, "swarm", "connect", first.peer(t))
	kubo.Run(nil, "pin", "add", head)
	require.NoError(t, first.process.stop())

	backup := ipfsOutput(t, kubo, "dag", "export", "--progress=false", head)
	audio := 0
	for _, data := range filesOf(t, s.dir) {
		audio += len(data)
	}
	require.Greater(t, len(backup), audio+len(take(400, 2)), "the backup holds the first drums too")
	require.Equal(t, take(410, 2), ipfsOutput(t, kubo, "cat", drums), "byte for byte")
	readFromGateway(t, kubo.GW, head, drums, take(410, 2))

	// The singer's hub is a peer of that node and never met the first hub.
	second := ownHub(t, shared.rpc, "--peer", kubo.Addr())
	m[1].parrots(m[1].desk, "join", second.url)
	opening := m[1].begins("opening", band(420))
	opening.does("push", "--yes")
	eventually(t, "the hub's peer pins what the hub serves", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		return kubo.Command(ctx, "pin", "add", opening.head()).Run() == nil
	})

	first.restart(t)
	kubo.Run(nil, "swarm", "connect", first.peer(t))
	sameSong(t, s, m[1].clones(first.url+"/"+s.id(), "kept"))
}

// A drummer moves a song to a hub that has nothing of it yet: the next push carries
// the whole history there.
func TestMoveASongToAnotherHub(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "listener")
	s := m[0].publishes("moved", band(430))
	id := s.id()

	garage := ownHub(t, shared.rpc)
	for _, one := range m {
		one.parrots(one.desk, "join", garage.url)
	}
	s.does("remote", "remove", "origin")
	s.does("remote", "add", "origin", id)
	s.records("guitar.wav", take(440, 1))
	s.does("commit", "-m", "guitar")
	s.does("push")
	sameSong(t, s, m[1].clones(id, "moved"))
}

// readFromGateway reads a song from a gateway as parrots does: nothing is believed.
func readFromGateway(t *testing.T, gateway, head, stem string, want []byte) {
	t.Helper()
	source, err := ipfs.NewHTTPSource(gateway, nil)
	require.NoError(t, err)
	root, err := cid.Decode(head)
	require.NoError(t, err)
	blocks := ipfs.NewMemStore()
	_, err = ipfs.FetchDAG(t.Context(), source, blocks, ipfs.FetchOptions{}, root)
	require.NoError(t, err)
	file, err := cid.Decode(stem)
	require.NoError(t, err)
	audio, err := ipfs.Open(t.Context(), blocks, file)
	require.NoError(t, err)
	got, err := io.ReadAll(audio)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// peer is the address by which IPFS nodes reach a hub.
func (h *hub) peer(t *testing.T) string {
	t.Helper()
	info, err := h.info(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, info.Peer.Addrs)
	return info.Peer.Addrs[0]
}

// cidOf is the CID of a stem in the last commit.
func (s song) cidOf(path string) string {
	s.t.Helper()
	var shown struct{ Entries []struct{ Path, CID string } }
	s.json(&shown, s.dir, "show", "--tree")
	for _, e := range shown.Entries {
		if e.Path == path {
			return e.CID
		}
	}
	require.FailNow(s.t, "no such stem", path)
	return ""
}

// ipfsOutput is what an ipfs command prints, as bytes.
func ipfsOutput(t *testing.T, kubo *kubotest.Kubo, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := kubo.Command(ctx, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), &errs)
	return out.Bytes()
}
