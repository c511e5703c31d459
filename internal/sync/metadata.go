package sync

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ipfs/go-cid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/songfile"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// SongFileAt reads the song file of a commit; nil where it has none. The error matches
// songfile.ErrInvalid where it cannot be understood.
func (s *Song) SongFileAt(ctx context.Context, commit cid.Cid) (*songfile.Song, error) {
	tree, err := s.treeOf(ctx, commit)
	if err != nil {
		return nil, err
	}
	e, ok := tree.Find(songfile.Name)
	if !ok || e.Size > songfile.MaxBytes {
		return nil, nil
	}
	f, err := ipfs.Open(ctx, s.Blocks, e.CID)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", songfile.Name, err)
	}
	data, err := io.ReadAll(io.LimitReader(f, songfile.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", songfile.Name, err)
	}
	return songfile.Parse(data)
}

// described copies what the song file of the head says to a song's metadata, as far as
// it says something else than the one of the commit that the chain has: what was said on
// the chain itself holds until the file changes. What the file is silent about stays. It returns false where the file cannot be understood or
// the chain would refuse what it says: that keeps nobody from pushing.
func (p *push) described(ctx context.Context, to songtypes.Metadata) (songtypes.Metadata, bool, error) {
	file, err := p.song.SongFileAt(ctx, p.head)
	if errors.Is(err, songfile.ErrInvalid) {
		p.notice(fmt.Sprintf("%s has a mistake, so the chain is not told title, tempo and key: %v", songfile.Name, err))
		return to, false, nil
	}
	if err != nil || file == nil {
		return to, false, err
	}
	copyDescription(&to, file, p.describedBefore(ctx))
	params, err := p.remote.Chain.Params(ctx)
	if err != nil {
		return to, false, err
	}
	if err := to.Validate(params); err != nil {
		p.notice(fmt.Sprintf("the chain does not take what %s says: %v", songfile.Name, err))
		return to, false, nil
	}
	return to, true, nil
}

// describedBefore is the song file of the commit that the chain has; an empty one where
// that has none, is broken or not here.
func (p *push) describedBefore(ctx context.Context) *songfile.Song {
	if p.remoteHead.Defined() {
		if file, err := p.song.SongFileAt(ctx, p.remoteHead); err == nil && file != nil {
			return file
		}
	}
	return &songfile.Song{}
}

// copyDescription copies what a song file says and another one did not.
func copyDescription(to *songtypes.Metadata, file, before *songfile.Song) {
	if file.Title != "" && file.Title != before.Title {
		to.Title = file.Title
	}
	if file.Tempo() > 0 && file.Tempo() != before.Tempo() {
		to.TempoMbpm = uint32(file.Tempo())
	}
	if file.Key != "" && file.Key != before.Key {
		to.Key = file.Key
	}
	if meter := file.TimeSignature(); meter != "" && meter != before.TimeSignature() {
		to.TimeSignature = meter
	}
}

// newMetadata is what a new song begins with: what the song file says, and the request of
// the rest.
func (p *push) newMetadata(ctx context.Context) (songtypes.Metadata, error) {
	metadata, ok, err := p.described(ctx, p.req.Metadata)
	if err != nil || !ok {
		return p.req.Metadata, err
	}
	return metadata, nil
}

func (p *push) notice(text string) {
	if p.song.Notice != nil {
		p.song.Notice(text)
	}
}

// describe returns the message that brings the chain's record of the song up to date
// with the song file, or nil: where nothing changed, where the branch is not the song's
// default one, and where the pusher may not change it.
func (p *push) describe(ctx context.Context) (sdk.Msg, error) {
	song, err := p.remote.Chain.Song(ctx, p.remote.Song)
	if err != nil || song.DefaultBranch != p.req.Branch {
		return nil, err
	}
	metadata, ok, err := p.described(ctx, song.Metadata)
	if err != nil || !ok || sameMetadata(metadata, song.Metadata) {
		return nil, err
	}
	may, err := p.mayDescribe(ctx, song)
	if err != nil || !may {
		return nil, err
	}
	return &songtypes.MsgUpdateSong{
		Signer: p.req.Author.Address, SongId: song.Id, Metadata: metadata, Archived: song.Archived,
		ExpectedRevision: song.Revision,
	}, nil
}

// sameMetadata compares what a song file can say.
func sameMetadata(a, b songtypes.Metadata) bool {
	return a.Title == b.Title && a.TempoMbpm == b.TempoMbpm && a.Key == b.Key && a.TimeSignature == b.TimeSignature
}

// mayDescribe says whether the pusher is the song's owner or a maintainer of it.
func (p *push) mayDescribe(ctx context.Context, song songtypes.Song) (bool, error) {
	if song.Owner == p.req.Author.Address {
		return true, nil
	}
	var page chain.Page
	for seen := 0; seen < maxCollaborators; {
		part, next, err := p.remote.Chain.Collaborators(ctx, song.Id, page)
		if err != nil {
			return false, err
		}
		for _, c := range part {
			if c.Address == p.req.Author.Address {
				return c.Role == songtypes.Role_ROLE_MAINTAINER, nil
			}
		}
		if len(next) == 0 || len(part) == 0 {
			return false, nil
		}
		seen += len(part)
		page.Key = next
	}
	return false, nil
}

// maxCollaborators bounds what a node may claim that a song has.
const maxCollaborators = 10_000
