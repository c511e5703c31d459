package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
)

// sponsored is what `parrots sponsor list --json` says of one allowance.
type sponsored struct {
	Granter, Grantee, Kind string
	MaxFee                 string `json:"max_fee"`
	Budget                 string `json:"budget_left"`
	Left                   string `json:"period_left"`
	Expires                string
}

// paid is what every command that sends adds to its JSON.
type paid struct {
	PaidBy string `json:"paid_by"`
	Fee    string
}

func (m *musician) balance() string {
	m.t.Helper()
	has, err := shared.client(m.t).Balance(m.t.Context(), m.address)
	require.NoError(m.t, err)
	return chain.FormatFeather(has)
}

// stranger has joined the shared network, and holds no coin.
func stranger(t *testing.T, name string) *musician {
	t.Helper()
	m := newcomer(t, name)
	m.parrots(m.desk, "join", shared.hub.url)
	return m
}

// A guitarist who joins for one take owns no coin. The drummer sponsors the fees, and
// the take is forked and pushed as if there were none; everything says who paid.
func TestPushWithASponsor(t *testing.T) {
	t.Parallel()
	drummer, guitarist := musicians(t, "drummer")[0], stranger(t, "guitarist")
	original := drummer.publishes("sponsored", band(600))

	o := guitarist.run(guitarist.desk, "fork", original.id())
	require.Equal(t, exitRefused, o.code)
	require.Contains(t, o.errors, "sponsor", "whom to ask")

	said := drummer.run(drummer.desk, "sponsor", "grant", guitarist.address, "--song", original.id())
	require.Zero(t, said.code, said.errors)
	require.Contains(t, said.out, drummer.address+" pays for "+guitarist.address)
	require.Contains(t, said.errors, "fees paid by your wallet "+drummer.address)

	fork := guitarist.forks(original.id(), "sponsored")
	fork.records("guitar.wav", take(610, 1))
	fork.does("commit", "-m", "guitar")
	o = fork.run(fork.dir, "push", "--yes")
	require.Zero(t, o.code, o.errors)
	require.Contains(t, o.errors, "fees paid by "+drummer.address)
	require.Equal(t, fork.head(), fork.onChain("main"))

	var edited paid
	fork.json(&edited, fork.dir, "edit", "--description", "with a guitar")
	require.Equal(t, drummer.address, edited.PaidBy)
	require.Regexp(t, `^[0-9]+ufeather$`, edited.Fee)
	require.Equal(t, "0", guitarist.balance())

	var list struct{ Given, Received []sponsored }
	guitarist.json(&list, guitarist.desk, "sponsor", "list")
	require.Empty(t, list.Given)
	require.Len(t, list.Received, 1)
	require.Equal(t, "sponsorship", list.Received[0].Kind)
	require.NotEqual(t, "5000000ufeather", list.Received[0].Budget, "some of it is spent")
	require.Contains(t, guitarist.parrots(guitarist.desk, "sponsor", "list", "--received"), drummer.address)

	// Granted anew, the budget is whole again.
	require.Contains(t, drummer.parrots(drummer.desk, "sponsor", "grant", guitarist.address, "--budget", "7"), "pays anew")
	drummer.json(&list, drummer.desk, "sponsor", "list", "--given")
	require.Equal(t, "7000000ufeather", list.Given[0].Budget)

	// People are named as they are known.
	guitarist.parrots(guitarist.desk, "profile", "edit", "--username", "sponsored-guitarist")
	drummer.parrots(drummer.desk, "sponsor", "revoke", "@sponsored-guitarist")
	require.Contains(t, fork.cannot(exitRefused, "edit", "--description", "gone"), "hint: ask the song's owner or your hub to sponsor")
	o = drummer.run(drummer.desk, "sponsor", "revoke", guitarist.address)
	require.Equal(t, exitRefused, o.code)
	require.Contains(t, o.errors, "you do not pay for")
	for _, wrong := range []string{"parrot1mina", "Nobody!", drummer.address} {
		o = drummer.run(drummer.desk, "sponsor", "grant", wrong)
		require.Equal(t, exitUsage, o.code, o.errors)
	}
	o = drummer.run(drummer.desk, "sponsor", "grant", guitarist.address, "sponsored-guitarist")
	require.Contains(t, o.errors, "named twice")
}

// An allowance that does not pay is passed over, with the reason where nobody else does.
func TestASponsorWhoDoesNotPay(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "label", "bassist")
	drummer, label, bassist := m[0], m[1], m[2]
	original := drummer.publishes("stingy", band(620))
	singer := stranger(t, "singer")

	// A cap that is below any fee.
	drummer.parrots(drummer.desk, "sponsor", "grant", singer.address, "--max-fee", "0.000001")
	o := singer.run(singer.desk, "fork", original.id())
	require.Equal(t, exitRefused, o.code)
	require.Contains(t, o.errors, drummer.address)
	require.Contains(t, o.errors, "for one transaction")
	require.Contains(t, o.errors, "hint:")

	// A budget for one or two transactions, which ends.
	label.parrots(label.desk, "sponsor", "grant", singer.address, "--budget", "0.0004", "--period", "none", "--expires", "never")
	fork := singer.forks(original.id(), "stingy")
	for i := range 6 {
		if o = fork.run(fork.dir, "edit", "--description", fmt.Sprint("again ", i)); o.code != 0 {
			break
		}
	}
	require.Equal(t, exitRefused, o.code, o.errors)
	require.Contains(t, o.errors, "fee limit exceeded")
	require.Contains(t, o.errors, "hint:")

	// Where one does not pay and another does, nobody has to know.
	bassist.parrots(bassist.desk, "sponsor", "grant", singer.address)
	var edited paid
	fork.json(&edited, fork.dir, "edit", "--description", "at last")
	require.Equal(t, bassist.address, edited.PaidBy)

	// Coins of one's own are used where no sponsor pays.
	bassist.parrots(bassist.desk, "sponsor", "revoke", singer.address)
	shared.fund(t, singer.address)
	fork.json(&edited, fork.dir, "edit", "--description", "myself")
	require.Equal(t, singer.address, edited.PaidBy)
}

// A label pays out of three wallets in turn, and takes back what they have left.
func TestSponsorsInTurn(t *testing.T) {
	t.Parallel()
	label := musicians(t, "label")[0]
	label.parrots(label.desk, "sponsor", "setup", "--wallets", "3", "--each", "20", "--yes")
	var set struct {
		Wallets []struct{ Key, Address, Balance string }
	}
	label.json(&set, label.desk, "sponsor", "setup", "--wallets", "3", "--each", "20", "--yes")
	require.Len(t, set.Wallets, 3)
	require.Equal(t, "20000000ufeather", set.Wallets[2].Balance, "a second time changes nothing")

	var crowd []*musician
	for range 4 {
		crowd = append(crowd, stranger(t, "fan"))
	}
	grant := []string{"sponsor", "grant"}
	for _, m := range crowd {
		grant = append(grant, m.address)
	}
	var granted struct {
		Grants []struct{ Granter, Grantee string }
	}
	label.json(&granted, label.desk, grant...)
	pays := map[string]int{}
	for i, g := range granted.Grants {
		require.Equal(t, crowd[i].address, g.Grantee)
		pays[g.Granter]++
	}
	require.Len(t, pays, 3, "each of the three pays for somebody")
	require.NotContains(t, pays, label.address)

	s := crowd[0].begins("fan-song", band(630))
	var pushed paid
	s.json(&pushed, s.dir, "push", "--yes")
	require.Equal(t, granted.Grants[0].Granter, pushed.PaidBy)

	label.parrots(label.desk, "sponsor", "return")
	for _, w := range set.Wallets {
		has, err := shared.client(t).Balance(t.Context(), w.Address)
		require.NoError(t, err)
		require.Less(t, has.Int64(), int64(10_000))
	}
}

// The module's README shows a grant by hand; what it shows is what works.
func TestSponsorByHand(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer")[0]
	singer := stranger(t, "singer")
	readme, err := os.ReadFile(filepath.Join("..", "x", "sponsor", "README.md"))
	require.NoError(t, err)
	_, after, _ := strings.Cut(string(readme), "```json\n")
	grant, _, ok := strings.Cut(after, "```")
	require.True(t, ok)
	grant = strings.Replace(grant, `"granter":"parrot1..."`, `"granter":"`+m.address+`"`, 1)
	grant = strings.Replace(grant, `"grantee":"parrot1..."`, `"grantee":"`+singer.address+`"`, 1)
	file, signed := filepath.Join(m.desk, "grant.json"), filepath.Join(m.desk, "signed.json")
	require.NoError(t, os.WriteFile(file, []byte(grant), 0o600))
	m.parrotsd("tx", "sign", file, "--from", "main", "--keyring-backend", "test", "--keyring-dir", m.home,
		"--chain-id", chainID, "--node", shared.tcp(), "--output-document", signed)
	m.parrotsd("tx", "broadcast", signed, "--node", shared.tcp())

	var granted struct {
		Allowances []struct {
			Allowance struct {
				Value struct {
					MaxFee []struct{ Amount string } `json:"max_fee"`
				}
			}
		}
	}
	eventually(t, "the grant is on the chain", func() bool {
		out := m.parrotsd("query", "feegrant", "grants-by-grantee", singer.address, "--node", shared.tcp(), "--output", "json")
		require.NoError(t, json.Unmarshal([]byte(out), &granted), "%s", out)
		return len(granted.Allowances) == 1
	})
	require.Equal(t, "100000", granted.Allowances[0].Allowance.Value.MaxFee[0].Amount)
	var list struct{ Received []sponsored }
	singer.json(&list, singer.desk, "sponsor", "list", "--received")
	require.Equal(t, "5000000ufeather", list.Received[0].Budget)

	require.Contains(t, m.parrotsd("query", "sponsor", "messages", "--node", shared.tcp()), "/parrots.song.v1.MsgPush")
	var messages struct {
		TypeURLs []string `json:"type_urls"`
	}
	byREST(t, &messages, "/parrots/sponsor/v1/messages")
	require.Contains(t, messages.TypeURLs, "/parrots.song.v1.MsgForkSong")
	require.NotContains(t, messages.TypeURLs, "/parrots.song.v1.MsgUpdateParams")

	m.accepts("feegrant", "revoke", m.address, singer.address)
	singer.json(&list, singer.desk, "sponsor", "list", "--received")
	require.Empty(t, list.Received)
}

// startAs starts the hub with a musician's keys: those that pay for newcomers.
func (h *hub) startAs(t *testing.T, m *musician) {
	t.Helper()
	cmd := m.command(context.WithoutCancel(t.Context()), m.desk, h.args...)
	p, err := startCommand(filepath.Clean(h.dir)+".log", cmd)
	require.NoError(t, err)
	h.process = p
	t.Cleanup(func() { require.NoError(t, h.process.stop()) })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, h.await(ctx, func(ctx context.Context) error {
		_, err := h.info(ctx)
		return err
	}))
}

// A hub that welcomes newcomers pays for the first thing that they do, whatever that
// is, and for no more of them than it was told.
func TestAHubPaysForNewcomers(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "label")
	drummer, label := m[0], m[1]
	original := drummer.publishes("open-door", band(640))
	h, err := newHub(filepath.Join(t.TempDir(), "hub"), shared.rpc, "--sponsor-newcomers", "2", "--sponsor-budget", "1")
	require.NoError(t, err)
	h.startAs(t, label)

	guitarist, singer, third := newcomer(t, "guitarist"), newcomer(t, "singer"), newcomer(t, "third")
	for _, m := range []*musician{guitarist, singer, third} {
		require.Contains(t, m.run(m.desk, "join", h.url).errors, "the hub pays a newcomer's first fees")
	}
	fork := guitarist.forks(original.id(), "open-door")
	fork.records("guitar.wav", take(650, 1))
	fork.does("commit", "-m", "guitar")
	var pushed paid
	fork.json(&pushed, fork.dir, "push", "--yes")
	require.Equal(t, label.address, pushed.PaidBy)

	s := singer.begins("mine", band(660))
	s.json(&pushed, s.dir, "push", "--yes")
	require.Equal(t, label.address, pushed.PaidBy)

	o := third.run(third.desk, "fork", original.id())
	require.Equal(t, exitRefused, o.code, o.errors)
	require.Contains(t, o.errors, "welcomed 2 newcomers today")
	require.Contains(t, o.errors, "hint:")
}
