package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const editLong = `Change what the chain alone says of this song: its name, description, tags, licence,
where its audio is served, its main branch, and whether it is archived. A maintainer
may do this; the name and the archive are the owner's. Everything that is not named
stays. Without flags it shows what there is.

A licence holds for what is published from then on; what others took under the old
one stays theirs. An archived song takes nothing until it is un-archived.`

const editExample = `  parrots edit --description "Live at the depot" --add-tag jazz --add-tag live
  parrots edit --licence CC-BY-SA-4.0 --ai-training refusal
  parrots edit --add-hint https://hub.example --remove-hint https://old.example
  parrots edit --archive`

// songEdit is what the flags say.
type songEdit struct {
	name, description, licence, branch string
	addTags, removeTags                []string
	addHints, removeHints              []string
	archive, unarchive                 bool
	training                           songtypes.AiTraining

	given func(flag string) bool
}

func editCommand(a *app) *cobra.Command {
	var e songEdit
	var training string
	c := &cobra.Command{
		Use:     "edit",
		Short:   "change what the chain says of this song",
		Long:    editLong,
		Example: editExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e.given = cmd.Flags().Changed
			if e.archive && e.unarchive {
				return usagef("--archive or --unarchive, not both")
			}
			if err := e.check(training); err != nil {
				return err
			}
			if !anyChanged(cmd) {
				return a.onOrigin(cmd.Context(), func(remote *sync.Remote, net *online) error {
					return a.showPublished(cmd.Context(), net, remote.Song)
				})
			}
			return a.editSong(cmd.Context(), &e)
		},
	}
	flags := c.Flags()
	flags.StringVar(&e.name, "name", "", "another name among your songs")
	flags.StringVar(&e.description, "description", "", "what to say of the song")
	flags.StringVar(&e.licence, "licence", "", "the licence from now on: an SPDX identifier, CC-BY-4.0 for example")
	addTrainingFlag(c, &training)
	flags.StringSliceVar(&e.addTags, "add-tag", nil, "tags to add")
	flags.StringSliceVar(&e.removeTags, "remove-tag", nil, "tags to take off")
	flags.StringSliceVar(&e.addHints, "add-hint", nil, "where the audio is served as well: a hub's URL or a multiaddr")
	flags.StringSliceVar(&e.removeHints, "remove-hint", nil, "where it is no longer served")
	flags.StringVar(&e.branch, "default-branch", "", "the branch that a clone begins with")
	flags.BoolVar(&e.archive, "archive", false, "take no more pushes")
	flags.BoolVar(&e.unarchive, "unarchive", false, "take pushes again")
	return c
}

// check reads what is written in words.
func (e *songEdit) check(training string) error {
	if e.licence != "" {
		licence, err := parseLicence(e.licence)
		if err != nil {
			return err
		}
		e.licence = licence
	}
	return e.setTraining(training)
}

func (e *songEdit) setTraining(word string) (err error) {
	if word != "" {
		e.training, err = parseTraining(word)
	}
	return err
}

// anyChanged says whether a flag of the command's own was given.
func anyChanged(cmd *cobra.Command) bool {
	changed := false
	for _, name := range []string{
		"name", "description", "licence", aiTrainingFlag, "add-tag", "remove-tag", "add-hint", "remove-hint", "default-branch", "archive", "unarchive",
	} {
		changed = changed || cmd.Flags().Changed(name)
	}
	return changed
}

// apply puts what was given into a message that says how all is now.
func (e *songEdit) apply(m *songtypes.MsgUpdateSong) {
	for _, field := range []struct {
		flag  string
		value string
		into  *string
	}{
		{"name", e.name, &m.Name}, {"description", e.description, &m.Metadata.Description},
		{"licence", e.licence, &m.Metadata.Licence}, {"default-branch", e.branch, &m.DefaultBranch},
	} {
		if e.given(field.flag) {
			*field.into = field.value
		}
	}
	if e.given(aiTrainingFlag) {
		m.Metadata.AiTraining = e.training
	}
	m.Metadata.Tags = changedList(m.Metadata.Tags, e.addTags, e.removeTags)
	m.Metadata.Hints = changedList(m.Metadata.Hints, e.addHints, e.removeHints)
	m.Archived = (m.Archived || e.archive) && !e.unarchive
}

// changedList adds what is not there and removes what is.
func changedList(list, add, remove []string) []string {
	for _, s := range add {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return slices.DeleteFunc(list, func(s string) bool { return slices.Contains(remove, s) })
}

func (a *app) editSong(ctx context.Context, e *songEdit) error {
	return a.onOrigin(ctx, func(remote *sync.Remote, net *online) error {
		err := a.applyEdit(ctx, net, remote.Song, e)
		if errors.Is(err, sync.ErrNothing) {
			a.ui.Notef("nothing to change: all is so already")
		} else if err != nil {
			return err
		}
		return a.showPublished(ctx, net, remote.Song)
	})
}

func (a *app) applyEdit(ctx context.Context, net *online, song string, e *songEdit) error {
	who, err := a.sender(ctx)
	if err != nil {
		return err
	}
	return sync.EditSong(ctx, net.chain, sync.EditRequest{
		Song: song, Change: e.apply, Address: who.address, Signer: who.signer,
	})
}

// showPublished is info of the song as it is now.
func (a *app) showPublished(ctx context.Context, net *online, id string) error {
	song, err := net.chain.Song(ctx, id)
	if err != nil {
		return err
	}
	return a.showInfo(ctx, net, song)
}

// sender is a wallet that can send transactions.
type sender struct {
	address string
	signer  chain.Signer
}

// sender finds the wallet of this run; it makes none.
func (a *app) sender(ctx context.Context) (sender, error) {
	w, err := a.wallet(ctx, false)
	if err != nil {
		return sender{}, err
	}
	signer, err := w.keyring.Signer(w.Name)
	if err != nil {
		return sender{}, err
	}
	return sender{w.Key.Address, signer}, nil
}

// onOrigin opens the song in this folder and the network of its origin.
func (a *app) onOrigin(ctx context.Context, do func(*sync.Remote, *online) error) error {
	song, done, err := a.openSong()
	if err != nil {
		return err
	}
	defer done()
	remote, net, err := a.remoteOf(ctx, song, repo.OriginRemote)
	if err != nil {
		return err
	}
	return do(remote, net)
}

// confirm asks before something that cannot be taken back.
func (a *app) confirm(question string) error {
	if a.flags.yes {
		return nil
	}
	ok, err := a.ui.Confirm(question)
	if err == nil && !ok {
		err = errDeclined
	}
	return err
}
