package simulation

import (
	"context"
	"fmt"

	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

// branchNames can stand beside each other on every file system.
var branchNames = []string{"main", "solo", "mix", "demo/a", "demo/b"}

// Push makes MsgPush: one to three commits, by the signer or with another author's
// signature, some of them merges, some that leave the first-parent line.
func (f Factories) Push() simsx.SimMsgFactoryFn[*types.MsgPush] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgPush) {
		song, owner, ok := f.anySong(ctx, td, rep, active)
		if !ok {
			return nil, nil
		}
		branches := f.branches(ctx, song.Id)
		p := pushing{td: td, msg: &types.MsgPush{
			SongId: song.Id, Branch: simsx.OneOf(td.Rand(), append(branchNames, song.DefaultBranch)),
		}}
		protected := p.msg.Branch == song.DefaultBranch
		for _, branch := range branches {
			if branch.Name == p.msg.Branch {
				p.msg.ExpectedHead, protected = branch.Head, branch.Protected
			}
		}
		if p.msg.ExpectedHead == "" && !f.room(ctx, branches, p.msg.Branch) {
			rep.Skip("no room for a branch")
			return nil, nil
		}
		p.signer = f.pusher(ctx, td, rep, song, owner, protected)
		p.msg.Signer = p.signer.AddressBech32
		if td.Rand().Intn(4) == 0 {
			p.other = f.elsewhere(ctx, td, song, p.signer.AddressBech32)
		}
		if !p.build(sdk.UnwrapSDKContext(ctx).ChainID(), branches) {
			rep.Skip("no commit")
			return nil, nil
		}
		return []simsx.SimAccount{p.signer}, p.msg
	}
}

// room says whether a song may have one more branch of this name.
func (f Factories) room(ctx context.Context, branches []types.Branch, name string) bool {
	res, err := f.queries.Params(ctx, &types.QueryParamsRequest{})
	if err != nil || len(branches) >= int(res.Params.MaxBranches) {
		return false
	}
	for _, branch := range branches {
		if types.BranchNamesCollide(branch.Name, name) {
			return false
		}
	}
	return true
}

// pusher is the owner, or a collaborator who may push.
func (f Factories) pusher(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter, song types.Song, owner simsx.SimAccount, protected bool) simsx.SimAccount {
	res, err := f.queries.Collaborators(ctx, &types.QueryCollaboratorsRequest{SongId: song.Id})
	if err != nil || len(res.Collaborators) == 0 || td.Rand().Bool() {
		return owner
	}
	c := simsx.OneOf(td.Rand(), res.Collaborators)
	if !td.HasAccount(c.Address) || protected && c.Role != types.Role_ROLE_MAINTAINER {
		return owner
	}
	return td.GetAccount(rep, c.Address)
}

// pushing is a push under construction.
type pushing struct {
	td     *simsx.ChainDataSource
	signer simsx.SimAccount
	msg    *types.MsgPush
	// other is a commit of another song to merge; empty for none.
	other string
}

// build adds the commits, each on top of the one before.
func (p *pushing) build(chainID string, branches []types.Branch) bool {
	r := p.td.Rand()
	head := p.msg.ExpectedHead
	for range 1 + r.Intn(3) {
		var parents []string
		if head != "" {
			parents = []string{head}
		}
		if other := p.merged(branches); other != "" && other != head {
			parents = append(parents, other)
		}
		// A merge seen from the other side: what was the line so far comes in.
		flip := len(parents) == 2 && len(p.msg.MergeEdges) == 0 && r.Bool()
		if flip {
			parents[0], parents[1] = parents[1], parents[0]
		}
		link, ok := p.add(chainID, parents)
		if !ok {
			return false
		}
		if flip {
			p.msg.MergeEdges = []types.MergeEdge{{Commit: link, Parent: 1}}
		}
		head = link
	}
	return true
}

// merged is what the next commit merges, if anything.
func (p *pushing) merged(branches []types.Branch) string {
	if other := p.other; other != "" {
		p.other = ""
		return other
	}
	if len(branches) > 0 && p.td.Rand().Intn(3) == 0 {
		return simsx.OneOf(p.td.Rand(), branches).Head
	}
	return ""
}

// add appends one commit and returns its CID.
func (p *pushing) add(chainID string, parents []string) (string, bool) {
	r := p.td.Rand()
	author := p.signer
	if r.Intn(3) == 0 {
		author = p.td.AccountAt(simsx.NewBasicSimulationReporter(), r.Intn(p.td.AccountsCount()))
	}
	p.msg.Tree = tree(p.td)
	_, link, err := p.msg.Tree.Encode()
	if err != nil {
		return "", false
	}
	commit := types.Commit{
		Parents: parents, Tree: link.String(), Author: author.AddressBech32,
		Created: uint64(r.Intn(1 << 40)), Message: fmt.Sprintf("take %x", r.Uint64()),
		Contributions: []types.Contribution{{Contributor: p.signer.AddressBech32, Roles: []string{"StudioMusician"}, Instrument: "Guitar"}},
	}
	if r.Intn(4) == 0 {
		commit.Contributions = append(commit.Contributions, guest(r.Uint64()))
	}
	o, err := commit.Object(p.td.AddressCodec())
	if err != nil {
		return "", false
	}
	block, err := o.Encode()
	if err != nil {
		return "", false
	}
	self := object.CIDOf(block)
	if author.AddressBech32 != p.signer.AddressBech32 {
		if commit.Signature, err = sign(author, chainID, self); err != nil {
			return "", false
		}
	}
	p.msg.Commits = append(p.msg.Commits, commit)
	return self.String(), true
}

// guest is a session player without a wallet, whose one-time key is made from the name:
// the simulation of credits claims it.
func guest(n uint64) types.Contribution {
	name := fmt.Sprintf("guest %x", n)
	key := secp256k1.GenPrivKeyFromSecret([]byte(name)).PubKey().Bytes()
	return types.Contribution{Guest: &types.Guest{Key: key, Name: name}, Roles: []string{"LeadVocalist"}}
}

func sign(author simsx.SimAccount, chainID string, commit cid.Cid) (*types.AuthorSignature, error) {
	key, err := codectypes.NewAnyWithValue(author.PrivKey.PubKey())
	if err != nil {
		return nil, err
	}
	text := object.CommitSignText(chainID, commit)
	signature, err := author.PrivKey.Sign(object.ADR036SignBytes(author.AddressBech32, text))
	return &types.AuthorSignature{PubKey: key, Signature: signature}, err
}

// tree is of up to six stems.
func tree(td *simsx.ChainDataSource) types.Tree {
	r := td.Rand()
	var t types.Tree
	for i := range r.Intn(7) {
		hash, err := multihash.Sum([]byte{byte(r.Intn(256)), byte(i)}, multihash.SHA2_256, -1)
		if err != nil {
			continue
		}
		t.Entries = append(t.Entries, types.Entry{
			Path: fmt.Sprintf("stems/%d.wav", i), Cid: cid.NewCidV1(cid.DagProtobuf, hash).String(), Size_: uint64(r.Intn(1 << 30)),
			Kind: "stem", Codec: "pcm", SampleRate: 48000, Channels: 2, BitDepth: 24, Frames: uint64(r.Intn(1 << 24)),
		})
	}
	return t
}

// DeleteBranch makes MsgDeleteBranch.
func (f Factories) DeleteBranch() simsx.SimMsgFactoryFn[*types.MsgDeleteBranch] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgDeleteBranch) {
		song, owner, ok := f.anySong(ctx, td, rep, active)
		if !ok {
			return nil, nil
		}
		for _, branch := range f.branches(ctx, song.Id) {
			if !branch.Protected && branch.Name != song.DefaultBranch {
				return []simsx.SimAccount{owner}, &types.MsgDeleteBranch{
					Signer: owner.AddressBech32, SongId: song.Id, Branch: branch.Name, ExpectedHead: branch.Head,
				}
			}
		}
		rep.Skip("no branch that may go")
		return nil, nil
	}
}

// ProtectBranch makes MsgProtectBranch.
func (f Factories) ProtectBranch() simsx.SimMsgFactoryFn[*types.MsgProtectBranch] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgProtectBranch) {
		song, owner, ok := f.anySong(ctx, td, rep, func(song types.Song) bool {
			return active(song) && len(f.branches(ctx, song.Id)) > 0
		})
		if !ok {
			return nil, nil
		}
		branch := simsx.OneOf(td.Rand(), f.branches(ctx, song.Id))
		return []simsx.SimAccount{owner}, &types.MsgProtectBranch{
			Signer: owner.AddressBech32, SongId: song.Id, Branch: branch.Name, Protected: td.Rand().Bool(),
		}
	}
}
