package derived_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/peaks"
	"github.com/parrots-music/parrots/internal/derived"
)

func overview(seed byte) (id []byte, p *peaks.Peaks) {
	f := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 8}
	frames := bytes.Repeat([]byte{seed, 1}, 1000)
	i, b := pcm.NewIdentity(f), peaks.NewBuilder(f)
	_, _ = i.Write(frames)
	_, _ = b.Write(frames)
	return i.Multihash(), b.Finish()
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	return list
}

func TestPeaksAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "peaks")
	s := derived.Open(dir, 1<<20)
	id, p := overview(7)
	_, err := s.Peaks(id)
	require.ErrorIs(t, err, derived.ErrNotFound)
	require.NoError(t, s.Tidy(time.Now()), "there is no folder yet")
	require.NoError(t, s.PutPeaks(id, p))
	require.NoError(t, s.PutPeaks(id, p))
	require.Len(t, files(t, dir), 1)
	got, err := s.Peaks(id)
	require.NoError(t, err)
	require.Equal(t, p.Encode(), got.Encode())
	for _, bad := range [][]byte{nil, {1}, bytes.Repeat(id, 9)} {
		_, err := s.Peaks(bad)
		require.Error(t, err)
		require.Error(t, s.PutPeaks(bad, p))
	}
}

func TestDamageIsAsIfThereWereNone(t *testing.T) {
	dir := t.TempDir()
	s := derived.Open(dir, 1<<20)
	id, p := overview(7)
	for _, damage := range []string{"", "parrpks1", string(p.Encode()) + "x"} {
		require.NoError(t, s.PutPeaks(id, p))
		require.NoError(t, os.WriteFile(files(t, dir)[0], []byte(damage), 0o600))
		_, err := s.Peaks(id)
		require.ErrorIs(t, err, derived.ErrNotFound)
		require.Empty(t, files(t, dir), "so that it is computed again")
	}
}

func TestTidyRemovesTheOldest(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var ids [][]byte
	for i := range byte(5) {
		id, p := overview(i)
		ids = append(ids, id)
		s := derived.Open(dir, 0)
		require.NoError(t, s.PutPeaks(id, p))
		for _, f := range files(t, dir) {
			if !touched(t, f, now) {
				at := now.Add(time.Duration(i) * time.Minute)
				require.NoError(t, os.Chtimes(f, at, at))
			}
		}
	}
	left := filepath.Join(dir, "00", ".tmp-123")
	require.NoError(t, os.MkdirAll(filepath.Dir(left), 0o700))
	require.NoError(t, os.WriteFile(left, []byte("half"), 0o600))
	old := now.Add(-24 * time.Hour)
	require.NoError(t, os.Chtimes(left, old, old))

	_, p := overview(0)
	s := derived.Open(dir, int64(2*len(p.Encode())))
	require.NoError(t, s.Tidy(now))
	require.NoFileExists(t, left)
	for i, id := range ids {
		_, err := s.Peaks(id)
		if i < 3 {
			require.ErrorIs(t, err, derived.ErrNotFound)
		} else {
			require.NoError(t, err)
		}
	}
}

// touched says whether a file has a time of the test already.
func touched(t *testing.T, path string, now time.Time) bool {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.ModTime().Before(now.Add(time.Hour)) && !info.ModTime().Before(now)
}
