package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const auditionLong = `Offer your part to a song, or listen to what others offer to yours. You push a branch
of your fork and open an audition; they listen, ask for another take or merge it. Each
take that you offer is a revision, and reviews are of one revision.

It is about the song that this folder's was forked from, else about this folder's own;
--song says otherwise. Auditions are numbered per song.`

const auditionExample = `  parrots audition open solo --title "A solo over the bridge"
  parrots audition list
  parrots audition listen 7
  parrots audition review 7 --ask-changes -m "once more, behind the beat"
  parrots audition revise 7 -m "one more take"
  parrots audition merge 7`

func auditionCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "audition",
		Short:   "offer your part to a song, listen to what is offered",
		Long:    auditionLong,
		Example: auditionExample,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	on := new(string)
	c.PersistentFlags().StringVar(on, "song", "", "the song: a remote's name, song1... or OWNER/NAME (default: upstream, else origin)")
	_ = c.RegisterFlagCompletionFunc("song", completeRemotes(a)) // the flag is there
	c.AddCommand(
		auditionOpen(a, on), auditionList(a, on), auditionShow(a, on), auditionCheckout(a, on), auditionListen(a, on),
		auditionReview(a, on), auditionRevise(a, on), auditionMerge(a, on), auditionClose(a, on), auditionReopen(a, on),
		auditionSettings(a, on),
	)
	return c
}

// stage is what a command about auditions plays on: the folder's song, the network,
// and the song that the auditions are of.
type stage struct {
	song   *sync.Song
	config repo.Config
	net    *online
	// target is the id of the song that is offered to, remote what the folder calls it;
	// empty for a song that it does not know.
	target, remote string
}

// onStage opens the folder's song and finds the one that the auditions are of.
func (a *app) onStage(ctx context.Context, on string, do func(*stage) error) error {
	song, done, err := a.openSong()
	if err != nil {
		return err
	}
	defer done()
	s := &stage{song: song}
	if s.config, err = song.Repo.Config(); err != nil {
		return err
	}
	if err := a.findTarget(ctx, s, on); err != nil {
		return err
	}
	return do(s)
}

func (a *app) findTarget(ctx context.Context, s *stage, on string) error {
	s.remote = on
	if on == "" {
		s.remote = repo.OriginRemote
		if s.config.Remotes[repo.UpstreamRemote].Song != "" {
			s.remote = repo.UpstreamRemote
		}
	}
	known := s.config.Remotes[s.remote]
	if known.Song != "" {
		var err error
		s.target = known.Song
		s.net, err = a.online(ctx, known)
		return err
	}
	if on == "" {
		return withHint(fmt.Errorf("%w: %q", sync.ErrNoRemote, s.remote), "`parrots push` publishes the song, `parrots fork` makes your own of somebody else's")
	}
	net, found, err := a.find(ctx, on)
	if err != nil {
		return err
	}
	s.net, s.target, s.remote = net, found.Id, ""
	for name, r := range s.config.Remotes {
		if r.Song == found.Id && r.ChainID == net.ChainID {
			s.remote = name
		}
	}
	return nil
}

// parseNumber reads an audition's number.
func parseNumber(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 {
		return 0, usagef("%q is no audition's number, such as 7", text)
	}
	return n, nil
}

// onNumber is onStage for a command about one audition.
func (a *app) onNumber(ctx context.Context, on, text string, do func(s *stage, number uint64) error) error {
	number, err := parseNumber(text)
	if err != nil {
		return err
	}
	return a.onStage(ctx, on, func(s *stage) error { return do(s, number) })
}

// sendOn sends a message about an audition.
func (a *app) sendOn(ctx context.Context, s *stage, message func(from string) sdk.Msg) error {
	_, err := a.send(ctx, s.net, message)
	return auditionHint(err)
}

func auditionHint(err error) error {
	switch {
	case errors.Is(err, auditiontypes.ErrSourceGone):
		return withHint(err, "`parrots push BRANCH` publishes the branch; then offer it")
	case errors.Is(err, auditiontypes.ErrSourceMoved):
		return withHint(err, "`parrots push` publishes what you have here, `parrots pull` gets what is there")
	case errors.Is(err, auditiontypes.ErrNothingOffered):
		return withHint(err, "commit and push what is new, then offer it")
	case errors.Is(err, auditiontypes.ErrAlreadyOffered):
		return withHint(err, "`parrots audition list` shows it, `parrots audition revise NUMBER` offers your newest take there")
	case errors.Is(err, auditiontypes.ErrStaleRevision):
		return withHint(err, "`parrots audition listen NUMBER` plays the latest")
	case errors.Is(err, auditiontypes.ErrUnrelated):
		return withHint(err, "`parrots fork SONG` makes a song of your own that you can offer from")
	case errors.Is(err, songtypes.ErrLicence):
		return withHint(err, "docs/licences.md says what may go into what")
	}
	return err
}

// auditionRef is where the folder keeps what an audition offers.
func auditionRef(song string, number uint64) repo.RefName {
	return repo.RemoteRef(sync.AuditionRemote, fmt.Sprintf("%s/%d", song, number))
}

// auditionBranch is the branch on which an audition is listened to.
func auditionBranch(number uint64) string { return fmt.Sprintf("audition/%d", number) }

// fetchOffer brings what a revision offers, the latest one if it is 0.
func (a *app) fetchOffer(ctx context.Context, s *stage, number uint64, revision uint32) (chain.Audition, error) {
	audition, err := s.net.chain.Audition(ctx, s.target, number)
	if err != nil {
		return audition, err
	}
	if revision != 0 && revision != audition.Latest.Number {
		if audition.Latest, audition.Offered, err = s.revision(ctx, number, revision); err != nil {
			return audition, err
		}
	}
	source, err := s.net.remote(sync.AuditionRemote, audition.Audition.SourceSongId)
	if err != nil {
		return audition, err
	}
	fetched, err := s.song.FetchCommit(ctx, source, auditionRef(s.target, number), audition.Offered)
	if err == nil && fetched.Commits > 0 {
		a.tellFetched(fetched)
	}
	return audition, err
}

// fetchTarget brings the song itself.
func (a *app) fetchTarget(ctx context.Context, s *stage) error {
	if s.remote == "" {
		return withHint(fmt.Errorf("%w: this folder does not know %s", sync.ErrNoRemote, s.target), "`parrots remote add NAME %s` makes it known", s.target)
	}
	remote, err := s.net.remote(s.remote, s.target)
	if err != nil {
		return err
	}
	fetched, err := s.song.Fetch(ctx, remote)
	if err == nil {
		a.tellFetched(fetched)
	}
	return err
}

// completeBranches offers the folder's branches to the shell.
func completeBranches(a *app) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		r, err := repo.Find(a.env.Dir)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		refs, err := r.Branches()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []string
		for _, ref := range refs {
			names = append(names, ref.Name.Branch())
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeNumbers offers a song's open auditions to the shell, with their titles.
func completeNumbers(a *app, on *string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) (list []string, _ cobra.ShellCompDirective) {
		if len(args) == 0 {
			ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
			defer cancel()
			_ = a.onStage(ctx, *on, func(s *stage) error { // a shell has no place for errors
				auditions, _, err := s.net.chain.Auditions(ctx, s.target, auditiontypes.Status_STATUS_OPEN, chain.Page{Limit: maxCompleted})
				for _, one := range auditions {
					list = append(list, fmt.Sprintf("%d\t%s", one.Number, one.Title))
				}
				return err
			})
		}
		return list, cobra.ShellCompDirectiveNoFileComp
	}
}

// maxCompleted is how many auditions a shell is offered.
const maxCompleted = 50

// completeRemotes offers what the folder calls the songs that it knows.
func completeRemotes(a *app) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		r, err := repo.Find(a.env.Dir)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		config, err := r.Config()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return sortedKeys(config.Remotes), cobra.ShellCompDirectiveNoFileComp
	}
}

// baseOf is what an offer builds on, or what it is offered to where that is unknown.
func baseOf(ctx context.Context, s *stage, audition chain.Audition) (sync.Version, error) {
	target, err := s.song.Repo.Ref(repo.RemoteRef(s.remote, audition.Audition.Branch))
	if err != nil {
		return sync.Version{}, err
	}
	bases, err := history.MergeBases(ctx, history.NewGraph(s.song.Objects(), nil), target, audition.Offered)
	if err == nil && len(bases) > 0 {
		target = bases[0]
	}
	return sync.Version{Commit: target}, err
}
