package cli

import (
	"context"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

const respectLong = `Give a song your respect: everybody sees it, and its owner's honor counts it. One for
each song; --undo takes it back. SONG is its id, OWNER/NAME, or either below a hub's
URL; this folder's song if not given.`

const respectExample = `  parrots respect song1...
  parrots respect song1... --undo
  parrots respect --list
  parrots respect --of @singer`

func respectCommand(a *app) *cobra.Command {
	var undo, list bool
	var of string
	var page pageFlags
	c := &cobra.Command{
		Use:               "respect [SONG]",
		Short:             "give a song your respect",
		Long:              respectLong,
		Example:           respectExample,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeSongs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case undo && list, of != "" && (undo || list || len(args) > 0):
				return usagef("--undo, --list and --of do not go together; --of takes no song")
			case of != "":
				return a.listRespectsOf(cmd.Context(), of, page)
			case list:
				return a.listRespects(cmd.Context(), args, page)
			}
			return a.respect(cmd.Context(), args, undo)
		},
	}
	c.Flags().BoolVar(&undo, "undo", false, "take it back")
	c.Flags().BoolVar(&list, "list", false, "list who respects the song, the newest first")
	c.Flags().StringVar(&of, "of", "", "list the songs that a wallet respects, the newest first")
	page.add(c)
	_ = c.RegisterFlagCompletionFunc("of", a.completePeople)
	return c
}

func (a *app) respect(ctx context.Context, args []string, undo bool) error {
	net, song, err := a.songOrOrigin(ctx, args)
	if err != nil {
		return err
	}
	who, err := a.send(ctx, net, func(from string) sdk.Msg {
		if undo {
			return &socialtypes.MsgUnrespect{Wallet: from, SongId: song}
		}
		return &socialtypes.MsgRespect{Wallet: from, SongId: song}
	})
	if err != nil {
		return err
	}
	out := struct {
		Song      string `json:"song"`
		Wallet    string `json:"wallet"`
		Respected bool   `json:"respected"`
	}{song, who, !undo}
	return a.ui.Emit(out, func() {
		if undo {
			a.ui.Printf("took your respect for %s back", song)
			return
		}
		a.ui.Printf("%s has your respect", song)
	})
}

type respectJSON struct {
	Wallet *nameJSON `json:"wallet,omitempty"`
	Song   string    `json:"song,omitempty"`
	Name   string    `json:"name,omitempty"`
	Owner  *nameJSON `json:"owner,omitempty"`
	Height int64     `json:"height"`
}

// pageJSON is a page of a list.
type pageJSON[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

func (a *app) listRespects(ctx context.Context, args []string, f pageFlags) error {
	page, err := f.page()
	if err != nil {
		return err
	}
	net, song, err := a.songOrOrigin(ctx, args)
	if err != nil {
		return err
	}
	respects, next, err := net.chain.RespectsOfSong(ctx, song, page)
	if err != nil {
		return err
	}
	out := pageJSON[respectJSON]{Items: []respectJSON{}, Next: encodeKey(next)}
	for _, r := range respects {
		name := nameOf(r.Wallet)
		out.Items = append(out.Items, respectJSON{Wallet: &name, Height: r.Height})
	}
	return a.ui.Emit(out, func() {
		for _, r := range out.Items {
			a.ui.Printf("%s  block %d", r.Wallet, r.Height)
		}
		if len(out.Items) == 0 {
			a.ui.Notef("nobody yet")
		}
		a.hintNext("respect --list "+song, out.Next)
	})
}

func (a *app) listRespectsOf(ctx context.Context, who string, f pageFlags) error {
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
	respects, next, err := net.chain.RespectsOfWallet(ctx, address, page)
	if err != nil {
		return err
	}
	out := pageJSON[respectJSON]{Items: []respectJSON{}, Next: encodeKey(next)}
	for _, r := range respects {
		owner := nameOf(r.SongOwner)
		out.Items = append(out.Items, respectJSON{Song: r.SongId, Name: r.SongName, Owner: &owner, Height: r.Height})
	}
	return a.ui.Emit(out, func() {
		for _, r := range out.Items {
			a.ui.Printf("%s  %s by %s", ui.Clean(r.Song), ui.Clean(r.Name), r.Owner)
		}
		if len(out.Items) == 0 {
			a.ui.Notef("no song yet")
		}
		a.hintNext("respect --of "+who, out.Next)
	})
}
