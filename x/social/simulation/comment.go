package simulation

import (
	"context"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"

	"github.com/parrots-music/parrots/x/social/types"
)

// Comment makes MsgComment on a song, or on what an entry of the feed tells of.
func (f Factories) Comment() simsx.SimMsgFactoryFn[*types.MsgComment] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgComment) {
		author := td.AnyAccount(rep, simsx.WithSpendableBalance())
		if rep.IsSkipped() {
			return nil, nil
		}
		entry, ok := f.anyEntry(ctx, td, rep, func(e types.FeedEntry) bool {
			return f.open(ctx, author.AddressBech32, e.SongId)
		})
		if !ok {
			return nil, nil
		}
		msg := &types.MsgComment{Author: author.AddressBech32, SongId: entry.SongId, Body: "hear " + td.Rand().StringN(40)}
		switch entry.Kind {
		case types.FeedKind_FEED_KIND_COMMITS:
			msg.Target, msg.Commit = types.Target_TARGET_COMMIT, entry.Commit
			msg.Place = types.Place{Stem: "kick.wav", Timed: true, Position: int64(td.Rand().Intn(1e12))}
		case types.FeedKind_FEED_KIND_RELEASE:
			msg.Target, msg.Release = types.Target_TARGET_RELEASE, entry.Release
		}
		return []simsx.SimAccount{author}, msg
	}
}

// Reply makes MsgComment that replies to an entry of the feed.
func (f Factories) Reply() simsx.SimMsgFactoryFn[*types.MsgComment] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgComment) {
		author := td.AnyAccount(rep, simsx.WithSpendableBalance())
		if rep.IsSkipped() {
			return nil, nil
		}
		entry, ok := f.anyEntry(ctx, td, rep, func(e types.FeedEntry) bool {
			return e.Kind == types.FeedKind_FEED_KIND_COMMENT && f.open(ctx, author.AddressBech32, e.SongId, e.Actor.Address)
		})
		if !ok {
			return nil, nil
		}
		return []simsx.SimAccount{author}, &types.MsgComment{
			Author: author.AddressBech32, Parent: entry.Comment, Body: "well, " + td.Rand().StringN(40),
		}
	}
}

// EditComment makes MsgEditComment.
func (f Factories) EditComment() simsx.SimMsgFactoryFn[*types.MsgEditComment] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgEditComment) {
		comment, ok := f.anyComment(ctx, td, rep, func(c types.Comment) bool {
			return !c.Deleted && f.open(ctx, c.Author.Address, c.SongId)
		})
		if !ok {
			return nil, nil
		}
		return []simsx.SimAccount{td.GetAccount(rep, comment.Author.Address)}, &types.MsgEditComment{
			Author: comment.Author.Address, CommentId: comment.Id, Body: comment.Body[:min(len(comment.Body), 4)] + td.Rand().StringN(60),
		}
	}
}

// DeleteComment makes MsgDeleteComment.
func (f Factories) DeleteComment() simsx.SimMsgFactoryFn[*types.MsgDeleteComment] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgDeleteComment) {
		comment, ok := f.anyComment(ctx, td, rep, func(c types.Comment) bool { return !c.Deleted })
		if !ok {
			return nil, nil
		}
		return []simsx.SimAccount{td.GetAccount(rep, comment.Author.Address)}, &types.MsgDeleteComment{
			Author: comment.Author.Address, CommentId: comment.Id,
		}
	}
}

// HideComment makes MsgHideComment by a song's owner, and shows again what is hidden.
func (f Factories) HideComment() simsx.SimMsgFactoryFn[*types.MsgHideComment] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgHideComment) {
		entry, ok := f.anyEntry(ctx, td, rep, func(e types.FeedEntry) bool {
			return e.Kind == types.FeedKind_FEED_KIND_COMMENT && td.HasAccount(e.SongOwner.Address)
		})
		if !ok {
			return nil, nil
		}
		res, err := f.queries.Comment(ctx, &types.QueryCommentRequest{CommentId: entry.Comment})
		if err != nil {
			rep.Skip(err.Error())
			return nil, nil
		}
		owner := td.GetAccount(rep, entry.SongOwner.Address)
		return []simsx.SimAccount{owner}, &types.MsgHideComment{
			Signer: owner.AddressBech32, CommentId: entry.Comment, Hidden: !res.Comment.Hidden,
		}
	}
}
