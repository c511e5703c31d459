package keeper

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// maxExcerpt is how many bytes of a text a feed shows.
const maxExcerpt = 280

// view turns records into what queries show. It remembers the names and songs that
// it read: a page often has the same ones.
type view struct {
	k     Keeper
	ctx   context.Context
	names map[string]types.Name
	songs map[songtypes.SongID]songtypes.Song
}

func (k Keeper) view(ctx context.Context) view {
	return view{k, ctx, make(map[string]types.Name), make(map[songtypes.SongID]songtypes.Song)}
}

// name is how the chain calls a wallet.
func (v view) name(raw []byte) (types.Name, error) {
	if name, ok := v.names[string(raw)]; ok {
		return name, nil
	}
	text, err := v.k.addresses.BytesToString(raw)
	if err != nil {
		return types.Name{}, err
	}
	p, err := v.k.profile(v.ctx, songtypes.Wallet{Raw: raw, Text: text})
	name := types.Name{Address: text, Username: p.Username, DisplayName: p.DisplayName}
	v.names[string(raw)] = name
	return name, err
}

func (v view) song(id songtypes.SongID) (songtypes.Song, types.Name, error) {
	song, ok := v.songs[id]
	if !ok {
		var err error
		if song, err = v.k.songs.Song(v.ctx, id); err != nil {
			return song, types.Name{}, err
		}
		v.songs[id] = song
	}
	owner, err := v.k.wallet(song.Owner)
	if err != nil {
		return song, types.Name{}, err
	}
	name, err := v.name(owner.Raw)
	return song, name, err
}

func (v view) comment(id types.CommentID) (types.Comment, error) {
	r, err := v.k.comments.Get(v.ctx, id)
	if err != nil {
		return types.Comment{}, err
	}
	author, err := v.name(r.Author)
	if err != nil {
		return types.Comment{}, err
	}
	replies, err := v.k.replyCounts.Total(v.ctx, id)
	if err != nil {
		return types.Comment{}, err
	}
	c := types.Comment{
		Id: id.String(), Author: author, SongId: r.SongID().String(),
		Target: r.Target, Audition: r.Audition, Release: r.Release, Place: r.Place, Body: r.Body,
		Height: r.Height, Time: time.Unix(r.Time, 0).UTC(), EditedHeight: r.EditedHeight,
		Deleted: r.Deleted, Hidden: len(r.HiddenBy) != 0, Replies: replies,
	}
	if len(r.Parent) != 0 {
		c.Parent = types.CommentID(r.Parent).String()
	}
	if len(r.Commit) != 0 {
		c.Commit = songtypes.Digest(r.Commit).String()
	}
	if c.Hidden {
		c.HiddenBy, err = v.k.addresses.BytesToString(r.HiddenBy)
	}
	return c, err
}

func (v view) entryAt(m types.Moment) (types.FeedEntry, error) {
	r, err := v.k.feed.Get(v.ctx, m)
	if err != nil {
		return types.FeedEntry{}, err
	}
	return v.entry(r)
}

func (v view) entry(r types.FeedRecord) (types.FeedEntry, error) {
	actor, err := v.name(r.Actor)
	if err != nil {
		return types.FeedEntry{}, err
	}
	song, owner, err := v.song(r.SongID())
	if err != nil {
		return types.FeedEntry{}, err
	}
	e := types.FeedEntry{
		Kind: r.Kind, Actor: actor, SongId: song.Id, SongName: song.Name, SongOwner: owner,
		Commits: r.Commits, Audition: r.Audition, Release: r.Release,
		Height: r.Height, Time: time.Unix(r.Time, 0).UTC(),
	}
	if len(r.Pusher) != 0 {
		if e.Pusher, err = v.k.addresses.BytesToString(r.Pusher); err != nil {
			return e, err
		}
	}
	text, err := v.describe(&e, r, song)
	e.Text = excerpt(text)
	return e, err
}

// describe fills in what an entry is of, and returns its text.
func (v view) describe(e *types.FeedEntry, r types.FeedRecord, song songtypes.Song) (string, error) {
	switch r.Kind {
	case types.FeedKind_FEED_KIND_FORK:
		e.Parent = song.Parent
	case types.FeedKind_FEED_KIND_COMMITS:
		digest := songtypes.Digest(r.Commit)
		e.Commit = digest.String()
		_, commit, err := v.k.songs.Commit(v.ctx, digest)
		return commit.Message, err
	case types.FeedKind_FEED_KIND_COMMENT:
		e.Comment = types.CommentID(r.Comment).String()
		comment, err := v.k.comments.Get(v.ctx, types.CommentID(r.Comment))
		if len(comment.HiddenBy) != 0 {
			return "", err
		}
		return comment.Body, err
	case types.FeedKind_FEED_KIND_RELEASE:
		release, err := v.k.songs.Release(v.ctx, r.SongID(), r.Release)
		return release.Title, err
	}
	return song.Metadata.Title, nil
}

// excerpt is the beginning of a text, whole characters only.
func excerpt(s string) string {
	if len(s) <= maxExcerpt {
		return s
	}
	s = s[:maxExcerpt]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}
