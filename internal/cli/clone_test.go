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
	song := songtypes.Song{Id: "song1x", Metadata: songtypes.Metadata{Hints: []string{
		"http://here", "/ip4/127.0.0.1/tcp/1", "https://there; rm -rf ~", "https://there",
	}}}
	hint := func(err error) string {
		var own *hintError
		require.ErrorAs(t, cloneHint(err, "http://here", song, "night train"), &own)
		return own.hint
	}
	require.Contains(t, hint(&ipfs.NotFoundError{CID: cid.Undef}), "`parrots clone https://there/song1x 'night train'`")
	require.Contains(t, hint(errors.New("cut off")), "`parrots clone song1x 'night train'`")
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
