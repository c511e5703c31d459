package chain

import (
	"context"
	"fmt"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const songQuery = "/parrots.song.v1.Query/"

// Page selects a page of a list. The zero value is the first one.
type Page struct {
	// Key continues after an earlier page.
	Key []byte
	// Limit is the number of items; the node's default if zero.
	Limit uint64
}

func (p Page) request() *query.PageRequest {
	return &query.PageRequest{Key: p.Key, Limit: p.Limit}
}

func nextKey(r *query.PageResponse) []byte {
	if r == nil {
		return nil
	}
	return r.NextKey
}

// Branch is a branch of a song.
type Branch struct {
	Name string
	// Head is the commit it points to.
	Head          cid.Cid
	Protected     bool
	UpdatedHeight int64
}

// CommitInfo is a commit with what the chain knows of it.
type CommitInfo struct {
	CID    cid.Cid
	Commit object.Commit
	// Signature is the author's where the push brought one; not verified.
	Signature *Signature
	// Generation is 1 for a commit without parents, else one more than the greatest
	// of its parents'.
	Generation uint64
	// Song, Network and Licence are those of its first appearance.
	Song, Network, Licence string
	// Pusher is the wallet that brought it, the author or another. Another one's word
	// about song and licence is not the author's (docs/adr/0004-who-pushed-a-commit.md).
	Pusher string
	// Height and Time are those of its block.
	Height int64
	Time   time.Time
}

// HeadTree is what a branch's head or a release consists of.
type HeadTree struct {
	// Commit is the head or release.
	Commit cid.Cid
	// CID is the tree's.
	CID  cid.Cid
	Tree object.Tree
	// Block is the tree's canonical bytes; they hash to CID.
	Block []byte
}

// Params returns the song module's parameters.
func (c *Client) Params(ctx context.Context) (songtypes.Params, error) {
	var r songtypes.QueryParamsResponse
	err := c.query(ctx, songQuery+"Params", &songtypes.QueryParamsRequest{}, &r)
	return r.Params, err
}

// Song returns a song by its id.
func (c *Client) Song(ctx context.Context, id string) (songtypes.Song, error) {
	var r songtypes.QuerySongResponse
	if err := c.query(ctx, songQuery+"Song", &songtypes.QuerySongRequest{SongId: id}, &r); err != nil {
		return songtypes.Song{}, fmt.Errorf("song %s: %w", id, err)
	}
	if r.Song.Id != id {
		return songtypes.Song{}, fmt.Errorf("%w: song %q where %q was asked for", ErrBadAnswer, r.Song.Id, id)
	}
	return r.Song, nil
}

// SongByName returns a wallet's song by its name.
func (c *Client) SongByName(ctx context.Context, owner, name string) (songtypes.Song, error) {
	var r songtypes.QuerySongByNameResponse
	req := &songtypes.QuerySongByNameRequest{Owner: owner, Name: name}
	if err := c.query(ctx, songQuery+"SongByName", req, &r); err != nil {
		return songtypes.Song{}, fmt.Errorf("song %s/%s: %w", owner, name, err)
	}
	if r.Song.Owner != owner || r.Song.Name != name {
		return songtypes.Song{}, fmt.Errorf("%w: another song than %s/%s", ErrBadAnswer, owner, name)
	}
	return r.Song, nil
}

// SongsByOwner returns a page of a wallet's songs and the key of the next page.
func (c *Client) SongsByOwner(ctx context.Context, owner string, page Page) ([]songtypes.Song, []byte, error) {
	var r songtypes.QuerySongsByOwnerResponse
	req := &songtypes.QuerySongsByOwnerRequest{Owner: owner, Pagination: page.request()}
	err := c.query(ctx, songQuery+"SongsByOwner", req, &r)
	return r.Songs, nextKey(r.Pagination), err
}

// Collaborators returns a page of a song's collaborators and the next page's key.
func (c *Client) Collaborators(ctx context.Context, song string, page Page) ([]songtypes.Collaborator, []byte, error) {
	var r songtypes.QueryCollaboratorsResponse
	req := &songtypes.QueryCollaboratorsRequest{SongId: song, Pagination: page.request()}
	err := c.query(ctx, songQuery+"Collaborators", req, &r)
	return r.Collaborators, nextKey(r.Pagination), err
}

// ForkGrants returns a page of the wallets that may take from a song whatever its
// licence, and the next page's key.
func (c *Client) ForkGrants(ctx context.Context, song string, page Page) ([]string, []byte, error) {
	var r songtypes.QueryForkGrantsResponse
	req := &songtypes.QueryForkGrantsRequest{SongId: song, Pagination: page.request()}
	err := c.query(ctx, songQuery+"ForkGrants", req, &r)
	return r.Addresses, nextKey(r.Pagination), err
}

// Branch returns a branch; the default one where name is empty.
func (c *Client) Branch(ctx context.Context, song, name string) (Branch, error) {
	var r songtypes.QueryBranchResponse
	req := &songtypes.QueryBranchRequest{SongId: song, Branch: name}
	if err := c.query(ctx, songQuery+"Branch", req, &r); err != nil {
		return Branch{}, fmt.Errorf("branch %q of %s: %w", name, song, err)
	}
	if name != "" && r.Branch.Name != name {
		return Branch{}, fmt.Errorf("%w: branch %q where %q was asked for", ErrBadAnswer, r.Branch.Name, name)
	}
	return branchFrom(r.Branch)
}

// Branches returns a page of a song's branches and the key of the next page.
func (c *Client) Branches(ctx context.Context, song string, page Page) ([]Branch, []byte, error) {
	var r songtypes.QueryBranchesResponse
	req := &songtypes.QueryBranchesRequest{SongId: song, Pagination: page.request()}
	if err := c.query(ctx, songQuery+"Branches", req, &r); err != nil {
		return nil, nil, fmt.Errorf("branches of %s: %w", song, err)
	}
	var branches []Branch
	for _, p := range r.Branches {
		b, err := branchFrom(p)
		if err != nil {
			return nil, nil, err
		}
		branches = append(branches, b)
	}
	return branches, nextKey(r.Pagination), nil
}

func branchFrom(p songtypes.Branch) (Branch, error) {
	head, err := object.ParseObjectCID(p.Head)
	if err != nil {
		return Branch{}, fmt.Errorf("%w: head of branch %.60q: %v", ErrBadAnswer, p.Name, err)
	}
	return Branch{Name: p.Name, Head: head, Protected: p.Protected, UpdatedHeight: p.UpdatedHeight}, nil
}

// TreeOfBranch returns what a branch's head consists of, verified against the
// tree's CID; the default branch where name is empty. Compare the CID with that
// in the head's commit to know that it is the head's tree.
func (c *Client) TreeOfBranch(ctx context.Context, song, name string) (HeadTree, error) {
	return c.tree(ctx, &songtypes.QueryTreeRequest{SongId: song, Branch: name})
}

// TreeOfRelease returns what a release consists of, verified as TreeOfBranch does.
func (c *Client) TreeOfRelease(ctx context.Context, song, tag string) (HeadTree, error) {
	return c.tree(ctx, &songtypes.QueryTreeRequest{SongId: song, Release: tag})
}

func (c *Client) tree(ctx context.Context, req *songtypes.QueryTreeRequest) (HeadTree, error) {
	var r songtypes.QueryTreeResponse
	if err := c.query(ctx, songQuery+"Tree", req, &r); err != nil {
		return HeadTree{}, fmt.Errorf("tree of %s: %w", req.SongId, err)
	}
	commit, err := object.ParseObjectCID(r.Commit)
	if err != nil {
		return HeadTree{}, fmt.Errorf("%w: tree's commit: %v", ErrBadAnswer, err)
	}
	id := object.CIDOf(r.Block)
	if id.String() != r.Cid {
		return HeadTree{}, fmt.Errorf("%w: tree %q does not hash to its cid", ErrBadAnswer, r.Cid)
	}
	tree, err := object.DecodeTree(r.Block)
	if err != nil {
		return HeadTree{}, fmt.Errorf("%w: tree %s: %w", ErrBadAnswer, id, err)
	}
	return HeadTree{Commit: commit, CID: id, Tree: tree, Block: r.Block}, nil
}

// Commit returns a commit and what the chain knows of it, verified against its CID.
func (c *Client) Commit(ctx context.Context, id cid.Cid) (CommitInfo, error) {
	var r songtypes.QueryCommitResponse
	if err := c.query(ctx, songQuery+"Commit", &songtypes.QueryCommitRequest{Cid: id.String()}, &r); err != nil {
		return CommitInfo{}, fmt.Errorf("commit %s: %w", id, err)
	}
	info, err := commitInfoFrom(r.Commit)
	if err == nil && info.CID != id {
		err = fmt.Errorf("%w: commit %s where %s was asked for", ErrBadAnswer, info.CID, id)
	}
	return info, err
}

// CommitBlock returns a commit's canonical bytes, which hash to its CID.
func (c *Client) CommitBlock(ctx context.Context, id cid.Cid) ([]byte, error) {
	var r songtypes.QueryCommitBlockResponse
	req := &songtypes.QueryCommitBlockRequest{Cid: id.String()}
	if err := c.query(ctx, songQuery+"CommitBlock", req, &r); err != nil {
		return nil, fmt.Errorf("commit %s: %w", id, err)
	}
	if object.CIDOf(r.Block) != id {
		return nil, fmt.Errorf("%w: commit %s does not hash to its cid", ErrBadAnswer, id)
	}
	return r.Block, nil
}

// LogRequest selects a page of a song's history.
type LogRequest struct {
	Song string
	// Branch to begin at; the default branch if empty.
	Branch string
	// Commit to begin at instead of a branch's head.
	Commit cid.Cid
	// Cursor continues after an earlier page.
	Cursor []byte
	// Limit is the number of commits, 1 to 200; 50 if zero.
	Limit uint32
}

// Log returns a page of history, no commit before one of its children, each
// verified against its CID, and the cursor of the next page (empty at the end).
func (c *Client) Log(ctx context.Context, req LogRequest) ([]CommitInfo, []byte, error) {
	p := &songtypes.QueryLogRequest{SongId: req.Song, Branch: req.Branch, Cursor: req.Cursor, Limit: req.Limit}
	if req.Commit.Defined() {
		p.Commit = req.Commit.String()
	}
	var r songtypes.QueryLogResponse
	if err := c.query(ctx, songQuery+"Log", p, &r); err != nil {
		return nil, nil, fmt.Errorf("log of %s: %w", req.Song, err)
	}
	var commits []CommitInfo
	for _, pc := range r.Commits {
		info, err := commitInfoFrom(pc)
		if err != nil {
			return nil, nil, err
		}
		commits = append(commits, info)
	}
	return commits, r.NextCursor, nil
}

func commitInfoFrom(p songtypes.CommitInfo) (CommitInfo, error) {
	commit, err := CommitFromProto(p.Commit)
	if err != nil {
		return CommitInfo{}, fmt.Errorf("%w: commit %.70q: %w", ErrBadAnswer, p.Cid, err)
	}
	block, err := commit.Encode()
	if err != nil {
		return CommitInfo{}, fmt.Errorf("%w: commit %.70q: %w", ErrBadAnswer, p.Cid, err)
	}
	id := object.CIDOf(block)
	if id.String() != p.Cid {
		return CommitInfo{}, fmt.Errorf("%w: commit %.70q does not hash to its cid", ErrBadAnswer, p.Cid)
	}
	sig, err := SignatureOf(p.Commit.Signature)
	return CommitInfo{
		CID: id, Commit: commit, Signature: sig, Generation: p.Generation,
		Song: p.Song, Network: p.Network, Licence: p.Licence, Pusher: p.Pusher, Height: p.Height, Time: p.Time,
	}, err
}

// Release returns a song's release by its tag.
func (c *Client) Release(ctx context.Context, song, tag string) (songtypes.Release, error) {
	var r songtypes.QueryReleaseResponse
	req := &songtypes.QueryReleaseRequest{SongId: song, Tag: tag}
	if err := c.query(ctx, songQuery+"Release", req, &r); err != nil {
		return songtypes.Release{}, fmt.Errorf("release %q of %s: %w", tag, song, err)
	}
	return r.Release, nil
}

// Releases returns a page of a song's releases and the key of the next page.
func (c *Client) Releases(ctx context.Context, song string, page Page) ([]songtypes.Release, []byte, error) {
	var r songtypes.QueryReleasesResponse
	req := &songtypes.QueryReleasesRequest{SongId: song, Pagination: page.request()}
	err := c.query(ctx, songQuery+"Releases", req, &r)
	return r.Releases, nextKey(r.Pagination), err
}

// Hints returns where a song's people say that its audio is served: hubs' URLs and
// multiaddrs of IPFS nodes. They are a stranger's word.
func (c *Client) Hints(ctx context.Context, song string) ([]string, error) {
	s, err := c.Song(ctx, song)
	return s.Metadata.Hints, err
}
