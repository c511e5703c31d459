package keeper_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

// synthetic is a history that is loaded straight into the state, of one song by the
// drummer. All commits have one tree.
type synthetic struct {
	testing.TB
	id     types.SongID
	gs     *types.GenesisState
	tree   []byte
	link   cid.Cid
	placed map[types.Digest]types.CommitRecord
}

func newSynthetic(t testing.TB) *synthetic {
	block, link, err := stems("kick", "snare").Encode()
	require.NoError(t, err)
	return &synthetic{
		TB: t, id: types.NewSongID(drummer.key.PubKey().Address(), 0), gs: types.DefaultGenesis(),
		tree: block, link: link, placed: make(map[types.Digest]types.CommitRecord),
	}
}

func (s *synthetic) add(parents ...string) string {
	o := object.Commit{Tree: s.link, Author: drummer.key.PubKey().Address(), Created: uint64(len(s.gs.Commits)), Message: "Take"}
	for _, p := range parents {
		parent, err := object.ParseCID(p)
		require.NoError(s, err)
		o.Parents = append(o.Parents, parent)
	}
	block, err := o.Encode()
	require.NoError(s, err)
	record := types.CommitRecord{Block: block, Song: s.id[:], Licence: "CC-BY-4.0", Height: 1, Time: genesisTime.Unix()}
	require.NoError(s, record.Place(o.Parents, func(d types.Digest) (types.CommitRecord, error) { return s.placed[d], nil }))
	digest := types.Digest(sha256.Sum256(block))
	s.placed[digest] = record
	s.gs.Commits = append(s.gs.Commits, record)
	return digest.String()
}

// load begins the chain with the history; the branch main is at its last commit.
func (s *synthetic) load(f *fixture) (songID string) {
	head := sha256.Sum256(s.gs.Commits[len(s.gs.Commits)-1].Block)
	songID = s.id.String()
	s.gs.Counts = []types.SongCount{{Creator: drummer.address, Count: 1}}
	s.gs.Songs = []types.GenesisSong{{
		Song: types.Song{Id: songID, Owner: drummer.address, Name: "long", DefaultBranch: "main", Network: songID, CreatedTime: genesisTime, Revision: 1},
		Branches: []types.GenesisBranch{{
			Name: "main", Tree: s.tree, Record: types.BranchRecord{Head: head[:], Protected: true, UpdatedHeight: 1},
		}},
	}}
	require.NoError(s, f.keeper.InitGenesis(f.ctx, *s.gs))
	return songID
}

// longHistory loads a song with n commits: a first-parent line, in which every tenth
// commit merges one that left it five before. It returns the song and the line.
func longHistory(t testing.TB, f *fixture, n int) (songID string, line []string) {
	s := newSynthetic(t)
	for len(s.gs.Commits) < n {
		var parents []string
		if i := len(line); i > 0 {
			parents = []string{line[i-1]}
			if i > 5 && i%10 == 0 {
				parents = append(parents, s.add(line[i-5]))
			}
		}
		line = append(line, s.add(parents...))
	}
	return s.load(f), line
}

// gasOf measures what something costs, on a meter of its own.
func gasOf(f *fixture, do func()) uint64 {
	ctx := f.ctx
	f.ctx = ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
	do()
	gas := f.ctx.GasMeter().GasConsumed()
	f.ctx = ctx
	return gas
}

type costs struct{ fork, firstPage, middlePage, oldRelease, push uint64 }

func measure(t testing.TB, f *fixture, n int) (c costs) {
	songID, line := longHistory(t, f, n)
	c.firstPage = gasOf(f, func() {
		res, err := f.queries.Log(f.ctx, &types.QueryLogRequest{SongId: songID})
		require.NoError(t, err)
		require.Len(t, res.Commits, 50)
	})
	c.middlePage = gasOf(f, func() {
		res, err := f.queries.Log(f.ctx, &types.QueryLogRequest{SongId: songID, Commit: line[len(line)*2/3]})
		require.NoError(t, err)
		require.Len(t, res.Commits, 50)
	})
	c.fork = gasOf(f, func() {
		_, err := f.msgs.ForkSong(f.ctx, &types.MsgForkSong{Creator: guitarist.address, ParentId: songID})
		require.NoError(t, err)
	})
	c.oldRelease = gasOf(f, func() {
		_, err := f.msgs.PublishRelease(f.ctx, &types.MsgPublishRelease{
			Signer: drummer.address, SongId: songID, Tag: "v1", Commit: line[1], Tree: stems("kick", "snare"),
		})
		require.NoError(t, err)
	})
	c.push = gasOf(f, func() {
		head := f.head(songID, "main")
		_, err := f.msgs.Push(f.ctx, pushOf(drummer, songID, "main", head, record(drummer, "next", stems("kick"), head)))
		require.NoError(t, err)
	})
	return c
}

// A song of 20,000 commits is as cheap to fork, read and push to as one of 100; to
// find an old commit costs a logarithm more. BenchmarkLongHistory has 100,000.
func TestCostsAreFlat(t *testing.T) {
	short, long := measure(t, emptyFixture(t), 100), measure(t, emptyFixture(t), 20_000)
	t.Logf("gas at 100 commits %+v, at 20,000 %+v", short, long)
	require.InEpsilon(t, short.fork, long.fork, 0.02)
	require.InEpsilon(t, short.firstPage, long.firstPage, 0.1)
	require.InEpsilon(t, short.middlePage, long.middlePage, 0.1)
	require.InEpsilon(t, short.push, long.push, 0.1)
	require.Less(t, long.oldRelease, 5*short.oldRelease)
}

func BenchmarkLongHistory(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		f := emptyFixture(b)
		c := measure(b, f, n)
		songID := types.NewSongID(drummer.key.PubKey().Address(), 0).String()
		b.Run(fmt.Sprintf("log-page/%d", n), func(b *testing.B) {
			for b.Loop() {
				_, err := f.queries.Log(f.ctx, &types.QueryLogRequest{SongId: songID})
				require.NoError(b, err)
			}
			b.ReportMetric(float64(c.firstPage), "gas")
		})
		b.Run(fmt.Sprintf("fork/%d", n), func(b *testing.B) {
			for b.Loop() {
				ctx, _ := f.ctx.CacheContext()
				_, err := f.msgs.ForkSong(ctx, &types.MsgForkSong{Creator: singer.address, ParentId: songID})
				require.NoError(b, err)
			}
			b.ReportMetric(float64(c.fork), "gas")
		})
	}
}

// logOf reads a whole history in pages.
func (f *fixture) logOf(songID, commit string, limit uint32) []types.CommitInfo {
	var all []types.CommitInfo
	req := &types.QueryLogRequest{SongId: songID, Commit: commit, Limit: limit}
	for {
		res, err := f.queries.Log(f.ctx, req)
		require.NoError(f, err)
		require.LessOrEqual(f, len(res.Commits), int(limit))
		all = append(all, res.Commits...)
		if len(res.NextCursor) == 0 {
			return all
		}
		req.Cursor = res.NextCursor
	}
}

// randomHistory pushes a random graph and returns, for each commit, what is in its
// history, by brute force.
func randomHistory(f *fixture, songID string, r *rand.Rand, n int) ([]work, map[string]map[string]bool) {
	var works []work
	ancestors := make(map[string]map[string]bool)
	for i := range n {
		var parents []string
		for range min(i, 1+r.Intn(3)) {
			p := works[max(0, len(works)-1-r.Intn(8))].cid
			if len(parents) == 0 || parents[0] != p && parents[len(parents)-1] != p {
				parents = append(parents, p)
			}
		}
		w := record(drummer, fmt.Sprintf("%d of %d", i, r.Int63()), stems("kick", fmt.Sprint("s", r.Intn(3))), parents...)
		ancestors[w.cid] = map[string]bool{w.cid: true}
		for _, p := range parents {
			for a := range ancestors[p] {
				ancestors[w.cid][a] = true
			}
		}
		works = append(works, w)
		branch := &types.QueryBranchRequest{SongId: songID, Branch: "all"}
		msg := pushOf(drummer, songID, "all", "", w)
		if res, err := f.queries.Branch(f.ctx, branch); err == nil {
			msg.ExpectedHead, msg.Force = res.Branch.Head, true
		}
		must(f, f.msgs.Push, msg)
	}
	return works, ancestors
}

func TestLogIsTopologicalAndPagesAgree(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	works, ancestors := randomHistory(f, songID, rand.New(rand.NewSource(1)), 60)
	for _, w := range works {
		whole := f.logOf(songID, w.cid, 200)
		require.Len(t, whole, len(ancestors[w.cid]), "every commit, once")
		seen := make(map[string]bool)
		for _, info := range whole {
			require.True(t, ancestors[w.cid][info.Cid])
			require.False(t, seen[info.Cid])
			for _, p := range info.Commit.Parents {
				require.False(t, seen[p], "a parent before its child")
			}
			seen[info.Cid] = true
		}
		require.Equal(t, whole, f.logOf(songID, w.cid, 1))
		require.Equal(t, whole, f.logOf(songID, w.cid, 7))
	}
}

// way finds merge edges from head to target by searching; first parents first.
func way(works map[string]work, ancestors map[string]map[string]bool, head, target string) []types.MergeEdge {
	var edges []types.MergeEdge
	for head != target {
		parents := works[head].Parents
		next := 0
		for !ancestors[parents[next]][target] {
			next++
		}
		if next > 0 {
			edges = append(edges, types.MergeEdge{Commit: head, Parent: uint32(next)})
		}
		head = parents[next]
	}
	return edges
}

// The chain finds exactly those commits in a history that are there.
func TestAncestryAgreesWithBruteForce(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	list, ancestors := randomHistory(f, songID, rand.New(rand.NewSource(2)), 50)
	works := make(map[string]work)
	for _, w := range list {
		works[w.cid] = w
	}
	head := list[len(list)-1]
	for i, w := range list {
		msg := &types.MsgPublishRelease{
			Signer: drummer.address, SongId: songID, Branch: "all", Tag: fmt.Sprint("v", i), Commit: w.cid, Tree: w.tree,
		}
		if ancestors[head.cid][w.cid] {
			msg.MergeEdges = way(works, ancestors, head.cid, w.cid)
			must(f, f.msgs.PublishRelease, msg)
		} else {
			refused(f, types.ErrNotDescendant, f.msgs.PublishRelease, msg)
		}
	}
}

// From each depth of a long line to each other, in few steps.
func TestJumpsReachEveryDepth(t *testing.T) {
	f := emptyFixture(t)
	songID, line := longHistory(t, f, 700)
	for i := 0; i < len(line); i += 7 {
		_, err := f.msgs.PublishRelease(f.ctx, &types.MsgPublishRelease{
			Signer: drummer.address, SongId: songID, Tag: fmt.Sprint("v", i), Commit: line[i], Tree: stems("kick", "snare"),
		})
		require.NoError(t, err, "depth %d", i)
	}
	require.NoError(t, f.keeper.CheckInvariants(f.ctx))
}

func TestLogRefusesBadCursors(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	f.push(drummer, songID, "main", "", line(drummer, "take", 5)...)
	res, err := f.queries.Log(f.ctx, &types.QueryLogRequest{SongId: songID, Limit: 2})
	require.NoError(t, err)
	good := res.NextCursor
	require.Len(t, good, 33)
	wrongGeneration := append([]byte{9}, good[1:]...)
	unknown := append([]byte{}, good...)
	unknown[5] ^= 1
	for what, c := range map[string]struct {
		cursor []byte
		want   error
	}{
		"cut off":            {good[:20], types.ErrInvalidPage},
		"garbage":            {[]byte("garbage"), types.ErrInvalidPage},
		"repeated":           {append(append([]byte{}, good...), good...), types.ErrInvalidPage},
		"wrong generation":   {wrongGeneration, types.ErrInvalidPage},
		"unknown commit":     {unknown, types.ErrCommitNotFound},
		"huge":               {make([]byte, 1<<20), types.ErrInvalidPage},
		"varint without end": {[]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, types.ErrInvalidPage},
	} {
		_, err := f.queries.Log(f.ctx, &types.QueryLogRequest{SongId: songID, Cursor: c.cursor})
		require.ErrorIs(t, err, c.want, what)
	}
	_, err = f.queries.Log(f.ctx, &types.QueryLogRequest{SongId: songID, Limit: 201})
	require.ErrorIs(t, err, types.ErrInvalidPage)
}

// A log holds as many lines of history open as a song has people who began at one
// old version, up to a bound.
func TestLogOfAWideHistory(t *testing.T) {
	history := func(lines int) ([]types.CommitInfo, error) {
		f, s := emptyFixture(t), newSynthetic(t)
		base := s.add()
		head := s.add(base)
		for i := 0; i < lines; {
			parents := []string{head}
			for ; i < lines && len(parents) < object.MaxParents; i++ {
				parents = append(parents, s.add(base))
			}
			head = s.add(parents...)
		}
		req := &types.QueryLogRequest{SongId: s.load(f), Limit: 200}
		var all []types.CommitInfo
		for {
			res, err := f.queries.Log(f.ctx, req)
			if err != nil {
				return all, err
			}
			all = append(all, res.Commits...)
			if req.Cursor = res.NextCursor; len(req.Cursor) == 0 {
				return all, nil
			}
		}
	}
	all, err := history(1000)
	require.NoError(t, err)
	require.Len(t, all, 2+1000+67)
	_, err = history(1100)
	require.ErrorIs(t, err, types.ErrHistoryTooWide)
}

func FuzzLogCursor(f *testing.F) {
	fix := emptyFixture(f)
	songID, _ := longHistory(f, fix, 100)
	res, err := fix.queries.Log(fix.ctx, &types.QueryLogRequest{SongId: songID})
	require.NoError(f, err)
	f.Add(res.NextCursor)
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, cursor []byte) {
		res, err := fix.queries.Log(fix.ctx, &types.QueryLogRequest{SongId: songID, Cursor: cursor, Limit: 3})
		if err == nil {
			require.LessOrEqual(t, len(res.Commits), 3)
		}
	})
}

// What a commit leaves in the state for good: key and value.
func TestCommitRecordIsSmall(t *testing.T) {
	sizes := make(map[int]int)
	for _, stemCount := range []int{12, 60} {
		f := newFixture(t)
		songID := f.createSong(drummer, "blue-bossa")
		names := make([]string, stemCount)
		for i := range names {
			names[i] = fmt.Sprintf("stems/track %02d", i)
		}
		base := record(drummer, "base", stems(names...))
		f.push(drummer, songID, "main", "", base)
		names[0] += "@2"
		typical := record(drummer, "Second verse: new bass line, and the snare two dB down again", stems(names...), base.cid)
		require.Len(t, typical.Message, 60)
		typical.Contributions = []types.Contribution{
			{Contributor: drummer.address, Roles: []string{"StudioMusician"}, Instrument: "Drum Kit", Paths: []string{"stems/track 00.wav"}},
			{Contributor: guitarist.address, Roles: []string{"StudioMusician", "Composer"}, Instrument: "Bass Guitar", Paths: []string{"stems/track 01.wav"}},
		}
		typical = remake(typical)
		f.ctx = f.ctx.WithBlockHeight(10_000_000)
		f.push(drummer, songID, "main", base.cid, typical)
		gs, err := f.keeper.ExportGenesis(f.ctx)
		require.NoError(t, err)
		for _, c := range gs.Commits {
			if types.Digest(sha256.Sum256(c.Block)).String() == typical.cid {
				sizes[stemCount] = 1 + sha256.Size + c.Size() // prefix, digest, record
			}
		}
	}
	t.Logf("bytes by number of stems: %v", sizes)
	require.LessOrEqual(t, sizes[12], 700)
	require.Equal(t, sizes[12], sizes[60], "independent of the number of stems")
}
