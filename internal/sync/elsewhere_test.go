package sync

import (
	"context"
	"errors"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/repo"
)

// getter gives blocks as a function does.
type getter func(cid.Cid) (ipfs.Block, error)

func (g getter) Get(_ context.Context, c cid.Cid) (ipfs.Block, error) { return g(c) }

func TestFetchGoesOnElsewhere(t *testing.T) {
	ctx := context.Background()
	theirs, author := newSong(t)
	head := commitFile(t, theirs, author, "bass.wav", "bass")
	net := newFakeNet()
	_, err := pushMain(theirs, author, net)
	require.NoError(t, err)
	config, err := theirs.Repo.Config()
	require.NoError(t, err)

	half := net.otherHub()
	block, err := net.store.Get(ctx, head)
	require.NoError(t, err)
	require.NoError(t, half.store.Put(ctx, block), "it has the commit and nothing below")
	remote := half.remote()
	remote.Song = config.Song
	ours, _ := newSong(t)
	var told []string
	ours.Notice = func(text string) { told = append(told, text) }

	_, err = ours.Fetch(ctx, remote)
	require.ErrorIs(t, err, ipfs.ErrNotFound)
	lies := getter(func(c cid.Cid) (ipfs.Block, error) {
		if c == head {
			return block, nil
		}
		return ipfs.Block{}, &ipfs.CorruptError{CID: c, Where: "liar"}
	})
	down := getter(func(cid.Cid) (ipfs.Block, error) { return ipfs.Block{}, errors.New("no route to host") })
	places := []Place{{"down", down, down}, {"liar", lies, lies}}
	remote.Elsewhere = func(context.Context) ([]Place, error) { return places, nil }
	_, err = ours.Fetch(ctx, remote)
	require.ErrorIs(t, err, ipfs.ErrNotFound)
	_, err = ours.Repo.Ref(repo.RemoteRef(repo.OriginRemote, "main"))
	require.ErrorIs(t, err, repo.ErrNoRef)

	told = nil
	places = append(places, Place{"honest", net.store, net.store})
	fetched, err := ours.Fetch(ctx, remote)
	require.NoError(t, err)
	require.Equal(t, 1, fetched.Commits)
	require.Equal(t, []string{
		"the hub lacks some of the song; going on with liar", "the hub lacks some of the song; going on with honest",
	}, told)
	missing, err := ipfs.Missing(ctx, ours.Blocks, ipfs.Bounds{}, head)
	require.NoError(t, err)
	require.Empty(t, missing)
}
