package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/sync"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const transferLong = `Give this song to somebody else. They become its owner when they accept; until then
the offer can be withdrawn. History and credit stay as they are, and so do the song's
id and the people who may push; its old owner is not among them any more.`

const transferExample = `  parrots transfer parrot1...
  parrots transfer --withdraw
  parrots transfer --accept song1... --name night-train`

func transferCommand(a *app) *cobra.Command {
	var withdraw bool
	var accept, name string
	c := &cobra.Command{
		Use:     "transfer ADDRESS | --withdraw | --accept SONG",
		Short:   "give a song to somebody, or take one that you are given",
		Long:    transferLong,
		Example: transferExample,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case accept != "" && len(args) == 0 && !withdraw:
				return a.acceptSong(cmd.Context(), accept, name)
			case accept != "" || name != "" || withdraw == (len(args) == 1):
				return usagef("name whom to give it to, or --withdraw, or --accept SONG")
			case withdraw:
				return a.offerSong(cmd.Context(), "")
			}
			return a.offerSong(cmd.Context(), args[0])
		},
	}
	c.Flags().BoolVar(&withdraw, "withdraw", false, "take the offer back")
	c.Flags().StringVar(&accept, "accept", "", "take this song, which you were offered")
	c.Flags().StringVar(&name, "name", "", "with --accept: its name among your songs (default: the one it has)")
	return c
}

type transferJSON struct {
	Song    string `json:"song"`
	Owner   string `json:"owner"`
	Offered string `json:"offered_to,omitempty"`
}

func (a *app) offerSong(ctx context.Context, to string) error {
	if to != "" {
		if _, err := chain.ParseAddress(to); err != nil {
			return withHint(err, "`parrots key list` shows somebody's address to them")
		}
		if err := a.confirm(fmt.Sprintf("when %s accepts, the song is theirs and you cannot push to it. Offer it?", to)); err != nil {
			return err
		}
	}
	return a.onOrigin(ctx, func(remote *sync.Remote, net *online) error {
		who, err := a.send(ctx, net, func(from string) sdk.Msg {
			return &songtypes.MsgTransferSong{Owner: from, SongId: remote.Song, NewOwner: to}
		})
		if err != nil {
			return err
		}
		return a.ui.Emit(transferJSON{remote.Song, who, to}, func() {
			if to == "" {
				a.ui.Printf("the song stays yours: the offer is withdrawn")
				return
			}
			a.ui.Printf("offered the song to %s", to)
			a.ui.Hintf("they take it with `parrots transfer --accept %s`", remote.Song)
		})
	})
}

func (a *app) acceptSong(ctx context.Context, text, name string) error {
	net, song, err := a.find(ctx, text)
	if err != nil {
		return err
	}
	who, err := a.send(ctx, net, func(from string) sdk.Msg {
		return &songtypes.MsgAcceptSong{NewOwner: from, SongId: song.Id, Name: name}
	})
	if err != nil {
		return err
	}
	return a.ui.Emit(transferJSON{Song: song.Id, Owner: who}, func() {
		a.ui.Printf("the song %s is yours", song.Id)
		a.ui.Hintf("`parrots clone %s` gets it", song.Id)
	})
}

// send sends one message of this run's wallet, and returns its address.
func (a *app) send(ctx context.Context, net *online, message func(from string) sdk.Msg) (string, error) {
	who, err := a.sender(ctx)
	if err != nil {
		return "", err
	}
	_, err = net.chain.Broadcast(ctx, who.signer, chain.TxOptions{}, message(who.address))
	return who.address, err
}
