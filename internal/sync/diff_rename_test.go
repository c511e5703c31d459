package sync

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/audio/wav"
	"github.com/parrots-music/parrots/internal/worktree"
)

func TestRenamedAndSavedAnew(t *testing.T) {
	song, author := newSong(t)
	// Stems of one length, which begin with the same silence.
	stems := make([][]byte, 4)
	for i := range stems {
		stems[i] = append(make([]byte, 6_000), noise(stereo, uint64(i), 9_000)...)
	}
	for i, name := range []string{"bass.wav", "drums.wav", "keys.wav"} {
		writeStem(t, song, name, stereo, stems[i])
	}
	base := commitAll(t, song, author, "stems")
	for i, name := range []string{"bass.wav", "drums.wav", "keys.wav"} {
		require.NoError(t, os.Remove(filepath.Join(song.Repo.Root(), name)))
		writeFLAC(t, song, []string{"c.flac", "b.flac", "a.flac"}[i], stems[[]int{0, 1, 3}[i]], "new")
	}
	check := func(to Version) {
		d, err := song.Difference(t.Context(), base, to, nil)
		require.NoError(t, err)
		defer d.Close()
		got := map[string]string{}
		for _, c := range d.Changes {
			got[c.Path] = string(c.Kind) + " " + c.From
		}
		require.Equal(t, map[string]string{
			"a.flac": string(worktree.Added) + " ", "b.flac": string(worktree.Renamed) + " drums.wav",
			"c.flac": string(worktree.Renamed) + " bass.wav", "keys.wav": string(worktree.Deleted) + " ",
		}, got)
	}
	check(Version{Folder: true})
	check(Version{Commit: commitAll(t, song, author, "renamed")})
}

// However many candidates there are, a file is opened once to look at it, and once more
// only if the look was the same.
func TestFilesAreReadOnceForTheirNames(t *testing.T) {
	opened := map[string]int{}
	file := func(name string, frames []byte) *candidate {
		var b bytes.Buffer
		w, err := wav.NewWriter(&b, wav.RIFF, stereo, int64(len(frames)/stereo.FrameSize()))
		require.NoError(t, err)
		_, err = w.Write(frames)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return &candidate{open: func() (diff.File, func(), error) {
			opened[name]++
			return diff.File{Name: name, Content: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}, func() {}, nil
		}}
	}
	frames := noise(stereo, 1, 20_000)
	near := bytes.Clone(frames)
	near[100*stereo.FrameSize()]++ // no look sees it
	gone := []*candidate{file("a", frames), file("b", noise(stereo, 2, 20_000)), file("c", frames[6:]), file("d", near)}
	added := []*candidate{file("e", frames), file("f", noise(stereo, 3, 20_000)), file("g", frames), file("h", nil)}
	for _, g := range gone {
		for _, a := range added {
			same, err := g.same(t.Context(), a)
			require.NoError(t, err)
			require.Equal(t, g == gone[0] && (a == added[0] || a == added[2]), same)
		}
	}
	require.Equal(t, map[string]int{"a": 2, "b": 1, "c": 1, "d": 2, "e": 2, "f": 1, "g": 2, "h": 1}, opened)
}
