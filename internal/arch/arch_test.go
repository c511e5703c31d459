package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestArrows(t *testing.T) {
	imports := goList(t)
	require.Contains(t, imports, Module+"/app", "go list saw the whole module")
	require.Empty(t, Check(imports))
}

// goList returns the module's packages with what each imports, tests left out: a
// test may reach for whatever shows that its room works.
func goList(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", Module+"/...")
	out, err := cmd.Output()
	require.NoError(t, err)

	imports := make(map[string][]string)
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			return imports
		} else {
			require.NoError(t, err)
		}
		imports[pkg.ImportPath] = pkg.Imports
	}
}

func TestCheck(t *testing.T) {
	for _, tc := range []struct {
		name, from, to string
		allowed        bool
	}{
		{"a module's keeper uses its types", "x/song/keeper", "x/song/types", true},
		{"a keeper knows the types of what it stands on", "x/credit/keeper", "x/song/types", true},
		{"a keeper does not know the types of what stands on it", "x/song/keeper", "x/credit/types", false},
		{"modules beside each other do not know each other", "x/social/keeper", "x/credit/types", false},
		{"a keeper does not use another keeper", "x/credit/keeper", "x/song/keeper", false},
		{"types do not know their keeper", "x/song/types", "x/song/keeper", false},
		{"types use objects", "x/song/types", "internal/object", true},
		{"the chain does not use history", "x/song/keeper", "internal/history", false},
		{"objects stand alone", "internal/object", "internal/history", false},
		{"a folder below a room is of the room", "internal/ipfs/packstore", "internal/ipfs", true},
		{"a room imports what is below it", "internal/ipfs/node", "internal/ipfs/gateway", true},
		{"the worktree has no network", "internal/worktree", "internal/ipfs", false},
		{"the client links no keeper", "internal/chain", "x/song/keeper", false},
		{"the client links the messages", "internal/chain", "x/song/types", true},
		{"use cases do not speak to a person", "internal/sync", "internal/ui", false},
		{"use cases use the hub's client", "internal/sync", "internal/hub/api", true},
		{"use cases do not link the hub", "internal/sync", "internal/hub", false},
		{"commands use any room", "internal/cli", "internal/worktree", true},
		{"commands do not link the app", "internal/cli", "app", false},
		{"the musician's binary is thin", "cmd/parrots", "internal/sync", false},
		{"the app wires modules", "app", "x/song", true},
		{"the app uses no room of the client", "app", "internal/chain", false},
		{"audio opens files of each container", "internal/audio", "internal/audio/wav", true},
		{"a container does not know who opens it", "internal/audio/wav", "internal/audio", false},
		{"containers do not know each other", "internal/audio/wav", "internal/audio/aiff", false},
		{"samples know no scripts", "internal/audio/pcm", "internal/audio/edit", false},
		{"a merge goes by scripts", "internal/audio/merge", "internal/audio/edit", true},
		{"a merge does not find them", "internal/audio/merge", "internal/audio/align", false},
		{"a comparison knows no files", "internal/audio/compare", "internal/audio", false},
		{"other rooms use any room of audio", "internal/sync", "internal/audio/merge", true},
		{"audio uses nothing else", "internal/audio/intake", "internal/object", false},
		{"nothing imports a package outside every room", "app", "attic", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wrong := Check(map[string][]string{Module + "/" + tc.from: {"fmt", Module + "/" + tc.to}})
			if tc.allowed {
				require.Empty(t, wrong)
			} else {
				require.Equal(t, []string{tc.from + " must not import " + tc.to}, wrong)
			}
		})
	}
}

func TestCheckNamesAPackageInNoRoom(t *testing.T) {
	wrong := Check(map[string][]string{Module + "/attic": {"fmt"}})
	require.Equal(t, []string{"attic is in no room: add it to the table of internal/arch"}, wrong)
}

func TestCheckNamesAFolderOfAudioInNoRoom(t *testing.T) {
	wrong := Check(map[string][]string{Module + "/internal/audio/attic": {"fmt"}, Module + "/internal/audio/pcm": {"fmt"}})
	require.Equal(t, []string{"internal/audio/attic is in no room: add it to the table of internal/arch"}, wrong)
}
