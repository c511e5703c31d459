package worktree

import (
	"crypto/sha256"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func someIndex() index {
	return index{
		files: []cached{
			{path: "P/a.als", cid: rawCID([]byte("a")), stat: stat{1, 1700000000123456789, 7, -5}, mtime: 1 << 40},
			{path: "kick.wav", cid: rawCID([]byte("k")), stat: stat{size: 1 << 40}, racy: true, facts: facts{true, "pcm", 48000, 2, 24, 1 << 30, string(object.CIDOf(nil).Hash())}},
		},
		projects: []project{{"P", object.CIDOf(nil), 1}},
	}
}

func TestIndexComesBack(t *testing.T) {
	got, err := decodeIndex(someIndex().encode())
	require.NoError(t, err)
	require.Equal(t, someIndex(), got)
}

// FuzzIndex gives the decoder bytes whose checksum is right.
func FuzzIndex(f *testing.F) {
	whole := someIndex().encode()
	f.Add(whole[len(indexMagic) : len(whole)-sha256.Size])
	f.Add([]byte{0, 0})
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, body []byte) {
		data := append([]byte(indexMagic), body...)
		sum := sha256.Sum256(data)
		ix, err := decodeIndex(append(data, sum[:]...))
		if err != nil {
			require.ErrorIs(t, err, errIndex)
			return
		}
		again, err := decodeIndex(ix.encode())
		require.NoError(t, err)
		require.Equal(t, ix, again)
	})
}

func FuzzIgnoreFile(f *testing.F) {
	f.Add("# comment\n*.bak\n!keep.bak\n/only/here\nBounces/**\n[a-\n\\", "Bounces/a/b.wav", false)
	f.Add("**/**/**/**/a\n", "x/x/x/x/x/x/x/x", true)
	f.Fuzz(func(t *testing.T, text, path string, dir bool) {
		ignore, err := parseIgnores(text)
		if err != nil {
			return
		}
		require.Equal(t, ignore.ignored(path, dir), ignore.ignored(path, dir))
	})
}

// FuzzPlan reads journals that somebody has tampered with: no path leaves the
// song's folder or enters the tool's.
func FuzzPlan(f *testing.F) {
	f.Add([]byte(`{"steps":[{"path":"a","new":{"real":"../a","cid":"","size":1}}]}`))
	f.Add([]byte(`{"steps":[{"path":"a","old":{"real":".parrots/HEAD","size":1,"mtime":2}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			return
		}
		plan, err := decodePlan(raw)
		if err != nil {
			return
		}
		for _, s := range plan.Steps {
			if s.Old != nil {
				require.True(t, filepath.IsLocal(s.Old.Real))
			}
			if s.New != nil {
				require.True(t, filepath.IsLocal(s.New.Real))
			}
		}
	})
}

func TestPlansThatLeaveTheFolder(t *testing.T) {
	for _, real := range []string{"..", "../a", "/a", ".parrots/HEAD", ".PARROTS/HEAD", "a/../../b", ".", "", "a//b", "./a"} {
		raw, err := json.Marshal(journaled{Steps: []step{{Path: "a", Old: &oldFile{Real: real}}}})
		require.NoError(t, err)
		_, err = decodePlan(raw)
		require.Error(t, err, real)
	}
}
