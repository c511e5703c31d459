package types

import (
	"context"

	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Hooks are what other modules do when something happens to an audition. They run
// inside the transaction: an error undoes it, and is what its sender reads. Their
// arguments are plain, so that who hooks in need not import this package.
type Hooks interface {
	// AfterAuditionOpened runs for every new audition. opener is a raw address.
	AfterAuditionOpened(ctx context.Context, song songtypes.SongID, number uint64, opener []byte) error
	// AfterAuditionMerged runs when an audition was taken in. base and head are the
	// branch's heads before and after; they are the same where an earlier push took
	// the work in. opener and merger are raw addresses.
	AfterAuditionMerged(ctx context.Context, song songtypes.SongID, number uint64, opener, merger []byte, base, head songtypes.Digest) error
}

// MultiHooks runs several hooks in order, up to the first error.
type MultiHooks []Hooks

var _ Hooks = MultiHooks{}

// AfterAuditionOpened runs them all.
func (m MultiHooks) AfterAuditionOpened(ctx context.Context, song songtypes.SongID, number uint64, opener []byte) error {
	for _, h := range m {
		if err := h.AfterAuditionOpened(ctx, song, number, opener); err != nil {
			return err
		}
	}
	return nil
}

// AfterAuditionMerged runs them all.
func (m MultiHooks) AfterAuditionMerged(ctx context.Context, song songtypes.SongID, number uint64, opener, merger []byte, base, head songtypes.Digest) error {
	for _, h := range m {
		if err := h.AfterAuditionMerged(ctx, song, number, opener, merger, base, head); err != nil {
			return err
		}
	}
	return nil
}
