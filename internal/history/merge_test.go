package history_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
)

var drummer = history.Side{Who: "drummer", ID: "3f2a"}

func audio(s string) cid.Cid {
	mh, err := multihash.Sum([]byte(s), multihash.SHA2_256, -1)
	if err != nil {
		panic(err)
	}
	return cid.NewCidV1(cid.Raw, mh)
}

func file(path, content string) object.Entry {
	return object.Entry{Path: path, CID: audio(content), Size: uint64(len(content)), Kind: object.KindStem}
}

func with(e object.Entry, change func(*object.Entry)) object.Entry {
	change(&e)
	return e
}

func treeOf(entries ...object.Entry) object.Tree {
	t := object.Tree{Entries: slices.Clone(entries)}
	t.Sort()
	return t
}

func pcm(s string) []byte {
	mh, _ := multihash.Sum([]byte(s), multihash.SHA2_256, -1)
	return mh
}

func session(path, content string) object.Entry {
	return object.Entry{Path: path, CID: object.CIDOf([]byte(content)), Size: 1, Kind: object.KindSession}
}

// short describes a merge: path=content lines are compared by CID.
type merge struct {
	name               string
	base, ours, theirs []object.Entry
	want               []object.Entry
	conflicts          []history.Conflict // kinds and paths only
}

func conflict(kind history.ConflictKind, path, ours, theirs string) history.Conflict {
	return history.Conflict{Kind: kind, Path: path, OursPath: ours, TheirsPath: theirs}
}

const label = "(theirs from drummer, 3f2a)"

var merges = []merge{
	{name: "nothing"},
	{
		name: "each side changes another file",
		base: []object.Entry{file("a", "1"), file("b", "1")},
		ours: []object.Entry{file("a", "2"), file("b", "1")}, theirs: []object.Entry{file("a", "1"), file("b", "3")},
		want: []object.Entry{file("a", "2"), file("b", "3")},
	},
	{
		name: "both add the same", ours: []object.Entry{file("a", "1")}, theirs: []object.Entry{file("a", "1")},
		want: []object.Entry{file("a", "1")},
	},
	{
		name: "both add different files at one path",
		ours: []object.Entry{file("bass.wav", "1")}, theirs: []object.Entry{file("bass.wav", "2")},
		want:      []object.Entry{file("bass.wav", "1"), file("bass "+label+".wav", "2")},
		conflicts: []history.Conflict{conflict(history.BothAdded, "bass.wav", "bass.wav", "bass "+label+".wav")},
	},
	{
		name: "both change one stem",
		base: []object.Entry{file("drums/kick.wav", "0")}, ours: []object.Entry{file("drums/kick.wav", "1")},
		theirs:    []object.Entry{file("drums/kick.wav", "2")},
		want:      []object.Entry{file("drums/kick.wav", "1"), file("drums/kick "+label+".wav", "2")},
		conflicts: []history.Conflict{conflict(history.BothChanged, "drums/kick.wav", "drums/kick.wav", "drums/kick "+label+".wav")},
	},
	{
		name: "the name beside is taken",
		base: []object.Entry{file("a.wav", "0"), file("A "+label+".wav", "x")},
		ours: []object.Entry{file("a.wav", "1"), file("A "+label+".wav", "x")}, theirs: []object.Entry{file("a.wav", "2"), file("A "+label+".wav", "x")},
		want:      []object.Entry{file("a.wav", "1"), file("A "+label+".wav", "x"), file("a "+label+" 2.wav", "2")},
		conflicts: []history.Conflict{conflict(history.BothChanged, "a.wav", "a.wav", "a "+label+" 2.wav")},
	},
	{
		name: "both make the same change", base: []object.Entry{file("a", "0")},
		ours: []object.Entry{file("a", "1")}, theirs: []object.Entry{file("a", "1")}, want: []object.Entry{file("a", "1")},
	},
	{name: "both delete", base: []object.Entry{file("a", "0")}},
	{name: "one deletes", base: []object.Entry{file("a", "0")}, ours: []object.Entry{file("a", "0")}},
	{
		name: "we delete, they change", base: []object.Entry{file("a", "0")}, theirs: []object.Entry{file("a", "1")},
		want: []object.Entry{file("a", "1")}, conflicts: []history.Conflict{conflict(history.DeletedByOurs, "a", "", "a")},
	},
	{
		name: "we change, they delete", base: []object.Entry{file("a", "0")}, ours: []object.Entry{file("a", "1")},
		want: []object.Entry{file("a", "1")}, conflicts: []history.Conflict{conflict(history.DeletedByTheirs, "a", "a", "")},
	},
	{
		name: "we move, they record anew", base: []object.Entry{file("a.wav", "0")},
		ours: []object.Entry{file("old/a.wav", "0")}, theirs: []object.Entry{file("a.wav", "1")}, want: []object.Entry{file("old/a.wav", "1")},
	},
	{
		name: "they move, we record anew", base: []object.Entry{file("a.wav", "0")},
		ours: []object.Entry{file("a.wav", "1")}, theirs: []object.Entry{file("b.wav", "0")}, want: []object.Entry{file("b.wav", "1")},
	},
	{
		name:   "moved into another container with the same audio",
		base:   []object.Entry{with(file("a.wav", "0"), func(e *object.Entry) { e.PCM = pcm("x") })},
		ours:   []object.Entry{with(file("a.flac", "1"), func(e *object.Entry) { e.PCM = pcm("x") })},
		theirs: []object.Entry{with(file("a.wav", "0"), func(e *object.Entry) { e.PCM, e.Start = pcm("x"), 9 })},
		want:   []object.Entry{with(file("a.flac", "1"), func(e *object.Entry) { e.PCM, e.Start = pcm("x"), 9 })},
	},
	{
		name: "both move to one path", base: []object.Entry{file("a", "0")},
		ours: []object.Entry{file("b", "0")}, theirs: []object.Entry{file("b", "0")}, want: []object.Entry{file("b", "0")},
	},
	{
		name: "both move to different paths", base: []object.Entry{file("a", "0")},
		ours: []object.Entry{file("b", "0")}, theirs: []object.Entry{file("c", "0")},
		want:      []object.Entry{file("b", "0"), file("c", "0")},
		conflicts: []history.Conflict{conflict(history.BothMoved, "a", "b", "c")},
	},
	{
		name: "both move to different paths, and one copies to the other's", base: []object.Entry{file("a", "0")},
		ours: []object.Entry{file("b", "0"), file("c", "0")}, theirs: []object.Entry{file("c", "0")},
		want:      []object.Entry{file("b", "0"), file("c", "0")},
		conflicts: []history.Conflict{conflict(history.BothMoved, "a", "b", "c")},
	},
	{
		name: "different files moved to one path", base: []object.Entry{file("a.wav", "0"), file("b.wav", "1")},
		ours: []object.Entry{file("b.wav", "1"), file("c.wav", "0")}, theirs: []object.Entry{file("a.wav", "0"), file("c.wav", "1")},
		want:      []object.Entry{file("c.wav", "0"), file("c "+label+".wav", "1")},
		conflicts: []history.Conflict{conflict(history.Collision, "c.wav", "c.wav", "c "+label+".wav")},
	},
	{
		name: "empty files are not taken for moved ones", base: []object.Entry{file("a", "")},
		ours: []object.Entry{file("b", "")}, theirs: []object.Entry{file("a", "1")},
		want:      []object.Entry{file("a", "1"), file("b", "")},
		conflicts: []history.Conflict{conflict(history.DeletedByOurs, "a", "", "a")},
	},
	{
		name: "details of one file from both sides", base: []object.Entry{file("a", "0")},
		ours:   []object.Entry{with(file("a", "0"), func(e *object.Entry) { e.Instrument = "bass" })},
		theirs: []object.Entry{with(file("a", "1"), func(e *object.Entry) { e.Start = 5 })},
		want:   []object.Entry{with(file("a", "1"), func(e *object.Entry) { e.Instrument, e.Start = "bass", 5 })},
	},
	{
		name: "both changed one detail", base: []object.Entry{file("a", "0")},
		ours:      []object.Entry{with(file("a", "0"), func(e *object.Entry) { e.Start = 1 })},
		theirs:    []object.Entry{with(file("a", "0"), func(e *object.Entry) { e.Start = 2 })},
		want:      []object.Entry{with(file("a", "0"), func(e *object.Entry) { e.Start = 1 })},
		conflicts: []history.Conflict{conflict(history.Details, "a", "a", "a")},
	},
	{
		name: "names that differ only in case", ours: []object.Entry{file("Bass.wav", "1")}, theirs: []object.Entry{file("bass.wav", "2")},
		want:      []object.Entry{file("Bass.wav", "1"), file("bass "+label+".wav", "2")},
		conflicts: []history.Conflict{conflict(history.Collision, "bass.wav", "Bass.wav", "bass "+label+".wav")},
	},
	{
		name: "folders that differ only in case", ours: []object.Entry{file("Drums/a.wav", "1")}, theirs: []object.Entry{file("drums/b.wav", "2")},
		want:      []object.Entry{file("Drums/a.wav", "1"), file("Drums/b.wav", "2")},
		conflicts: []history.Conflict{conflict(history.Spelling, "drums/b.wav", "", "Drums/b.wav")},
	},
	{
		name: "their file is our folder", ours: []object.Entry{file("drums/a.wav", "1")}, theirs: []object.Entry{file("drums", "2")},
		want:      []object.Entry{file("drums/a.wav", "1"), file("drums "+label, "2")},
		conflicts: []history.Conflict{conflict(history.Collision, "drums", "", "drums "+label)},
	},
	{
		name: "our file is their folder", ours: []object.Entry{file("v1.2", "1")}, theirs: []object.Entry{file("v1.2/a.wav", "2"), file("V1.2/b.wav", "3")}[:1],
		want:      []object.Entry{file("v1.2", "1"), file("v1.2 "+label+"/a.wav", "2")},
		conflicts: []history.Conflict{conflict(history.Collision, "v1.2/a.wav", "v1.2", "v1.2 "+label+"/a.wav")},
	},
	{
		name: "both change a session", base: []object.Entry{session("song.als", "0")},
		ours: []object.Entry{session("song.als", "1")}, theirs: []object.Entry{session("song.als", "2")},
		want:      []object.Entry{session("song.als", "1"), session("song "+label+".als", "2")},
		conflicts: []history.Conflict{conflict(history.BothChanged, "song.als", "song.als", "song "+label+".als")},
	},
	{
		name: "a file becomes a session on one side", base: []object.Entry{file("song", "0")},
		ours:   []object.Entry{with(file("song", "0"), func(e *object.Entry) { e.Kind = object.KindProject })},
		theirs: []object.Entry{session("song", "1")}, want: []object.Entry{session("song", "1")},
	},
}

func TestMergeTreesJoinsFiles(t *testing.T) {
	guitar := func(e *object.Entry) { e.Instrument = "guitar" }
	labelled := func(e *object.Entry) { e.Instrument = "violin" }
	base := treeOf(file("a.wav", "0"), file("b.wav", "0"), file("c.wav", "00"), session("s", "0"))
	ours := treeOf(file("a.wav", "1"), file("b.wav", "1"), with(file("c.wav", "1"), guitar), file("n.wav", "1"), session("s", "1"))
	theirs := treeOf(file("moved.wav", "0"), file("b.wav", "2"), with(file("c.wav", "2"), labelled), file("n.wav", "2"), session("s", "2"))
	theirs.Entries = append(theirs.Entries, file("a.wav", "2"))
	theirs.Sort()
	var asked []string
	join := func(base, ours, theirs *object.Entry) (object.Entry, bool, error) {
		require.NotEqual(t, ours.CID, theirs.CID)
		asked = append(asked, ours.Path)
		if base == nil {
			return object.Entry{}, false, nil
		}
		require.NotEqual(t, base.CID, ours.CID)
		return object.Entry{CID: audio("both"), Size: 4, Codec: "pcm", Frames: 7}, ours.Path != "b.wav", nil
	}
	got, err := history.MergeTrees(base, ours, theirs, drummer, join)
	require.NoError(t, err)
	require.Equal(t, []string{"a.wav", "b.wav", "c.wav", "n.wav"}, asked)
	e, ok := got.Tree.Find("c.wav")
	require.True(t, ok)
	require.Equal(t, object.Entry{
		Path: "c.wav", CID: audio("both"), Size: 4, Kind: object.KindStem, Codec: "pcm", Frames: 7, Instrument: "guitar",
	}, e)
	var kinds []string
	for _, c := range got.Conflicts {
		kinds = append(kinds, c.Path+" "+string(c.Kind))
	}
	require.Equal(t, []string{"b.wav both-changed", "c.wav details", "n.wav both-added", "s both-changed"}, kinds)

	_, err = history.MergeTrees(base, ours, theirs, drummer, func(_, _, _ *object.Entry) (object.Entry, bool, error) {
		return object.Entry{}, false, errBroken
	})
	require.ErrorIs(t, err, errBroken)
}

// One side moved a file, the other one recorded in it anew, and so did the first.
func TestAJoinedFileIsWhereItWasMoved(t *testing.T) {
	base := treeOf(with(file("a.wav", "0"), func(e *object.Entry) { e.PCM = pcm("0") }))
	ours := treeOf(file("a.wav", "1"))
	theirs := treeOf(with(file("bass/a.wav", "2"), func(e *object.Entry) { e.PCM = pcm("0") }))
	join := func(_, _, _ *object.Entry) (object.Entry, bool, error) {
		return object.Entry{CID: audio("both"), Size: 4}, true, nil
	}
	got, err := history.MergeTrees(base, ours, theirs, drummer, join)
	require.NoError(t, err)
	require.Empty(t, got.Conflicts)
	require.Equal(t, treeOf(file("bass/a.wav", "both")), got.Tree)
}

func TestMergeTrees(t *testing.T) {
	for _, m := range merges {
		t.Run(m.name, func(t *testing.T) {
			got, err := history.MergeTrees(treeOf(m.base...), treeOf(m.ours...), treeOf(m.theirs...), drummer, nil)
			require.NoError(t, err)
			require.Equal(t, treeOf(m.want...), got.Tree)
			var short []history.Conflict
			for _, c := range got.Conflicts {
				short = append(short, conflict(c.Kind, c.Path, c.OursPath, c.TheirsPath))
			}
			require.Equal(t, m.conflicts, short)
		})
	}
}

// randomTree makes valid trees whose paths like to collide.
func randomTree(r *rand.Rand, from object.Tree) object.Tree {
	parts := []string{"a", "A", "b", "b.wav", "c", "C.wav", "a (theirs from drummer, 3f2a)", "b (theirs from drummer, 3f2a).wav"}
	entries := slices.Clone(from.Entries)
	for range r.IntN(8) {
		switch n := len(entries); {
		case n > 0 && r.IntN(3) == 0:
			entries = slices.Delete(entries, n-1, n)
		case n > 0 && r.IntN(3) == 0:
			entries[r.IntN(n)].CID = audio(fmt.Sprint(r.IntN(6)))
		case n > 0 && r.IntN(3) == 0:
			entries[r.IntN(n)].Path = parts[r.IntN(len(parts))] + "/moved"
		default:
			path := parts[r.IntN(len(parts))]
			for range r.IntN(3) {
				path += "/" + parts[r.IntN(len(parts))]
			}
			entries = append(entries, file(path, fmt.Sprint(r.IntN(6))))
		}
		r.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	}
	var t object.Tree
	for _, e := range entries {
		next := treeOf(append(slices.Clone(t.Entries), e)...)
		if next.Validate() == nil {
			t = next
		}
	}
	return t
}

// What a merge must never do, over many trees: lose what a side made, give an
// invalid tree, or depend on anything but its arguments.
func TestMergeLosesNothing(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		base := randomTree(r, object.Tree{})
		ours, theirs := randomTree(r, base), randomTree(r, base)
		got, err := history.MergeTrees(base, ours, theirs, drummer, nil)
		require.NoError(t, err, "seed %d", seed)
		require.NoError(t, got.Tree.Validate(), "seed %d", seed)

		has := contents(got.Tree)
		was := contents(base)
		for _, side := range []object.Tree{ours, theirs} {
			for c := range contents(side) {
				require.True(t, has[c] || was[c], "seed %d: content is lost", seed)
			}
		}
		for _, c := range got.Conflicts {
			for _, p := range []string{c.OursPath, c.TheirsPath} {
				if p != "" {
					_, ok := got.Tree.Find(p)
					require.True(t, ok, "seed %d: %s of %+v", seed, p, c)
				}
			}
		}
		again, err := history.MergeTrees(base, ours, theirs, drummer, nil)
		require.NoError(t, err)
		require.Equal(t, got, again)
	}
}

func TestMergeWithAnUnchangedSide(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 2))
		base := randomTree(r, object.Tree{})
		side := randomTree(r, base)
		for _, pair := range [][2]object.Tree{{base, side}, {side, base}, {side, side}} {
			got, err := history.MergeTrees(base, pair[0], pair[1], drummer, nil)
			require.NoError(t, err)
			require.Empty(t, got.Conflicts, "seed %d", seed)
			require.ElementsMatch(t, side.Entries, got.Tree.Entries, "seed %d", seed)
		}
	}
}

func TestMergeOverTheLimit(t *testing.T) {
	half := func(name string) object.Tree {
		var tree object.Tree
		for i := range object.MaxTreeEntries/2 + 1 {
			tree.Entries = append(tree.Entries, file(fmt.Sprintf("%s/%04d.wav", name, i), name))
		}
		return tree
	}
	_, err := history.MergeTrees(object.Tree{}, half("a"), half("b"), history.Side{}, nil)
	require.ErrorIs(t, err, object.ErrInvalid)
	require.ErrorContains(t, err, "two sides")
	require.ErrorContains(t, err, "1026, over the limit of 1024")
}

func contents(t object.Tree) map[cid.Cid]bool {
	m := map[cid.Cid]bool{}
	for _, e := range t.Entries {
		m[e.CID] = true
	}
	return m
}
