package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A listener whose hub lacks a song gets it all the same, from the hub that the song
// names, and is told so; so does who pulls what comes later.
func TestCloneFromTheHubThatTheSongNames(t *testing.T) {
	t.Parallel()
	garage, label := ownHub(t, shared.rpc), ownHub(t, shared.rpc)
	drummer, listener := musiciansAt(t, garage, "drummer")[0], musiciansAt(t, label, "listener")[0]
	s := drummer.publishes("elsewhere", band(830))

	o := listener.run(listener.desk, "clone", s.id(), "copy")
	require.Zero(t, o.code, o.errors)
	require.Contains(t, o.errors, "going on with "+garage.url)
	copied := song{listener, listener.desk + "/copy"}
	sameSong(t, s, copied)

	s.records("guitar.wav", take(840, 1))
	s.does("commit", "-m", "guitar")
	s.does("push")
	copied.does("pull")
	sameSong(t, s, copied)
	sameSong(t, s, listener.forks(s.id(), "fork"))

	require.NoError(t, garage.process.stop())
	late := musiciansAt(t, label, "latecomer")[0]
	o = late.run(late.desk, "clone", s.id(), "copy")
	require.Equal(t, exitCorrupt, o.code, o.errors)
	require.Contains(t, o.errors, "hint: no hub that was asked has it all")
	garage.restart(t)
	sameSong(t, s, late.clones(s.id(), "copy"))
}

// A guitarist whose hub has never heard of the song forks it and pushes. Their hub gets
// the song from the drummer's, so that only the guitar is sent; and the drummer's hub
// gets from there what the guitarist pushes to the drummer's own song.
func TestPushByWayOfAnotherHub(t *testing.T) {
	t.Parallel()
	garage, label := ownHub(t, shared.rpc), ownHub(t, shared.rpc)
	drummer, guitarist := musiciansAt(t, garage, "drummer")[0], musiciansAt(t, label, "guitarist")[0]
	s := drummer.publishes("two-hubs", band(800))
	id := s.id()
	fork := guitarist.forks(id, "fork")
	solo := take(810, 1)
	fork.records("guitar.wav", solo)
	fork.does("commit", "-m", "guitar")
	var pushed struct{ Bytes int }
	fork.json(&pushed, fork.dir, "push", "--yes")
	require.Greater(t, pushed.Bytes, len(solo))
	require.Less(t, pushed.Bytes, len(solo)+10_000, "the guitar, a commit and a tree, and nothing of the band")

	// The label's hub has all of it, and the fork names it.
	require.NoError(t, garage.process.stop())
	listener := musiciansAt(t, label, "listener")[0]
	sameSong(t, fork, listener.clones(fork.id(), "copy"))
	var info struct {
		Song struct{ Metadata struct{ Hints []string } }
	}
	listener.json(&info, listener.desk, "info", fork.id())
	require.Contains(t, info.Song.Metadata.Hints, label.url)
	garage.restart(t)

	// A collaborator pushes to the drummer's song by way of the label's hub.
	s.letsIn(guitarist, "maintainer")
	guitarist.parrots(guitarist.desk, "clone", garage.url+"/"+id, "two-hubs")
	theirs := song{guitarist, guitarist.desk + "/two-hubs"}
	theirs.does("remote", "remove", "origin")
	theirs.does("remote", "add", "origin", id)
	theirs.records("drums.wav", take(820, 1))
	theirs.does("commit", "-m", "drums, by the guitarist")
	theirs.does("push")
	eventually(t, "the drummer's hub has it too", func() bool { return s.run(s.dir, "pull").code == 0 })
	sameSong(t, theirs, s)
}
