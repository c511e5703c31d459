package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

const feedLong = `Show what happened, the newest first: songs, forks, commits, auditions, comments and
releases; of everybody, of those you follow, of one wallet or in one song.`

const feedExample = `  parrots feed
  parrots feed --following
  parrots feed --of @drummer --limit 5
  parrots feed --song song1... --json`

type feedFlags struct {
	pageFlags
	following bool
	of, song  string
}

func feedCommand(a *app) *cobra.Command {
	var f feedFlags
	c := &cobra.Command{
		Use:     "feed",
		Short:   "show what happened",
		Long:    feedLong,
		Example: feedExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n := 0
			for _, given := range []bool{f.following, f.of != "", f.song != ""} {
				if given {
					n++
				}
			}
			if n > 1 {
				return usagef("one of --following, --of and --song")
			}
			return a.feed(cmd.Context(), f)
		},
	}
	c.Flags().BoolVar(&f.following, "following", false, "of those you follow")
	c.Flags().StringVar(&f.of, "of", "", "of this wallet: an address or a username")
	c.Flags().StringVar(&f.song, "song", "", "in this song")
	f.add(c)
	_ = c.RegisterFlagCompletionFunc("of", a.completePeople)
	_ = c.RegisterFlagCompletionFunc("song", a.completeSongs)
	return c
}

// feedJSON is an entry of the feed.
type feedJSON struct {
	What     string    `json:"what"`
	Who      nameJSON  `json:"who"`
	Song     string    `json:"song"`
	Name     string    `json:"name"`
	Owner    nameJSON  `json:"owner"`
	Parent   string    `json:"parent,omitempty"`
	Commit   string    `json:"commit,omitempty"`
	Commits  uint32    `json:"commits,omitempty"`
	Pusher   string    `json:"pusher,omitempty"`
	Comment  string    `json:"comment,omitempty"`
	Audition uint64    `json:"audition,omitempty"`
	Release  string    `json:"release,omitempty"`
	Text     string    `json:"text,omitempty"`
	Height   int64     `json:"height"`
	Time     time.Time `json:"time"`
}

// feedWords are the kinds of entries as scripts read them.
var feedWords = map[socialtypes.FeedKind]string{
	socialtypes.FeedKind_FEED_KIND_SONG:     "song",
	socialtypes.FeedKind_FEED_KIND_FORK:     "fork",
	socialtypes.FeedKind_FEED_KIND_COMMITS:  "commits",
	socialtypes.FeedKind_FEED_KIND_COMMENT:  "comment",
	socialtypes.FeedKind_FEED_KIND_AUDITION: "audition",
	socialtypes.FeedKind_FEED_KIND_MERGE:    "merge",
	socialtypes.FeedKind_FEED_KIND_RELEASE:  "release",
}

func feedEntry(e socialtypes.FeedEntry) feedJSON {
	return feedJSON{
		What: feedWords[e.Kind], Who: nameOf(e.Actor), Song: e.SongId, Name: e.SongName, Owner: nameOf(e.SongOwner),
		Parent: e.Parent, Commit: e.Commit, Commits: e.Commits, Pusher: e.Pusher, Comment: e.Comment,
		Audition: e.Audition, Release: e.Release, Text: e.Text, Height: e.Height, Time: e.Time.UTC(),
	}
}

// did says what somebody did, to whom song is a name.
func (e feedJSON) did() string {
	song := ui.Clean(e.Name)
	switch e.What {
	case "song":
		return "began " + song
	case "fork":
		return "forked " + song
	case "commits":
		return fmt.Sprintf("pushed %s to %s", counted(int(e.Commits), "commit"), song)
	case "comment":
		return "commented on " + song
	case "audition":
		return fmt.Sprintf("offers a part to %s (audition %d)", song, e.Audition)
	case "merge":
		return fmt.Sprintf("took audition %d into %s", e.Audition, song)
	case "release":
		return fmt.Sprintf("released %s %s", song, ui.Clean(e.Release))
	default:
		return "did something to " + song
	}
}

func (a *app) feed(ctx context.Context, f feedFlags) error {
	page, err := f.page()
	if err != nil {
		return err
	}
	entries, next, err := a.askFeed(ctx, f, page)
	if err != nil {
		return err
	}
	out := pageJSON[feedJSON]{Items: []feedJSON{}, Next: encodeKey(next)}
	for _, e := range entries {
		out.Items = append(out.Items, feedEntry(e))
	}
	return a.ui.Emit(out, func() {
		for _, e := range out.Items {
			a.ui.Printf("%s  %s %s", e.Time.Format("2006-01-02 15:04"), e.Who, e.did())
			a.ui.Printf("    %s", ui.Clean(e.Song))
			if e.Text != "" {
				a.ui.Printf("%s", indent(e.Text))
			}
		}
		if len(out.Items) == 0 {
			a.ui.Notef("nothing yet")
		}
		a.hintNext("feed"+f.again(), out.Next)
	})
}

// again is the scope as it was typed.
func (f feedFlags) again() string {
	switch {
	case f.following:
		return " --following"
	case f.of != "":
		return " --of " + f.of
	case f.song != "":
		return " --song " + f.song
	}
	return ""
}

func (a *app) askFeed(ctx context.Context, f feedFlags, page chain.Page) ([]socialtypes.FeedEntry, []byte, error) {
	if f.song != "" {
		net, song, err := a.songOrOrigin(ctx, []string{f.song})
		if err != nil {
			return nil, nil, err
		}
		return net.chain.FeedOfSong(ctx, song, page)
	}
	net, err := a.online(ctx, repo.Remote{})
	if err != nil {
		return nil, nil, err
	}
	if !f.following && f.of == "" {
		return net.chain.Feed(ctx, page)
	}
	address, err := a.person(ctx, net, f.of)
	if err != nil {
		return nil, nil, err
	}
	if f.following {
		return net.chain.FeedOfFollowing(ctx, address, page)
	}
	return net.chain.FeedOfWallet(ctx, address, page)
}
