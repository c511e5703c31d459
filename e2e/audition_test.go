package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// audition is `parrots audition show --json`.
type audition struct {
	Number, Revision    uint64
	Status, Title, Head string
	Mergeable           bool
	WhyNot              string   `json:"why_not"`
	SourceGone          bool     `json:"source_gone"`
	Approved            []string `json:"approved_by"`
	Asked               []string `json:"changes_asked_by"`
	MergedAs            string   `json:"merged_as"`
	MergedBy            string   `json:"merged_by"`
	Revisions           []struct{ Head, Message string }
	Reviews             []struct {
		Reviewer, Verdict, Body string
		Stale                   bool
	}
}

func (s song) audition(number string) (a audition) {
	s.t.Helper()
	s.json(&a, s.dir, "audition", "show", number)
	return a
}

// waits are the turns of the auditions that wait for a musician.
func (s song) waits() (turns []string) {
	s.t.Helper()
	var list []struct{ Turn string }
	s.json(&list, s.dir, "audition", "list", "--waiting")
	var inbox struct{ Auditions []struct{ Turn string } }
	s.json(&inbox, s.dir, "inbox")
	require.Equal(s.t, len(list), len(inbox.Auditions))
	for i, w := range list {
		require.Equal(s.t, w, inbox.Auditions[i])
		turns = append(turns, w.Turn)
	}
	return turns
}

// A guitarist hears a song, forks it, adds a solo, offers it; the band listens, asks for
// one more take, approves and merges.
func TestAuditionForASong(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "bassist", "guitarist")
	drummer, bassist, guitarist := m[0], m[1], m[2]
	ours := drummer.publishes("night-train", band(400))
	ours.letsIn(bassist, "maintainer")
	theirs := bassist.clones(ours.id(), "night-train")
	ours.does("audition", "settings", "--approvals", "1")

	// Both change one stem, in different places; the band goes on meanwhile.
	base := take(401, 1)
	fork := guitarist.forks(ours.id(), "my-train")
	fork.does("switch", "--create", "solo")
	fork.records("guitar.wav", take(410, 1))
	fill := take(411, 0.1)
	fork.records("bass.wav", spliced(base, 30_000, 34_800, fill))
	fork.does("commit", "-m", "a solo over the bridge")
	require.Contains(t, fork.cannot(exitRefused, "audition", "open", "--title", "A solo"), "hint: `parrots push BRANCH` publishes the branch")
	fork.does("push", "--yes")
	fork.does("audition", "open", "--title", "A solo over the bridge", "-m", "two takes")
	require.Contains(t, fork.cannot(exitRefused, "audition", "open", "--title", "Again"), "branch is offered already")
	bar := take(412, 0.5)
	ours.records("bass.wav", spliced(base, 10_000, 10_000, bar))
	ours.does("commit", "-m", "a bar more")
	ours.does("push")

	first := ours.audition("1")
	require.Equal(t, fork.head(), first.Head)
	require.False(t, first.Mergeable)
	require.Equal(t, []string{"review"}, ours.waits())
	require.Contains(t, ours.does("audition", "listen", "1", "--diff"), "guitar.wav")
	ours.does("audition", "listen", "1", "-o", "../first.wav")
	require.FileExists(t, filepath.Join(drummer.desk, "first.wav"))
	ours.does("audition", "review", "1", "--ask-changes", "-m", "once more, behind the beat")
	require.Contains(t, theirs.cannot(exitRefused, "audition", "merge", "1"), "changes are asked for")
	require.Equal(t, []string{"revise"}, fork.waits())

	second := take(420, 1)
	fork.records("guitar.wav", second)
	fork.does("commit", "-m", "behind the beat")
	fork.does("push")
	fork.does("audition", "revise", "1", "-m", "one more take")
	require.Contains(t, ours.cannot(exitRefused, "audition", "review", "1", "--approve"), "listen", "what the drummer fetched is revision 1")
	fork.cannot(exitRefused, "audition", "review", "1", "--approve")

	ours.does("audition", "checkout", "1")
	require.Equal(t, second, ours.hears("guitar.wav"), "the drummer has the new take in the folder")
	ours.does("switch", "main")
	ours.does("audition", "review", "1", "--approve", "-m", "that is it")
	approved := theirs.audition("1")
	require.True(t, approved.Mergeable, approved.WhyNot)
	require.Equal(t, []string{drummer.address}, approved.Approved)
	require.Len(t, approved.Reviews, 2)
	require.True(t, approved.Reviews[0].Stale, "the wish for changes was about the first take")

	require.Contains(t, theirs.cannot(exitConflict, "audition", "merge", "1"), "parrots pull")
	theirs.does("pull")
	theirs.does("audition", "merge", "1", "--yes")
	both := spliced(spliced(base, 30_000, 34_800, fill), 10_000, 10_000, bar)
	require.Equal(t, both, theirs.hears("bass.wav"), "the bass line has the bar and the fill, bit for bit")
	require.Equal(t, second, theirs.hears("guitar.wav"))
	require.Equal(t, theirs.head(), theirs.onChain("main"))
	merged := fork.audition("1")
	require.Equal(t, "merged", merged.Status)
	require.Equal(t, bassist.address, merged.MergedBy)
	require.Equal(t, theirs.head(), merged.MergedAs)
	require.Contains(t, theirs.cannot(exitRefused, "audition", "merge", "1"), "audition is merged")
	require.Empty(t, ours.waits())

	fork.does("push", "--delete", "solo")
	require.True(t, fork.audition("1").SourceGone)
	ours.does("pull")
	sameSong(t, ours, theirs)
}

// Auditions are turned down, taken up again, and merged without a merge commit where
// nothing happened meanwhile.
func TestCloseAndReopenAnAudition(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "guitarist")
	ours := m[0].publishes("slow-train", band(430))
	fork := m[1].forks(ours.id(), "my-slow-train")
	fork.records("guitar.wav", take(440, 1))
	fork.does("commit", "-m", "guitar")
	fork.does("push", "--yes")
	fork.does("audition", "open", "main", "--title", "Guitar")

	ours.does("audition", "close", "1", "-m", "we keep it a duo")
	require.Equal(t, "closed", fork.audition("1").Status)
	require.Contains(t, fork.cannot(exitRefused, "audition", "reopen", "1"), "not allowed")
	ours.cannot(exitRefused, "audition", "merge", "1")
	ours.does("audition", "reopen", "1")
	ours.does("audition", "merge", "1")
	require.Equal(t, fork.head(), ours.onChain("main"), "nothing happened meanwhile")
	require.Equal(t, "merged", fork.audition("1").Status)
}
