package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/sync"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const collaboratorLong = `List the people who may push to this song, let somebody in, or take them off the list.
A writer pushes to every branch but protected ones, which the first branch is; a
maintainer pushes everywhere, releases, and lets others in.`

const collaboratorExample = `  parrots collaborator
  parrots collaborator add parrot1... --role writer
  parrots collaborator remove parrot1...`

// roles are the roles that a collaborator may have, as a person writes them.
var roles = map[string]songtypes.Role{
	"writer":     songtypes.Role_ROLE_WRITER,
	"maintainer": songtypes.Role_ROLE_MAINTAINER,
}

func collaboratorCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "collaborator",
		Short:   "say who else may push to this song",
		Long:    collaboratorLong,
		Example: collaboratorExample,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.listCollaborators(cmd.Context()) },
	}
	c.AddCommand(collaboratorAdd(a), collaboratorRemove(a))
	return c
}

type collaboratorJSON struct {
	Address string `json:"address"`
	Role    string `json:"role"`
}

func collaboratorAdd(a *app) *cobra.Command {
	var role string
	c := &cobra.Command{
		Use:     "add ADDRESS",
		Short:   "let somebody push to this song",
		Example: "  parrots collaborator add parrot1... --role writer",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, ok := roles[role]
			if !ok {
				return usagef("--role is one of %s", strings.Join(sortedKeys(roles), ", "))
			}
			return a.setCollaborator(cmd.Context(), args[0], role, r)
		},
	}
	c.Flags().StringVar(&role, "role", "maintainer", "writer or maintainer")
	return c
}

func collaboratorRemove(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "remove ADDRESS",
		Short:   "take somebody off the list",
		Example: "  parrots collaborator remove parrot1...",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.setCollaborator(cmd.Context(), args[0], "none", songtypes.Role_ROLE_UNSPECIFIED)
		},
	}
}

func (a *app) setCollaborator(ctx context.Context, address, role string, r songtypes.Role) error {
	if _, err := chain.ParseAddress(address); err != nil {
		return withHint(err, "`parrots key list` shows somebody's address to them")
	}
	return a.onOrigin(ctx, func(remote *sync.Remote, net *online) error {
		_, err := a.send(ctx, net, func(from string) sdk.Msg {
			return &songtypes.MsgSetCollaborator{Signer: from, SongId: remote.Song, Address: address, Role: r}
		})
		if err != nil {
			return err
		}
		return a.ui.Emit(collaboratorJSON{address, role}, func() {
			if r == songtypes.Role_ROLE_UNSPECIFIED {
				a.ui.Printf("%s is off the list", address)
				return
			}
			a.ui.Printf("%s is a %s of the song now", address, role)
		})
	})
}

func (a *app) listCollaborators(ctx context.Context) error {
	return a.onOrigin(ctx, func(remote *sync.Remote, net *online) error {
		song, err := net.chain.Song(ctx, remote.Song)
		if err != nil {
			return err
		}
		list := []collaboratorJSON{{song.Owner, "owner"}}
		var page chain.Page
		for {
			found, next, err := net.chain.Collaborators(ctx, remote.Song, page)
			if err != nil {
				return err
			}
			for _, c := range found {
				list = append(list, collaboratorJSON{c.Address, roleName(c.Role)})
			}
			if len(next) == 0 || len(found) == 0 || len(list) > maxCollaborators {
				break
			}
			page.Key = next
		}
		return a.ui.Emit(list, func() {
			for _, c := range list {
				a.ui.Printf("%s  %s", c.Address, c.Role)
			}
		})
	})
}

// maxCollaborators bounds what a node may claim that a song has.
const maxCollaborators = 10_000

func roleName(r songtypes.Role) string {
	for name, role := range roles {
		if role == r {
			return name
		}
	}
	return fmt.Sprintf("role %d", r)
}
