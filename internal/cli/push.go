package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const pushLong = `Publish the commits of a branch: the audio goes to the hub, the history to the chain
in one transaction. The first push makes the song on the chain. If it is
interrupted, push again: it goes on where it was.

What is pushed is public for good: audio, names and messages. Nobody can delete it.`

func pushCommand(a *app) *cobra.Command {
	var metadata songtypes.Metadata
	var remove, training string
	c := &cobra.Command{
		Use:     "push [BRANCH]",
		Short:   "publish commits",
		Long:    pushLong,
		Example: "  parrots push\n  parrots push solo\n  parrots push --yes --licence CC-BY-4.0",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if remove != "" {
				if len(args) > 0 {
					return usagef("a branch is either pushed or deleted")
				}
				return a.deletePublished(cmd.Context(), remove)
			}
			if err := readTerms(&metadata, training); err != nil {
				return err
			}
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			branch, err := branchToPush(song, args)
			if err != nil {
				return err
			}
			return a.push(cmd.Context(), song, branch, metadata)
		},
	}
	flags := c.Flags()
	flags.StringVar(&remove, "delete", "", "delete this published branch instead; its commits stay on the chain")
	flags.StringVar(&metadata.Description, "description", "", "a new song's description")
	flags.StringVar(&metadata.Licence, "licence", "", "a new song's licence: an SPDX identifier, CC-BY-4.0 for example")
	addTrainingFlag(c, &training)
	flags.StringSliceVar(&metadata.Tags, "tag", nil, "a new song's tags")
	return c
}

// readTerms reads the licence and the word on AI training as people write them.
func readTerms(m *songtypes.Metadata, training string) (err error) {
	if m.Licence != "" {
		if m.Licence, err = parseLicence(m.Licence); err != nil {
			return err
		}
	}
	if training != "" {
		m.AiTraining, err = parseTraining(training)
	}
	return err
}

func branchToPush(song *sync.Song, args []string) (string, error) {
	if len(args) == 1 {
		return args[0], nil
	}
	head, err := song.Repo.Head()
	if err != nil {
		return "", err
	}
	if head.Detached() {
		return "", usagef("you are on no branch: name the branch to push")
	}
	if !head.Commit.Defined() {
		return "", withHint(sync.ErrNoCommits, "`parrots commit -m \"first take\"` makes the first")
	}
	return head.Branch, nil
}

func (a *app) push(ctx context.Context, song *sync.Song, branch string, metadata songtypes.Metadata) error {
	pushed, err := a.publish(ctx, song, repo.OriginRemote, sync.PushRequest{Branch: branch, Metadata: metadata})
	if err != nil {
		return pushHint(err)
	}
	if pushed.Created && songtypes.IsClosed(metadata.Licence) {
		a.ui.Hintf("others may not fork it; `parrots licence set CC-BY-4.0` would let them, from your next push on")
	}
	return a.showPushed(pushed, branch)
}

// publish pushes to a remote with this run's wallet.
func (a *app) publish(ctx context.Context, song *sync.Song, name string, req sync.PushRequest) (sync.Pushed, error) {
	none := sync.Pushed{}
	config, err := song.Repo.Config()
	if err != nil {
		return none, err
	}
	known := config.Remotes[name]
	net, err := a.online(ctx, known)
	if err != nil {
		return none, err
	}
	w, err := a.wallet(ctx, true)
	if err != nil {
		return none, err
	}
	if err := a.agree(w); err != nil {
		return none, err
	}
	signer, err := w.keyring.Signer(w.Name)
	if err != nil {
		return none, err
	}
	if err := net.hub.Login(ctx, net.ChainID, textSigner{w}); err != nil {
		return none, err
	}
	remote, err := net.remote(name, known.Song)
	if err != nil {
		return none, err
	}
	req.Author = sync.Author{Key: w.Key, ChainID: net.ChainID, SignText: w.SignText}
	req.Signer, req.HubURL = signer, net.Hub
	return song.Push(ctx, remote, req)
}

// agree asks, once, for what a first push cannot take back, and for a backup of
// the key that it is signed with.
func (a *app) agree(w *wallet) error {
	home, err := a.env.home()
	if err != nil {
		return err
	}
	c, err := loadConfig(home)
	if err != nil || c.Published {
		return err
	}
	a.ui.Notef("what you push becomes public for good: the audio, the names of files and people, and every message")
	if !a.flags.yes {
		ok, err := a.ui.Confirm("publish it?")
		if err != nil {
			return err
		}
		if !ok {
			return errDeclined
		}
		if err := a.backup(w); err != nil {
			return err
		}
	} else {
		a.ui.Hintf("`parrots key backup` shows the words of your key; write them down")
	}
	c.Published = true
	return c.save(home)
}

func (a *app) backup(w *wallet) error {
	words, ok, err := w.keyring.Mnemonic(w.Name)
	if err != nil || !ok {
		return err
	}
	a.ui.Notef("your name on this work hangs on your key. These words make it again; write them on paper now:\n\n  %s\n", words)
	ok, err = a.ui.Confirm("have you written them down?")
	if err == nil && !ok {
		err = withHint(errDeclined, "`parrots key backup` shows them again; then push again")
	}
	return err
}

func pushHint(err error) error {
	switch {
	case errors.Is(err, songtypes.ErrNameTaken):
		return withHint(err, "give this one another name in .parrots/config.yaml, or clone the other one")
	case errors.Is(err, songtypes.ErrProtected):
		return withHint(err, "`parrots switch -c NAME` makes a branch of your own to push; or ask for a maintainer's role")
	case errors.Is(err, songtypes.ErrUnauthorized):
		return withHint(err, "this song is somebody else's: `parrots fork` makes one of your own, or ask its owner to let you in")
	}
	return err
}

type pushedJSON struct {
	Song         string   `json:"song"`
	Created      bool     `json:"created"`
	Branch       string   `json:"branch"`
	Head         string   `json:"head"`
	Commits      int      `json:"commits"`
	Bytes        int64    `json:"bytes"`
	Transactions []string `json:"transactions"`
}

func (a *app) showPushed(p sync.Pushed, branch string) error {
	out := pushedJSON{p.Song, p.Created, branch, p.Moved.New.String(), p.Commits, p.Bytes, p.Transactions}
	return a.ui.Emit(out, func() {
		if len(p.Transactions) == 0 && p.Bytes > 0 {
			a.ui.Printf("%s is at %s already; the hub lacked its audio: %s sent", branch, sync.Short(p.Moved.New), ui.Bytes(p.Bytes))
			return
		}
		if len(p.Transactions) == 0 {
			a.ui.Printf("nothing to push: %s is at %s already", branch, sync.Short(p.Moved.New))
			return
		}
		if p.Created {
			a.ui.Printf("published the song %s", p.Song)
		}
		a.ui.Printf("pushed %s to %s: %s, %s sent", branch, sync.Short(p.Moved.New), ui.Count(p.Commits, "commit"), ui.Bytes(p.Bytes))
		if p.Mirrored {
			a.ui.Notef("the hub got what came before from another hub")
		}
		if !p.Served {
			a.ui.Notef("the hub has the audio and will serve it when it sees the commit on the chain")
		}
	})
}
