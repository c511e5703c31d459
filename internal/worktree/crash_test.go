package worktree

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// from calls hook at the nth step and all later ones. Fetching goes on at several
// places at a time and is tested by itself.
func from(n int, hook func() error) func(string) error {
	return func(step string) error {
		if step == "stage" {
			return nil
		}
		if n--; n < 0 {
			return hook()
		}
		return nil
	}
}

// move is a checkout of everything at once: files that come, go and change, files
// that become folders and folders that become files, in and out of a project,
// and a new branch to stand on.
type move struct {
	*song
	before, after           object.Tree
	filesBefore, filesAfter map[string]string
	transition              repo.Transition
}

func newMove(t *testing.T) *move {
	t.Helper()
	s := newSong(t, band())
	s.write(map[string]string{"a": "a file", "b/c": "in a folder"})
	before := s.snapshot(object.Tree{})
	filesBefore := s.files()
	s.remove("a", "b", "cover.png", "Project/Samples/Imported")
	s.write(map[string]string{
		"a/x.wav": "now a folder", "b": "now a file", "kick.wav": "KICK",
		"Project/song.als": "ALS", "Project/new/hat.wav": "HAT",
	})
	after := s.snapshot(before)
	filesAfter := s.files()
	s.checkout(after, before)
	require.Equal(t, filesBefore, s.files())
	solo := object.FromDigest([32]byte{1})
	return &move{s, before, after, filesBefore, filesAfter, repo.Transition{
		Refs: []repo.RefUpdate{{Name: repo.BranchRef("solo"), Old: cid.Undef, New: solo}},
		Head: &repo.Head{Branch: "solo"},
	}}
}

func (m *move) run(ctx context.Context) error {
	_, err := m.Checkout(ctx, m.after, CheckoutOptions{Base: m.before, After: m.transition})
	return err
}

// isAtBefore checks that nothing has changed.
func (m *move) isAtBefore() {
	m.t.Helper()
	require.Equal(m.t, m.filesBefore, m.files())
	require.True(m.t, m.status(m.before).Clean())
	head, err := m.repo.Head()
	require.NoError(m.t, err)
	require.Equal(m.t, repo.DefaultBranch, head.Branch)
	m.hasEnded()
}

// isAtAfter checks that all has changed.
func (m *move) isAtAfter() {
	m.t.Helper()
	require.Equal(m.t, m.filesAfter, m.files())
	require.True(m.t, m.status(m.after).Clean())
	require.Equal(m.t, m.after, m.snapshot(m.after))
	head, err := m.repo.Head()
	require.NoError(m.t, err)
	require.Equal(m.t, "solo", head.Branch)
	require.True(m.t, head.Commit.Defined())
	m.hasEnded()
}

func (m *move) hasEnded() {
	m.t.Helper()
	op, err := m.repo.Pending()
	require.NoError(m.t, err)
	require.Nil(m.t, op)
	require.NoDirExists(m.t, filepath.Join(m.root, filepath.FromSlash(stageDir)))
}

func TestCheckoutTakesBackWhatFails(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for n := 0; ; n++ {
		m := newMove(t)
		m.fault = from(n, func() error {
			m.fault = func(string) error { return nil } // fails once
			return boom
		})
		err := m.run(t.Context())
		if err == nil {
			require.Greater(t, n, 10, "too few steps were tried")
			m.isAtAfter()
			return
		}
		require.ErrorIs(t, err, boom)
		if op, err := m.repo.Pending(); err == nil && op != nil {
			// All files were in place; what follows is repeated, not taken back.
			require.Equal(t, m.filesAfter, m.files())
			notice, err := m.Recover(t.Context())
			require.NoError(t, err)
			require.NotEmpty(t, notice)
			m.isAtAfter()
			continue
		}
		m.isAtBefore()
		require.NoError(t, m.run(t.Context()))
		m.isAtAfter()
	}
}

// killed stands for the end of the process.
type killed struct{}

// kill runs f until it is killed and says whether it was.
func kill(f func()) (was bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(killed); !ok {
				panic(r)
			}
			was = true
		}
	}()
	f()
	return false
}

// reborn is the song's folder as the next process opens it.
func (m *move) reborn() *move {
	m.t.Helper()
	r, err := repo.Open(m.root)
	require.NoError(m.t, err)
	w, err := Open(r, m.mem)
	require.NoError(m.t, err)
	m.t.Cleanup(func() { require.NoError(m.t, w.Close()) })
	next := *m
	next.song = &song{w, m.t, m.mem, m.root}
	return &next
}

func TestCheckoutIsFinishedAfterKill(t *testing.T) {
	t.Parallel()
	for n := 0; ; n++ {
		m := newMove(t)
		m.fault = from(n, func() error { panic(killed{}) })
		if !kill(func() { require.NoError(t, m.run(t.Context())) }) {
			require.Greater(t, n, 10, "too few steps were tried")
			return
		}
		m = m.reborn()
		op, err := m.repo.Pending()
		require.NoError(t, err)
		if op == nil {
			require.Equal(t, m.filesBefore, m.files())
			require.NoError(t, m.run(t.Context()))
			m.isAtAfter()
			continue
		}
		require.ErrorIs(t, m.run(t.Context()), repo.ErrPending)
		_, err = m.Snapshot(t.Context(), SnapshotOptions{})
		require.ErrorIs(t, err, repo.ErrPending)
		_, err = m.Recover(t.Context())
		require.NoError(t, err)
		m.isAtAfter()
	}
}

func TestTakingBackIsFinishedAfterKill(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for n := 0; ; n++ {
		m := newMove(t)
		moved := 0
		m.fault = func(step string) error {
			switch step {
			case "in":
				if moved++; moved == 3 {
					return boom
				}
			case "undo in", "undo out":
				if n--; n < 0 {
					panic(killed{})
				}
			}
			return nil
		}
		tried := n
		if !kill(func() { require.ErrorIs(t, m.run(t.Context()), boom) }) {
			require.Greater(t, tried, 5, "too few steps were tried")
			m.isAtBefore()
			return
		}
		n = tried
		m = m.reborn()
		_, err := m.Recover(t.Context())
		require.NoError(t, err)
		m.isAtBefore()
	}
}

func TestRecoverKeepsWhatWasSavedMeanwhile(t *testing.T) {
	m := newMove(t)
	m.fault = func(step string) error {
		if step == "in" {
			panic(killed{})
		}
		return nil
	}
	require.True(t, kill(func() { _ = m.run(t.Context()) }))
	m = m.reborn()
	m.write(map[string]string{"kick.wav": "recorded after the crash"})
	_, err := m.Recover(t.Context())
	require.NoError(t, err)
	m.filesAfter["kick (recovered).wav"] = "recorded after the crash"
	require.Equal(t, m.filesAfter, m.files())
}

// A sampler writes into a file in place: the length stays, and after a crash the
// stat tells nothing.
func TestRecoverSeesWhatWasWrittenInPlaceMeanwhile(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"index", "transition", "end"} {
		m := newMove(t)
		m.fault = func(step string) error {
			if step == at {
				panic(killed{})
			}
			return nil
		}
		require.True(t, kill(func() { _ = m.run(t.Context()) }))
		m = m.reborn()
		m.write(map[string]string{"kick.wav": "Kick"})
		time.Sleep(20 * time.Millisecond) // past the file system's tick, so that nothing is racy
		_, err := m.Recover(t.Context())
		require.NoError(t, err)
		changes := m.status(m.after).Changes
		require.Len(t, changes, 1, at)
		require.Equal(t, "kick.wav", changes[0].Path)
		require.Equal(t, Modified, changes[0].Kind)
	}
}

func TestCheckoutLeavesWhatWasSavedMeanwhile(t *testing.T) {
	m := newMove(t)
	m.fault = func(step string) error {
		if step == "out" { // compared, and about to be moved out
			m.write(map[string]string{"kick.wav": "saved just now"})
			m.fault = func(string) error { return nil }
		}
		return nil
	}
	require.ErrorIs(t, m.run(t.Context()), ErrLocalChanges)
	m.filesBefore["kick.wav"] = "saved just now"
	require.Equal(t, m.filesBefore, m.files())
	m.hasEnded()
}

func TestCheckoutSeesWhatIsWrittenInPlaceMeanwhile(t *testing.T) {
	a := newSong(t, band())
	tree := a.snapshot(object.Tree{})
	b := newSongWith(t, a.mem, band()) // has all of it, and does not know
	b.fault = func(step string) error {
		if step == "begin" {
			b.write(map[string]string{"kick.wav": "Kick"})
			time.Sleep(20 * time.Millisecond) // past the file system's tick, so that nothing is racy
		}
		return nil
	}
	b.checkout(object.Tree{}, tree)
	changes := b.status(tree).Changes
	require.Len(t, changes, 1)
	require.Equal(t, "kick.wav", changes[0].Path)
}

func TestTakingBackKeepsWhatWasSavedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, again := range []bool{false, true} {
		m := newMove(t)
		m.fault = func(step string) error {
			if step == "index" {
				return errors.New("boom")
			}
			return nil
		}
		// The folder is as it will be, and is to be taken back.
		require.Error(t, m.run(t.Context()))
		op, err := m.repo.Pending()
		require.NoError(t, err)
		op.Phase = phaseUndo
		require.NoError(t, m.repo.Advance(*op))
		m = m.reborn()
		m.write(map[string]string{"kick.wav": "Kick"})
		if again { // and is interrupted once more, with the old files in place again
			m.fault = func(step string) error {
				if step == "undone" {
					panic(killed{})
				}
				return nil
			}
			require.True(t, kill(func() { _, _ = m.Recover(t.Context()) }))
			m = m.reborn()
		}
		_, err = m.Recover(t.Context())
		require.NoError(t, err)
		m.filesBefore["kick (recovered).wav"] = "Kick"
		require.Equal(t, m.filesBefore, m.files())
	}
}

func TestStagingFailsWithoutATrace(t *testing.T) {
	m := newMove(t)
	boom := errors.New("boom")
	m.mem.open = func(cid.Cid) (io.ReadCloser, error) { return nil, boom }
	require.ErrorIs(t, m.run(t.Context()), boom)
	m.isAtBefore()

	m.mem.open = func(cid.Cid) (io.ReadCloser, error) { return io.NopCloser(eof{}), nil }
	require.ErrorIs(t, m.run(t.Context()), ErrBadTree, "shorter than the tree says")
	m.isAtBefore()

	m.mem.open = func(cid.Cid) (io.ReadCloser, error) { return io.NopCloser(rand.NewChaCha8([32]byte{})), nil }
	require.ErrorIs(t, m.run(t.Context()), ErrBadTree, "without an end")
	m.isAtBefore()

	m.mem.open = nil
	m.fault = func(string) error { return noSpace }
	err := m.run(t.Context())
	require.ErrorIs(t, err, ErrNoSpace)
	require.ErrorContains(t, err, "nothing was changed")
	m.isAtBefore()
	m.fault = func(string) error { return nil }

	// What a killed process had fetched is in nobody's way.
	left := filepath.Join(filepath.Join(m.root, filepath.FromSlash(stageDir)), "new")
	require.NoError(t, os.MkdirAll(left, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(left, "0"), []byte("half"), 0o644))
	require.NoError(t, m.run(t.Context()))
	m.isAtAfter()
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }
