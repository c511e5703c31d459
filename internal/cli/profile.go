package cli

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

const profileLong = `Show what a wallet says of itself, or say something of yours. WALLET is an address or
a username; yours if not given. A username is unique among all that look like it, and
can be changed now and then; the rest is free.`

const profileExample = `  parrots profile
  parrots profile show @drummer
  parrots profile edit --username drummer --display-name "Dr. Ümmer" --link https://drummer.example`

func profileCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "profile",
		Short:   "say who you are",
		Long:    profileLong,
		Example: profileExample,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.showProfile(cmd.Context(), "") },
	}
	c.AddCommand(profileShow(a), profileEdit(a))
	return c
}

func profileShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "show [WALLET]",
		Short:             "show what a wallet says of itself",
		Example:           "  parrots profile show @drummer\n  parrots profile show parrot1... --json",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completePeople,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.showProfile(cmd.Context(), first(args))
		},
	}
}

// first is the argument of a command that takes none or one.
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

type profileJSON struct {
	nameJSON
	Bio       string   `json:"bio,omitempty"`
	Avatar    string   `json:"avatar,omitempty"`
	Links     []string `json:"links,omitempty"`
	Followers uint64   `json:"followers"`
	Following uint64   `json:"following"`
	Respects  uint64   `json:"respects"`
	Comments  uint64   `json:"comments"`
	// Honor is what others stand behind.
	Honor credittypes.Honor `json:"honor"`
}

func (a *app) showProfile(ctx context.Context, who string) error {
	net, err := a.online(ctx, repo.Remote{})
	if err != nil {
		return err
	}
	address, err := a.person(ctx, net, who)
	if err != nil {
		return err
	}
	r, err := net.chain.Profile(ctx, address)
	if err != nil {
		return err
	}
	honor, err := net.chain.Honor(ctx, address)
	if err != nil {
		return err
	}
	p := r.Profile
	out := profileJSON{
		nameJSON: nameJSON{p.Address, p.Username, p.DisplayName}, Bio: p.Bio, Avatar: p.Avatar, Links: p.Links,
		Followers: r.Followers, Following: r.Following, Respects: r.Respects, Comments: r.Comments, Honor: honor,
	}
	return a.ui.Emit(out, func() { a.printProfile(out) })
}

func (a *app) printProfile(p profileJSON) {
	a.ui.Printf("%s", ui.Clean(p.Address))
	for _, line := range [][2]string{
		{"username", p.Username}, {"name", p.DisplayName}, {"avatar", p.Avatar},
	} {
		if line[1] != "" {
			a.ui.Printf("%-10s %s", line[0], ui.Clean(line[1]))
		}
	}
	for _, link := range p.Links {
		a.ui.Printf("%-10s %s", "link", ui.Clean(link))
	}
	a.ui.Printf("%-10s %d, follows %d", "followers", p.Followers, p.Following)
	a.ui.Printf("%-10s %d songs, wrote %s", "respects", p.Respects, counted(int(p.Comments), "comment"))
	a.ui.Printf("%-10s %s confirmed by %s; %s, %s by others, %s merged, %s received", "honor",
		counted(int(p.Honor.Credits), "credit"), people(p.Honor.People), counted(int(p.Honor.Songs), "song"),
		counted(int(p.Honor.Forks), "fork"), counted(int(p.Honor.Auditions), "audition"), counted(int(p.Honor.Respects), "respect"))
	if p.Bio != "" {
		a.ui.Printf("\n%s", indent(p.Bio))
	}
}

func people(n uint64) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

// counted writes a number of things.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func profileEdit(a *app) *cobra.Command {
	var username, name, bio, avatar string
	var links []string
	c := &cobra.Command{
		Use:   "edit",
		Short: "say something of yourself",
		Long: `Change what is given and leave the rest as it is. Everybody can read it, and so can
history: what was said once stays in the chain's past. Empty text takes it away.`,
		Example: "  parrots profile edit --username drummer --bio \"Plays loud\"\n  parrots profile edit --bio \"\"",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			changed := cmd.Flags().Changed
			if !slices.ContainsFunc([]string{"username", "display-name", "bio", "avatar", "link"}, changed) {
				return usagef("say what to change")
			}
			return a.editProfile(cmd.Context(), func(msg *socialtypes.MsgSetProfile) {
				for flag, set := range map[string]func(){
					"username":     func() { msg.Username = username },
					"display-name": func() { msg.DisplayName = name },
					"bio":          func() { msg.Bio = bio },
					"avatar":       func() { msg.Avatar = avatar },
					"link":         func() { msg.Links = slices.DeleteFunc(links, func(s string) bool { return s == "" }) },
				} {
					if changed(flag) {
						set()
					}
				}
			})
		},
	}
	f := c.Flags()
	f.StringVar(&username, "username", "", "unique name: 3 to 30 of a-z, 0-9, \".\", \"_\" and \"-\"")
	f.StringVar(&name, "display-name", "", "name as you write it")
	f.StringVar(&bio, "bio", "", "a few lines on you")
	f.StringVar(&avatar, "avatar", "", "CID of a picture")
	f.StringArrayVar(&links, "link", nil, "http(s) URL; repeated. They replace the old ones")
	return c
}

// editProfile changes a profile as it is now: the message replaces all of it.
func (a *app) editProfile(ctx context.Context, change func(*socialtypes.MsgSetProfile)) error {
	net, err := a.online(ctx, repo.Remote{})
	if err != nil {
		return err
	}
	address, err := a.person(ctx, net, "")
	if err != nil {
		return err
	}
	now, err := net.chain.Profile(ctx, address)
	if err != nil {
		return err
	}
	p := now.Profile
	msg := &socialtypes.MsgSetProfile{
		Wallet: address, DisplayName: p.DisplayName, Bio: p.Bio, Avatar: p.Avatar, Links: p.Links,
	}
	change(msg)
	if msg.Username != "" && p.Username != "" && msg.Username != p.Username {
		if err := a.confirm(fmt.Sprintf("you will not be @%s any more, and cannot change @%s again for a while. Change it?", p.Username, msg.Username)); err != nil {
			return err
		}
	}
	if _, err := a.send(ctx, net, func(string) sdk.Msg { return msg }); err != nil {
		return err
	}
	return a.showProfile(ctx, "")
}

// encodeKey and decodeKey write the place in a list where the next page begins.
func encodeKey(key []byte) string { return base64.RawURLEncoding.EncodeToString(key) }

func decodeKey(text string) ([]byte, error) {
	key, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(key) > 256 {
		return nil, usagef("--after takes the \"next\" of an earlier page")
	}
	return key, nil
}
