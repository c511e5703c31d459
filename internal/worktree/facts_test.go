package worktree

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/peaks"
	"github.com/parrots-music/parrots/internal/object"
)

// wav is a file of 16 bits and one channel.
func wav(rate int, samples string) string {
	b := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(36+len(samples)))
	b = binary.LittleEndian.AppendUint32(append(b, "WAVEfmt "...), 16)
	for _, v := range []int{1, 1} {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(2*rate))
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = binary.LittleEndian.AppendUint32(append(b, "data"...), uint32(len(samples)))
	return string(b) + samples
}

func pcmOf(rate int, samples string) []byte {
	id := pcm.NewIdentity(pcm.Format{SampleRate: rate, Channels: 1, BitDepth: 16})
	_, _ = id.Write([]byte(samples))
	return id.Multihash()
}

// tick waits until the file system's clock has passed on, so that nothing is racy.
func tick() { time.Sleep(20 * time.Millisecond) }

func TestEntriesSayWhatTheAudioIs(t *testing.T) {
	s := newSong(t, map[string]string{
		"bass.wav": wav(48000, "abcdefgh"), "lyrics.txt": "la la", "kick.wav": "kick",
		"Project/song.als": "als", "Project/hat.wav": wav(48000, "hathat"),
	})
	tick()
	var overviews []string
	snap, err := s.Snapshot(t.Context(), SnapshotOptions{Peaks: func(pcm []byte, p *peaks.Peaks) {
		require.EqualValues(t, 4, p.Frames)
		overviews = append(overviews, string(pcm))
	}})
	require.NoError(t, err)
	bass, _ := snap.Tree.Find("bass.wav")
	require.Equal(t, "pcm", bass.Codec)
	require.Equal(t, []uint64{48000, 1, 16, 4}, []uint64{bass.SampleRate, bass.Channels, bass.BitDepth, bass.Frames})
	require.Equal(t, pcmOf(48000, "abcdefgh"), bass.PCM)
	require.Equal(t, []string{string(bass.PCM)}, overviews)

	// What is no audio is kept all the same, with a warning where it should be some.
	for _, path := range []string{"kick.wav", "lyrics.txt"} {
		e, ok := snap.Tree.Find(path)
		require.True(t, ok)
		require.Empty(t, e.Codec)
		require.Nil(t, e.PCM)
	}
	require.Len(t, snap.Warnings, 1)
	require.Equal(t, "kick.wav", snap.Warnings[0].Path)
	require.Contains(t, snap.Warnings[0].Reason, "not understood")

	// A project's files have no facts: DAWs know them, and there are many.
	project, _ := snap.Tree.Find("Project")
	block, err := s.mem.Get(t.Context(), project.CID)
	require.NoError(t, err)
	inner, err := object.DecodeSession(block)
	require.NoError(t, err)
	require.Empty(t, inner.Entries[0].Codec)

	// Nothing is read again, warned of again or forgotten.
	s.mem.reads.Store(0)
	again, err := s.Snapshot(t.Context(), SnapshotOptions{Base: snap.Tree})
	require.NoError(t, err)
	require.Equal(t, snap.Tree, again.Tree)
	require.Empty(t, again.Warnings)
	fromNothing := s.snapshot(object.Tree{})
	require.Equal(t, snap.Tree, fromNothing, "the index remembers the facts")
	require.Zero(t, s.mem.reads.Load())
}

func TestFactsFollowTheContent(t *testing.T) {
	s := newSong(t, map[string]string{"bass.wav": wav(48000, "abcdefgh")})
	base := s.snapshot(object.Tree{})
	base.Entries[0].Instrument = "bass guitar"
	s.write(map[string]string{"bass.wav": wav(44100, "hgfedcba")})
	bass, _ := s.snapshot(base).Find("bass.wav")
	require.Equal(t, pcmOf(44100, "hgfedcba"), bass.PCM)
	require.Equal(t, uint64(44100), bass.SampleRate)
	require.Equal(t, "bass guitar", bass.Instrument)
	s.write(map[string]string{"bass.wav": "no audio any more"})
	bass, _ = s.snapshot(base).Find("bass.wav")
	require.Empty(t, bass.Codec)
	require.Nil(t, bass.PCM)
}

// An entry of an earlier version, without facts, is no change by itself.
func TestEntriesWithoutFactsStay(t *testing.T) {
	s := newSong(t, map[string]string{"bass.wav": wav(48000, "abcdefgh")})
	base := s.snapshot(object.Tree{})
	e := &base.Entries[0]
	e.Codec, e.SampleRate, e.Channels, e.BitDepth, e.Frames, e.PCM = "", 0, 0, 0, 0, nil
	require.Equal(t, base, s.snapshot(base))
}

// A file that a checkout brought, and that its next commit has new, is looked at.
func TestFactsOfWhatACheckoutBrought(t *testing.T) {
	a := newSong(t, map[string]string{"bass.wav": wav(48000, "abcdefgh")})
	tree := a.snapshot(object.Tree{})
	b := newSongWith(t, a.mem, nil)
	b.checkout(object.Tree{}, tree)
	require.Equal(t, tree, b.snapshot(object.Tree{}))
	b.checkout(tree, object.Tree{})
	b.checkout(object.Tree{}, tree)
	require.NoError(t, os.Rename(filepath.Join(b.root, "bass.wav"), filepath.Join(b.root, "low.wav")))
	low, ok := b.snapshot(tree).Find("low.wav")
	require.True(t, ok)
	require.Equal(t, tree.Entries[0].PCM, low.PCM)
}

func TestIndexOfAnotherVersionIsRebuilt(t *testing.T) {
	s := newSong(t, map[string]string{"bass.wav": wav(48000, "abcdefgh")})
	tree := s.snapshot(object.Tree{})
	require.NoError(t, s.repo.WriteIndex([]byte("parrots index 1\nsomething")))
	snap, err := s.Snapshot(t.Context(), SnapshotOptions{Base: tree})
	require.NoError(t, err)
	require.Equal(t, tree, snap.Tree)
	require.Len(t, snap.Notices, 1)
	require.True(t, strings.Contains(snap.Notices[0], "another version"))
}

// What a header says beyond what a tree can hold is left out.
func TestFactsThatNoTreeHolds(t *testing.T) {
	good := object.Entry{Path: "x", CID: rawCID(nil), Kind: object.KindStem}
	for _, f := range []facts{
		{known: true, codec: "Not A Token"}, {known: true, frames: object.MaxInt + 1}, {known: true, pcm: "short"},
	} {
		e := good
		f.describe(&e)
		require.Equal(t, good, e)
	}
	require.Zero(t, natural(int64(-1)))
	require.Zero(t, natural(int64(object.MaxInt+1)))
}
