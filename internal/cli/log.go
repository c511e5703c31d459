package cli

import (
	"context"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
)

const logLong = `Show the commits that lead to where the folder stands, or to the commits and
branches given, newest first.`

func logCommand(a *app) *cobra.Command {
	var graph, all bool
	var limit int
	c := &cobra.Command{
		Use:     "log [COMMIT...]",
		Short:   "show the history",
		Long:    logLong,
		Example: "  parrots log\n  parrots log --graph --all\n  parrots log -n 5 origin/main",
		RunE: func(cmd *cobra.Command, args []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			heads, err := logHeads(cmd.Context(), song, args, all)
			if err != nil {
				return err
			}
			entries, err := readLog(cmd.Context(), song, heads, limit)
			if err != nil {
				return err
			}
			return a.ui.Emit(logOf(entries), func() { a.showLog(entries, graph) })
		},
	}
	c.Flags().BoolVar(&graph, "graph", false, "draw the lines between commits")
	c.Flags().BoolVar(&all, "all", false, "begin at all branches")
	c.Flags().IntVarP(&limit, "limit", "n", 0, "show at most this many commits")
	return c
}

func logHeads(ctx context.Context, song *sync.Song, args []string, all bool) ([]cid.Cid, error) {
	if all {
		refs, err := song.Repo.Branches()
		heads := make([]cid.Cid, len(refs))
		for i, ref := range refs {
			heads[i] = ref.Commit
		}
		return heads, err
	}
	if len(args) == 0 {
		args = []string{"HEAD"}
	}
	heads := make([]cid.Cid, len(args))
	for i, arg := range args {
		var err error
		if heads[i], err = song.Resolve(ctx, arg); err != nil {
			return nil, err
		}
	}
	return heads, nil
}

// logEntry is a commit with the names that point at it.
type logEntry struct {
	history.Node
	names []string
}

func readLog(ctx context.Context, song *sync.Song, heads []cid.Cid, limit int) ([]logEntry, error) {
	names, err := refNames(song)
	if err != nil {
		return nil, err
	}
	var entries []logEntry
	for node, err := range history.Walk(ctx, song.Objects(), heads, nil) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, logEntry{node, names[node.CID]})
		if limit > 0 && len(entries) == limit {
			break
		}
	}
	return entries, nil
}

// refNames says which branches are at a commit.
func refNames(song *sync.Song) (map[cid.Cid][]string, error) {
	names := map[cid.Cid][]string{}
	add := func(refs []repo.Ref) {
		for _, ref := range refs {
			names[ref.Commit] = append(names[ref.Commit], ref.Name.Short())
		}
	}
	refs, err := song.Repo.Branches()
	if err != nil {
		return nil, err
	}
	add(refs)
	config, err := song.Repo.Config()
	if err != nil {
		return nil, err
	}
	for _, remote := range sortedKeys(config.Remotes) {
		refs, err := song.Repo.RemoteBranches(remote)
		if err != nil {
			return nil, err
		}
		add(refs)
	}
	return names, nil
}

// commitJSON is a commit in --json.
type commitJSON struct {
	Commit        string             `json:"commit"`
	Parents       []string           `json:"parents"`
	Tree          string             `json:"tree"`
	Author        string             `json:"author"`
	Created       time.Time          `json:"created"`
	Message       string             `json:"message"`
	Refs          []string           `json:"refs,omitempty"`
	Contributions []contributionJSON `json:"contributions,omitempty"`
}

type contributionJSON struct {
	Contributor string   `json:"contributor,omitempty"`
	Guest       string   `json:"guest,omitempty"`
	Roles       []string `json:"roles"`
	Instrument  string   `json:"instrument,omitempty"`
	Paths       []string `json:"paths,omitempty"`
}

func logOf(entries []logEntry) []commitJSON {
	list := make([]commitJSON, len(entries))
	for i, e := range entries {
		list[i] = commitOf(e.CID, e.Commit, e.names)
	}
	return list
}

func commitOf(id cid.Cid, c object.Commit, names []string) commitJSON {
	out := commitJSON{
		Commit: id.String(), Parents: []string{}, Tree: c.Tree.String(), Author: address(c.Author),
		Created: created(c), Message: c.Message, Refs: names,
	}
	for _, p := range c.Parents {
		out.Parents = append(out.Parents, p.String())
	}
	out.Contributions = contributionsOf(c.Contributions)
	return out
}

func contributionsOf(contributions []object.Contribution) (list []contributionJSON) {
	for _, con := range contributions {
		j := contributionJSON{Roles: con.Roles, Instrument: con.Instrument, Paths: con.Paths}
		if con.Guest != nil {
			j.Guest = con.Guest.Name
		} else {
			j.Contributor = address(con.Contributor)
		}
		list = append(list, j)
	}
	return list
}

func created(c object.Commit) time.Time { return time.UnixMilli(int64(c.Created)).UTC() }

// address writes an author's address.
func address(raw []byte) string {
	text, err := chain.FormatAddress(raw)
	if err != nil {
		return "(no address)"
	}
	return text
}

func (a *app) showLog(entries []logEntry, graph bool) {
	for i, rows := range graphRows(entries, graph) {
		e := entries[i]
		names := ""
		for _, n := range e.names {
			names += " (" + n + ")"
		}
		a.ui.Printf("%s%s%s %s", rows.at, sync.Short(e.CID), names, firstLine(e.Commit.Message))
		a.ui.Printf("%s%s, %s", rows.beside, created(e.Commit).Format("2006-01-02 15:04"), address(e.Commit.Author))
		for _, between := range rows.after {
			a.ui.Printf("%s", between)
		}
	}
	if len(entries) == 0 {
		a.ui.Notef("no commits yet")
	}
}
