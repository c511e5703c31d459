package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const licenceLong = `Show or change what others may do with this song.

A licence holds for the commits that are pushed while it is in force; what was
published before keeps its own. The chain holds forks, pushes and releases against it:
under CC-BY-ND, CC-BY-NC-ND and all rights reserved only the song's own people may
fork it, and wallets that you grant it. What a song takes in from others it has to
pass on, as their licences say.`

const licenceExample = `  parrots licence
  parrots licence set CC-BY-SA-4.0 --ai-training refusal
  parrots licence grant parrot1...`

func licenceCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "licence",
		Aliases: []string{"license"},
		Short:   "say what others may do with this song",
		Long:    licenceLong,
		Example: licenceExample,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.showLicence(cmd.Context(), repo.OriginRemote) },
	}
	c.AddCommand(licenceShow(a), licenceSet(a), licenceGrant(a))
	return c
}

func licenceShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show [SONG | REMOTE]",
		Short:   "show a song's licence, what it took over from others, and who may fork it",
		Example: "  parrots licence show\n  parrots licence show song1... --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{repo.OriginRemote}
			}
			return a.showLicence(cmd.Context(), args[0])
		},
	}
}

func licenceSet(a *app) *cobra.Command {
	var training string
	c := &cobra.Command{
		Use:   "set [LICENCE]",
		Short: "change the licence of what comes",
		Long: "Change the licence, or what you say to AI training, for what is published from now\n" +
			"on. LICENCE is one of\n  " + strings.Join(songtypes.Licences(), "\n  ") +
			"\nEverybody whose credit in the song is confirmed has to consent first.",
		Example:   "  parrots licence set CC-BY-4.0\n  parrots licence set --ai-training refusal",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: songtypes.Licences(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && training == "" {
				return usagef("name a licence, or say --ai-training consent, refusal or unspecified")
			}
			e := songEdit{given: func(flag string) bool {
				return flag == "licence" && len(args) == 1 || flag == aiTrainingFlag && training != ""
			}}
			if len(args) == 1 {
				licence, err := parseLicence(args[0])
				if err != nil {
					return err
				}
				e.licence = licence
			}
			if err := e.setTraining(training); err != nil {
				return err
			}
			return a.relicense(cmd.Context(), &e)
		},
	}
	addTrainingFlag(c, &training)
	return c
}

func licenceGrant(a *app) *cobra.Command {
	var revoke bool
	c := &cobra.Command{
		Use:   "grant WALLET",
		Short: "let a wallet fork this song whatever its licence",
		Long: "Let a wallet fork this song and take its commits into songs of its own, although the\n" +
			"licence keeps others out. With --revoke it takes nothing new; what it has it keeps.",
		Example: "  parrots licence grant parrot1...\n  parrots licence grant parrot1... --revoke",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.grantFork(cmd.Context(), args[0], !revoke)
		},
	}
	c.Flags().BoolVar(&revoke, "revoke", false, "take the permission away")
	return c
}

// aiTrainingFlag says what the song's people say to AI training.
const aiTrainingFlag = "ai-training"

func addTrainingFlag(c *cobra.Command, value *string) {
	c.Flags().StringVar(value, aiTrainingFlag, "", "what you say to machines being trained with it: consent, refusal or unspecified")
	words := make([]string, 0, len(songtypes.AiTraining_name))
	for i := range int32(len(songtypes.AiTraining_name)) {
		words = append(words, songtypes.AiTraining(i).Word())
	}
	// It fails only where the flag does not exist.
	_ = c.RegisterFlagCompletionFunc(aiTrainingFlag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

func parseTraining(word string) (songtypes.AiTraining, error) {
	for i := range int32(len(songtypes.AiTraining_name)) {
		if ai := songtypes.AiTraining(i); strings.EqualFold(word, ai.Word()) {
			return ai, nil
		}
	}
	return 0, usagef("--%s is consent, refusal or unspecified, not %q", aiTrainingFlag, word)
}

// parseLicence takes an SPDX identifier, also in small letters and without a version.
func parseLicence(text string) (string, error) {
	if strings.EqualFold(text, "all-rights-reserved") {
		return songtypes.AllRightsReserved, nil
	}
	for _, licence := range songtypes.Licences() {
		short := strings.TrimSuffix(strings.TrimSuffix(licence, "-4.0"), "-1.0")
		if strings.EqualFold(text, licence) || strings.EqualFold(text, short) {
			return licence, nil
		}
	}
	return "", usagef("licence %q is none of %s", text, strings.Join(songtypes.Licences(), ", "))
}

// relicense edits the licence and says what that means.
func (a *app) relicense(ctx context.Context, e *songEdit) error {
	return a.onOrigin(ctx, func(remote *sync.Remote, net *online) error {
		err := a.applyEdit(ctx, net, remote.Song, e)
		if errors.Is(err, sync.ErrNothing) {
			a.ui.Notef("nothing to change: all is so already")
		} else if err != nil {
			return err
		} else {
			a.ui.Notef("this is for what you push from now on; what is published keeps what it came under")
		}
		return a.licenceOf(ctx, net, remote.Song)
	})
}

func (a *app) grantFork(ctx context.Context, address string, granted bool) error {
	if _, err := chain.ParseAddress(address); err != nil {
		return withHint(err, "`parrots key list` shows somebody's address to them")
	}
	return a.onOrigin(ctx, func(remote *sync.Remote, net *online) error {
		_, err := a.send(ctx, net, func(from string) sdk.Msg {
			return &songtypes.MsgGrantFork{Signer: from, SongId: remote.Song, Address: address, Granted: granted}
		})
		if err != nil {
			return err
		}
		out := struct {
			Address string `json:"address"`
			Granted bool   `json:"granted"`
		}{address, granted}
		return a.ui.Emit(out, func() {
			if granted {
				a.ui.Printf("%s may fork the song and take from it now", address)
				return
			}
			a.ui.Printf("%s may take nothing new from the song", address)
		})
	})
}

// showLicence is info's way of finding a song.
func (a *app) showLicence(ctx context.Context, name string) error {
	net, id, err := a.named(ctx, name)
	if err != nil {
		return err
	}
	return a.licenceOf(ctx, net, id)
}

type obligationJSON struct {
	Licence    string `json:"licence,omitempty"`
	AiTraining string `json:"ai_training,omitempty"`
	Song       string `json:"song"`
	Height     int64  `json:"height"`
}

type licenceJSON struct {
	Song    string `json:"song"`
	Licence string `json:"licence"`
	// Under are the licences under which others' songs may take it in.
	Under       []string         `json:"under"`
	AiTraining  string           `json:"ai_training"`
	Commercial  bool             `json:"commercial"`
	Obligations []obligationJSON `json:"obligations"`
	Granted     []string         `json:"granted"`
}

func (a *app) licenceOf(ctx context.Context, net *online, id string) error {
	song, err := net.chain.Song(ctx, id)
	if err != nil {
		return err
	}
	granted, err := forkGrants(ctx, net, id)
	if err != nil {
		return err
	}
	out := describeLicence(song, granted)
	return a.ui.Emit(out, func() { a.printLicence(out) })
}

func describeLicence(song songtypes.Song, granted []string) licenceJSON {
	_, forbidden := song.NonCommercial()
	out := licenceJSON{
		Song: song.Id, Licence: songtypes.FullLicence(song.Metadata.Licence), Under: songtypes.Adapters(song.Metadata.Licence),
		AiTraining: song.Metadata.AiTraining.Word(), Commercial: !forbidden, Obligations: []obligationJSON{}, Granted: granted,
	}
	if out.Under == nil {
		out.Under = []string{}
	}
	for _, o := range song.Obligations {
		shown := obligationJSON{Licence: o.Licence, Song: o.Song, Height: o.Height}
		if o.Licence == "" {
			shown.AiTraining = o.AiTraining.Word()
		}
		out.Obligations = append(out.Obligations, shown)
	}
	return out
}

func (a *app) printLicence(out licenceJSON) {
	line := func(what, text string) { a.ui.Printf("  %-14s %s", what, ui.Clean(text)) }
	a.ui.Printf("%s", out.Song)
	line("licence", out.Licence)
	if len(out.Under) == 0 {
		line("others", "may not fork it or take from it, but for those below")
	} else {
		line("others", "may fork it, and take from it into songs under "+strings.Join(out.Under, ", "))
	}
	line("AI training", out.AiTraining)
	if !out.Commercial {
		line("for money", "no: it, or what it has taken in, is non-commercial")
	}
	for _, o := range out.Obligations {
		if o.AiTraining == "" {
			line("took over", fmt.Sprintf("%s from %s", o.Licence, o.Song))
		} else {
			line("took over", fmt.Sprintf("AI training: %s, from %s", o.AiTraining, o.Song))
		}
	}
	for _, address := range out.Granted {
		line("may fork it", address)
	}
}

// forkGrants are all wallets that may fork a song whatever its licence.
func forkGrants(ctx context.Context, net *online, id string) ([]string, error) {
	list := []string{}
	var page chain.Page
	for {
		found, next, err := net.chain.ForkGrants(ctx, id, page)
		if err != nil {
			return nil, err
		}
		list = slices.Concat(list, found)
		if len(next) == 0 || len(found) == 0 || len(list) > maxCollaborators {
			return list, nil
		}
		page.Key = next
	}
}
