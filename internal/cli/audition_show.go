package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/ui"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
)

// statuses are what auditions are listed by, as a person writes them.
var statuses = map[string]auditiontypes.Status{
	"open":   auditiontypes.Status_STATUS_OPEN,
	"closed": auditiontypes.Status_STATUS_CLOSED,
	"merged": auditiontypes.Status_STATUS_MERGED,
	"all":    auditiontypes.Status_STATUS_UNSPECIFIED,
}

func auditionList(a *app, on *string) *cobra.Command {
	status, mine, waiting := "open", false, false
	c := &cobra.Command{
		Use:     "list",
		Short:   "list auditions, newest first",
		Example: "  parrots audition list\n  parrots audition list --status all\n  parrots audition list --waiting",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			wanted, ok := statuses[status]
			if !ok {
				return usagef("--status is one of %s", strings.Join(sortedKeys(statuses), ", "))
			}
			if mine && waiting {
				return usagef("--mine or --waiting, not both")
			}
			return a.onStage(cmd.Context(), *on, func(s *stage) error {
				switch {
				case waiting:
					return a.listWaiting(cmd.Context(), s)
				case mine:
					return a.listMine(cmd.Context(), s)
				}
				list, err := allPages(func(p chain.Page) ([]auditiontypes.Audition, []byte, error) {
					return s.net.chain.Auditions(cmd.Context(), s.target, wanted, p)
				})
				if err != nil {
					return err
				}
				return a.showAuditions(list, false)
			})
		},
	}
	c.Flags().StringVar(&status, "status", status, "open, closed, merged or all")
	c.Flags().BoolVar(&mine, "mine", false, "those that you opened, at any song")
	c.Flags().BoolVar(&waiting, "waiting", false, "those that wait for you, at any song")
	return c
}

// maxAuditions bounds a list of auditions, reviews or revisions.
const maxAuditions = 1000

// allPages reads a list to its end, or to maxAuditions.
func allPages[T any](page func(chain.Page) ([]T, []byte, error)) ([]T, error) {
	all := []T{}
	var p chain.Page
	for {
		part, next, err := page(p)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
		if len(next) == 0 || len(all) >= maxAuditions {
			return all, nil
		}
		p.Key = next
	}
}

func (a *app) listMine(ctx context.Context, s *stage) error {
	who, err := a.sender(ctx)
	if err != nil {
		return err
	}
	list, err := allPages(func(p chain.Page) ([]auditiontypes.Audition, []byte, error) {
		return s.net.chain.AuditionsByOpener(ctx, who.address, p)
	})
	if err != nil {
		return err
	}
	return a.showAuditions(list, true)
}

type auditionJSON struct {
	Song         string `json:"song"`
	Number       uint64 `json:"number"`
	Status       string `json:"status"`
	Title        string `json:"title"`
	Opener       string `json:"opener"`
	Branch       string `json:"branch"`
	SourceSong   string `json:"source_song"`
	SourceBranch string `json:"source_branch"`
	Revision     uint32 `json:"revision"`
	Opened       string `json:"opened"`
	Turn         string `json:"turn,omitempty"`
}

// word is the last word of an enum's name, as a person writes it.
func word(name, prefix string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, prefix)), "_", "-")
}

func auditionOf(one auditiontypes.Audition) auditionJSON {
	return auditionJSON{
		Song: one.SongId, Number: one.Number, Status: word(one.Status.String(), "STATUS_"), Title: one.Title, Opener: one.Opener,
		Branch: one.Branch, SourceSong: one.SourceSongId, SourceBranch: one.SourceBranch, Revision: one.Revision,
		Opened: one.OpenedTime.UTC().Format("2006-01-02"),
	}
}

func (a *app) showAuditions(list []auditiontypes.Audition, songs bool) error {
	out := []auditionJSON{}
	for _, one := range list {
		out = append(out, auditionOf(one))
	}
	return a.ui.Emit(out, func() { a.showAuditionLines(out, songs) })
}

func (a *app) showAuditionLines(list []auditionJSON, songs bool) {
	for _, one := range list {
		line := fmt.Sprintf("%4d  %-6s  %s  %s  revision %d  %s", one.Number, one.Status, one.Opened, one.Opener, one.Revision, ui.Clean(one.Title))
		if songs {
			line = one.Song + line
		}
		if one.Turn != "" {
			line += "  (" + one.Turn + ")"
		}
		a.ui.Printf("%s", line)
	}
	if len(list) == 0 {
		a.ui.Notef("no auditions")
	}
}

func (a *app) listWaiting(ctx context.Context, s *stage) error {
	who, err := a.sender(ctx)
	if err != nil {
		return err
	}
	list, err := allPages(func(p chain.Page) ([]auditiontypes.Waiting, []byte, error) {
		return s.net.chain.AuditionsWaiting(ctx, who.address, p)
	})
	if err != nil {
		return err
	}
	out := waitingOf(list)
	return a.ui.Emit(out, func() { a.showAuditionLines(out, true) })
}

func waitingOf(list []auditiontypes.Waiting) []auditionJSON {
	out := []auditionJSON{}
	for _, w := range list {
		one := auditionOf(w.Audition)
		one.Turn = turns[w.Turn]
		out = append(out, one)
	}
	return out
}

func auditionShow(a *app, on *string) *cobra.Command {
	return &cobra.Command{
		Use:               "show NUMBER",
		Short:             "show an audition, its revisions and reviews",
		Example:           "  parrots audition show 7\n  parrots audition show 7 --json",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeNumbers(a, on),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onNumber(cmd.Context(), *on, args[0], func(s *stage, number uint64) error {
				return a.showAudition(cmd.Context(), s, number)
			})
		},
	}
}

type shownAuditionJSON struct {
	auditionJSON
	Message    string         `json:"message,omitempty"`
	Head       string         `json:"head"`
	SourceGone bool           `json:"source_gone"`
	SourceHead string         `json:"source_head,omitempty"`
	Required   uint32         `json:"required_approvals"`
	Approved   []string       `json:"approved_by"`
	Asked      []string       `json:"changes_asked_by"`
	Mergeable  bool           `json:"mergeable"`
	WhyNot     string         `json:"why_not,omitempty"`
	Closer     string         `json:"closed_by,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	Merger     string         `json:"merged_by,omitempty"`
	MergedAs   string         `json:"merged_as,omitempty"`
	Revisions  []revisionJSON `json:"revisions"`
	Reviews    []reviewJSON   `json:"reviews"`
}

type revisionJSON struct {
	Revision uint32 `json:"revision"`
	Head     string `json:"head"`
	Author   string `json:"author"`
	Message  string `json:"message,omitempty"`
	Time     string `json:"time"`
}

type reviewJSON struct {
	Revision uint32 `json:"revision"`
	Reviewer string `json:"reviewer"`
	Verdict  string `json:"verdict"`
	Body     string `json:"body,omitempty"`
	Stale    bool   `json:"stale"`
	Time     string `json:"time"`
}

const timeFormat = "2006-01-02T15:04:05Z"

func (a *app) showAudition(ctx context.Context, s *stage, number uint64) error {
	one, err := s.net.chain.Audition(ctx, s.target, number)
	if err != nil {
		return err
	}
	out := shownOf(one)
	revisions, err := s.revisions(ctx, number)
	if err != nil {
		return err
	}
	for _, r := range revisions {
		out.Revisions = append(out.Revisions, revisionJSON{r.Number, r.Head, r.Author, r.Message, r.Time.UTC().Format(timeFormat)})
	}
	reviews, err := allPages(func(p chain.Page) ([]auditiontypes.ShownReview, []byte, error) {
		return s.net.chain.Reviews(ctx, s.target, number, p)
	})
	if err != nil {
		return err
	}
	for _, r := range reviews {
		out.Reviews = append(out.Reviews, reviewJSON{
			r.Review.Revision, r.Review.Reviewer, word(r.Review.Verdict.String(), "VERDICT_"), r.Review.Body, r.Stale,
			r.Review.Time.UTC().Format(timeFormat),
		})
	}
	return a.ui.Emit(out, func() { a.showAuditionText(out) })
}

func shownOf(one chain.Audition) shownAuditionJSON {
	out := shownAuditionJSON{
		auditionJSON: auditionOf(one.Audition), Message: one.Audition.Message, Head: one.Latest.Head,
		SourceGone: one.Source.Gone, SourceHead: one.Source.Head, Required: one.Standing.RequiredApprovals,
		Approved: append([]string{}, one.Standing.ApprovedBy...), Asked: append([]string{}, one.Standing.ChangesAskedBy...),
		Mergeable: one.Standing.Mergeable, WhyNot: one.Standing.WhyNot, Revisions: []revisionJSON{}, Reviews: []reviewJSON{},
	}
	if c := one.Audition.Closing; c != nil {
		out.Closer, out.Reason = c.Closer, c.Reason
	}
	if m := one.Audition.Merge; m != nil {
		out.Merger, out.MergedAs = m.Merger, m.Head
	}
	return out
}

func (a *app) showAuditionText(one shownAuditionJSON) {
	a.ui.Printf("audition %d  %s  %s", one.Number, one.Status, ui.Clean(one.Title))
	a.ui.Printf("by       %s, %s", one.Opener, one.Opened)
	a.ui.Printf("from     %s of %s", ui.Clean(one.SourceBranch), one.SourceSong)
	a.ui.Printf("to       %s of %s", ui.Clean(one.Branch), one.Song)
	a.showLines(one.Message)
	for _, r := range one.Revisions {
		a.ui.Printf("revision %d  %s  %s", r.Revision, shortText(r.Head), r.Time)
		a.showLines(r.Message)
		for _, v := range one.Reviews {
			if v.Revision == r.Revision {
				a.showReview(v)
			}
		}
	}
	a.showStanding(one)
}

func (a *app) showReview(v reviewJSON) {
	stale := ""
	if v.Stale {
		stale = "  (stale)"
	}
	a.ui.Printf("  %-11s  %s%s", v.Verdict, v.Reviewer, stale)
	a.showLines(v.Body)
}

func (a *app) showStanding(one shownAuditionJSON) {
	switch {
	case one.Merger != "":
		a.ui.Printf("merged as %s by %s", shortText(one.MergedAs), one.Merger)
	case one.Closer != "":
		a.ui.Printf("closed by %s", one.Closer)
		a.showLines(one.Reason)
	case one.Mergeable:
		a.ui.Printf("it can be merged: %d of %d approvals", len(one.Approved), one.Required)
	default:
		a.ui.Printf("it cannot be merged: %s", ui.Clean(one.WhyNot))
	}
	switch {
	case one.Merger != "":
	case one.SourceGone:
		a.ui.Notef("the branch that it comes from is gone; what was offered is on the chain for good")
	case one.SourceHead != one.Head:
		a.ui.Notef("its branch has moved on to %s since; `parrots audition revise %d` would offer that", shortText(one.SourceHead), one.Number)
	}
}

// showLines shows text of several lines, set in.
func (a *app) showLines(text string) {
	for line := range strings.Lines(text) {
		a.ui.Printf("    %s", ui.Clean(strings.TrimRight(line, "\n")))
	}
}

func (s *stage) revisions(ctx context.Context, number uint64) ([]auditiontypes.Revision, error) {
	return allPages(func(p chain.Page) ([]auditiontypes.Revision, []byte, error) {
		return s.net.chain.Revisions(ctx, s.target, number, p)
	})
}

// revision finds one revision of an audition.
func (s *stage) revision(ctx context.Context, number uint64, wanted uint32) (auditiontypes.Revision, cid.Cid, error) {
	list, err := s.revisions(ctx, number)
	if err != nil {
		return auditiontypes.Revision{}, cid.Undef, err
	}
	for _, r := range list {
		if r.Number == wanted {
			head, err := object.ParseObjectCID(r.Head)
			if err != nil {
				err = fmt.Errorf("%w: revision %d: %v", chain.ErrBadAnswer, wanted, err)
			}
			return r, head, err
		}
	}
	return auditiontypes.Revision{}, cid.Undef, usagef("audition %d has revisions 1 to %d", number, len(list))
}
