package chain

import (
	"context"
	"fmt"

	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const socialQuery = "/parrots.social.v1.Query/"

// Profile returns what a wallet says of itself, with its counts.
func (c *Client) Profile(ctx context.Context, address string) (socialtypes.QueryProfileResponse, error) {
	var r socialtypes.QueryProfileResponse
	err := c.query(ctx, socialQuery+"Profile", &socialtypes.QueryProfileRequest{Address: address}, &r)
	if err == nil && r.Profile.Address != address {
		err = fmt.Errorf("%w: profile of %q where %q was asked for", ErrBadAnswer, r.Profile.Address, address)
	}
	return r, err
}

// ProfileByUsername returns the profile of the wallet that has a username.
func (c *Client) ProfileByUsername(ctx context.Context, username string) (socialtypes.Profile, error) {
	var r socialtypes.QueryProfileByUsernameResponse
	err := c.query(ctx, socialQuery+"ProfileByUsername", &socialtypes.QueryProfileByUsernameRequest{Username: username}, &r)
	if err == nil && r.Profile.Username != username {
		err = fmt.Errorf("%w: profile of %q where %q was asked for", ErrBadAnswer, r.Profile.Username, username)
	}
	return r.Profile, err
}

// Profiles returns a page of the profiles whose usernames begin with a prefix.
func (c *Client) Profiles(ctx context.Context, prefix string, page Page) ([]socialtypes.Profile, []byte, error) {
	var r socialtypes.QueryProfilesResponse
	err := c.query(ctx, socialQuery+"Profiles", &socialtypes.QueryProfilesRequest{Prefix: prefix, Pagination: page.request()}, &r)
	return r.Profiles, nextKey(r.Pagination), err
}

// SongCounts returns how many wallets respect a song, and how many comments it has.
func (c *Client) SongCounts(ctx context.Context, song string) (respects, comments uint64, err error) {
	var r socialtypes.QuerySongResponse
	err = c.query(ctx, socialQuery+"Song", &socialtypes.QuerySongRequest{SongId: song}, &r)
	return r.Respects, r.Comments, err
}

// RespectsOfSong returns a page of the wallets that respect a song, newest first.
func (c *Client) RespectsOfSong(ctx context.Context, song string, page Page) ([]socialtypes.SongRespect, []byte, error) {
	var r socialtypes.QueryRespectsOfSongResponse
	err := c.query(ctx, socialQuery+"RespectsOfSong", &socialtypes.QueryRespectsOfSongRequest{SongId: song, Pagination: page.request()}, &r)
	return r.Respects, nextKey(r.Pagination), err
}

// RespectsOfWallet returns a page of the songs that a wallet respects, newest first.
func (c *Client) RespectsOfWallet(ctx context.Context, address string, page Page) ([]socialtypes.WalletRespect, []byte, error) {
	var r socialtypes.QueryRespectsOfWalletResponse
	err := c.query(ctx, socialQuery+"RespectsOfWallet", &socialtypes.QueryRespectsOfWalletRequest{Address: address, Pagination: page.request()}, &r)
	return r.Respects, nextKey(r.Pagination), err
}

// Comment returns a comment by its id.
func (c *Client) Comment(ctx context.Context, id string) (socialtypes.Comment, error) {
	var r socialtypes.QueryCommentResponse
	err := c.query(ctx, socialQuery+"Comment", &socialtypes.QueryCommentRequest{CommentId: id}, &r)
	return r.Comment, err
}

// Comments returns a page of the comments on a song or on something of it, newest
// first, without replies. req.Pagination is replaced.
func (c *Client) Comments(ctx context.Context, req socialtypes.QueryCommentsRequest, page Page) ([]socialtypes.Comment, []byte, error) {
	var r socialtypes.QueryCommentsResponse
	req.Pagination = page.request()
	err := c.query(ctx, socialQuery+"Comments", &req, &r)
	return r.Comments, nextKey(r.Pagination), err
}

// Replies returns a page of the replies to a comment, oldest first.
func (c *Client) Replies(ctx context.Context, id string, page Page) ([]socialtypes.Comment, []byte, error) {
	var r socialtypes.QueryRepliesResponse
	err := c.query(ctx, socialQuery+"Replies", &socialtypes.QueryRepliesRequest{CommentId: id, Pagination: page.request()}, &r)
	return r.Comments, nextKey(r.Pagination), err
}

// Inbox returns a page of the replies to a wallet's comments and of the comments on
// its songs, newest first.
func (c *Client) Inbox(ctx context.Context, address string, page Page) ([]socialtypes.Comment, []byte, error) {
	var r socialtypes.QueryInboxResponse
	err := c.query(ctx, socialQuery+"Inbox", &socialtypes.QueryInboxRequest{Address: address, Pagination: page.request()}, &r)
	return r.Comments, nextKey(r.Pagination), err
}

// AuditionsWaiting returns a page of the auditions that wait for a wallet, and for
// what. It may be empty and yet have a next one.
func (c *Client) AuditionsWaiting(ctx context.Context, address string, page Page) ([]auditiontypes.Waiting, []byte, error) {
	var r auditiontypes.QueryWaitingResponse
	err := c.query(ctx, "/parrots.audition.v1.Query/Waiting", &auditiontypes.QueryWaitingRequest{Wallet: address, Pagination: page.request()}, &r)
	return r.Waiting, nextKey(r.Pagination), err
}

// Following returns a page of the wallets that a wallet follows.
func (c *Client) Following(ctx context.Context, address string, page Page) ([]socialtypes.Name, []byte, error) {
	var r socialtypes.QueryFollowingResponse
	err := c.query(ctx, socialQuery+"Following", &socialtypes.QueryFollowingRequest{Address: address, Pagination: page.request()}, &r)
	return r.Wallets, nextKey(r.Pagination), err
}

// Followers returns a page of the wallets that follow a wallet, newest first.
func (c *Client) Followers(ctx context.Context, address string, page Page) ([]socialtypes.Name, []byte, error) {
	var r socialtypes.QueryFollowersResponse
	err := c.query(ctx, socialQuery+"Followers", &socialtypes.QueryFollowersRequest{Address: address, Pagination: page.request()}, &r)
	return r.Wallets, nextKey(r.Pagination), err
}

// Blocks returns a page of the wallets that a wallet keeps away.
func (c *Client) Blocks(ctx context.Context, address string, page Page) ([]socialtypes.Name, []byte, error) {
	var r socialtypes.QueryBlocksResponse
	err := c.query(ctx, socialQuery+"Blocks", &socialtypes.QueryBlocksRequest{Address: address, Pagination: page.request()}, &r)
	return r.Wallets, nextKey(r.Pagination), err
}

// Feed returns a page of what happened, newest first.
func (c *Client) Feed(ctx context.Context, page Page) ([]socialtypes.FeedEntry, []byte, error) {
	var r socialtypes.QueryFeedResponse
	err := c.query(ctx, socialQuery+"Feed", &socialtypes.QueryFeedRequest{Pagination: page.request()}, &r)
	return r.Entries, nextKey(r.Pagination), err
}

// FeedOfWallet returns a page of what a wallet did, newest first.
func (c *Client) FeedOfWallet(ctx context.Context, address string, page Page) ([]socialtypes.FeedEntry, []byte, error) {
	var r socialtypes.QueryFeedOfWalletResponse
	err := c.query(ctx, socialQuery+"FeedOfWallet", &socialtypes.QueryFeedOfWalletRequest{Address: address, Pagination: page.request()}, &r)
	return r.Entries, nextKey(r.Pagination), err
}

// FeedOfSong returns a page of what happened in a song, newest first.
func (c *Client) FeedOfSong(ctx context.Context, song string, page Page) ([]socialtypes.FeedEntry, []byte, error) {
	var r socialtypes.QueryFeedOfSongResponse
	err := c.query(ctx, socialQuery+"FeedOfSong", &socialtypes.QueryFeedOfSongRequest{SongId: song, Pagination: page.request()}, &r)
	return r.Entries, nextKey(r.Pagination), err
}

// FeedOfFollowing returns a page of what those did whom a wallet follows.
func (c *Client) FeedOfFollowing(ctx context.Context, address string, page Page) ([]socialtypes.FeedEntry, []byte, error) {
	var r socialtypes.QueryFeedOfFollowingResponse
	err := c.query(ctx, socialQuery+"FeedOfFollowing", &socialtypes.QueryFeedOfFollowingRequest{Address: address, Pagination: page.request()}, &r)
	return r.Entries, nextKey(r.Pagination), err
}

// SongsByPrefix returns a page of the songs whose names begin with something.
func (c *Client) SongsByPrefix(ctx context.Context, prefix string, page Page) ([]songtypes.Song, []byte, error) {
	var r songtypes.QuerySongsByPrefixResponse
	err := c.query(ctx, songQuery+"SongsByPrefix", &songtypes.QuerySongsByPrefixRequest{Prefix: prefix, Pagination: page.request()}, &r)
	return r.Songs, nextKey(r.Pagination), err
}

// SongsByTag returns a page of the songs that carry a tag.
func (c *Client) SongsByTag(ctx context.Context, tag string, page Page) ([]songtypes.Song, []byte, error) {
	var r songtypes.QuerySongsByTagResponse
	err := c.query(ctx, songQuery+"SongsByTag", &songtypes.QuerySongsByTagRequest{Tag: tag, Pagination: page.request()}, &r)
	return r.Songs, nextKey(r.Pagination), err
}

// SongsByCollaborator returns a page of the songs in which a wallet has a role,
// beside its own.
func (c *Client) SongsByCollaborator(ctx context.Context, address string, page Page) ([]songtypes.CollaboratorSong, []byte, error) {
	var r songtypes.QuerySongsByCollaboratorResponse
	err := c.query(ctx, songQuery+"SongsByCollaborator", &songtypes.QuerySongsByCollaboratorRequest{Address: address, Pagination: page.request()}, &r)
	return r.Songs, nextKey(r.Pagination), err
}

// Tags returns a page of the tags that begin with something, with the number of
// songs that carry each.
func (c *Client) Tags(ctx context.Context, prefix string, page Page) ([]songtypes.TagCount, []byte, error) {
	var r songtypes.QueryTagsResponse
	err := c.query(ctx, songQuery+"Tags", &songtypes.QueryTagsRequest{Prefix: prefix, Pagination: page.request()}, &r)
	return r.Tags, nextKey(r.Pagination), err
}
