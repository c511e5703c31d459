package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/ui"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

func commentList(a *app) *cobra.Command {
	var scope commentScope
	var page pageFlags
	c := &cobra.Command{
		Use:               "list [SONG | COMMENT]",
		Short:             "list what is said of a song, or the replies to a comment",
		Example:           "  parrots comment list\n  parrots comment list song1... --release v1\n  parrots comment list comment1...",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeSongs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && isComment(args[0]) {
				return a.listReplies(cmd.Context(), args[0], page)
			}
			if len(args) == 1 {
				scope.song = args[0]
			}
			return a.listComments(cmd.Context(), scope, page)
		},
	}
	scope.add(a, c)
	page.add(c)
	return c
}

// commentJSON is a comment. Position is in units of 1/705,600,000 s, At the same as
// minutes and seconds.
type commentJSON struct {
	ID       string    `json:"id"`
	Author   nameJSON  `json:"author"`
	Song     string    `json:"song"`
	Parent   string    `json:"parent,omitempty"`
	About    string    `json:"about,omitempty"`
	Audition uint64    `json:"audition,omitempty"`
	Release  string    `json:"release,omitempty"`
	Commit   string    `json:"commit,omitempty"`
	Stem     string    `json:"stem,omitempty"`
	Position *int64    `json:"position,omitempty"`
	At       string    `json:"at,omitempty"`
	Text     string    `json:"text,omitempty"`
	Height   int64     `json:"height"`
	Time     time.Time `json:"time"`
	Edited   bool      `json:"edited,omitempty"`
	Deleted  bool      `json:"deleted,omitempty"`
	Hidden   bool      `json:"hidden,omitempty"`
	HiddenBy string    `json:"hidden_by,omitempty"`
	Replies  uint64    `json:"replies"`
}

// targetWords are what comments are about, as scripts read it.
var targetWords = map[socialtypes.Target]string{
	socialtypes.Target_TARGET_COMMIT:   "commit",
	socialtypes.Target_TARGET_AUDITION: "audition",
	socialtypes.Target_TARGET_RELEASE:  "release",
}

func commentOf(c socialtypes.Comment) commentJSON {
	out := commentJSON{
		ID: c.Id, Author: nameOf(c.Author), Song: c.SongId, Parent: c.Parent, About: targetWords[c.Target],
		Audition: c.Audition, Release: c.Release, Commit: c.Commit, Stem: c.Place.Stem, Text: c.Body,
		Height: c.Height, Time: c.Time.UTC(), Edited: c.EditedHeight != 0, Deleted: c.Deleted,
		Hidden: c.Hidden, HiddenBy: c.HiddenBy, Replies: c.Replies,
	}
	if c.Place.Timed {
		out.Position, out.At = &c.Place.Position, minutes(c.Place.Position)
	}
	return out
}

func commentsOf(list []socialtypes.Comment) []commentJSON {
	out := make([]commentJSON, 0, len(list))
	for _, c := range list {
		out = append(out, commentOf(c))
	}
	return out
}

// minutes writes a position as minutes and seconds, to the millisecond.
func minutes(ticks int64) string {
	ms := ticks / (object.TicksPerSecond / 1000)
	text := fmt.Sprintf("%d:%02d", ms/60_000, ms/1000%60)
	if ms%1000 != 0 {
		text += strings.TrimRight(fmt.Sprintf(".%03d", ms%1000), "0")
	}
	return text
}

// where says what a comment points to.
func (c commentJSON) where() string {
	var parts []string
	switch {
	case c.Release != "":
		parts = append(parts, "on release "+ui.Clean(c.Release))
	case c.Audition != 0:
		parts = append(parts, fmt.Sprintf("on audition %d", c.Audition))
	case c.About == "commit":
		parts = append(parts, "on commit "+shortText(c.Commit))
	}
	if c.At != "" {
		parts = append(parts, "at "+c.At)
	}
	if c.Stem != "" {
		parts = append(parts, "on "+ui.Clean(c.Stem))
	}
	return strings.Join(parts, " ")
}

// marks say what happened to a comment since it was written.
func (c commentJSON) marks() string {
	marks := ""
	if c.Edited {
		marks += " (edited)"
	}
	if c.Hidden {
		marks += " (hidden by the song's people)"
	}
	return marks
}

func (a *app) printComment(c commentJSON) {
	a.ui.Printf("%s", ui.Clean(c.ID))
	a.ui.Printf("%s  %s  %s%s", c.Time.Format("2006-01-02 15:04"), c.Author, c.where(), c.marks())
	switch {
	case c.Deleted:
		a.ui.Printf("    (deleted)")
	case c.Text != "":
		a.ui.Printf("%s", strings.TrimRight(indent(c.Text), "\n"))
	}
	if c.Replies > 0 {
		a.ui.Printf("    %d to read: parrots comment list %s", c.Replies, ui.Clean(c.ID))
	}
	a.ui.Printf("")
}

func (a *app) showComment(ctx context.Context, net *online, id string) error {
	comment, err := net.chain.Comment(ctx, id)
	if err != nil {
		return err
	}
	out := commentOf(comment)
	return a.ui.Emit(out, func() { a.printComment(out) })
}

func (a *app) listComments(ctx context.Context, scope commentScope, f pageFlags) error {
	page, err := f.page()
	if err != nil {
		return err
	}
	target, err := scope.target()
	if err != nil {
		return err
	}
	commit, err := a.revision(ctx, scope.commit)
	if err != nil {
		return err
	}
	net, song, err := a.songOrOrigin(ctx, []string{scope.song})
	if err != nil {
		return err
	}
	comments, next, err := net.chain.Comments(ctx, socialtypes.QueryCommentsRequest{
		SongId: song, Target: target, Commit: commit, Audition: scope.audition, Release: scope.release,
	}, page)
	if err != nil {
		return err
	}
	return a.emitComments("comment list "+song, comments, next)
}

func (a *app) listReplies(ctx context.Context, id string, f pageFlags) error {
	page, err := f.page()
	if err != nil {
		return err
	}
	net, err := a.onComment(ctx, id)
	if err != nil {
		return err
	}
	replies, next, err := net.chain.Replies(ctx, id, page)
	if err != nil {
		return err
	}
	return a.emitComments("comment list "+id, replies, next)
}

func (a *app) emitComments(command string, comments []socialtypes.Comment, next []byte) error {
	out := pageJSON[commentJSON]{Items: commentsOf(comments), Next: encodeKey(next)}
	return a.ui.Emit(out, func() {
		for _, c := range out.Items {
			a.printComment(c)
		}
		if len(out.Items) == 0 {
			a.ui.Notef("nothing is said yet")
		}
		a.hintNext(command, out.Next)
	})
}
