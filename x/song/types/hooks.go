package types

import (
	"context"

	"github.com/parrots-music/parrots/internal/object"
)

// Hooks are what other modules do when something happens to a song. They run inside
// the transaction: an error undoes it, and is what its sender reads. A module that
// cares for some of them embeds NoHooks.
type Hooks interface {
	// AfterSongCreated runs for every new song; a fork's Parent is set.
	AfterSongCreated(ctx context.Context, song Song) error
	// AfterCommitAdded runs for every commit that the chain had not seen, parents
	// before children, when the branch has moved.
	AfterCommitAdded(ctx context.Context, added CommitAdded) error
	// AfterReleasePublished runs for every release.
	AfterReleasePublished(ctx context.Context, song Song, release Release) error
	// BeforeSongUpdated runs before a song's record is replaced. signer is the raw
	// address of who does it.
	BeforeSongUpdated(ctx context.Context, before, after Song, signer []byte) error
}

// CommitAdded is a new commit with what its push knew of it.
type CommitAdded struct {
	// Song is the song it first appears in.
	Song SongID
	// Digest is its key.
	Digest Digest
	// Commit is its fields.
	Commit object.Commit
	// Pusher is the raw address of the wallet that brought it, the author or another.
	Pusher []byte
	// Maintained says that the pusher is the song's owner or a maintainer.
	Maintained bool
	// Tree is its tree, or nil where the push did not carry it.
	Tree *object.Tree
}

// Offer is work that the people of a song have offered to another one.
type Offer struct {
	// Song is the song it is from.
	Song SongID
	// Head is the commit that they offered, with the history that it has.
	Head Digest
}

// NoHooks does nothing.
type NoHooks struct{}

// AfterSongCreated does nothing.
func (NoHooks) AfterSongCreated(context.Context, Song) error { return nil }

// AfterCommitAdded does nothing.
func (NoHooks) AfterCommitAdded(context.Context, CommitAdded) error { return nil }

// AfterReleasePublished does nothing.
func (NoHooks) AfterReleasePublished(context.Context, Song, Release) error { return nil }

// BeforeSongUpdated does nothing.
func (NoHooks) BeforeSongUpdated(context.Context, Song, Song, []byte) error { return nil }

// MultiHooks runs several hooks in order, up to the first error.
type MultiHooks []Hooks

var (
	_ Hooks = NoHooks{}
	_ Hooks = MultiHooks{}
)

// AfterSongCreated runs them all.
func (m MultiHooks) AfterSongCreated(ctx context.Context, song Song) error {
	return m.each(func(h Hooks) error { return h.AfterSongCreated(ctx, song) })
}

// AfterCommitAdded runs them all.
func (m MultiHooks) AfterCommitAdded(ctx context.Context, added CommitAdded) error {
	return m.each(func(h Hooks) error { return h.AfterCommitAdded(ctx, added) })
}

// AfterReleasePublished runs them all.
func (m MultiHooks) AfterReleasePublished(ctx context.Context, song Song, release Release) error {
	return m.each(func(h Hooks) error { return h.AfterReleasePublished(ctx, song, release) })
}

// BeforeSongUpdated runs them all.
func (m MultiHooks) BeforeSongUpdated(ctx context.Context, before, after Song, signer []byte) error {
	return m.each(func(h Hooks) error { return h.BeforeSongUpdated(ctx, before, after, signer) })
}

func (m MultiHooks) each(run func(Hooks) error) error {
	for _, h := range m {
		if err := run(h); err != nil {
			return err
		}
	}
	return nil
}
