package worktree

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func TestKinds(t *testing.T) {
	for path, want := range map[string]object.Kind{
		"kick.wav": object.KindStem, "Kick.WAV": object.KindStem, "a.flac": object.KindStem, "voice memo.m4a": object.KindStem,
		"Takes/vox 3.wav": object.KindTake, "comps/vox.wav": object.KindComp, "tracks/1.wav": object.KindTrack,
		"Bounces/rough.mp3": object.KindBounce, "mixes/2024/a.wav": object.KindMixdown, "masters/a.wav": object.KindMaster,
		"mixes/stems/a.wav": object.KindStem, "takes.wav": object.KindStem,
		"song.als": object.KindProject, "song.rpp": object.KindProject, "melody.mid": object.KindProject,
		"cover.PNG": object.KindArtwork, "lyrics/verse.md": object.KindLyrics, "Lyrics v2.txt": object.KindLyrics,
		"song.lrc": object.KindLyrics, "notes.txt": object.KindOther, "README": object.KindOther, ".parrotsignore": object.KindOther,
	} {
		require.Equal(t, want, kindOf(path), path)
	}
}

func TestWhichFoldersAreProjects(t *testing.T) {
	tests := map[string]struct{ files, base, want []string }{
		"none":                     {files: []string{"kick.wav", "stems/a.wav"}},
		"a project in a folder":    {files: []string{"Live/Samples/a.wav", "Live/song.als", "kick.wav"}, want: []string{"Live"}},
		"the outermost":            {files: []string{"Live/song.als", "Live/old/song.als"}, want: []string{"Live"}},
		"below other folders":      {files: []string{"daw/live/song.als", "daw/notes.txt"}, want: []string{"daw/live"}},
		"a bundle":                 {files: []string{"Song.logicx/Alternatives/000/ProjectData"}, want: []string{"Song.logicx"}},
		"a bundle in a project":    {files: []string{"P/a.band/x", "P/song.flp"}, want: []string{"P"}},
		"in the root":              {files: []string{"Audio Files/a.wav", "stems/b.wav", "song.ptx"}, want: []string{"Audio Files"}},
		"asset folders alone":      {files: []string{"Samples/a.wav"}},
		"what base says":           {files: []string{"P/a.wav"}, base: []string{"P"}, want: []string{"P"}},
		"what base lists by files": {files: []string{"stems/a.wav", "stems/song.rpp"}, base: []string{"stems/a.wav"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var base object.Tree
			for _, p := range test.base {
				e := object.Entry{Path: p, Kind: object.KindStem}
				if filepath.Ext(p) == "" {
					e.Kind = object.KindSession
				}
				base.Entries = append(base.Entries, e)
			}
			require.Equal(t, test.want, sessionRoots(test.files, base))
		})
	}
}

func TestWhatPeopleSaidStays(t *testing.T) {
	s := newSong(t, map[string]string{"bass.wav": "bass", "keys.wav": "keys"})
	tree := s.snapshot(object.Tree{})
	for i := range tree.Entries {
		e := &tree.Entries[i]
		e.Kind, e.Instrument, e.Start, e.Codec = object.KindTake, e.Path, 7, "pcm"
	}
	require.Equal(t, tree, s.snapshot(tree))

	s.write(map[string]string{"bass.wav": "again"})
	require.NoError(t, os.Rename(filepath.Join(s.root, "keys.wav"), filepath.Join(s.root, "piano.wav")))
	now := s.snapshot(tree)
	require.Equal(t, []string{"bass.wav", "piano.wav"}, paths(now))
	require.Equal(t, object.KindTake, now.Entries[0].Kind)
	require.Equal(t, "bass.wav", now.Entries[0].Instrument)
	require.EqualValues(t, 7, now.Entries[0].Start)
	require.Empty(t, now.Entries[0].Codec, "it is not known of the new audio")
	renamed := tree.Entries[1]
	renamed.Path = "piano.wav"
	require.Equal(t, renamed, now.Entries[1])
}

func TestContentThatWasCollectedIsStoredAgain(t *testing.T) {
	s := newSong(t, map[string]string{"a.wav": "a", "P/song.als": "als"})
	first := s.snapshot(object.Tree{})
	clear(s.mem.files) // no commit held it
	again := s.snapshot(object.Tree{})
	require.Equal(t, first, again)
	fresh := newSongWith(t, s.mem, nil)
	fresh.checkout(object.Tree{}, again)
	require.Equal(t, s.files(), fresh.files())
}
