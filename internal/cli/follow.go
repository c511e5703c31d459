package cli

import (
	"context"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

const followLong = `Follow a wallet: "parrots feed --following" tells what it does. WALLET is an address or
a username. Without one, list whom you follow.`

const blockLong = `Keep a wallet away from your songs: it can neither comment on them, respect them nor
offer a part, nor reply to what you write elsewhere. What it said before stays; hide it
with "parrots comment hide". Without a wallet, list whom you keep away.`

func followCommand(a *app) *cobra.Command {
	var undo, followers bool
	var page pageFlags
	c := &cobra.Command{
		Use:               "follow [WALLET]",
		Short:             "follow what somebody does",
		Long:              followLong,
		Example:           "  parrots follow @drummer\n  parrots follow @drummer --undo\n  parrots follow --followers",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completePeople,
		RunE: func(cmd *cobra.Command, args []string) error {
			if undo && (followers || len(args) == 0) || followers && len(args) > 0 {
				return usagef("name whom to follow, or whom with --undo, or --followers alone")
			}
			switch {
			case followers:
				return a.listPeople(cmd.Context(), "follow --followers", page, func(c *chain.Client) peopleList { return c.Followers })
			case len(args) == 0:
				return a.listPeople(cmd.Context(), "follow", page, func(c *chain.Client) peopleList { return c.Following })
			}
			return a.toward(cmd.Context(), args[0], followVerb(undo))
		},
	}
	c.Flags().BoolVar(&undo, "undo", false, "follow it no longer")
	c.Flags().BoolVar(&followers, "followers", false, "list who follows you")
	page.add(c)
	return c
}

func blockCommand(a *app) *cobra.Command {
	var undo bool
	var page pageFlags
	c := &cobra.Command{
		Use:               "block [WALLET]",
		Short:             "keep somebody away from your songs",
		Long:              blockLong,
		Example:           "  parrots block @troll\n  parrots block @troll --undo\n  parrots block",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completePeople,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				if undo {
					return usagef("name whom to let in again")
				}
				return a.listPeople(cmd.Context(), "block", page, func(c *chain.Client) peopleList { return c.Blocks })
			}
			return a.toward(cmd.Context(), args[0], blockVerb(undo))
		},
	}
	c.Flags().BoolVar(&undo, "undo", false, "let it in again")
	page.add(c)
	return c
}

// verb is what one wallet does to another.
type verb struct {
	said    string
	message func(from, to string) sdk.Msg
}

func followVerb(undo bool) verb {
	if undo {
		return verb{"not following %s any more", func(from, to string) sdk.Msg {
			return &socialtypes.MsgUnfollow{Wallet: from, Followee: to}
		}}
	}
	return verb{"following %s", func(from, to string) sdk.Msg {
		return &socialtypes.MsgFollow{Wallet: from, Followee: to}
	}}
}

func blockVerb(undo bool) verb {
	if undo {
		return verb{"%s is let in again", func(from, to string) sdk.Msg {
			return &socialtypes.MsgUnblock{Wallet: from, Blocked: to}
		}}
	}
	return verb{"%s is kept away from your songs", func(from, to string) sdk.Msg {
		return &socialtypes.MsgBlock{Wallet: from, Blocked: to}
	}}
}

func (a *app) toward(ctx context.Context, who string, v verb) error {
	net, err := a.online(ctx, repo.Remote{})
	if err != nil {
		return err
	}
	to, err := a.person(ctx, net, who)
	if err != nil {
		return err
	}
	from, err := a.send(ctx, net, func(from string) sdk.Msg { return v.message(from, to) })
	if err != nil {
		return err
	}
	out := struct {
		Wallet string `json:"wallet"`
		Other  string `json:"other"`
	}{from, to}
	return a.ui.Emit(out, func() { a.ui.Printf(v.said, to) })
}

type peopleList func(ctx context.Context, address string, page chain.Page) ([]socialtypes.Name, []byte, error)

// listPeople lists those to whom this run's wallet stands in some relation.
func (a *app) listPeople(ctx context.Context, command string, f pageFlags, of func(*chain.Client) peopleList) error {
	page, err := f.page()
	if err != nil {
		return err
	}
	net, err := a.online(ctx, repo.Remote{})
	if err != nil {
		return err
	}
	address, err := a.person(ctx, net, "")
	if err != nil {
		return err
	}
	names, next, err := of(net.chain)(ctx, address, page)
	if err != nil {
		return err
	}
	out := pageJSON[nameJSON]{Items: []nameJSON{}, Next: encodeKey(next)}
	for _, n := range names {
		out.Items = append(out.Items, nameOf(n))
	}
	return a.ui.Emit(out, func() {
		for _, n := range out.Items {
			a.ui.Printf("%s", n)
		}
		if len(out.Items) == 0 {
			a.ui.Notef("nobody yet")
		}
		a.hintNext(command, out.Next)
	})
}
