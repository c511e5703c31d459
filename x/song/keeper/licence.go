package keeper

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

// Work enters a song with commits that first appeared in another one: by a fork, by a
// new commit's parent, by a head or a release that is set on one. Each time what the
// work came under is held against what the song says of itself, and the song takes it
// over. docs/licences.md has the rules and where they are from.

// taking is a song that takes work in.
type taking struct {
	id     types.SongID
	song   types.Song
	signer types.Wallet
	// offered is what another song's people offered; nil mostly.
	offered *types.Offer
	limit   uint32
	// added are the obligations that the song did not have.
	added []types.Obligation
}

// takeCommit lets a commit's work into the song, or says whose licence forbids it.
func (k Keeper) takeCommit(ctx context.Context, t *taking, digest types.Digest, record types.CommitRecord) error {
	from := types.SongID(record.Song)
	source, err := k.Song(ctx, from)
	if err != nil {
		return err
	}
	offered, err := k.isOffered(ctx, t.offered, digest, from)
	if err != nil {
		return err
	}
	if !offered {
		if err := k.takeTerms(ctx, t, source, record); err != nil {
			return err
		}
	}
	for _, o := range source.Obligations {
		// What came in later is not in this commit, and nothing binds its own song.
		if o.Height > record.Height || o.Song == t.song.Id {
			continue
		}
		if err := k.take(ctx, t, o); err != nil {
			return err
		}
	}
	return nil
}

// isOffered says whether a commit of a song is in what its people offered: the head, or
// what leads to it by first parents. A branch that went on since offers no more by that.
func (k Keeper) isOffered(ctx context.Context, offer *types.Offer, digest types.Digest, from types.SongID) (bool, error) {
	if offer == nil || offer.Song != from {
		return false, nil
	}
	return k.onLine(ctx, offer.Head, digest)
}

// takeTerms takes over what a commit came under itself.
func (k Keeper) takeTerms(ctx context.Context, t *taking, source types.Song, record types.CommitRecord) error {
	licence, training, err := terms(record, t.signer)
	if err != nil {
		return err
	}
	if err := k.take(ctx, t, types.Obligation{Licence: licence, Song: source.Id}); err != nil {
		return err
	}
	if training == types.AiTraining_AI_TRAINING_CONSENT {
		return nil
	}
	return k.take(ctx, t, types.Obligation{AiTraining: training, Song: source.Id})
}

// terms are what a commit may be taken under from the song in which it appeared. Where
// somebody else than its author pushed it, its author gave nothing away, and it is
// closed to all but the author (docs/adr/0004-who-pushed-a-commit.md).
func terms(record types.CommitRecord, taker types.Wallet) (string, types.AiTraining, error) {
	licence, training := types.FullLicence(record.Licence), record.AiTraining
	if len(record.Pusher) == 0 {
		return licence, training, nil
	}
	o, err := fields(record)
	if err != nil || bytes.Equal(o.Author, taker.Raw) {
		return licence, training, err
	}
	if training == types.AiTraining_AI_TRAINING_CONSENT {
		training = types.AiTraining_AI_TRAINING_UNSPECIFIED
	}
	return types.AllRightsReserved, training, nil
}

// take adds one obligation, which the song has to meet.
func (k Keeper) take(ctx context.Context, t *taking, o types.Obligation) error {
	if err := k.meets(ctx, t.song, t.signer, o); err != nil {
		return err
	}
	o.Height = sdk.UnwrapSDKContext(ctx).BlockHeight()
	list, fresh := types.WithObligation(t.song.Obligations, o)
	if !fresh {
		return nil
	}
	if len(list) > int(t.limit) {
		return errorsmod.Wrapf(types.ErrLimit, "the song has taken work from songs that keep others out %d times, limit is %d", len(list)-1, t.limit)
	}
	t.song.Obligations, t.added = list, append(t.added, o)
	return nil
}

// meets checks one obligation: by what the song says of itself, or, where a licence
// keeps others out, by who its owner and the signer are.
func (k Keeper) meets(ctx context.Context, song types.Song, signer types.Wallet, o types.Obligation) error {
	if o.Met(song.Metadata) {
		return nil
	}
	if o.BindsAll() {
		return notMet(song, o)
	}
	id, source, err := k.song(ctx, o.Song)
	if err != nil {
		return err
	}
	speakers, err := k.speakers(ctx, song, signer)
	if err != nil {
		return err
	}
	for _, who := range speakers {
		in, err := k.letIn(ctx, id, source, who)
		if err != nil || in {
			return err
		}
	}
	return errorsmod.Wrapf(types.ErrLicence,
		"song %s is under %s, which keeps others out: a maintainer of it can grant %s to take from it, or its people offer the work in an audition", o.Song, o.Licence, speakers[0])
}

// speakers are those whose permission opens a song to closed work: its owner, and the
// signer who maintains it. A writer's own would bind the song to people that nobody
// else of it chose: it could be released no more without them.
func (k Keeper) speakers(ctx context.Context, song types.Song, signer types.Wallet) ([]string, error) {
	if signer.Text == song.Owner {
		return []string{song.Owner}, nil
	}
	maintains, err := k.Maintains(ctx, song, signer.Raw)
	if err != nil || !maintains {
		return []string{song.Owner}, err
	}
	return []string{signer.Text, song.Owner}, nil
}

func notMet(song types.Song, o types.Obligation) error {
	if o.Licence == "" {
		return errorsmod.Wrapf(types.ErrLicence, "song %s says %s of AI training, so a song that takes from it cannot say %s",
			o.Song, o.AiTraining.Word(), song.Metadata.AiTraining.Word())
	}
	return errorsmod.Wrapf(types.ErrLicence, "song %s is under %s, so a song that takes from it is under %s, not %s",
		o.Song, o.Licence, strings.Join(types.Adapters(o.Licence), " or "), types.FullLicence(song.Metadata.Licence))
}

// letIn says whether a wallet is one of a song's people, or was granted to take from it.
func (k Keeper) letIn(ctx context.Context, id types.SongID, song types.Song, address string) (bool, error) {
	who, err := k.wallet(address)
	if err != nil {
		return false, err
	}
	has, err := k.standing(ctx, id, song, who)
	if err != nil || has > stranger {
		return err == nil, err
	}
	return k.forkGrants.Has(ctx, collections.Join(id, who.Raw))
}

// meetsAll checks everything that a song has taken over.
func (k Keeper) meetsAll(ctx context.Context, song types.Song, signer types.Wallet) error {
	for _, o := range song.Obligations {
		if err := k.meets(ctx, song, signer, o); err != nil {
			return err
		}
	}
	return nil
}

// announceTaken emits what a song took over.
func announceTaken(ctx context.Context, t *taking) error {
	for _, o := range t.added {
		if err := emit(ctx, &types.EventObligationAdded{SongId: t.song.Id, Obligation: o, Signer: t.signer.Text}); err != nil {
			return err
		}
	}
	return nil
}

// takeOver lets in what a push brings from other songs: through the parents of its new
// commits, and as a head that is not new.
func (k Keeper) takeOver(ctx context.Context, p *push) error {
	t := &taking{id: p.id, song: p.song, signer: p.signer, offered: p.offered, limit: p.params.MaxObligations}
	for _, c := range p.taken {
		if err := k.admitted.Set(ctx, collections.Join(p.id, c.digest)); err != nil {
			return err
		}
	}
	for _, digest := range p.entrances() {
		record, err := p.record(ctx, k, digest)
		if err != nil {
			return err
		}
		if err := k.admit(ctx, t, digest, record); err != nil {
			return errorsmod.Wrapf(err, "commit %s", digest)
		}
	}
	p.song = t.song
	return k.storeTaken(ctx, t)
}

// admit lets a commit in, once: what is in stays in, whatever is said later.
func (k Keeper) admit(ctx context.Context, t *taking, digest types.Digest, record types.CommitRecord) error {
	if types.SongID(record.Song) == t.id || digest.String() == t.song.ForkCommit {
		return nil
	}
	key := collections.Join(t.id, digest)
	in, err := k.admitted.Has(ctx, key)
	if err != nil || in {
		return err
	}
	if err := k.takeCommit(ctx, t, digest, record); err != nil {
		return err
	}
	return k.admitted.Set(ctx, key)
}

// storeTaken keeps what a song took over.
func (k Keeper) storeTaken(ctx context.Context, t *taking) error {
	if len(t.added) == 0 {
		return nil
	}
	if err := k.songs.Set(ctx, t.id, t.song); err != nil {
		return err
	}
	return announceTaken(ctx, t)
}

// entrances are the commits through which work comes in. Those that their author takes
// back are none, as if they were new; what they build on is.
func (p *push) entrances() []types.Digest {
	var list []types.Digest
	for _, c := range slices.Concat(p.added, p.taken) {
		for _, link := range c.object.Parents {
			list = append(list, types.Digest(object.Digest(link)))
		}
	}
	return append(list, p.head)
}

// grantFork lets a wallet in, or takes that back.
func (k Keeper) grantFork(ctx context.Context, msg *types.MsgGrantFork) error {
	signer, err := k.wallet(msg.Signer)
	if err != nil {
		return err
	}
	who, err := k.wallet(msg.Address)
	if err != nil {
		return err
	}
	id, song, err := k.activeSong(ctx, msg.SongId)
	if err != nil {
		return err
	}
	if err := k.require(ctx, id, song, signer, maintainer); err != nil {
		return err
	}
	key := collections.Join(id, who.Raw)
	granted, err := k.forkGrants.Has(ctx, key)
	if err != nil || granted == msg.Granted {
		return err
	}
	if msg.Granted {
		err = k.forkGrants.Set(ctx, key)
	} else {
		err = k.forkGrants.Remove(ctx, key)
	}
	if err != nil {
		return err
	}
	return emit(ctx, &types.EventForkGranted{SongId: song.Id, Address: who.Text, Granted: msg.Granted, Signer: signer.Text})
}
