package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const showLong = `Show a commit: who made it, what it says, what it changed and who did what.`

func showCommand(a *app) *cobra.Command {
	var tree bool
	c := &cobra.Command{
		Use:     "show [COMMIT]",
		Short:   "show a commit and what it changed",
		Long:    showLong,
		Example: "  parrots show\n  parrots show HEAD~1 --json\n  parrots show --tree",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			revision := "HEAD"
			if len(args) == 1 {
				revision = args[0]
			}
			return a.show(cmd.Context(), song, revision, tree)
		},
	}
	c.Flags().BoolVar(&tree, "tree", false, "list everything that the song consists of, with CIDs")
	return c
}

type showJSON struct {
	commitJSON
	SignedBy string       `json:"signed_by,omitempty"`
	Changes  []changeJSON `json:"changes"`
	Entries  []entryJSON  `json:"entries,omitempty"`
}

// entryJSON is an entry of a tree in --json.
type entryJSON struct {
	Path       string `json:"path"`
	CID        string `json:"cid"`
	Kind       string `json:"kind"`
	Size       uint64 `json:"size"`
	Instrument string `json:"instrument,omitempty"`
	Codec      string `json:"codec,omitempty"`
	SampleRate uint64 `json:"sample_rate,omitempty"`
	Channels   uint64 `json:"channels,omitempty"`
	BitDepth   uint64 `json:"bit_depth,omitempty"`
	Frames     uint64 `json:"frames,omitempty"`
	Start      uint64 `json:"start,omitempty"` // ticks
	PCM        string `json:"pcm,omitempty"`   // a multihash in hex
}

func (a *app) show(ctx context.Context, song *sync.Song, revision string, tree bool) error {
	id, err := song.Resolve(ctx, revision)
	if err != nil {
		return err
	}
	commit, err := song.Objects().Commit(ctx, id)
	if err != nil {
		return err
	}
	changes, err := song.ChangesOf(ctx, id)
	if err != nil {
		return err
	}
	signer, err := song.Signed(ctx, id)
	if err != nil {
		return err
	}
	out := showJSON{commitJSON: commitOf(id, commit, nil), SignedBy: signer, Changes: []changeJSON{}}
	for _, c := range changes {
		out.Changes = append(out.Changes, changeJSON{string(c.Kind), c.Path, c.From, string(c.Entry), c.Size})
	}
	if tree {
		if out.Entries, err = entriesOf(ctx, song, commit); err != nil {
			return err
		}
	}
	return a.ui.Emit(out, func() { a.showCommit(out) })
}

func entriesOf(ctx context.Context, song *sync.Song, commit object.Commit) ([]entryJSON, error) {
	tree, err := song.Objects().Tree(ctx, commit.Tree)
	if err != nil {
		return nil, err
	}
	return entriesIn(tree), nil
}

func entriesIn(tree object.Tree) []entryJSON {
	list := make([]entryJSON, len(tree.Entries))
	for i, e := range tree.Entries {
		list[i] = entryJSON{
			e.Path, e.CID.String(), string(e.Kind), e.Size, e.Instrument,
			e.Codec, e.SampleRate, e.Channels, e.BitDepth, e.Frames, e.Start, hex.EncodeToString(e.PCM),
		}
	}
	return list
}

func (a *app) showCommit(out showJSON) {
	a.ui.Printf("commit %s", out.Commit)
	for _, p := range out.Parents {
		a.ui.Printf("parent %s", p)
	}
	a.ui.Printf("author %s", out.Author)
	a.ui.Printf("date   %s", out.Created.Format(time.RFC3339))
	if out.SignedBy != "" {
		a.ui.Printf("signed by its author")
	}
	a.ui.Printf("\n%s", indent(out.Message))
	for _, c := range out.Contributions {
		a.ui.Printf("  %s", credit(c))
	}
	for _, c := range out.Changes {
		if c.From != "" {
			a.ui.Printf("  %-9s %s -> %s", c.Change, ui.Clean(c.From), ui.Clean(c.Path))
			continue
		}
		a.ui.Printf("  %-9s %s  (%s)", c.Change, ui.Clean(c.Path), ui.Bytes(int64(c.Size)))
	}
	for _, e := range out.Entries {
		a.ui.Printf("  %s  %-8s %s%s", e.CID, e.Kind, ui.Clean(e.Path), e.audio())
	}
}

// audio describes what is known of the audio of an entry.
func (e entryJSON) audio() string {
	if e.Codec == "" {
		return ""
	}
	facts := []string{ui.Clean(e.Codec)}
	if e.SampleRate > 0 {
		facts = append(facts, fmt.Sprintf("%d Hz", e.SampleRate))
	}
	if e.Channels > 0 {
		facts = append(facts, ui.Count(int(min(e.Channels, 1<<16)), "channel"))
	}
	if e.BitDepth > 0 {
		facts = append(facts, fmt.Sprintf("%d bit", e.BitDepth))
	}
	if e.SampleRate > 0 && e.Frames > 0 {
		ms := e.Frames/e.SampleRate*1000 + e.Frames%e.SampleRate*1000/e.SampleRate
		facts = append(facts, fmt.Sprintf("%d:%02d.%03d", ms/60000, ms/1000%60, ms%1000))
	}
	return "  (" + strings.Join(facts, ", ") + ")"
}
