package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain/proof"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const proveLong = `Write a file that proves, with no network and no node, that a commit is on the chain:
the commit as the chain keeps it, its way to the root of the chain's state, and the
header with the validators' signatures over it. It is made for the day when the chain,
the hub and this tool's makers may be gone.

COMMIT is a commit of this song, or outside of a song the CID of any. The file says
what the song consisted of, too (--no-tree leaves that out), and with --credit what a
wallet that is credited in the commit has said of that.

Who reads it has to trust the hash of one block's header, which this command prints.
Publish it where it will be found: in a newspaper, on another chain, on the sleeve.
With --from HEIGHT the file leads from an older header that people trust already to
the one that proves.`

const proveExample = `  parrots prove HEAD
  parrots prove 5k2xq4 -o night-train.proof --no-tree
  parrots prove HEAD --credit parrot1... --from 1204`

func proveCommand(a *app) *cobra.Command {
	var req proof.Request
	var file string
	var noTree bool
	c := &cobra.Command{
		Use:     "prove COMMIT",
		Short:   "write a proof that a commit is on the chain",
		Long:    proveLong,
		Example: proveExample,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			net, err := a.toProve(cmd.Context(), args[0], !noTree, &req)
			if err != nil {
				return err
			}
			if file == "" {
				file = sync.Short(req.Commit) + ".proof"
			}
			return a.prove(cmd.Context(), net, req, a.path(file))
		},
	}
	flags := c.Flags()
	flags.StringVarP(&file, "output", "o", "", "the file to write (default: the commit's short name with .proof)")
	flags.BoolVar(&noTree, "no-tree", false, "leave out what the song consisted of")
	flags.StringSliceVar(&req.Credits, "credit", nil, "a wallet whose credit is proven, too; can be repeated")
	flags.Int64Var(&req.From, "from", 0, "the height of a header whose hash is trusted already")
	return c
}

// toProve finds the commit, its tree and the chain that it is on.
func (a *app) toProve(ctx context.Context, name string, tree bool, req *proof.Request) (*online, error) {
	song, done, err := a.openSong()
	if errors.Is(err, repo.ErrNotSong) {
		if req.Commit, err = object.ParseObjectCID(name); err != nil {
			return nil, usagef("%q is not a commit's CID, and this folder is in no song", name)
		}
		net, err := a.online(ctx, repo.Remote{})
		if err != nil || !tree {
			return net, err
		}
		remote, err := net.remote(repo.OriginRemote, "")
		if err != nil {
			return nil, err
		}
		return net, a.withTree(ctx, sync.Objects{From: remote.Gateway}, req)
	}
	if err != nil {
		return nil, err
	}
	defer done()
	if req.Commit, err = song.Resolve(ctx, name); err != nil {
		return nil, err
	}
	_, net, err := a.remoteOf(ctx, song, repo.OriginRemote)
	if err != nil || !tree {
		return net, err
	}
	return net, a.withTree(ctx, song.Objects(), req)
}

func (a *app) withTree(ctx context.Context, objects sync.Objects, req *proof.Request) error {
	commit, err := objects.Commit(ctx, req.Commit)
	if err != nil {
		return err
	}
	tree, err := objects.Tree(ctx, commit.Tree)
	if err != nil {
		return err
	}
	req.Tree, err = tree.Encode()
	return err
}

type proveJSON struct {
	File      string        `json:"file"`
	Bytes     int           `json:"bytes"`
	Statement statementJSON `json:"statement"`
}

func (a *app) prove(ctx context.Context, net *online, req proof.Request, path string) error {
	data, statement, err := proof.Make(ctx, net.chain, req)
	if err != nil {
		return err
	}
	if err := writeNew(path, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
		return err
	}
	out := proveJSON{path, len(data), statementOf(statement)}
	return a.ui.Emit(out, func() {
		a.ui.Printf("wrote the proof of %s, %s, to %s", sync.Short(req.Commit), ui.Bytes(int64(len(data))), path)
		a.ui.Printf("it holds for whoever trusts that block %d of %s has the hash\n  %s",
			statement.Root.Height, statement.ChainID, out.Statement.Root.Hash)
		a.ui.Hintf("`parrots verify %s --trust %s`", ui.Clean(path), out.Statement.Root.Hash)
	})
}

// statementJSON is what a proof proves, in --json.
type statementJSON struct {
	ChainID string     `json:"chain_id"`
	Trusted bool       `json:"trusted"`
	Root    headerJSON `json:"root"`
	Proving headerJSON `json:"proving"`
	commitJSON
	Signed  bool   `json:"signed"`
	Pusher  string `json:"pusher"`
	Song    string `json:"song"`
	Licence string `json:"licence"`
	// AiTraining is consent, refusal or unspecified.
	AiTraining string             `json:"ai_training"`
	Height     int64              `json:"height"`
	Time       time.Time          `json:"time"`
	Credits    []provenCreditJSON `json:"credits,omitempty"`
	Entries    []entryJSON        `json:"entries,omitempty"`
}

// provenCreditJSON is a credit of a proof in --json.
type provenCreditJSON struct {
	Contributor   string             `json:"contributor"`
	Contributions []contributionJSON `json:"contributions"`
	Status        string             `json:"status"`
	Claimed       int64              `json:"claimed_height,omitempty"`
	Confirmed     int64              `json:"confirmed_height,omitempty"`
	Disputed      int64              `json:"disputed_height,omitempty"`
	Statement     string             `json:"statement,omitempty"`
	Answer        string             `json:"answer,omitempty"`
}

func provenCredit(c proof.CreditStatement) provenCreditJSON {
	return provenCreditJSON{
		Contributor: c.Contributor, Contributions: contributionsOf(c.Contributions),
		Status:  strings.ToLower(strings.TrimPrefix(c.Status.String(), "STATUS_")),
		Claimed: c.Claimed, Confirmed: c.Confirmed, Disputed: c.Disputed, Statement: c.Statement, Answer: c.Answer,
	}
}

// headerJSON is a block's header in --json.
type headerJSON struct {
	Height int64     `json:"height"`
	Hash   string    `json:"hash"`
	Time   time.Time `json:"time"`
}

func headerOf(p proof.Point) headerJSON {
	return headerJSON{p.Height, fmt.Sprintf("%X", p.Hash), p.Time.UTC()}
}

func statementOf(s *proof.Statement) statementJSON {
	out := statementJSON{
		ChainID: s.ChainID, Trusted: s.Trusted, Root: headerOf(s.Root), Proving: headerOf(s.Proving),
		commitJSON: commitOf(s.Commit, s.Fields, nil), Signed: s.Signed, Pusher: s.Pusher,
		Song: s.Song, Licence: s.Licence, AiTraining: s.AiTraining.Word(), Height: s.Height, Time: s.Time,
	}
	for _, c := range s.Credits {
		out.Credits = append(out.Credits, provenCredit(c))
	}
	if s.Tree != nil {
		out.Entries = entriesIn(*s.Tree)
	}
	return out
}
