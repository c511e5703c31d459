package sync

import (
	"context"
	"reflect"
	"slices"

	"github.com/parrots-music/parrots/internal/chain"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// EditRequest says what to change of a song on the chain, and who does.
type EditRequest struct {
	Song string
	// Change gets the message with everything as it is now.
	Change func(*songtypes.MsgUpdateSong)

	Address string
	Signer  chain.Signer
}

// EditSong changes what the chain says of a song. The message replaces it as a whole,
// so what is not to be changed is read first; an edit in between is
// songtypes.ErrStaleRevision. It sends nothing, and returns
// ErrNothing, where all is so already.
func EditSong(ctx context.Context, c Chain, req EditRequest) error {
	song, err := c.Song(ctx, req.Song)
	if err != nil {
		return err
	}
	message := func() *songtypes.MsgUpdateSong {
		m := &songtypes.MsgUpdateSong{
			Signer: req.Address, SongId: song.Id, Name: song.Name, Metadata: song.Metadata,
			DefaultBranch: song.DefaultBranch, Archived: song.Archived, ExpectedRevision: song.Revision,
		}
		m.Metadata.Tags, m.Metadata.Hints = slices.Clone(m.Metadata.Tags), slices.Clone(m.Metadata.Hints)
		return m
	}
	before, after := message(), message()
	req.Change(after)
	if reflect.DeepEqual(before, after) {
		return ErrNothing
	}
	_, err = c.Broadcast(ctx, req.Signer, chain.TxOptions{}, after)
	return err
}

// nameHub adds the hub that the song was pushed to where the song does not name it
// yet, as after a fork or a move: by these hints others find the audio. The push is
// done without it, so who may not do this, or whose sponsor does not pay for it, is
// not told.
func (p *push) nameHub(ctx context.Context) {
	hub := p.req.HubURL
	if hub == "" || !p.out.Served {
		return
	}
	_ = EditSong(ctx, p.remote.Chain, EditRequest{
		Song: p.remote.Song, Address: p.req.Author.Address, Signer: p.req.Signer,
		Change: func(m *songtypes.MsgUpdateSong) {
			if !slices.Contains(m.Metadata.Hints, hub) {
				m.Metadata.Hints = append(m.Metadata.Hints, hub)
			}
		},
	})
}
