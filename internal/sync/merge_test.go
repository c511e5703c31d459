package sync

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/wav"
	"github.com/parrots-music/parrots/internal/history"
)

var stereo = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}

// noise is frames that nobody has heard yet.
func noise(f pcm.Format, seed uint64, frames int) []byte {
	r := rand.New(rand.NewPCG(seed, 0))
	b := make([]byte, frames*f.FrameSize())
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// punched is frames with others in place of those from a to b.
func punched(frames []byte, a, b int, with []byte) []byte {
	size := stereo.FrameSize()
	out := append([]byte{}, frames[:a*size]...)
	return append(append(out, with...), frames[b*size:]...)
}

// writeStem writes a stem into the song's folder.
func writeStem(t *testing.T, s *Song, name string, f pcm.Format, frames []byte) {
	t.Helper()
	file, err := os.Create(filepath.Join(s.Repo.Root(), name))
	require.NoError(t, err)
	w, err := wav.NewWriter(file, wav.RIFF, f, int64(len(frames)/f.FrameSize()))
	require.NoError(t, err)
	_, err = w.Write(frames)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, file.Close())
}

// writeFLAC writes a stem as FLAC, with a tag.
func writeFLAC(t *testing.T, s *Song, name string, frames []byte, tag string) {
	t.Helper()
	file, err := os.Create(filepath.Join(s.Repo.Root(), name))
	require.NoError(t, err)
	e, err := flac.NewEncoder(file, stereo, []flac.Block{{Type: flac.BlockApplication, Data: []byte("test" + tag)}})
	require.NoError(t, err)
	_, err = e.Write(frames)
	require.NoError(t, err)
	require.NoError(t, e.Close())
	require.NoError(t, file.Close())
}

// framesOf reads a stem of the song's folder.
func framesOf(t *testing.T, s *Song, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.Repo.Root(), filepath.FromSlash(name)))
	require.NoError(t, err)
	f, err := audio.Open(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	out := make([]byte, f.Frames()*int64(f.Format().FrameSize()))
	_, err = f.ReadFrames(out, 0)
	if !errors.Is(err, io.EOF) {
		require.NoError(t, err)
	}
	return out
}

// tagOf reads what writeStem has put beside the audio.
func tagOf(t *testing.T, s *Song, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.Repo.Root(), name))
	require.NoError(t, err)
	f, err := flac.Open(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	blocks, err := f.Metadata()
	require.NoError(t, err)
	require.Len(t, blocks, 1)
	return string(blocks[0].Data[4:])
}

// commitAll commits the folder.
func commitAll(t *testing.T, s *Song, author Author, message string) cid.Cid {
	t.Helper()
	c, err := s.Commit(context.Background(), CommitRequest{Author: author, Message: message + "\n"})
	require.NoError(t, err)
	return c.Commit
}

func switchTo(t *testing.T, s *Song, req SwitchRequest) {
	t.Helper()
	_, err := s.Switch(t.Context(), req)
	require.NoError(t, err)
}

func mergeIn(t *testing.T, s *Song, author Author, theirs cid.Cid, options MergeOptions) MergeResult {
	t.Helper()
	out, err := s.Merge(t.Context(), MergeRequest{
		Theirs: theirs, Name: "theirs", Options: options,
		Author: func() (Author, error) { return author, nil },
	})
	require.NoError(t, err)
	return out
}

// branches is a song with a base and two branches that have grown out of it: main,
// which the folder stands on, and theirs.
type branches struct {
	*Song
	author             Author
	base, ours, theirs cid.Cid
}

// newBranches makes the branches by what each writes into the folder.
func newBranches(t *testing.T, base, ours, theirs func(s *Song)) branches {
	t.Helper()
	song, author := newSong(t)
	b := branches{Song: song, author: author}
	base(song)
	b.base = commitAll(t, song, author, "base")
	switchTo(t, song, SwitchRequest{Branch: "theirs", Create: true})
	theirs(song)
	b.theirs = commitAll(t, song, author, "theirs")
	switchTo(t, song, SwitchRequest{Branch: "main"})
	ours(song)
	b.ours = commitAll(t, song, author, "ours")
	return b
}

func TestMergeOfAStemHasBothChanges(t *testing.T) {
	base := noise(stereo, 1, 40_000)
	ours := punched(base, 5_000, 8_000, noise(stereo, 2, 3_000))
	theirs := punched(base, 20_000, 20_000, noise(stereo, 3, 7_000))
	both := punched(ours, 20_000, 20_000, noise(stereo, 3, 7_000))
	b := newBranches(t,
		func(s *Song) { writeFLAC(t, s, "bass.flac", base, "base") },
		func(s *Song) { writeFLAC(t, s, "bass.flac", ours, "ours") },
		func(s *Song) { writeFLAC(t, s, "bass.flac", theirs, "theirs") })
	out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
	require.Equal(t, MergeCommit, out.Outcome)
	require.Equal(t, []Joined{{"bass.flac", []string{"1 change of yours and 1 change of theirs"}}}, out.Joined)
	require.Equal(t, both, framesOf(t, b.Song, "bass.flac"))
	require.Equal(t, "ours", tagOf(t, b.Song, "bass.flac"))

	commit, err := b.Objects().Commit(t.Context(), out.Head)
	require.NoError(t, err)
	require.Equal(t, []cid.Cid{b.ours, b.theirs}, commit.Parents)
	tree, err := b.Objects().Tree(t.Context(), commit.Tree)
	require.NoError(t, err)
	e, ok := tree.Find("bass.flac")
	require.True(t, ok)
	id := pcm.NewIdentity(stereo)
	_, _ = id.Write(both)
	require.Equal(t, id.Multihash(), e.PCM)
	require.Equal(t, []uint64{48000, 2, 24, 47_000}, []uint64{e.SampleRate, e.Channels, e.BitDepth, e.Frames})
	require.Equal(t, "flac", e.Codec)
	// The commit says nothing that the folder would not.
	_, err = b.Commit(t.Context(), CommitRequest{Author: b.author, Message: "again\n"})
	require.ErrorIs(t, err, ErrNothing)

	// Nobody can have left anything behind.
	left, err := filepath.Glob(filepath.Join(b.Repo.Dir(), ".tmp-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestAConflictInAStem(t *testing.T) {
	base := noise(stereo, 1, 300_000)
	ours := punched(base, 100_000, 120_000, noise(stereo, 2, 20_000))
	theirs := punched(base, 110_000, 130_000, noise(stereo, 3, 20_000))
	theirs = punched(theirs, 200_000, 200_000, noise(stereo, 4, 5_000))
	newConflict := func(t *testing.T) branches {
		b := newBranches(t,
			func(s *Song) { writeStem(t, s, "bass.wav", stereo, base) },
			func(s *Song) { writeStem(t, s, "bass.wav", stereo, ours) },
			func(s *Song) { writeStem(t, s, "bass.wav", stereo, theirs) })
		out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{Crossfade: 0})
		require.Equal(t, Conflicted, out.Outcome)
		require.Len(t, out.Conflicts, 1)
		c := out.Conflicts[0]
		require.Equal(t, history.BothChanged, c.Kind)
		require.Equal(t, "you and they changed 0:02.083 to 0:02.708", c.Reason)
		require.Equal(t, []edit.Range{{From: 100_000, To: 130_000}}, c.Regions)
		require.Len(t, c.Previews, 4)
		return b
	}
	aside := func(t *testing.T, b branches) string {
		merge, err := b.Repo.Merge()
		require.NoError(t, err)
		return merge.Conflicts[0].Theirs
	}
	size := stereo.FrameSize()

	t.Run("previews", func(t *testing.T) {
		b := newConflict(t)
		require.Equal(t, ours, framesOf(t, b.Song, "bass.wav"))
		require.Equal(t, theirs, framesOf(t, b.Song, aside(t, b)))
		require.Equal(t, base, framesOf(t, b.Song, "bass.wav.preview/base.wav"))
		for name, frames := range map[string][]byte{"base": base, "ours": ours, "theirs": theirs} {
			want := frames[4_000*size : (130_000+96_000)*size]
			require.Equal(t, want, framesOf(t, b.Song, "bass.wav.preview/joint 1 at 0m02s, "+name+".wav"))
		}
		status, err := b.Status(t.Context())
		require.NoError(t, err)
		require.Len(t, status.Changes, 1) // theirs, beside
		require.Len(t, status.Conflicts, 1)
	})
	t.Run("ours", func(t *testing.T) {
		b := newConflict(t)
		beside := aside(t, b)
		out, err := b.DecideConflicts(t.Context(), DecideRequest{Paths: []string{"bass.wav"}})
		require.NoError(t, err)
		require.Nil(t, out.Saved)
		require.Zero(t, out.Left)
		require.Equal(t, punched(ours, 200_000, 200_000, noise(stereo, 4, 5_000)), framesOf(t, b.Song, "bass.wav"))
		require.NoFileExists(t, filepath.Join(b.Repo.Root(), beside))
		require.NoDirExists(t, filepath.Join(b.Repo.Root(), "bass.wav.preview"))
		done, err := b.ContinueMerge(t.Context(), CommitRequest{Author: b.author})
		require.NoError(t, err)
		require.Equal(t, 1, done.Entries)
	})
	t.Run("theirs", func(t *testing.T) {
		b := newConflict(t)
		_, err := b.DecideConflicts(t.Context(), DecideRequest{Paths: []string{aside(t, b)}, Theirs: true})
		require.NoError(t, err)
		require.Equal(t, theirs, framesOf(t, b.Song, "bass.wav"))
		_, err = b.DecideConflicts(t.Context(), DecideRequest{Paths: []string{"bass.wav"}, Theirs: true})
		require.ErrorIs(t, err, ErrNoConflict)
	})
	t.Run("abort", func(t *testing.T) {
		b := newConflict(t)
		changed, err := b.AbortMerge(t.Context())
		require.NoError(t, err)
		require.Nil(t, changed.Saved)
		require.Equal(t, ours, framesOf(t, b.Song, "bass.wav"))
		entries, err := os.ReadDir(b.Repo.Root())
		require.NoError(t, err)
		require.Len(t, entries, 2) // the stem and .parrots
	})
	t.Run("work in the folder is saved", func(t *testing.T) {
		b := newConflict(t)
		mine := punched(ours, 1, 2, noise(stereo, 9, 1))
		writeStem(t, b.Song, "bass.wav", stereo, mine)
		out, err := b.DecideConflicts(t.Context(), DecideRequest{Paths: []string{"."}, Theirs: true})
		require.NoError(t, err)
		require.NotNil(t, out.Saved)
		_, err = b.Restore(t.Context(), out.Saved.Commit, []string{"bass.wav"})
		require.NoError(t, err)
		require.Equal(t, mine, framesOf(t, b.Song, "bass.wav"))
	})
}

func TestMergeOfAudioIsDecidedByKindsAndFormats(t *testing.T) {
	base := noise(stereo, 1, 20_000)
	mono := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 16}
	for _, c := range []struct {
		name         string
		ours, theirs func(s *Song)
		reason       string
	}{
		{
			"formats",
			func(s *Song) { writeStem(t, s, "a.wav", mono, noise(mono, 2, 100)) },
			func(s *Song) {
				writeStem(t, s, "a.wav", stereo, punched(base, 1_000, 1_500, noise(stereo, 2, 500)))
			},
			"not of one format: yours is 1 channel, 16 bit, what both grew out of is 48000 Hz, 2 channels, 24 bit",
		},
		{
			"everything",
			func(s *Song) { writeStem(t, s, "a.wav", stereo, noise(stereo, 5, 20_000)) },
			func(s *Song) {
				writeStem(t, s, "a.wav", stereo, punched(base, 1_000, 1_500, noise(stereo, 2, 500)))
			},
			"you changed everything in it: there is nothing left to go by",
		},
		{
			"no audio any more",
			func(s *Song) {
				require.NoError(t, os.WriteFile(filepath.Join(s.Repo.Root(), "a.wav"), []byte("RIFF\x00"), 0o644))
			},
			func(s *Song) { writeStem(t, s, "a.wav", stereo, base[:600]) },
			"",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBranches(t, func(s *Song) { writeStem(t, s, "a.wav", stereo, base) }, c.ours, c.theirs)
			out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
			require.Equal(t, Conflicted, out.Outcome)
			require.Equal(t, c.reason, out.Conflicts[0].Reason)
			// Decided, it is the side's whole file.
			_, err := b.DecideConflicts(t.Context(), DecideRequest{Paths: []string{"a.wav"}})
			require.NoError(t, err)
			tree, err := b.treeOf(t.Context(), b.ours)
			require.NoError(t, err)
			done, err := b.ContinueMerge(t.Context(), CommitRequest{Author: b.author})
			require.NoError(t, err)
			now, err := b.treeOf(t.Context(), done.Commit)
			require.NoError(t, err)
			require.Equal(t, tree.Entries[0].CID, now.Entries[0].CID)
		})
	}
}

// Whatever a crash leaves of a merge that was committed, its parents are neither lost nor
// named twice.
func TestACrashAtTheEndOfAMerge(t *testing.T) {
	stem := func(seed uint64) func(s *Song) {
		return func(s *Song) { writeStem(t, s, "a.wav", stereo, noise(stereo, seed, 2_000)) }
	}
	b := newBranches(t, stem(1), stem(2), stem(3))
	require.Equal(t, Conflicted, mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{}).Outcome)
	merge, err := b.Repo.Merge()
	require.NoError(t, err)
	done, err := b.ContinueMerge(t.Context(), CommitRequest{Author: b.author})
	require.NoError(t, err)
	ended, err := b.Objects().Commit(t.Context(), done.Commit)
	require.NoError(t, err)
	require.Equal(t, []cid.Cid{b.ours, b.theirs}, ended.Parents)

	require.NoError(t, b.Repo.SetMerge(merge))
	_, err = b.Commit(t.Context(), CommitRequest{Author: b.author, Message: "again"})
	require.ErrorIs(t, err, ErrNothing)
	require.NoError(t, b.Repo.SetMerge(merge))
	stem(4)(b.Song)
	next, err := b.Objects().Commit(t.Context(), commitAll(t, b.Song, b.author, "next"))
	require.NoError(t, err)
	require.Equal(t, []cid.Cid{done.Commit}, next.Parents)
	merge, err = b.Repo.Merge()
	require.NoError(t, err)
	require.Nil(t, merge)
}

// What is damaged is for a person to choose, and keeps nothing else from being merged.
func TestADamagedRecordingIsAConflict(t *testing.T) {
	base := noise(stereo, 1, 60_000)
	side := func(seed uint64, damage bool) func(s *Song) {
		return func(s *Song) {
			at := 5_000 * int(seed)
			writeFLAC(t, s, "a.flac", punched(base, at, at+500, noise(stereo, seed, 500)), "x")
			require.NoError(t, os.WriteFile(filepath.Join(s.Repo.Root(), "notes "+string('0'+rune(seed))+".txt"), []byte("x"), 0o644))
			if !damage {
				return
			}
			file := filepath.Join(s.Repo.Root(), "a.flac")
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			data[len(data)/2] ^= 1
			require.NoError(t, os.WriteFile(file, data, 0o644))
		}
	}
	b := newBranches(t, func(s *Song) { writeFLAC(t, s, "a.flac", base, "x") }, side(2, false), side(4, true))
	out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
	require.Equal(t, Conflicted, out.Outcome)
	require.Len(t, out.Conflicts, 1)
	require.Contains(t, out.Conflicts[0].Reason, "a damaged FLAC file")
	require.FileExists(t, filepath.Join(b.Repo.Root(), "notes 4.txt"))
	done, err := b.DecideConflicts(t.Context(), DecideRequest{Paths: []string{"a.flac"}, Theirs: true})
	require.NoError(t, err)
	require.Zero(t, done.Left)
}

func TestADecisionForALabelKeepsTheMergedAudio(t *testing.T) {
	base := noise(stereo, 1, 20_000)
	song := func(s *Song, instrument string) {
		text := "stems:\n  a.wav:\n    instrument: " + instrument + "\n"
		require.NoError(t, os.WriteFile(filepath.Join(s.Repo.Root(), "song.yaml"), []byte(text), 0o644))
	}
	ours := punched(base, 100, 200, noise(stereo, 2, 100))
	b := newBranches(t,
		func(s *Song) { writeStem(t, s, "a.wav", stereo, base); song(s, "bass") },
		func(s *Song) { writeStem(t, s, "a.wav", stereo, ours); song(s, "fretless bass") },
		func(s *Song) {
			writeStem(t, s, "a.wav", stereo, punched(base, 900, 990, noise(stereo, 3, 90)))
			song(s, "double bass")
		})
	out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
	require.Equal(t, Conflicted, out.Outcome)
	require.Len(t, out.Conflicts, 2)
	require.Equal(t, history.Details, out.Conflicts[0].Kind)
	require.Equal(t, "you and they changed stems: a.wav: instrument (yours fretless bass, theirs double bass)", out.Conflicts[1].Reason)
	both := punched(ours, 900, 990, noise(stereo, 3, 90))
	require.Equal(t, both, framesOf(t, b.Song, "a.wav"))
	_, err := b.DecideConflicts(t.Context(), DecideRequest{Paths: []string{"."}, Theirs: true})
	require.NoError(t, err)
	require.Equal(t, both, framesOf(t, b.Song, "a.wav"))
	done, err := b.ContinueMerge(t.Context(), CommitRequest{Author: b.author})
	require.NoError(t, err)
	tree, err := b.treeOf(t.Context(), done.Commit)
	require.NoError(t, err)
	e, _ := tree.Find("a.wav")
	require.Equal(t, "double bass", e.Instrument)
}

// Two lines that merged each other twice: the virtual base has what both have since.
func TestACrissCrossOfAudioMerges(t *testing.T) {
	base := noise(stereo, 1, 40_000)
	left := punched(base, 1_000, 2_000, noise(stereo, 2, 1_000))
	right := punched(base, 30_000, 31_000, noise(stereo, 3, 1_000))
	both := punched(left, 30_000, 31_000, noise(stereo, 3, 1_000))
	b := newBranches(t,
		func(s *Song) { writeStem(t, s, "a.wav", stereo, base) },
		func(s *Song) { writeStem(t, s, "a.wav", stereo, left) },
		func(s *Song) { writeStem(t, s, "a.wav", stereo, right) })
	// Both take the other in.
	mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
	require.Equal(t, both, framesOf(t, b.Song, "a.wav"))
	switchTo(t, b.Song, SwitchRequest{Branch: "theirs"})
	mergeIn(t, b.Song, b.author, b.ours, MergeOptions{})
	// Theirs changes what left had changed, ours something else.
	writeStem(t, b.Song, "a.wav", stereo, punched(both, 1_200, 1_300, noise(stereo, 4, 100)))
	theirs := commitAll(t, b.Song, b.author, "theirs again")
	switchTo(t, b.Song, SwitchRequest{Branch: "main"})
	writeStem(t, b.Song, "a.wav", stereo, punched(both, 30_500, 30_500, noise(stereo, 5, 50)))
	commitAll(t, b.Song, b.author, "ours again")

	// Against the common base alone both changed 1000 to 2000 and 30000 to 31000.
	out := mergeIn(t, b.Song, b.author, theirs, MergeOptions{})
	require.Equal(t, MergeCommit, out.Outcome)
	want := punched(punched(both, 30_500, 30_500, noise(stereo, 5, 50)), 1_200, 1_300, noise(stereo, 4, 100))
	require.Equal(t, want, framesOf(t, b.Song, "a.wav"))
}

// Interrupted anywhere, a merge has done nothing, and can be done again.
func TestAMergeThatIsInterruptedHasDoneNothing(t *testing.T) {
	base := noise(stereo, 1, 40_000)
	b := newBranches(t,
		func(s *Song) { writeStem(t, s, "a.wav", stereo, base) },
		func(s *Song) {
			writeStem(t, s, "a.wav", stereo, punched(base, 1_000, 2_000, noise(stereo, 2, 1_000)))
		},
		func(s *Song) {
			writeStem(t, s, "a.wav", stereo, punched(base, 30_000, 31_000, noise(stereo, 3, 1_000)))
		})
	before := framesOf(t, b.Song, "a.wav")
	done := 0
	for at := 1; ; at++ {
		ctx, cancel := context.WithCancel(t.Context())
		b.Progress = &cancelAfter{left: at, cancel: cancel}
		out, err := b.Merge(ctx, MergeRequest{Theirs: b.theirs, Name: "theirs", Author: func() (Author, error) { return b.author, nil }})
		cancel()
		b.Progress = NoProgress{}
		if err == nil {
			require.Equal(t, MergeCommit, out.Outcome)
			break
		}
		require.ErrorIs(t, err, context.Canceled)
		head, err := b.Repo.Head()
		require.NoError(t, err)
		require.Equal(t, b.ours, head.Commit)
		require.Equal(t, before, framesOf(t, b.Song, "a.wav"))
		done++
	}
	require.Greater(t, done, 3)
}

// cancelAfter cancels at the so many-th step.
type cancelAfter struct {
	left   int
	cancel func()
}

func (c *cancelAfter) Start(string, int64) { c.step() }
func (c *cancelAfter) Add(int64)           { c.step() }
func (c *cancelAfter) Done()               {}

func (c *cancelAfter) step() {
	if c.left--; c.left == 0 {
		c.cancel()
	}
}

func TestACrossfadeIsRememberedForTheDecision(t *testing.T) {
	base := noise(stereo, 1, 30_000)
	b := newBranches(t,
		func(s *Song) { writeStem(t, s, "a.wav", stereo, base) },
		func(s *Song) {
			writeStem(t, s, "a.wav", stereo, punched(base, 1_000, 2_000, noise(stereo, 2, 1_000)))
		},
		func(s *Song) {
			writeStem(t, s, "a.wav", stereo, punched(base, 1_500, 2_500, noise(stereo, 3, 1_000)))
		})
	out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{Crossfade: time.Millisecond})
	require.Equal(t, Conflicted, out.Outcome)
	_, err := b.DecideConflicts(t.Context(), DecideRequest{Paths: []string{"a.wav"}})
	require.NoError(t, err)
	got, plain := framesOf(t, b.Song, "a.wav"), punched(base, 1_000, 2_000, noise(stereo, 2, 1_000))
	size := stereo.FrameSize()
	require.Len(t, got, len(plain))
	require.Equal(t, plain[:1_000*size], got[:1_000*size])
	require.NotEqual(t, plain[1_000*size:1_048*size], got[1_000*size:1_048*size])
	require.Equal(t, plain[1_048*size:1_952*size], got[1_048*size:1_952*size])
	require.NotEqual(t, plain[1_952*size:2_000*size], got[1_952*size:2_000*size])
	require.Equal(t, plain[2_000*size:], got[2_000*size:])
}

// bounce renders a session of two sines to 16 bits, dithered by a seed.
func bounce(seed uint64, frames int) []byte {
	r := rand.New(rand.NewPCG(seed, 7))
	var b []byte
	for i := range frames {
		t := float64(i) / 48000
		for c := range 2 {
			v := 9000*math.Sin(2*math.Pi*220*t) + 5000*math.Sin(2*math.Pi*(331+float64(c))*t)
			v += r.Float64() - r.Float64()
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(math.Round(v))))
		}
	}
	return b
}

func TestABounceThatWasOnlyDitheredAgainCountsAsUnchanged(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 16}
	const frames = 150_000
	base := bounce(1, frames)
	replace := func(frames []byte, a, b int, with []byte) []byte {
		return append(append(append([]byte{}, frames[:4*a]...), with...), frames[4*b:]...)
	}
	solo := noise(f, 2, 20_000)
	fill := noise(f, 3, 10_000)
	ours := replace(base, 20_000, 40_000, solo)
	theirs := replace(bounce(9, frames), 100_000, 110_000, fill)
	start := func(t *testing.T, theirs []byte) branches {
		return newBranches(t,
			func(s *Song) { writeStem(t, s, "mix.wav", f, base) },
			func(s *Song) { writeStem(t, s, "mix.wav", f, ours) },
			func(s *Song) { writeStem(t, s, "mix.wav", f, theirs) })
	}
	note := "their version was rendered again, which counts as unchanged (--exact turns that off)"

	t.Run("nothing else", func(t *testing.T) {
		b := start(t, bounce(9, frames))
		out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
		require.Equal(t, []Joined{{"mix.wav", []string{note, "1 change of yours"}}}, out.Joined)
		require.Equal(t, ours, framesOf(t, b.Song, "mix.wav"))
	})
	t.Run("and a fill", func(t *testing.T) {
		b := start(t, theirs)
		out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
		require.Equal(t, []Joined{{"mix.wav", []string{note, "1 change of yours and 1 change of theirs"}}}, out.Joined)
		require.Equal(t, replace(ours, 100_000, 110_000, fill), framesOf(t, b.Song, "mix.wav"))
	})
	t.Run("exact", func(t *testing.T) {
		b := start(t, theirs)
		out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{Exact: true})
		require.Equal(t, Conflicted, out.Outcome)
		require.Equal(t, "they changed everything in it: there is nothing left to go by", out.Conflicts[0].Reason)
	})
	t.Run("a gain", func(t *testing.T) {
		quiet := bounce(1, frames)
		for i := 0; i < len(quiet); i += 2 {
			v := float64(int16(binary.LittleEndian.Uint16(quiet[i:])))
			binary.LittleEndian.PutUint16(quiet[i:], uint16(int16(math.Round(v*math.Pow(10, -3.0/20)))))
		}
		b := start(t, quiet)
		out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
		require.Equal(t, Conflicted, out.Outcome)
		require.Equal(t, "they changed everything in it (gain -3.00 dB): there is nothing left to go by", out.Conflicts[0].Reason)
	})
}

func TestRevertTakesBackOneRegionOfARecording(t *testing.T) {
	song, author := newSong(t)
	base := noise(stereo, 1, 20_000)
	writeStem(t, song, "a.wav", stereo, base)
	commitAll(t, song, author, "base")
	bad := punched(base, 1_000, 2_000, noise(stereo, 2, 1_500))
	writeStem(t, song, "a.wav", stereo, bad)
	wrong := commitAll(t, song, author, "a wrong note")
	later := noise(stereo, 3, 1_000)
	writeStem(t, song, "a.wav", stereo, punched(bad, 10_000, 11_000, later))
	commitAll(t, song, author, "a fill")
	_, err := song.Revert(t.Context(), wrong, author)
	require.NoError(t, err)
	require.Equal(t, punched(base, 9_500, 10_500, later), framesOf(t, song, "a.wav"))

	// What was changed since in the same place cannot be taken back alone.
	writeStem(t, song, "a.wav", stereo, punched(base, 9_600, 9_700, noise(stereo, 4, 100)))
	commitAll(t, song, author, "over the fill")
	head, err := song.Repo.Head()
	require.NoError(t, err)
	_, err = song.Revert(t.Context(), wrong, author)
	require.Error(t, err)
	now, err := song.Repo.Head()
	require.NoError(t, err)
	require.Equal(t, head, now)
}

// mp3 is frames of 128 kbit/s at 44100 Hz that nobody can listen to.
func mp3(fill byte) []byte {
	var b []byte
	for range 20 {
		b = append(b, 0xff, 0xfb, 0x90, 0x00)
		b = append(b, bytes.Repeat([]byte{fill}, 413)...)
	}
	return b
}

func TestAudioThatIsNotDecodedIsNotMerged(t *testing.T) {
	write := func(fill byte) func(s *Song) {
		return func(s *Song) {
			require.NoError(t, os.WriteFile(filepath.Join(s.Repo.Root(), "demo.mp3"), mp3(fill), 0o644))
		}
	}
	b := newBranches(t, write(0), write(1), write(2))
	out := mergeIn(t, b.Song, b.author, b.theirs, MergeOptions{})
	require.Equal(t, Conflicted, out.Outcome)
	require.Equal(t, "you and they changed it; it is not merged, as its audio is not decoded", out.Conflicts[0].Reason)
	require.Empty(t, out.Conflicts[0].Previews)
}
