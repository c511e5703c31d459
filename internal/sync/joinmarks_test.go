package sync

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/mark"
)

// markStem adds cue points to a stem of the folder, numbered from 1.
func markStem(t *testing.T, s *Song, name string, frames ...uint32) {
	t.Helper()
	le := binary.LittleEndian
	path := filepath.Join(s.Repo.Root(), name)
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	file = le.AppendUint32(append(file, "cue "...), uint32(4+24*len(frames)))
	file = le.AppendUint32(file, uint32(len(frames)))
	for i, f := range frames {
		file = le.AppendUint32(le.AppendUint32(file, uint32(i+1)), f)
		file = le.AppendUint64(append(file, "data"...), 0)
		file = le.AppendUint32(file, f)
	}
	le.PutUint32(file[4:], uint32(len(file)-8))
	require.NoError(t, os.WriteFile(path, file, 0o644))
}

func marksOf(t *testing.T, s *Song, name string) []mark.Mark {
	t.Helper()
	f, err := os.Open(filepath.Join(s.Repo.Root(), name))
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	a, err := audio.Open(f, info.Size())
	require.NoError(t, err)
	marks, err := a.Marks()
	require.NoError(t, err)
	return marks.Marks
}

func TestMergeMovesCuePointsWithTheSound(t *testing.T) {
	base := noise(stereo, 1, 40_000)
	ours := punched(base, 5_000, 8_000, noise(stereo, 2, 3_000))
	theirs := punched(base, 30_000, 34_000, nil)
	theirs = punched(theirs, 20_000, 20_000, noise(stereo, 3, 7_000))
	for name, c := range map[string]struct {
		theirs []uint32
		notes  []string
		gone   int64
	}{
		"theirs did not mind its marks": {[]uint32{6_000, 25_000, 31_000}, []string{
			"2 markers moved with the sound", "1 marker stood in what is gone: look whether it is where it belongs",
		}, 37_000},
		"theirs moved them": {[]uint32{6_000, 32_000, 39_000}, []string{"2 markers moved with the sound"}, 39_000},
		"theirs has another": {[]uint32{6_000, 25_000, 31_000, 11}, []string{
			"2 markers moved with the sound", "1 marker stood in what is gone: look whether it is where it belongs",
			"they changed its markers, which is left out: yours are in it",
		}, 37_000},
	} {
		t.Run(name, func(t *testing.T) {
			write := func(frames []byte, cues []uint32) func(*Song) {
				return func(s *Song) {
					writeStem(t, s, "bass.wav", stereo, frames)
					markStem(t, s, "bass.wav", cues...)
				}
			}
			b := newBranches(t, write(base, []uint32{6_000, 25_000, 31_000}), write(ours, []uint32{6_000, 25_000, 31_000}), write(theirs, c.theirs))
			out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
			require.Equal(t, MergeCommit, out.Outcome)
			require.Len(t, out.Joined, 1)
			require.Equal(t, append([]string{"1 change of yours and 2 changes of theirs"}, c.notes...), out.Joined[0].Notes)
			require.Equal(t, []mark.Mark{{Name: "cue 1", Frame: 6_000}, {Name: "cue 2", Frame: 32_000}, {Name: "cue 3", Frame: c.gone}}, marksOf(t, b.Song, "bass.wav"))
		})
	}
}
