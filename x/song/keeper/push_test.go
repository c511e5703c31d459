package keeper_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/song/types"
)

func TestPushMakesAndMovesABranch(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	first := record(drummer, "Count in", stems("kick", "snare"))
	second := record(drummer, "Better snare", stems("kick", "snare@2"), first.cid)

	res, events, err := deliver(f, f.msgs.Push, pushOf(drummer, songID, "main", "", first))
	require.NoError(t, err)
	require.Equal(t, first.cid, res.Head)
	require.Equal(t, []string{first.cid}, res.Commits)
	require.Equal(t, []string{"EventCommitAdded", "EventBranchMoved", "EventBranchProtected"}, eventTypes(events))

	f.nextBlock()
	res, events, err = deliver(f, f.msgs.Push, pushOf(drummer, songID, "main", first.cid, second))
	require.NoError(t, err)
	require.Equal(t, second.cid, res.Head)
	require.Equal(t, []string{"EventCommitAdded", "EventBranchMoved"}, eventTypes(events))

	branch, err := f.queries.Branch(f.ctx, &types.QueryBranchRequest{SongId: songID})
	require.NoError(t, err)
	require.Equal(t, types.Branch{Name: "main", Head: second.cid, Protected: true, UpdatedHeight: 2}, branch.Branch)

	tree, err := f.queries.Tree(f.ctx, &types.QueryTreeRequest{SongId: songID})
	require.NoError(t, err)
	require.Equal(t, second.tree, tree.Tree)
	require.Equal(t, second.Tree, tree.Cid)
	require.Equal(t, second.cid, tree.Commit)

	commit, err := f.queries.Commit(f.ctx, &types.QueryCommitRequest{Cid: second.cid})
	require.NoError(t, err)
	require.Equal(t, types.CommitInfo{
		Cid: second.cid, Commit: second.Commit, Generation: 2, Song: songID, Network: songID,
		Licence: "CC-BY-4.0", Height: 2, Time: f.ctx.BlockTime(), Pusher: drummer.address,
	}, commit.Commit)
}

func TestPushSentTwiceChangesNothing(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	works := line(drummer, "take", 3)
	msg := pushOf(drummer, songID, "main", "", works...)
	must(f, f.msgs.Push, msg)
	before := f.export()

	f.nextBlock()
	res, events, err := deliver(f, f.msgs.Push, msg) // expected_head is stale by now
	require.NoError(t, err)
	require.Equal(t, works[2].cid, res.Head)
	require.Empty(t, res.Commits)
	require.Empty(t, events)
	require.Equal(t, string(before), string(f.export()))

	// Known commits are skipped in a push that does bring something.
	next := record(drummer, "one more", stems("kick"), works[2].cid)
	msg = pushOf(drummer, songID, "main", works[2].cid, append(works, next)...)
	require.Equal(t, []string{next.cid}, must(f, f.msgs.Push, msg).Commits)
}

func TestPushComparesAndSwaps(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("kick"))
	f.push(drummer, songID, "main", "", base)
	mine := record(drummer, "mine", stems("kick", "snare"), base.cid)
	theirs := record(drummer, "theirs", stems("kick", "bass"), base.cid)
	f.push(drummer, songID, "main", base.cid, mine)

	err := refused(f, types.ErrStaleHead, f.msgs.Push, pushOf(drummer, songID, "main", base.cid, theirs))
	require.ErrorContains(t, err, mine.cid, "says where the branch is")
	refused(f, types.ErrStaleHead, f.msgs.Push, pushOf(drummer, songID, "main", "", theirs))
	refused(f, types.ErrBranchNotFound, f.msgs.Push, pushOf(drummer, songID, "other", base.cid, theirs))
	// Right about the head, but not built on it.
	refused(f, types.ErrNotDescendant, f.msgs.Push, pushOf(drummer, songID, "main", mine.cid, theirs))

	// After a pull, the merge goes through: theirs is the line, mine comes in.
	merge := record(drummer, "merge", stems("kick", "snare", "bass"), theirs.cid, mine.cid)
	refused(f, types.ErrNotDescendant, f.msgs.Push, pushOf(drummer, songID, "main", mine.cid, theirs, merge))
	msg := pushOf(drummer, songID, "main", mine.cid, theirs, merge)
	msg.MergeEdges = []types.MergeEdge{{Commit: merge.cid, Parent: 1}}
	require.Equal(t, merge.cid, must(f, f.msgs.Push, msg).Head)
}

func TestPushRefusesBadHistories(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("kick"))
	f.push(drummer, songID, "main", "", base)
	unknown := record(drummer, "never pushed", stems("kick"))
	orphan := record(drummer, "orphan", stems("kick", "bass"), unknown.cid)
	a := record(drummer, "a", stems("kick", "a"), base.cid)
	b := record(drummer, "b", stems("kick", "b"), a.cid)
	aside := record(drummer, "aside", stems("kick", "c"), base.cid)

	err := refused(f, types.ErrMissingParent, f.msgs.Push, pushOf(drummer, songID, "main", base.cid, orphan))
	require.ErrorContains(t, err, orphan.cid)
	require.ErrorContains(t, err, unknown.cid)
	// A commit's CID covers its parents', so a cycle cannot be built; what looks
	// like one is a child before its parent.
	err = refused(f, types.ErrUnconnectedCommit, f.msgs.Push, pushOf(drummer, songID, "main", base.cid, b, a))
	require.ErrorContains(t, err, b.cid)
	err = refused(f, types.ErrMissingParent, f.msgs.Push, pushOf(drummer, songID, "main", base.cid, b, a,
		record(drummer, "top", stems("kick"), a.cid, b.cid)))
	require.ErrorContains(t, err, b.cid)
	err = refused(f, types.ErrRepeatedCommit, f.msgs.Push, pushOf(drummer, songID, "main", base.cid, a, a))
	require.ErrorContains(t, err, a.cid)
	err = refused(f, types.ErrUnconnectedCommit, f.msgs.Push, pushOf(drummer, songID, "main", base.cid, aside, a))
	require.ErrorContains(t, err, aside.cid)
	refused(f, types.ErrCommitNotFound, f.msgs.Push, &types.MsgPush{
		Signer: drummer.address, SongId: songID, Branch: "dev", Head: unknown.cid, Tree: unknown.tree,
	})
	refused(f, types.ErrInvalidID, f.msgs.Push, &types.MsgPush{Signer: drummer.address, SongId: songID, Branch: "dev"})
	both := pushOf(drummer, songID, "main", base.cid, a)
	both.Head = base.cid
	refused(f, types.ErrInvalidID, f.msgs.Push, both)
}

func TestPushChecksTheTree(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	w := record(drummer, "base", stems("kick"))
	w.tree = stems("snare")
	refused(f, types.ErrTreeMismatch, f.msgs.Push, pushOf(drummer, songID, "main", "", w))
	w.tree = types.Tree{}
	refused(f, types.ErrTreeMismatch, f.msgs.Push, pushOf(drummer, songID, "main", "", w))
	w.tree.Entries = make([]types.Entry, 1025)
	refused(f, types.ErrInvalidObject, f.msgs.Push, pushOf(drummer, songID, "main", "", w))
	for _, path := range []string{"../kick.wav", "/kick.wav", "a//b", "NUL.wav", "a\x00b", ".parrots/HEAD", "kick\u202e.wav", strings.Repeat("k", 300)} {
		w.tree = stems("kick")
		w.tree.Entries[0].Path = path
		refused(f, types.ErrInvalidObject, f.msgs.Push, pushOf(drummer, songID, "main", "", w))
	}
	w.tree = stems("kick", "Kick")
	refused(f, types.ErrInvalidObject, f.msgs.Push, pushOf(drummer, songID, "main", "", w))
	for _, link := range []string{"", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG", "bafkqaaa", strings.ToUpper(stems("kick").Entries[0].Cid)} {
		w.tree = stems("kick")
		w.tree.Entries[0].Cid = link
		refused(f, types.ErrInvalidObject, f.msgs.Push, pushOf(drummer, songID, "main", "", w))
	}
	// An empty tree is a tree.
	f.push(drummer, songID, "main", "", record(drummer, "silence", types.Tree{}))
}

func TestPushOfTooMuch(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	msg := &types.MsgPush{Signer: drummer.address, SongId: songID, Branch: "main", Commits: make([]types.Commit, 10_000)}
	gas := f.ctx.GasMeter().GasConsumed()
	err := refused(f, types.ErrLimit, f.msgs.Push, msg)
	require.ErrorContains(t, err, "10000 commits")
	require.Less(t, f.ctx.GasMeter().GasConsumed()-gas, uint64(100_000_000))

	msg = pushOf(drummer, songID, "main", "", record(drummer, "base", stems("kick")))
	msg.MergeEdges = make([]types.MergeEdge, types.DefaultParams().MaxMergeEdges+1)
	refused(f, types.ErrLimit, f.msgs.Push, msg)

	w := record(drummer, "base", stems("kick"))
	w.Message = strings.Repeat("la", 2049)
	refused(f, types.ErrInvalidObject, f.msgs.Push, pushOf(drummer, songID, "main", "", w))
	w.Message, w.Parents = "base", make([]string, 17)
	refused(f, types.ErrInvalidObject, f.msgs.Push, pushOf(drummer, songID, "main", "", w))
	w.Parents, w.Contributions = nil, make([]types.Contribution, 65)
	refused(f, types.ErrInvalidObject, f.msgs.Push, pushOf(drummer, songID, "main", "", w))

	f.push(drummer, songID, "main", "", line(drummer, "full", int(types.DefaultParams().MaxCommitsPerPush))...)
}

func TestPushOfAKnownHead(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	works := line(drummer, "take", 5)
	f.push(drummer, songID, "main", "", works...)

	// A branch from an old version carries that version's tree.
	msg := &types.MsgPush{Signer: drummer.address, SongId: songID, Branch: "old", Head: works[1].cid, Tree: works[1].tree}
	res := must(f, f.msgs.Push, msg)
	require.Equal(t, works[1].cid, res.Head)
	require.Empty(t, res.Commits)
	msg.Branch, msg.Tree = "older", works[4].tree
	refused(f, types.ErrTreeMismatch, f.msgs.Push, msg)

	// Fast-forward without commits.
	must(f, f.msgs.Push, &types.MsgPush{
		Signer: drummer.address, SongId: songID, Branch: "old", ExpectedHead: works[1].cid, Head: works[3].cid, Tree: works[3].tree,
	})
	require.Equal(t, works[3].cid, f.head(songID, "old"))
}

func TestForcedPush(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	works := line(drummer, "take", 4)
	f.push(drummer, songID, "main", "", works...)
	f.push(drummer, songID, "try", "", works...)
	back := &types.MsgPush{
		Signer: drummer.address, SongId: songID, Branch: "main", ExpectedHead: works[3].cid, Head: works[0].cid, Tree: works[0].tree,
	}
	refused(f, types.ErrNotDescendant, f.msgs.Push, back)
	back.Force = true
	refused(f, types.ErrProtected, f.msgs.Push, back)
	back.Branch = "try"
	_, events, err := deliver(f, f.msgs.Push, back)
	require.NoError(t, err)
	require.Equal(t, []string{"EventBranchMoved"}, eventTypes(events))
	forced, _ := events[0].GetAttribute("forced")
	require.Equal(t, "true", forced.Value)

	must(f, f.msgs.ProtectBranch, &types.MsgProtectBranch{Signer: drummer.address, SongId: songID, Branch: "main"})
	back.Branch = "main"
	must(f, f.msgs.Push, back)
	require.Equal(t, works[0].cid, f.head(songID, "main"))
}

func TestPushNeedsAuthorship(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("kick"))
	f.push(drummer, songID, "main", "", base)
	solo := record(guitarist, "solo", stems("kick", "guitar"), base.cid)

	err := refused(f, types.ErrInvalidSignature, f.msgs.Push, pushOf(drummer, songID, "main", base.cid, solo))
	require.ErrorContains(t, err, guitarist.address)
	for what, forged := range map[string]work{
		"another key": solo.signedBy(drummer, chainID),
		// The document is the author's, the key is not.
		"another key over the author's document": solo.signedBy(musician{drummer.key, guitarist.address}, chainID),
		"another chain":                          solo.signedBy(guitarist, "parrots-2"),
		"another commit": func() work {
			w := solo
			w.Signature = record(guitarist, "chorus", stems("kick"), base.cid).signedBy(guitarist, chainID).Signature
			return w
		}(),
		"no key":       func() work { w := solo; w.Signature = &types.AuthorSignature{}; return w }(),
		"no signature": func() work { w := solo.signedBy(guitarist, chainID); w.Signature.Signature = nil; return w }(),
	} {
		t.Run(what, func(t *testing.T) {
			refused(f, types.ErrInvalidSignature, f.msgs.Push, pushOf(drummer, songID, "main", base.cid, forged))
		})
	}
	// The signer's own commit needs no signature, but a wrong one is refused.
	own := record(drummer, "own", stems("kick"), base.cid).signedBy(guitarist, chainID)
	refused(f, types.ErrInvalidSignature, f.msgs.Push, pushOf(drummer, songID, "main", base.cid, own))

	signed := solo.signedBy(guitarist, chainID)
	top := record(drummer, "mix", stems("kick", "guitar"), solo.cid)
	f.push(drummer, songID, "main", base.cid, signed, top)
	commit, err := f.queries.Commit(f.ctx, &types.QueryCommitRequest{Cid: solo.cid})
	require.NoError(t, err)
	require.Equal(t, signed.Signature.Signature, commit.Commit.Commit.Signature.Signature)
	require.Equal(t, drummer.address, commit.Commit.Pusher, "who took the guitarist's work in")
	mix, err := f.queries.Commit(f.ctx, &types.QueryCommitRequest{Cid: top.cid})
	require.NoError(t, err)
	require.Equal(t, drummer.address, mix.Commit.Pusher)
	bz, err := f.cdc.MarshalJSON(commit)
	require.NoError(t, err)
	require.Contains(t, string(bz), "/cosmos.crypto.secp256k1.PubKey")
}

func TestPushChargesForBytesAndSignatures(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	cost := func(branch string, works ...work) uint64 {
		before := f.ctx.GasMeter().GasConsumed()
		f.push(drummer, songID, branch, "", works...)
		return f.ctx.GasMeter().GasConsumed() - before
	}
	small := cost("small", record(drummer, "one", stems("kick")))
	names := make([]string, 500)
	for i := range names {
		names[i] = fmt.Sprintf("stem-%03d", i)
	}
	big := cost("big", record(drummer, "two", stems(names...)))
	require.Greater(t, big, small+499*200*(30+types.DefaultParams().GasPerByte), "each byte of a tree is paid for")
	plain := cost("plain", record(drummer, "abc", stems("kick")))
	signed := cost("signed", record(drummer, "def", stems("kick")).signedBy(drummer, chainID))
	require.Greater(t, signed, plain+types.DefaultParams().SignatureGas)
}

// A push may carry the trees of its other commits. They are checked, and told to those
// who hook in; the state is the same with and without.
func TestPushCarriesTrees(t *testing.T) {
	f := newFixture(t)
	var l listener
	f.keeper.SetHooks(&l)
	songID := f.createSong(drummer, "blue-bossa")
	works := line(drummer, "take", 4)
	tree := func(i int) types.CommitTree { return types.CommitTree{Commit: uint32(i), Tree: works[i].tree} }
	push := func(trees ...types.CommitTree) *types.MsgPush {
		msg := pushOf(drummer, songID, "main", "", works...)
		msg.Trees = trees
		return msg
	}
	other := tree(0)
	other.Tree = stems("something", "else")
	broken := tree(0)
	broken.Tree.Entries = []types.Entry{{Path: "../x"}}
	for what, trees := range map[string][]types.CommitTree{
		"of another commit": {other},
		"of the last":       {tree(0), tree(3)},
		"beyond":            {{Commit: 1 << 31, Tree: works[0].tree}},
		"falling":           {tree(1), tree(0)},
		"twice":             {tree(1), tree(1)},
	} {
		t.Run(what, func(*testing.T) { refused(f, types.ErrTreeMismatch, f.msgs.Push, push(trees...)) })
	}
	refused(f, types.ErrInvalidObject, f.msgs.Push, push(broken))
	refused(f, types.ErrLimit, f.msgs.Push, push(tree(0), tree(0), tree(0), tree(0), tree(0)))
	noCommits := push(tree(0))
	noCommits.Commits, noCommits.Head = nil, works[3].cid
	refused(f, types.ErrLimit, f.msgs.Push, noCommits)

	gas := func(msg *types.MsgPush) uint64 {
		ctx := f.ctx
		defer func() { f.ctx = ctx }()
		f.ctx, _ = ctx.CacheContext()
		return gasOf(f, func() { must(f, f.msgs.Push, msg) })
	}
	require.Greater(t, gas(push(tree(0))), gas(push()), "a tree costs its bytes")

	l.commits = nil
	must(f, f.msgs.Push, push(tree(0), tree(2)))
	require.Len(t, l.commits, 4)
	for i, carried := range []bool{true, false, true, true} {
		require.Equal(t, carried, l.commits[i].Tree != nil, i)
		if carried {
			want, err := works[i].tree.Object()
			require.NoError(t, err)
			require.Equal(t, want.Entries, l.commits[i].Tree.Entries)
		}
	}
}
