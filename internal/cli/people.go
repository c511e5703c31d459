package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

// nameJSON is a wallet as the chain calls it.
type nameJSON struct {
	Address     string `json:"address"`
	Username    string `json:"username,omitempty"`
	DisplayName string `json:"display_name,omitempty"`
}

func nameOf(n socialtypes.Name) nameJSON { return nameJSON(n) }

// String is how a wallet is shown: by its username, which is unique, or by its address.
func (n nameJSON) String() string {
	if n.Username != "" {
		return "@" + ui.Clean(n.Username)
	}
	return ui.Clean(n.Address)
}

// person finds the wallet that somebody names by an address or a username; nothing
// names this run's own.
func (a *app) person(ctx context.Context, net *online, text string) (string, error) {
	if text == "" {
		w, err := a.wallet(ctx, false)
		if err != nil {
			return "", err
		}
		return w.Key.Address, nil
	}
	if strings.HasPrefix(text, chain.AddressPrefix+"1") {
		_, err := chain.ParseAddress(text)
		return text, err
	}
	username := strings.TrimPrefix(text, "@")
	if err := socialtypes.CheckUsername(username); err != nil {
		return "", usagef("%q is neither an address (%s1...) nor a username", text, chain.AddressPrefix)
	}
	profile, err := net.chain.ProfileByUsername(ctx, username)
	if err != nil {
		return "", withHint(err, "`parrots search %s` lists who is called like that", username[:min(3, len(username))])
	}
	return profile.Address, nil
}

// songOrOrigin finds the song that somebody names, or that of this folder, and dials
// its network.
func (a *app) songOrOrigin(ctx context.Context, args []string) (*online, string, error) {
	if len(args) > 0 && args[0] != "" {
		net, song, err := a.find(ctx, args[0])
		return net, song.Id, err
	}
	remote, err := a.knownRemote(repo.OriginRemote)
	if err != nil {
		return nil, "", withHint(err, "name the song: song1... or OWNER/NAME; inside its folder it need not be named")
	}
	net, err := a.online(ctx, remote)
	return net, remote.Song, err
}

// pageFlags say how much of a list is wanted.
type pageFlags struct {
	limit uint64
	after string
}

const maxListed = 200

func (f *pageFlags) add(c *cobra.Command) {
	c.Flags().Uint64Var(&f.limit, "limit", 20, fmt.Sprintf("how many to show, up to %d", maxListed))
	c.Flags().StringVar(&f.after, "after", "", "go on after an earlier page (its \"next\")")
}

func (f *pageFlags) page() (chain.Page, error) {
	if f.limit == 0 || f.limit > maxListed {
		return chain.Page{}, usagef("--limit is 1 to %d", maxListed)
	}
	key, err := decodeKey(f.after)
	return chain.Page{Key: key, Limit: f.limit}, err
}

// hintNext says how to see more.
func (a *app) hintNext(command, next string) {
	if next != "" {
		a.ui.Hintf("`parrots %s --after %s` shows more", command, next)
	}
}

// completionTime is how long a shell waits for what the chain knows.
const completionTime = 2 * time.Second

// completePeople completes usernames from the chain, and the addresses of one's own
// keys. Without a network there is nothing to complete, and no error to show.
func (a *app) completePeople(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var list []string
	a.quickly(cmd, func(ctx context.Context, net *online) {
		profiles, _, err := net.chain.Profiles(ctx, strings.TrimPrefix(begun, "@"), chain.Page{Limit: 50})
		if err != nil {
			return
		}
		for _, p := range profiles {
			list = append(list, begun[:len(begun)-len(strings.TrimPrefix(begun, "@"))]+p.Username+"\t"+ui.Clean(p.DisplayName))
		}
	})
	return list, cobra.ShellCompDirectiveNoFileComp
}

// completeSongs completes songs of one's own and those that one works on.
func (a *app) completeSongs(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var list []string
	a.quickly(cmd, func(ctx context.Context, net *online) {
		w, err := a.wallet(ctx, false)
		if err != nil {
			return
		}
		songs, _, err := net.chain.SongsByOwner(ctx, w.Key.Address, chain.Page{Limit: maxListed})
		if err != nil {
			return
		}
		others, _, err := net.chain.SongsByCollaborator(ctx, w.Key.Address, chain.Page{Limit: maxListed})
		if err != nil {
			return
		}
		for _, s := range others {
			songs = append(songs, s.Song)
		}
		for _, s := range songs {
			if strings.HasPrefix(s.Id, begun) {
				list = append(list, s.Id+"\t"+ui.Clean(s.Name))
			}
		}
	})
	return list, cobra.ShellCompDirectiveNoFileComp
}

// completeBranches completes the branches of the song in this folder.
func (a *app) completeBranches(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	r, err := repo.Find(a.env.Dir)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var list []string
	own, err := r.Branches()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, ref := range own {
		if strings.HasPrefix(ref.Name.Branch(), begun) {
			list = append(list, ref.Name.Branch())
		}
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// quickly asks the joined network something, within a shell's patience.
func (a *app) quickly(cmd *cobra.Command, ask func(context.Context, *online)) {
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	if net, err := a.online(ctx, repo.Remote{}); err == nil {
		ask(ctx, net)
	}
}
