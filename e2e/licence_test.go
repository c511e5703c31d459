package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// licence is what a song says others may do with it.
type licence struct {
	Licence     string
	Under       []string
	AiTraining  string `json:"ai_training"`
	Commercial  bool
	Obligations []struct{ Licence, Song string }
	Granted     []string
}

func (s song) licence(name ...string) (l licence) {
	s.t.Helper()
	s.json(&l, s.dir, append([]string{"licence", "show"}, name...)...)
	return l
}

// publishesUnder is publishes with a licence.
func (m *musician) publishesUnder(name, licence string, seed uint64) song {
	m.t.Helper()
	s := m.begins(name, band(seed))
	s.does("push", "--yes", "--licence", licence, "--ai-training", "refusal")
	return s
}

// A drummer lets nobody make versions of a song, but for one guitarist; who forks the
// guitarist's fork still needs the drummer's word.
func TestNoDerivativesButForWhomIsGranted(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "guitarist", "stranger")
	drummer, guitarist, stranger := m[0], m[1], m[2]
	s := drummer.publishesUnder("closed", "cc-by-nd", 900)

	o := guitarist.run(guitarist.desk, "fork", s.id(), "mine")
	require.Equal(t, exitRefused, o.code, o.errors)
	require.Contains(t, o.errors, s.id())
	require.Contains(t, o.errors, "CC-BY-ND-4.0")
	require.Contains(t, o.errors, "hint: `parrots licence show SONG`")

	s.does("licence", "grant", guitarist.address)
	require.Equal(t, []string{guitarist.address}, s.licence().Granted)
	require.Empty(t, s.licence().Under)
	var byHand struct{ Addresses []string }
	byREST(t, &byHand, "/parrots/song/v1/songs/"+s.id()+"/fork-grants")
	require.Equal(t, []string{guitarist.address}, byHand.Addresses)

	fork := guitarist.forks(s.id(), "mine")
	require.Equal(t, "refusal", fork.licence().AiTraining)
	fork.records("guitar.wav", take(910, 1))
	fork.does("commit", "-m", "guitar")
	fork.does("push", "--yes")
	require.Contains(t, fork.cannot(exitRefused, "licence", "set", "--ai-training", "consent"), s.id())

	o = stranger.run(stranger.desk, "fork", fork.id(), "again")
	require.Equal(t, exitRefused, o.code, o.errors)
	fork.does("licence", "grant", stranger.address)
	o = stranger.run(stranger.desk, "fork", fork.id(), "again")
	require.Equal(t, exitRefused, o.code, o.errors)
	require.Contains(t, o.errors, s.id(), "the song that the fork is from")

	s.does("licence", "grant", guitarist.address, "--revoke")
	require.Empty(t, s.licence().Granted)
	fork.records("guitar.wav", take(920, 1))
	fork.does("commit", "-m", "more guitar")
	fork.does("push")
	require.Contains(t, fork.cannot(exitRefused, "release", "v1", "--yes"), s.id())
}

// Share-alike passes on, and what cannot be mixed is named.
func TestShareAlikePassesOn(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "guitarist")
	drummer, guitarist := m[0], m[1]
	s := drummer.publishesUnder("open", "CC-BY-4.0", 930)
	fork := guitarist.forks(s.id(), "mine")
	require.Contains(t, fork.does("licence", "set", "CC-BY-SA"), "CC-BY-SA-4.0")
	fork.records("guitar.wav", take(940, 1))
	fork.does("commit", "-m", "guitar")
	fork.does("push", "--yes")

	s.does("pull", fork.id())
	says := s.cannot(exitRefused, "push")
	require.Contains(t, says, fork.id(), "the song that blocks")
	require.Contains(t, says, "CC-BY-SA-4.0")
	s.does("licence", "set", "CC-BY-SA-4.0")
	s.does("push")
	l := s.licence()
	require.Len(t, l.Obligations, 2)
	require.Equal(t, fork.id(), l.Obligations[0].Song)
	require.True(t, l.Commercial)
	require.Contains(t, s.cannot(exitRefused, "licence", "set", "CC-BY-4.0"), fork.id())
	require.Equal(t, []string{"CC-BY-SA-4.0"}, guitarist.forks(s.id(), "again").licence().Under)
}
