package cli

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// protectBranch says who may push to a published branch.
func (a *app) protectBranch(ctx context.Context, branch string, protected bool) error {
	if err := repo.CheckBranchName(branch); err != nil {
		return err
	}
	return a.onOrigin(ctx, func(remote *sync.Remote, net *online) error {
		_, err := a.send(ctx, net, func(from string) sdk.Msg {
			return &songtypes.MsgProtectBranch{Signer: from, SongId: remote.Song, Branch: branch, Protected: protected}
		})
		if err != nil {
			return err
		}
		out := struct {
			Branch    string `json:"branch"`
			Protected bool   `json:"protected"`
		}{branch, protected}
		return a.ui.Emit(out, func() {
			if protected {
				a.ui.Printf("%s takes pushes of maintainers only, and never loses a commit", branch)
				return
			}
			a.ui.Printf("%s takes pushes of writers too", branch)
		})
	})
}

// deletePublished removes a branch from the chain; its commits stay there for good.
func (a *app) deletePublished(ctx context.Context, branch string) error {
	if err := repo.CheckBranchName(branch); err != nil {
		return err
	}
	return a.onOrigin(ctx, func(remote *sync.Remote, net *online) error {
		at, err := net.chain.Branch(ctx, remote.Song, branch)
		if err != nil {
			return err
		}
		_, err = a.send(ctx, net, func(from string) sdk.Msg {
			return &songtypes.MsgDeleteBranch{Signer: from, SongId: remote.Song, Branch: branch, ExpectedHead: at.Head.String()}
		})
		if err != nil {
			return err
		}
		return a.ui.Emit(branchJSON{Name: branch, Commit: at.Head.String(), Remote: true}, func() {
			a.ui.Printf("deleted the published branch %s, which was at %s", branch, sync.Short(at.Head))
			a.ui.Notef("its commits stay on the chain for good")
		})
	})
}
