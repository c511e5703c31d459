package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// credited is a commit's credits in `parrots credit show --json`.
type credited struct {
	Credits []struct {
		Contributor, Status, Statement, Answer string
	}
	Guests []struct {
		Name      string
		ClaimedBy string `json:"claimed_by"`
	}
}

// A drummer names who played: a singer confirms it by her own hand, disputes it and
// takes it back; a bassist signs at home, and the drummer brings it; a guest without a
// wallet gets a link and claims it with a wallet made later.
func TestWhoPlayedWhat(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "singer", "bassist", "latecomer")
	drummer, singer, bassist, latecomer := m[0], m[1], m[2], m[3]
	s := drummer.begins("credited", band(930))
	s.records("vox.wav", take(931, 1))
	s.does("commit", "-m", "everybody", "--role", "StudioMusician", "--instrument", "Drum Kit",
		"--with", singer.address+":LeadVocalist", "--with", bassist.address+":StudioMusician:Bass Guitar",
		"--guest", "Mina:StudioMusician:Violin")
	s.does("push", "--yes", "--licence", "CC-BY-4.0")
	commit := s.head()
	show := func() (c credited, of map[string]string) {
		s.json(&c, s.dir, "credit", "show", commit)
		of = map[string]string{}
		for _, one := range c.Credits {
			of[one.Contributor] = one.Status
		}
		return c, of
	}
	_, of := show()
	require.Equal(t, map[string]string{drummer.address: "confirmed", singer.address: "claimed", bassist.address: "claimed"}, of)

	require.Contains(t, singer.parrots(singer.desk, "inbox"), commit)
	singer.parrots(singer.desk, "credit", "confirm", commit)
	require.NotContains(t, singer.parrots(singer.desk, "inbox"), commit)
	singer.parrots(singer.desk, "credit", "dispute", commit, "I only hummed")
	s.does("credit", "answer", commit, singer.address, "you sang the hook")
	c, _ := show()
	require.Contains(t, s.does("credit", "list", "--of", singer.address), "I only hummed")
	for _, one := range c.Credits {
		if one.Contributor == singer.address {
			require.Equal(t, []string{"I only hummed", "you sang the hook"}, []string{one.Statement, one.Answer})
		}
	}
	singer.parrots(singer.desk, "credit", "confirm", commit)

	file := filepath.Join(bassist.desk, "mine.json")
	bassist.parrots(bassist.desk, "credit", "sign", commit, "-o", file)
	signed, err := os.ReadFile(file)
	require.NoError(t, err)
	forged := filepath.Join(drummer.desk, "forged.json")
	require.NoError(t, os.WriteFile(forged, []byte(strings.Replace(string(signed), bassist.address, singer.address, 1)), 0o600))
	require.Contains(t, s.cannot(exitRefused, "credit", "confirm", "--signature", forged), "signature")
	s.does("credit", "confirm", "--signature", file)
	require.NotZero(t, s.run(s.dir, "credit", "confirm", "--signature", file).code, "a signature is good for one step")

	var invited []struct{ Name, Link string }
	s.json(&invited, s.dir, "credit", "invite", commit, "Mina")
	require.Len(t, invited, 1)
	latecomer.parrots(latecomer.desk, "credit", "claim", invited[0].Link, "--yes")
	require.NotZero(t, latecomer.run(latecomer.desk, "credit", "claim", invited[0].Link, "--yes").code, "claimed once")
	c, of = show()
	require.Equal(t, latecomer.address, c.Guests[0].ClaimedBy)
	for who, status := range of {
		require.Equal(t, "confirmed", status, who)
	}
	require.Contains(t, singer.parrots(singer.desk, "profile"), "1 credit confirmed by 1 person")
}
