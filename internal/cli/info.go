package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const infoLong = `Show what the chain says of a song: its owner, licence, branches and releases. SONG
is its id, OWNER/NAME, or either below a hub's URL; inside a song's folder it may be
a remote's name, and is that song if not given.`

func infoCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "info [SONG | REMOTE]",
		Short:   "show what the chain says of a song",
		Long:    infoLong,
		Example: "  parrots info\n  parrots info parrot1.../night-train --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := repo.OriginRemote
			if len(args) == 1 {
				name = args[0]
			}
			return a.info(cmd.Context(), name)
		},
	}
}

func (a *app) info(ctx context.Context, name string) error {
	net, id, err := a.named(ctx, name)
	if err != nil {
		return err
	}
	return a.showPublished(ctx, net, id)
}

// named finds a remote of this folder, or else a song of the network.
func (a *app) named(ctx context.Context, name string) (*online, string, error) {
	remote, err := a.knownRemote(name)
	if err == nil {
		net, err := a.online(ctx, remote)
		return net, remote.Song, err
	}
	if name == repo.OriginRemote || !errors.Is(err, sync.ErrNoRemote) && !errors.Is(err, repo.ErrNotSong) {
		return nil, "", err
	}
	net, song, err := a.find(ctx, name)
	return net, song.Id, err
}

// knownRemote is a remote of the song that the working directory is in.
func (a *app) knownRemote(name string) (repo.Remote, error) {
	r, err := repo.Find(a.env.Dir)
	if err != nil {
		return repo.Remote{}, err
	}
	config, err := r.Config()
	if err != nil {
		return repo.Remote{}, err
	}
	remote, ok := config.Remotes[name]
	if !ok || remote.Song == "" {
		return remote, withHint(fmt.Errorf("%w: %q", sync.ErrNoRemote, name), "`parrots push` publishes the song; `parrots remote` lists what is known")
	}
	return remote, nil
}

type infoJSON struct {
	Song     songtypes.Song      `json:"song"`
	Branches []branchJSON        `json:"branches"`
	Releases []songtypes.Release `json:"releases"`
}

func (a *app) showInfo(ctx context.Context, net *online, song songtypes.Song) error {
	out := infoJSON{Song: song, Branches: []branchJSON{}}
	branches, more, err := net.chain.Branches(ctx, song.Id, chain.Page{})
	if err != nil {
		return err
	}
	for _, b := range branches {
		out.Branches = append(out.Branches, branchJSON{
			Name: b.Name, Commit: b.Head.String(), Current: b.Name == song.DefaultBranch, Protected: b.Protected,
		})
	}
	if out.Releases, _, err = net.chain.Releases(ctx, song.Id, chain.Page{}); err != nil {
		return err
	}
	return a.ui.Emit(out, func() {
		a.ui.Printf("%s", song.Id)
		for _, line := range songFacts(song) {
			if line[1] != "" {
				a.ui.Printf("  %-14s %s", line[0], ui.Clean(line[1]))
			}
		}
		for _, b := range out.Branches {
			a.ui.Printf("  %-14s %s at %s%s", "branch", ui.Clean(b.Name), shortText(b.Commit), branchMarks(b))
		}
		if len(more) > 0 {
			a.ui.Notef("there are more branches")
		}
		for _, r := range out.Releases {
			a.ui.Printf("  release        %s at %s  %s", ui.Clean(r.Tag), shortText(r.Commit), ui.Clean(r.Title))
		}
	})
}

// songFacts are what the chain says of a song, with the names that people read.
func songFacts(song songtypes.Song) [][2]string {
	m := song.Metadata
	facts := [][2]string{
		{"name", song.Name}, {"title", m.Title}, {"owner", song.Owner}, {"offered to", song.PendingOwner},
		{"licence", songtypes.FullLicence(m.Licence)}, {"AI training", saidOfTraining(m)}, {"description", m.Description}, {"tempo", tempo(m.TempoMbpm)}, {"key", m.Key},
		{"time signature", m.TimeSignature}, {"tags", strings.Join(m.Tags, ", ")}, {"forked from", song.Parent},
	}
	for _, o := range song.Obligations {
		if o.Licence != "" {
			facts = append(facts, [2]string{"took over", o.Licence + " from " + o.Song})
		}
	}
	for _, hint := range m.Hints {
		facts = append(facts, [2]string{"served at", hint})
	}
	if song.Archived {
		facts = append(facts, [2]string{"archived", "takes no pushes until its owner un-archives it"})
	}
	return facts
}

// saidOfTraining is nothing where nothing is said.
func saidOfTraining(m songtypes.Metadata) string {
	if m.AiTraining == songtypes.AiTraining_AI_TRAINING_UNSPECIFIED {
		return ""
	}
	return m.AiTraining.Word()
}

// tempo is beats per minute, of thousandths.
func tempo(thousandths uint32) string {
	if thousandths == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(thousandths)/1000, 'f', -1, 64) + " bpm"
}

func branchMarks(b branchJSON) string {
	marks := ""
	if b.Current {
		marks += ", the main one"
	}
	if b.Protected {
		marks += ", protected"
	}
	return marks
}
