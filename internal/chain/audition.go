package chain

import (
	"context"
	"fmt"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
)

const auditionQuery = "/parrots.audition.v1.Query/"

// Audition is an audition with what the chain knows of it.
type Audition struct {
	auditiontypes.QueryAuditionResponse
	// Offered is the head of the latest revision.
	Offered cid.Cid
}

// Audition returns an audition of a song by its number.
func (c *Client) Audition(ctx context.Context, song string, number uint64) (Audition, error) {
	var a Audition
	req := &auditiontypes.QueryAuditionRequest{SongId: song, Number: number}
	if err := c.query(ctx, auditionQuery+"Audition", req, &a.QueryAuditionResponse); err != nil {
		return a, fmt.Errorf("audition %d of %s: %w", number, song, err)
	}
	if a.Audition.SongId != song || a.Audition.Number != number {
		return a, fmt.Errorf("%w: audition %d of %.70q where %d of %s was asked for", ErrBadAnswer, a.Audition.Number, a.Audition.SongId, number, song)
	}
	var err error
	if a.Offered, err = object.ParseObjectCID(a.Latest.Head); err != nil {
		err = fmt.Errorf("%w: what audition %d offers: %v", ErrBadAnswer, number, err)
	}
	return a, err
}

// Auditions returns a page of a song's auditions, newest first, and the key of the
// next page; those of every status where none is given.
func (c *Client) Auditions(ctx context.Context, song string, status auditiontypes.Status, page Page) ([]auditiontypes.Audition, []byte, error) {
	var r auditiontypes.QueryAuditionsResponse
	req := &auditiontypes.QueryAuditionsRequest{SongId: song, Status: status, Pagination: page.request()}
	if err := c.query(ctx, auditionQuery+"Auditions", req, &r); err != nil {
		return nil, nil, fmt.Errorf("auditions of %s: %w", song, err)
	}
	return r.Auditions, nextKey(r.Pagination), nil
}

// AuditionsByOpener returns a page of the auditions that a wallet opened.
func (c *Client) AuditionsByOpener(ctx context.Context, wallet string, page Page) ([]auditiontypes.Audition, []byte, error) {
	var r auditiontypes.QueryAuditionsByOpenerResponse
	req := &auditiontypes.QueryAuditionsByOpenerRequest{Opener: wallet, Pagination: page.request()}
	if err := c.query(ctx, auditionQuery+"AuditionsByOpener", req, &r); err != nil {
		return nil, nil, fmt.Errorf("auditions by %s: %w", wallet, err)
	}
	return r.Auditions, nextKey(r.Pagination), nil
}

// Revisions returns a page of an audition's revisions, oldest first.
func (c *Client) Revisions(ctx context.Context, song string, number uint64, page Page) ([]auditiontypes.Revision, []byte, error) {
	var r auditiontypes.QueryRevisionsResponse
	req := &auditiontypes.QueryRevisionsRequest{SongId: song, Number: number, Pagination: page.request()}
	if err := c.query(ctx, auditionQuery+"Revisions", req, &r); err != nil {
		return nil, nil, fmt.Errorf("revisions of audition %d: %w", number, err)
	}
	return r.Revisions, nextKey(r.Pagination), nil
}

// Reviews returns a page of an audition's reviews, by revision.
func (c *Client) Reviews(ctx context.Context, song string, number uint64, page Page) ([]auditiontypes.ShownReview, []byte, error) {
	var r auditiontypes.QueryReviewsResponse
	req := &auditiontypes.QueryReviewsRequest{SongId: song, Number: number, Pagination: page.request()}
	if err := c.query(ctx, auditionQuery+"Reviews", req, &r); err != nil {
		return nil, nil, fmt.Errorf("reviews of audition %d: %w", number, err)
	}
	return r.Reviews, nextKey(r.Pagination), nil
}

// AuditionSettings returns what a song asks of auditions.
func (c *Client) AuditionSettings(ctx context.Context, song string) (auditiontypes.Settings, error) {
	var r auditiontypes.QuerySettingsResponse
	err := c.query(ctx, auditionQuery+"Settings", &auditiontypes.QuerySettingsRequest{SongId: song}, &r)
	return r.Settings, err
}
