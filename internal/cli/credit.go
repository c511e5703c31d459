package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const creditLong = `Who played what, signed by the player. The author of a commit claims who did what in
it; each contributor confirms that, or disputes it. What waits for you is in the inbox.`

func creditCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "credit",
		Short:   "see, confirm and dispute who did what",
		Long:    creditLong,
		Example: "  parrots credit list\n  parrots credit confirm HEAD",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(creditList(a), creditShow(a), creditConfirm(a), creditDispute(a), creditAnswer(a), creditSign(a),
		creditInvite(a), creditClaim(a))
	return c
}

// creditStatuses are what credits are listed by, as a person writes them.
var creditStatuses = map[string]credittypes.Status{
	"claimed":   credittypes.Status_STATUS_CLAIMED,
	"disputed":  credittypes.Status_STATUS_DISPUTED,
	"confirmed": credittypes.Status_STATUS_CONFIRMED,
	"all":       credittypes.Status_STATUS_UNSPECIFIED,
}

// creditStatus is the word for a status.
func creditStatus(s credittypes.Status) string {
	return strings.ToLower(strings.TrimPrefix(s.String(), "STATUS_"))
}

const creditListLong = `List your credits, those that wait for your word first; with --of those of another
wallet, with --song everybody's in a song (this folder's if not named).`

func creditList(a *app) *cobra.Command {
	of, song, status := "", "", "all"
	var page pageFlags
	c := &cobra.Command{
		Use:     "list",
		Short:   "list credits",
		Long:    creditListLong,
		Example: "  parrots credit list --status claimed\n  parrots credit list --of @singer\n  parrots credit list --song song1... --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			wanted, ok := creditStatuses[status]
			switch {
			case !ok:
				return usagef("--status is one of %s", strings.Join(sortedKeys(creditStatuses), ", "))
			case of != "" && song != "", song != "" && status != "all":
				return usagef("--song goes with neither --of nor --status")
			case song != "":
				return a.listCreditsOfSong(cmd.Context(), song, page)
			}
			return a.listCreditsOf(cmd.Context(), of, wanted, page)
		},
	}
	c.Flags().StringVar(&of, "of", "", "a wallet, by address or @username")
	c.Flags().StringVar(&song, "song", "", "a song: song1..., OWNER/NAME, or . for this folder's")
	c.Flags().StringVar(&status, "status", status, "claimed, disputed, confirmed or all")
	page.add(c)
	_ = c.RegisterFlagCompletionFunc("of", a.completePeople)
	_ = c.RegisterFlagCompletionFunc("song", a.completeSongs)
	return c
}

func (a *app) listCreditsOf(ctx context.Context, who string, status credittypes.Status, f pageFlags) error {
	page, err := f.page()
	if err != nil {
		return err
	}
	net, err := a.online(ctx, repo.Remote{})
	if err != nil {
		return err
	}
	address, err := a.person(ctx, net, who)
	if err != nil {
		return err
	}
	credits, next, err := net.chain.CreditsOfWallet(ctx, address, status, page)
	if err != nil {
		return err
	}
	return a.showCredits(credits, next, "credit list --of "+address)
}

func (a *app) listCreditsOfSong(ctx context.Context, name string, f pageFlags) error {
	page, err := f.page()
	if err != nil {
		return err
	}
	if name == "." {
		name = ""
	}
	net, song, err := a.songOrOrigin(ctx, []string{name})
	if err != nil {
		return err
	}
	credits, next, err := net.chain.CreditsOfSong(ctx, song, page)
	if err != nil {
		return err
	}
	return a.showCredits(credits, next, "credit list --song "+song)
}

// creditJSON is a credit in --json.
type creditJSON struct {
	Commit        string             `json:"commit"`
	Song          string             `json:"song"`
	Message       string             `json:"message"`
	Contributor   string             `json:"contributor"`
	Author        string             `json:"author"`
	Contributions []contributionJSON `json:"contributions"`
	Status        string             `json:"status"`
	Sequence      uint64             `json:"sequence"`
	Claimed       int64              `json:"claimed_height"`
	Confirmed     int64              `json:"confirmed_height,omitempty"`
	Disputed      int64              `json:"disputed_height,omitempty"`
	Statement     string             `json:"statement,omitempty"`
	Answer        string             `json:"answer,omitempty"`
	Other         string             `json:"other,omitempty"`
}

func creditOf(c credittypes.Credit) creditJSON {
	return creditJSON{
		Commit: c.Commit, Song: c.SongId, Message: c.Message, Contributor: c.Contributor, Author: c.Author,
		Contributions: claimsOf(c.Contributions), Status: creditStatus(c.Status), Sequence: c.Sequence,
		Claimed: c.ClaimedHeight, Confirmed: c.ConfirmedHeight, Disputed: c.DisputedHeight,
		Statement: c.Statement, Answer: c.Answer, Other: c.Other,
	}
}

func claimsOf(contributions []songtypes.Contribution) []contributionJSON {
	list := []contributionJSON{}
	for _, c := range contributions {
		j := contributionJSON{Contributor: c.Contributor, Roles: c.Roles, Instrument: c.Instrument, Paths: c.Paths}
		if c.Guest != nil {
			j.Guest = c.Guest.Name
		}
		list = append(list, j)
	}
	return list
}

func (a *app) showCredits(credits []credittypes.Credit, next []byte, command string) error {
	out := pageJSON[creditJSON]{Items: []creditJSON{}, Next: encodeKey(next)}
	for _, c := range credits {
		out.Items = append(out.Items, creditOf(c))
	}
	return a.ui.Emit(out, func() {
		for _, c := range out.Items {
			a.printCredit(c)
		}
		if len(out.Items) == 0 {
			a.ui.Notef("no credit yet")
		}
		a.hintNext(command, out.Next)
	})
}

func (a *app) printCredit(c creditJSON) {
	a.ui.Printf("%-9s %s  %s", c.Status, ui.Clean(c.Commit), ui.Clean(firstLine(c.Message)))
	for _, con := range c.Contributions {
		a.ui.Printf("          %s", credit(con))
	}
	if c.Status == "disputed" {
		a.ui.Printf("          %s says: %s", ui.Clean(c.Contributor), ui.Clean(c.Statement))
		if c.Answer != "" {
			a.ui.Printf("          %s says: %s", ui.Clean(c.Author), ui.Clean(c.Answer))
		}
	}
}

type guestJSON struct {
	Name          string             `json:"name"`
	Key           string             `json:"key"` // hex
	Contributions []contributionJSON `json:"contributions"`
	ClaimedBy     string             `json:"claimed_by,omitempty"`
}

func creditShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show COMMIT",
		Short:   "show the credits in a commit, guests and disputes",
		Example: "  parrots credit show HEAD\n  parrots credit show bafy... --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			net, commit, err := a.publishedCommit(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.showCreditsOf(cmd.Context(), net, commit)
		},
	}
}

func (a *app) showCreditsOf(ctx context.Context, net *online, commit cid.Cid) error {
	credits, guests, err := net.chain.CreditsOfCommit(ctx, commit)
	if err != nil {
		return err
	}
	out := struct {
		Commit  string       `json:"commit"`
		Credits []creditJSON `json:"credits"`
		Guests  []guestJSON  `json:"guests"`
	}{commit.String(), []creditJSON{}, []guestJSON{}}
	for _, c := range credits {
		out.Credits = append(out.Credits, creditOf(c))
	}
	for _, g := range guests {
		out.Guests = append(out.Guests, guestJSON{g.Guest.Name, fmt.Sprintf("%x", g.Guest.Key), claimsOf(g.Contributions), g.ClaimedBy})
	}
	return a.ui.Emit(out, func() {
		for _, c := range out.Credits {
			a.printCredit(c)
		}
		for _, g := range out.Guests {
			state := "a guest; nobody has claimed it"
			if g.ClaimedBy != "" {
				state = "a guest, claimed by " + ui.Clean(g.ClaimedBy)
			}
			a.ui.Printf("%s: %s", ui.Clean(g.Name), state)
			for _, con := range g.Contributions {
				a.ui.Printf("          %s", credit(con))
			}
		}
		if len(out.Credits)+len(out.Guests) == 0 {
			a.ui.Notef("this commit credits nobody")
		}
	})
}

// publishedCommit finds a commit by what a person calls it, in this folder's song, or
// outside of one by its CID, and dials its network.
func (a *app) publishedCommit(ctx context.Context, name string) (*online, cid.Cid, error) {
	id, err := object.ParseObjectCID(name)
	if err == nil {
		net, err := a.online(ctx, repo.Remote{})
		return net, id, err
	}
	song, done, err := a.openSong()
	if errors.Is(err, repo.ErrNotSong) {
		return nil, cid.Undef, usagef("%q is not a commit's CID, and this folder is in no song", name)
	}
	if err != nil {
		return nil, cid.Undef, err
	}
	defer done()
	if id, err = song.Resolve(ctx, name); err != nil {
		return nil, cid.Undef, err
	}
	_, net, err := a.remoteOf(ctx, song, repo.OriginRemote)
	return net, id, err
}

// maxPending bounds the credits that the inbox lists.
const maxPending = 100

func pendingCredits(ctx context.Context, net *online, address string) ([]creditJSON, error) {
	found, _, err := net.chain.CreditsOfWallet(ctx, address, credittypes.Status_STATUS_CLAIMED, chain.Page{Limit: maxPending})
	list := []creditJSON{}
	for _, c := range found {
		list = append(list, creditOf(c))
	}
	return list, err
}
