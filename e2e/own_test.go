package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// described is a song in `parrots info --json`.
type described struct {
	Song struct {
		Name, Owner   string
		Archived      bool
		PendingOwner  string `json:"pending_owner"`
		DefaultBranch string `json:"default_branch"`
		Metadata      struct {
			Title, Description, Licence string
			Tags, Hints                 []string
		}
	}
	Branches []struct {
		Name      string
		Protected bool
	}
}

func (s song) info() described {
	s.t.Helper()
	var d described
	s.json(&d, s.dir, "info")
	return d
}

// An owner changes what the chain says of a song, and nothing else of it.
func TestEditASong(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "stranger")
	s := m[0].begins("edited", band(850))
	s.does("song", "set", "title", "Night Train")
	s.does("commit", "-m", "its name")
	s.does("push", "--yes", "--licence", "CC-BY-4.0", "--tag", "jazz")

	s.does("edit", "--description", "Live at the depot", "--add-tag", "live", "--add-hint", "https://hub.example")
	d := s.info().Song
	require.Equal(t, "Night Train", d.Metadata.Title)
	require.Equal(t, "Live at the depot", d.Metadata.Description)
	require.Equal(t, []string{"jazz", "live"}, d.Metadata.Tags)
	require.Equal(t, []string{shared.hub.url, "https://hub.example"}, d.Metadata.Hints)
	says := s.does("edit", "--licence", "CC-BY-SA-4.0", "--remove-tag", "jazz", "--name", "renamed")
	require.Contains(t, says, "CC-BY-SA-4.0")
	require.Equal(t, "Live at the depot", s.info().Song.Metadata.Description)
	require.Contains(t, s.run(s.dir, "edit", "--remove-tag", "jazz").errors, "nothing to change")
	require.Contains(t, s.cannot(exitUsage, "edit", "--licence", "mine"), "licence")
	require.Contains(t, s.cannot(exitRefused, "edit", "--default-branch", "nowhere"), "nowhere")
	s.cannot(exitUsage, "edit", "--archive", "--unarchive")

	s.does("edit", "--archive")
	s.records("drums.wav", take(860, 1))
	s.does("commit", "-m", "too late")
	require.Contains(t, s.cannot(exitRefused, "push"), "archived")
	s.does("edit", "--unarchive")
	s.does("push")

	copied := m[1].clones(s.id(), "edited")
	require.Contains(t, copied.cannot(exitRefused, "edit", "--description", "mine"), "refused")
	require.Contains(t, copied.does("remote", "info"), "Live at the depot")
}

// An owner protects a branch, lets writers at it again, and deletes it.
func TestProtectABranch(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "singer")
	ours := m[0].publishes("protected", band(870))
	ours.letsIn(m[1], "writer")
	theirs := m[1].clones(ours.id(), "protected")
	theirs.does("switch", "-c", "solo")
	theirs.records("solo.wav", take(880, 1))
	theirs.does("commit", "-m", "solo")
	theirs.does("push", "--yes")

	ours.does("branch", "--protect", "solo")
	require.Contains(t, ours.does("info"), "solo")
	theirs.records("solo.wav", take(881, 1))
	theirs.does("commit", "-m", "solo again")
	require.Contains(t, theirs.cannot(exitRefused, "push"), "protected")
	require.Contains(t, ours.cannot(exitRefused, "push", "--delete", "solo"), "protected")
	ours.does("branch", "--unprotect", "solo")
	theirs.does("push")
	require.Contains(t, theirs.cannot(exitRefused, "branch", "--protect", "solo"), "refused")
	require.Contains(t, ours.cannot(exitRefused, "push", "--delete", "nowhere"), "nowhere")
	ours.does("push", "--delete", "solo")
	require.Len(t, ours.info().Branches, 1)
}

// A song goes to somebody else when they accept it, and not before.
func TestGiveASongAway(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "singer")
	s := m[0].publishes("given", band(890))
	id := s.id()
	require.Contains(t, s.cannot(exitUsage, "transfer", m[1].address), "--yes", "it asks, and nobody answers")
	require.Empty(t, s.info().Song.PendingOwner)
	s.cannot(exitUsage, "transfer")
	s.does("transfer", m[1].address, "--yes")
	require.Equal(t, m[1].address, s.info().Song.PendingOwner)
	s.does("transfer", "--withdraw")
	require.Equal(t, exitRefused, m[1].run(m[1].desk, "transfer", "--accept", id).code)

	s.does("transfer", m[1].address, "--yes")
	m[1].parrots(m[1].desk, "transfer", "--accept", id, "--name", "mine-now")
	require.Equal(t, m[1].address, s.info().Song.Owner)
	s.records("drums.wav", take(900, 1))
	s.does("commit", "-m", "not any more")
	s.cannot(exitRefused, "push")
	theirs := m[1].clones(m[1].address+"/mine-now", "theirs")
	theirs.records("vox.wav", take(901, 1))
	theirs.does("commit", "-m", "mine")
	theirs.does("push", "--yes")
}

// A release stays for good, so it asks first.
func TestReleaseASong(t *testing.T) {
	t.Parallel()
	s := musicians(t, "drummer")[0].publishes("released", band(910))
	require.Contains(t, s.cannot(exitUsage, "release", "v1.0"), "--yes")
	require.NotContains(t, s.does("release", "--list"), "v1.0")
	s.does("release", "v1.0", "--title", "Night Train", "--yes")
	require.Contains(t, s.does("release", "--list"), "Night Train")
	s.cannot(exitUsage, "release", "v1.0", "--attach", "--isrc", "USRC17607839")
	s.does("release", "v1.0", "--attach", "--isrc", "USRC17607839", "--yes")
	s.cannot(exitRefused, "release", "v1.0", "--yes")
}
