package cli

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/localnet"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func TestCloneHint(t *testing.T) {
	hint := func(err error) string {
		var own *hintError
		require.ErrorAs(t, cloneHint(err, songtypes.Song{Id: "song1x"}, "night train"), &own)
		return own.hint
	}
	require.Contains(t, hint(&ipfs.NotFoundError{CID: cid.Undef}), "no hub")
	require.Contains(t, hint(errors.New("cut off")), "`parrots clone song1x 'night train'`")
	require.NotContains(t, hint(errors.New("cut off")), "no hub")
}

func TestPlaces(t *testing.T) {
	hints := []string{"https://here", "/ip4/127.0.0.1/tcp/1", "https://there; rm -rf ~", "https://there/", "https://there", "http://127.0.0.1:1"}
	list, err := places("https://here", hints)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, "https://there", list[0].Name)
	block, err := ipfs.NewBlock(ipfs.CodecRaw, nil)
	require.NoError(t, err)
	_, err = list[1].Probe.Get(t.Context(), block.CID())
	require.ErrorIs(t, err, ipfs.ErrPrivate, "a public hub's songs lead nowhere inside")
	list, err = places("http://127.0.0.1:2", hints)
	require.NoError(t, err)
	_, err = list[2].Probe.Get(t.Context(), block.CID())
	require.NotErrorIs(t, err, ipfs.ErrPrivate, "a localnet's do")
}

func TestShellWord(t *testing.T) {
	require.Equal(t, "/home/mina/song-1", shellWord("/home/mina/song-1"))
	require.Equal(t, "'/home/mina/my song'", shellWord("/home/mina/my song"))
	require.Equal(t, `'it'\''s'`, shellWord("it's"))
	require.Equal(t, "'~'", shellWord("~"))
}

func TestResetRemovesALocalnetOnly(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"wallets", "node", "hub.log", "node.pid", "localnet.json", "localnet.json.tmp"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	mine := filepath.Join(dir, "my-song")
	require.NoError(t, os.Mkdir(mine, 0o700))
	require.ErrorIs(t, resetLocalnet(dir), localnet.ErrState)
	require.DirExists(t, mine)
	require.NoError(t, os.Remove(mine))
	require.NoError(t, resetLocalnet(dir))
	require.NoDirExists(t, dir)
}
