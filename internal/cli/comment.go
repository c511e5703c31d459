package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/songfile"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

const commentLong = `Talk about a song, or about a commit, an audition or a release of it; at a moment and
on a stem, if you like. Comments are public, and go to the song's owner; a reply goes to
who wrote the comment. SONG is its id, OWNER/NAME, or either below a hub's URL; this
folder's song if not given.`

const commentExample = `  parrots comment add "softer here" --at 1:32 --on vocals.wav
  parrots comment add "great take" --song song1... --release v1
  parrots comment list
  parrots comment reply comment1... "I will"`

func commentCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "comment",
		Short:   "talk about a song",
		Long:    commentLong,
		Example: commentExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.listComments(cmd.Context(), commentScope{}, pageFlags{limit: 20})
		},
	}
	c.AddCommand(commentList(a), commentAdd(a), commentReply(a), commentEdit(a), commentDelete(a), commentHide(a))
	return c
}

// commentScope is what comments are about.
type commentScope struct {
	song, commit, release string
	audition              uint64
}

func (s *commentScope) add(a *app, c *cobra.Command) {
	c.Flags().StringVar(&s.song, "song", "", "the song (default: this folder's)")
	c.Flags().StringVar(&s.commit, "commit", "", "about this commit: a CID, or in the song's folder a revision")
	c.Flags().StringVar(&s.release, "release", "", "about this release")
	c.Flags().Uint64Var(&s.audition, "audition", 0, "about the audition of this number")
	_ = c.RegisterFlagCompletionFunc("song", a.completeSongs)
	_ = c.RegisterFlagCompletionFunc("commit", a.completeBranches)
}

// target says which of them it is.
func (s commentScope) target() (socialtypes.Target, error) {
	targets := map[socialtypes.Target]bool{
		socialtypes.Target_TARGET_COMMIT:   s.commit != "",
		socialtypes.Target_TARGET_RELEASE:  s.release != "",
		socialtypes.Target_TARGET_AUDITION: s.audition != 0,
	}
	found := socialtypes.Target_TARGET_UNSPECIFIED
	for target, given := range targets {
		if given && found != socialtypes.Target_TARGET_UNSPECIFIED {
			return found, usagef("one of --commit, --release and --audition")
		}
		if given {
			found = target
		}
	}
	return found, nil
}

// revision resolves what names a commit: a CID anywhere, and anything else in the
// song's folder.
func (a *app) revision(ctx context.Context, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if c, err := object.ParseObjectCID(text); err == nil {
		return c.String(), nil
	}
	song, done, err := a.openSong()
	if err != nil {
		return "", err
	}
	defer done()
	c, err := song.Resolve(ctx, text)
	return c.String(), err
}

func commentAdd(a *app) *cobra.Command {
	var scope commentScope
	var at, on string
	c := &cobra.Command{
		Use:   "add TEXT",
		Short: "write a comment",
		Long: `Write a comment. --at is a moment of the song: seconds, minutes (1:32), or in the song's
folder a bar ("bar 17"); --on is a stem. It is pinned to the commit that is the newest of
the song's main branch, unless --commit or --release says another.`,
		Example: "  parrots comment add \"softer here\" --at 1:32 --on vocals.wav\n  parrots comment add \"that is the one\" --commit HEAD~2",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			place, err := a.placeOf(at, on, cmd.Flags().Changed("at"))
			if err != nil {
				return err
			}
			return a.addComment(cmd.Context(), scope, place, args[0])
		},
	}
	scope.add(a, c)
	c.Flags().StringVar(&at, "at", "", "a moment: 92, 1:32.5, \"bar 17\"")
	c.Flags().StringVar(&on, "on", "", "a stem, by its path in the song")
	return c
}

// placeOf reads where a comment points. Bars need the song file of this folder.
func (a *app) placeOf(at, on string, timed bool) (socialtypes.Place, error) {
	place := socialtypes.Place{Stem: on, Timed: timed}
	if !timed {
		return place, nil
	}
	position, err := songfile.ParsePosition(at)
	if err != nil {
		return place, fmt.Errorf("%w: %w", errUsage, err)
	}
	var line *songfile.Timeline
	if position.InBars() {
		if line, err = a.timeline(); err != nil {
			return place, err
		}
	}
	ticks, err := line.Ticks(position)
	if err != nil {
		return place, fmt.Errorf("%w: %w", errUsage, err)
	}
	place.Position = int64(ticks)
	return place, nil
}

// timeline is that of the song in this folder.
func (a *app) timeline() (*songfile.Timeline, error) {
	r, err := repo.Find(a.env.Dir)
	if err != nil {
		return nil, withHint(err, "outside of the song's folder, give the moment in minutes and seconds")
	}
	data, err := os.ReadFile(filepath.Join(r.Root(), songfile.Name))
	if err != nil {
		return nil, err
	}
	song, err := songfile.Parse(data)
	if err != nil {
		return nil, err
	}
	return song.Timeline(), nil
}

func (a *app) addComment(ctx context.Context, scope commentScope, place socialtypes.Place, text string) error {
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
	return a.say(ctx, net, func(from string) sdk.Msg {
		return &socialtypes.MsgComment{
			Author: from, SongId: song, Target: target, Commit: commit, Release: scope.release,
			Audition: scope.audition, Place: place, Body: text,
		}
	})
}

// say sends a comment and shows the wallet's newest, which it is.
func (a *app) say(ctx context.Context, net *online, message func(from string) sdk.Msg) error {
	who, err := a.send(ctx, net, message)
	if err != nil {
		return err
	}
	raw, err := chain.ParseAddress(who)
	if err != nil {
		return err
	}
	profile, err := net.chain.Profile(ctx, who)
	if err != nil {
		return err
	}
	id := socialtypes.NewCommentID(raw, max(profile.Comments, 1)-1)
	return a.showComment(ctx, net, id.String())
}

func commentReply(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "reply COMMENT TEXT",
		Short:   "reply to a comment",
		Example: "  parrots comment reply comment1... \"I will\"",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			net, err := a.onComment(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.say(cmd.Context(), net, func(from string) sdk.Msg {
				return &socialtypes.MsgComment{Author: from, Parent: args[0], Body: args[1]}
			})
		},
	}
}

// onComment checks a comment's id before the network is dialled.
func (a *app) onComment(ctx context.Context, id string) (*online, error) {
	if _, err := socialtypes.ParseCommentID(id); err != nil {
		return nil, usagef("%q is no comment's id (comment1...); `parrots comment list` shows them", id)
	}
	return a.online(ctx, repo.Remote{})
}

func commentEdit(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "edit COMMENT TEXT",
		Short:   "change what you wrote; it is marked",
		Example: "  parrots comment edit comment1... \"softer here, please\"",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeComment(cmd.Context(), args[0], func(from string) sdk.Msg {
				return &socialtypes.MsgEditComment{Author: from, CommentId: args[0], Body: args[1]}
			})
		},
	}
}

func commentDelete(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "delete COMMENT",
		Short:   "take back what you wrote",
		Long:    "Take back what you wrote: the text goes, and the place where it was stays, with the replies.",
		Example: "  parrots comment delete comment1...",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeComment(cmd.Context(), args[0], func(from string) sdk.Msg {
				return &socialtypes.MsgDeleteComment{Author: from, CommentId: args[0]}
			})
		},
	}
}

func commentHide(a *app) *cobra.Command {
	var undo bool
	c := &cobra.Command{
		Use:     "hide COMMENT",
		Short:   "hide a comment on a song that you maintain",
		Example: "  parrots comment hide comment1...\n  parrots comment hide comment1... --undo",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeComment(cmd.Context(), args[0], func(from string) sdk.Msg {
				return &socialtypes.MsgHideComment{Signer: from, CommentId: args[0], Hidden: !undo}
			})
		},
	}
	c.Flags().BoolVar(&undo, "undo", false, "show it again")
	return c
}

func (a *app) changeComment(ctx context.Context, id string, message func(from string) sdk.Msg) error {
	net, err := a.onComment(ctx, id)
	if err != nil {
		return err
	}
	if _, err := a.send(ctx, net, message); err != nil {
		return err
	}
	return a.showComment(ctx, net, id)
}

// isComment says whether a text is meant as a comment's id.
func isComment(text string) bool { return strings.HasPrefix(text, socialtypes.CommentHRP+"1") }
