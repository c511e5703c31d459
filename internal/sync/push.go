package sync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ipfs/go-cid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// PushRequest says what to push and who pays.
type PushRequest struct {
	// Branch is the branch to push.
	Branch string
	// Author is the wallet that pushes.
	Author Author
	// Signer signs its transactions.
	Signer chain.Signer
	// Metadata is what a new song begins with. Without hints it names the hub.
	Metadata songtypes.Metadata
	// HubURL is where the audio is served; it is kept with the remote.
	HubURL string
	// Audition is what the push takes in; nil mostly.
	Audition *Audition
}

// Pushed is what a push did.
type Pushed struct {
	// Song is the song's id, Created whether this push made it.
	Song    string
	Created bool
	// Moved is the branch on the chain.
	Moved Moved
	// Commits is the number of commits that were new to the chain.
	Commits int
	// Bytes is what was sent to the hub.
	Bytes int64
	// Transactions are their hashes.
	Transactions []string
	// Mirrored says that the hub got what came before from another hub.
	Mirrored bool
	// Served says that the hub has seen the commits on the chain and serves them.
	Served bool
}

// Push sends the blocks of new commits to the hub, then the commits to the chain,
// then tells the hub. In this order a crash at any point loses nothing, and a
// second push finishes the job: the hub says what it has, and the chain where the
// branch is. It moves no file in the song's folder.
func (s *Song) Push(ctx context.Context, remote *Remote, req PushRequest) (Pushed, error) {
	var out Pushed
	known := remote.Song != ""
	err := s.locked(ctx, "push", func() error {
		p := push{song: s, remote: remote, req: req, out: &out}
		err := p.run(ctx)
		if err == nil {
			p.nameHub(ctx)
		}
		if known || !errors.Is(err, songtypes.ErrNameTaken) {
			return err
		}
		// An earlier push was interrupted after it had sent its transaction, which got
		// into a block only now: the song is there, and perhaps it is this one.
		remote.Song, out = "", Pushed{}
		again := push{song: s, remote: remote, req: req, out: &out}
		return again.run(ctx)
	})
	return out, err
}

type push struct {
	song   *Song
	remote *Remote
	req    PushRequest
	out    *Pushed

	head       cid.Cid // to be pushed
	remoteHead cid.Cid // where the branch is on the chain
	create     sdk.Msg // makes the song, in the first transaction
	update     sdk.Msg // tells the chain what the song file says, in the last one
	graph      *history.Graph
	exclude    []cid.Cid      // the chain has what these reach
	fresh      []history.Node // new to the chain, parents before children
}

func (p *push) run(ctx context.Context) error {
	var err error
	p.graph = history.NewGraph(p.song.Objects(), nil)
	p.head, err = p.song.Repo.Ref(repo.BranchRef(p.req.Branch))
	if errors.Is(err, repo.ErrNoRef) {
		return fmt.Errorf("%w on %s", ErrNoCommits, p.req.Branch)
	}
	if err != nil {
		return err
	}
	if err := p.findSong(ctx); err != nil {
		return err
	}
	if p.create == nil {
		if p.remoteHead, err = p.remote.head(ctx, p.req.Branch); err != nil {
			return err
		}
	}
	p.out.Song = p.remote.Song
	p.out.Moved = Moved{repo.RemoteRef(p.remote.Name, p.req.Branch), p.remoteHead, p.head}
	if p.head.Equals(p.remoteHead) && p.req.Audition == nil {
		if err := p.remember(p.head); err != nil {
			return err
		}
		return p.serve(ctx)
	}
	if err := p.findFresh(ctx); err != nil {
		return err
	}
	commits, err := p.signedCommits()
	if err != nil {
		return err
	}
	upload, err := p.upload(ctx)
	if err != nil {
		return err
	}
	if err := p.transact(ctx, commits); err != nil {
		return err
	}
	p.out.Served, err = p.complete(ctx, upload)
	return err
}

// findSong finds the song on the chain, or prepares the message that makes it.
func (p *push) findSong(ctx context.Context) error {
	if p.remote.Song != "" {
		_, err := p.remote.Chain.Song(ctx, p.remote.Song)
		return err
	}
	config, err := p.song.Repo.Config()
	if err != nil {
		return err
	}
	name := config.Name
	existing, err := p.remote.Chain.SongByName(ctx, p.req.Author.Address, name)
	switch {
	case err == nil:
		return p.adopt(ctx, existing)
	case !errors.Is(err, chain.ErrNotFound) && !errors.Is(err, songtypes.ErrSongNotFound):
		return err
	}
	id, err := p.nextSongID(ctx)
	if err != nil {
		return err
	}
	p.remote.Song = id
	metadata, err := p.newMetadata(ctx)
	if err != nil {
		return err
	}
	if len(metadata.Hints) == 0 && p.req.HubURL != "" {
		metadata.Hints = []string{p.req.HubURL}
	}
	p.create = &songtypes.MsgCreateSong{
		Creator:       p.req.Author.Address,
		Name:          name,
		Metadata:      metadata,
		DefaultBranch: p.req.Branch,
	}
	return nil
}

// adopt takes up a song of this name that a push made before it was interrupted.
// A song with a history of its own is another one.
func (p *push) adopt(ctx context.Context, song songtypes.Song) error {
	p.remote.Song = song.Id
	branches, err := p.remote.branches(ctx)
	if err != nil {
		return err
	}
	for _, b := range branches {
		ours, err := p.song.Blocks.Has(ctx, b.Head)
		if err == nil && ours {
			ours, err = history.IsAncestor(ctx, p.graph, b.Head, p.head)
		}
		if err != nil {
			return err
		}
		if !ours {
			p.remote.Song = ""
			return fmt.Errorf("%w: you have another song called %q, %s", songtypes.ErrNameTaken, song.Name, song.Id)
		}
	}
	return p.rememberSong()
}

// nextSongID finds the id that the author's next song will have: ids are derived
// from the creator and a count without gaps, so the first free one is found by
// doubling and halving.
func (p *push) nextSongID(ctx context.Context) (string, error) {
	id := func(n uint64) string { return songtypes.NewSongID(p.req.Author.Raw, n).String() }
	taken := func(n uint64) (bool, error) {
		_, err := p.remote.Chain.Song(ctx, id(n))
		if errors.Is(err, chain.ErrNotFound) || errors.Is(err, songtypes.ErrSongNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	low, high := uint64(0), uint64(1) // low songs are taken, from high on none is known to be
	for {
		yes, err := taken(high - 1)
		if err != nil {
			return "", err
		}
		if !yes {
			break
		}
		low, high = high, 2*high
	}
	for low < high-1 {
		mid := (low + high) / 2
		yes, err := taken(mid - 1)
		if err != nil {
			return "", err
		}
		if yes {
			low = mid
		} else {
			high = mid
		}
	}
	return id(low), nil
}

// findFresh lists the commits that the chain does not have.
func (p *push) findFresh(ctx context.Context) error {
	exclude, err := p.published()
	if err != nil {
		return err
	}
	if p.remoteHead.Defined() {
		here, err := p.song.Blocks.Has(ctx, p.remoteHead)
		if err != nil {
			return err
		}
		if here {
			here, err = history.IsAncestor(ctx, p.graph, p.remoteHead, p.head)
		}
		if err != nil {
			return err
		}
		if !here {
			return fmt.Errorf("%w: %s/%s", ErrNonFastForward, p.remote.Name, p.req.Branch)
		}
		exclude = append(exclude, p.remoteHead)
	}
	if p.req.Audition != nil {
		exclude = append(exclude, p.req.Audition.Offered)
	}
	p.exclude = exclude
	for node, err := range history.Walk(ctx, p.graph, []cid.Cid{p.head}, exclude) {
		if err != nil {
			return err
		}
		p.fresh = append(p.fresh, node)
	}
	slices.Reverse(p.fresh) // parents before children
	return nil
}

// published are the commits that remotes on this chain were last seen at.
func (p *push) published() ([]cid.Cid, error) {
	config, err := p.song.Repo.Config()
	if err != nil {
		return nil, err
	}
	var tips []cid.Cid
	for name, remote := range config.Remotes {
		if remote.ChainID != p.remote.Chain.ChainID() {
			continue
		}
		refs, err := p.song.Repo.RemoteBranches(name)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			tips = append(tips, ref.Commit)
		}
	}
	return tips, nil
}

// signedCommits gives the new commits the form of a message. Those of others carry
// their authors' signatures; one's own are signed by the transaction, and here too,
// for bundles.
func (p *push) signedCommits() (map[cid.Cid]songtypes.Commit, error) {
	commits := make(map[cid.Cid]songtypes.Commit, len(p.fresh))
	for _, node := range p.fresh {
		signature, err := p.song.signature(node.CID, node.Commit, p.remote.Chain.ChainID())
		if err != nil {
			return nil, err
		}
		mine := bytes.Equal(node.Commit.Author, p.req.Author.Raw)
		switch {
		case mine && signature == nil:
			if err := p.song.sign(p.req.Author, node.CID); err != nil {
				return nil, err
			}
		case !mine && signature == nil:
			return nil, fmt.Errorf("%w: %s", ErrUnsigned, Short(node.CID))
		}
		if mine {
			signature = nil
		}
		if commits[node.CID], err = chain.CommitToProto(node.Commit, signature); err != nil {
			return nil, fmt.Errorf("commit %s: %w", Short(node.CID), err)
		}
	}
	return commits, nil
}

// remember notes where the remote's branch is.
func (p *push) remember(head cid.Cid) error {
	ref := repo.RemoteRef(p.remote.Name, p.req.Branch)
	old, err := p.song.refOrNone(ref)
	if err != nil {
		return err
	}
	return p.song.Repo.UpdateRef(ref, old, head)
}

// rememberSong notes in the folder's configuration which song it is.
func (p *push) rememberSong() error {
	config, err := p.song.Repo.Config()
	if err != nil {
		return err
	}
	if config.Remotes == nil {
		config.Remotes = map[string]repo.Remote{}
	}
	if p.remote.Name == repo.OriginRemote {
		config.Song = p.remote.Song
	}
	config.Remotes[p.remote.Name] = repo.Remote{
		Song: p.remote.Song, Hub: p.req.HubURL, ChainID: p.remote.Chain.ChainID(),
	}
	return p.song.Repo.SetConfig(config)
}

// treeMessage gives a commit's tree the form of a message.
func (p *push) treeMessage(ctx context.Context, commit object.Commit) (songtypes.Tree, error) {
	tree, err := p.song.Objects().Tree(ctx, commit.Tree)
	if err != nil {
		return songtypes.Tree{}, err
	}
	return chain.TreeToProto(tree)
}
