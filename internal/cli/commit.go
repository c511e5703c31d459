package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const commitLong = `Save the folder as it is, as a commit that is signed by you. It needs no network.
The first commit makes a key.

Who did what goes with it: --role says what you did, --instrument what you played,
and --with names somebody else by address. --guest names somebody who has no wallet
yet, and makes a one-time key with which they can prove later that it was them.
Roles are DDEX's: Composer, Lyricist, LeadVocalist, StudioMusician, Producer,
MixingEngineer, and so on. Without --path they speak of everything that this commit
changes. Who played two instruments is named twice, the second time by --with.

Files that match .parrotsignore, and what DAWs leave behind, stay out.`

const commitExample = `  parrots commit -m "first take"
  parrots commit -m "guitar over the bridge" --role StudioMusician --instrument guitar
  parrots commit -m "lyrics" --with parrot1...:Lyricist
  parrots commit -m "rhythm" --role StudioMusician --instrument drums --with parrot1...:StudioMusician:bass
  parrots commit -m "strings" --guest "Mina:StudioMusician:violin"`

func commitCommand(a *app) *cobra.Command {
	var message string
	var credits creditFlags
	c := &cobra.Command{
		Use:     "commit -m MESSAGE",
		Short:   "save the folder as it is",
		Long:    commitLong,
		Example: commitExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			return a.commit(cmd.Context(), song, message, &credits)
		},
	}
	c.Flags().StringVarP(&message, "message", "m", "", "what changed and why")
	credits.add(c)
	return c
}

func (a *app) commit(ctx context.Context, song *sync.Song, message string, credits *creditFlags) error {
	err := checkRoles(credits.everyRole())
	if err != nil {
		return err
	}
	if message == "" && !a.merging(song) {
		if message, err = a.askMessage(); err != nil {
			return err
		}
	}
	author, w, err := a.author(ctx)
	if err != nil {
		return err
	}
	contributions, err := credits.contributions(author.Raw)
	if err != nil {
		return err
	}
	guests, err := a.guests(w, *credits)
	if err != nil {
		return err
	}
	committed, err := song.Commit(ctx, sync.CommitRequest{
		Author: author, Message: ended(message), Contributions: append(contributions, guests...),
	})
	if errors.Is(err, sync.ErrNothing) {
		a.tell(committed.Notices, committed.Warnings)
		return a.ui.Emit(struct {
			Commit *string `json:"commit"`
		}{}, func() { a.ui.Notef("nothing to commit: the folder is as the last commit left it") })
	}
	if err != nil {
		return err
	}
	return a.showCommitted(committed, message)
}

func (a *app) merging(song *sync.Song) bool {
	merge, err := song.Repo.Merge()
	return err == nil && merge != nil
}

func (a *app) askMessage() (string, error) {
	message, err := a.ui.Ask("what changed? ")
	if errors.Is(err, ui.ErrNoAnswer) {
		return "", usagef("a commit needs a message: parrots commit -m \"what changed\"")
	}
	if err == nil && strings.TrimSpace(message) == "" {
		return "", usagef("a commit needs a message")
	}
	return message, err
}

// ended gives a message the newline at its end that text files have.
func ended(message string) string {
	if message == "" {
		return ""
	}
	return strings.TrimRight(message, "\n") + "\n"
}

type committedJSON struct {
	Commit   string        `json:"commit"`
	Branch   string        `json:"branch,omitempty"`
	Entries  int           `json:"entries"`
	Signed   bool          `json:"signed"`
	Warnings []problemJSON `json:"warnings,omitempty"`
}

func (a *app) showCommitted(c sync.Committed, message string) error {
	a.tell(c.Notices, c.Warnings)
	out := committedJSON{c.Commit.String(), c.Branch, c.Entries, c.Signed, warningsOf(c.Warnings)}
	return a.ui.Emit(out, func() {
		first, _, _ := strings.Cut(message, "\n")
		where := c.Branch
		if where == "" {
			where = "on no branch"
		}
		a.ui.Printf("[%s %s] %s", where, sync.Short(c.Commit), ui.Clean(first))
		a.ui.Notef("%s in the song, %s read", ui.Count(c.Entries, "file"), ui.Bytes(c.Bytes))
	})
}

// creditFlags say who did what.
type creditFlags struct {
	roles      []string
	instrument string
	with       []string
	guests     []string
	paths      []string
}

func (f *creditFlags) add(c *cobra.Command) {
	c.Flags().StringSliceVar(&f.roles, "role", nil, "what you did, in DDEX spelling; can be repeated")
	c.Flags().StringVar(&f.instrument, "instrument", "", "what you played")
	c.Flags().StringArrayVar(&f.with, "with", nil, "somebody else: ADDRESS:ROLE or ADDRESS:ROLE:INSTRUMENT; can be repeated")
	c.Flags().StringArrayVar(&f.guests, "guest", nil, "somebody without a wallet: NAME:ROLE or NAME:ROLE:INSTRUMENT; can be repeated")
	c.Flags().StringArrayVar(&f.paths, "path", nil, "the files that this speaks of; can be repeated")
}

// contributions turns the flags into what a commit says.
func (f *creditFlags) contributions(author []byte) ([]object.Contribution, error) {
	paths := sortedUnique(f.paths)
	var list []object.Contribution
	roles := f.roles
	if len(roles) == 0 && f.instrument != "" {
		roles = []string{"StudioMusician"}
	}
	if len(roles) > 0 {
		list = append(list, object.Contribution{Contributor: author, Roles: roles, Instrument: f.instrument, Paths: paths})
	}
	for _, w := range f.with {
		parts := strings.SplitN(w, ":", 3)
		if len(parts) < 2 {
			return nil, usagef("--with %q is not ADDRESS:ROLE or ADDRESS:ROLE:INSTRUMENT", w)
		}
		raw, err := chain.ParseAddress(parts[0])
		if err != nil {
			return nil, fmt.Errorf("%w: --with: %w", errUsage, err)
		}
		c := object.Contribution{Contributor: raw, Roles: []string{parts[1]}, Paths: paths}
		if len(parts) == 3 {
			c.Instrument = parts[2]
		}
		list = addCredit(list, c)
	}
	return list, nil
}

// addCredit gives a person who is named twice with one instrument one contribution
// with both roles.
func addCredit(list []object.Contribution, c object.Contribution) []object.Contribution {
	for i := range list {
		known := &list[i]
		if bytes.Equal(known.Contributor, c.Contributor) && known.Instrument == c.Instrument {
			known.Roles = sortedUnique(append(known.Roles, c.Roles...))
			return list
		}
	}
	return append(list, c)
}
