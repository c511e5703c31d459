package history_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
)

func TestBatchesAreWhatAPushNeeds(t *testing.T) {
	cuts := 0
	eachRandomDAG(t, 300, func(t *testing.T, r *rand.Rand, d *dag) {
		head, expected := len(d.ids)-1, r.IntN(len(d.ids))
		limit := 1 + r.IntN(12)
		want := d.below(head)
		for i := range d.below(expected) {
			delete(want, i)
		}
		batches, err := history.Batches(t.Context(), d, d.ids[head], d.ids[expected], nil, limit)
		if !d.below(head)[expected] {
			require.ErrorIs(t, err, history.ErrNotAncestor)
			return
		}
		if err != nil {
			require.ErrorIs(t, err, history.ErrCannotCut)
			return
		}
		cuts += len(batches)
		seen := d.below(expected)
		pushed := []int{expected}
		for _, batch := range batches {
			require.LessOrEqual(t, len(batch), limit)
			for _, n := range batch {
				i := d.index[n.CID]
				for _, p := range d.parents[i] {
					require.True(t, seen[p], "parent after child")
				}
				require.True(t, want[i] && !seen[i])
				seen[i] = true
				pushed = append(pushed, i)
			}
			below := d.below(d.index[batch[len(batch)-1].CID])
			for _, i := range pushed {
				require.True(t, below[i], "the batch's head leaves a commit behind")
			}
		}
		require.Len(t, pushed, len(want)+1)
	})
	require.Greater(t, cuts, 100)
}

func TestBatchesCutALongLine(t *testing.T) {
	d := newDAG()
	d.add(0)
	for i := range 250 {
		d.add(0, i)
	}
	batches, err := history.Batches(t.Context(), d, d.ids[250], cid.Undef, nil, 100)
	require.NoError(t, err)
	require.Equal(t, []int{100, 100, 51}, []int{len(batches[0]), len(batches[1]), len(batches[2])})

	batches, err = history.Batches(t.Context(), d, d.ids[250], d.ids[250], nil, 100)
	require.NoError(t, err)
	require.Empty(t, batches)
}

func TestBatchesRefuseAMergeThatIsTooLarge(t *testing.T) {
	d := newDAG()
	d.add(0)
	d.add(0, 0)
	for i := range 10 {
		d.add(0, i+1)
	}
	d.add(0, 0, 11)
	_, err := history.Batches(t.Context(), d, d.ids[12], d.ids[0], nil, 5)
	require.ErrorIs(t, err, history.ErrCannotCut)
	batches, err := history.Batches(t.Context(), d, d.ids[12], d.ids[0], d.cids(10), 5)
	require.NoError(t, err)
	require.Len(t, batches, 1)
}

// Every line that leaves a row must arrive at the commit that it was drawn to.
func TestLanesConnectChildrenToParents(t *testing.T) {
	eachRandomDAG(t, 200, func(t *testing.T, _ *rand.Rand, d *dag) {
		var lanes history.Lanes
		var above []cid.Cid // what each lane leads to
		for n, err := range history.Walk(t.Context(), d, d.cids(len(d.ids)-1), nil) {
			require.NoError(t, err)
			row := lanes.Next(n)
			if row.Lane < len(above) {
				require.Equal(t, n.CID, above[row.Lane])
			} else {
				require.NotContains(t, above, n.CID)
				above = append(above, n.CID)
			}
			require.Len(t, above, row.Top)
			below := make([]cid.Cid, row.Bottom)
			for i, lane := range row.Parents {
				below[lane] = n.Commit.Parents[i]
			}
			for _, pass := range row.Passing {
				require.NotEqual(t, n.CID, above[pass.From])
				below[pass.To] = above[pass.From]
			}
			for _, j := range row.Joins {
				require.Equal(t, n.CID, above[j])
			}
			require.NotContains(t, below, cid.Undef)
			require.Equal(t, row.Top, 1+len(row.Joins)+len(row.Passing))
			above = below
		}
		require.Empty(t, above)
	})
}

func TestBesideName(t *testing.T) {
	free := func(string) bool { return false }
	long := func(n int) string { return string(slices.Repeat([]byte("x"), n)) }
	for _, c := range []struct {
		path, want string
		side       history.Side
	}{
		{"bass.wav", "bass (theirs from drummer, 3f2a).wav", drummer},
		{"a/b.c/bass", "a/b.c/bass (theirs)", history.Side{}},
		{".hidden", ".hidden (theirs)", history.Side{}},
		{"x.wav", "x (ours from a b, 1).wav", history.Side{Name: "ours", Who: "a/ (b)\u202e\n", ID: ":1"}},
		{long(251) + ".wav", long(242) + " (theirs).wav", history.Side{}},
		{long(250) + "/a.wav", "a (theirs).wav", history.Side{}},
		{"드럼.wav", "드럼 (theirs from 기타).wav", history.Side{Who: "기타"}},
	} {
		got := history.BesideName(c.path, c.side, free)
		require.Equal(t, c.want, got)
		require.NoError(t, object.CheckPath(got))
	}
	n := 0
	require.Equal(t, "a (theirs) 3", history.BesideName("a", history.Side{}, func(string) bool { n++; return n < 3 }))
}

func FuzzBesideName(f *testing.F) {
	f.Add("drums/bass.wav", "theirs", "drummer", "3f2a")
	f.Fuzz(func(t *testing.T, path, side, who, id string) {
		if object.CheckPath(path) != nil {
			return
		}
		got := history.BesideName(path, history.Side{Name: side, Who: who, ID: id}, func(string) bool { return false })
		if err := object.CheckPath(got); err != nil {
			t.Fatalf("%q: %v", got, err)
		}
	})
}

// Two lines that merged each other twice: bases 1 and 2, and the virtual base
// is their merge against 0.
func TestBaseTreeOfACrissCross(t *testing.T) {
	d := newDAG()
	root := d.addTree(t, treeOf(file("a", "0"), file("b", "0"), file("c", "0")))
	left := d.addTree(t, treeOf(file("a", "1"), file("b", "0"), file("c", "1")), root)
	right := d.addTree(t, treeOf(file("a", "0"), file("b", "2"), file("c", "2")), root)
	ours := d.addTree(t, treeOf(file("a", "1"), file("b", "2"), file("c", "1")), left, right)
	theirs := d.addTree(t, treeOf(file("a", "1"), file("b", "2"), file("c", "2")), right, left)

	bases, err := history.MergeBases(t.Context(), d, d.ids[ours], d.ids[theirs])
	require.NoError(t, err)
	require.ElementsMatch(t, d.cids(left, right), bases)
	base, err := history.BaseTree(t.Context(), d, d, d.ids[ours], d.ids[theirs], nil)
	require.NoError(t, err)
	require.Equal(t, treeOf(file("a", "1"), file("b", "2"), file("c", "0")), base)

	alone := d.addTree(t, treeOf())
	base, err = history.BaseTree(t.Context(), d, d, d.ids[ours], d.ids[alone], nil)
	require.NoError(t, err)
	require.Empty(t, base.Entries)
}

// Files that both bases changed are joined where they can be, and are else as their
// own base has them.
func TestBaseTreeJoinsFiles(t *testing.T) {
	d := newDAG()
	root := d.addTree(t, treeOf(file("a", "0"), file("b", "0")))
	left := d.addTree(t, treeOf(file("a", "1"), file("b", "1")), root)
	right := d.addTree(t, treeOf(file("a", "2"), file("b", "2")), root)
	ours := d.addTree(t, treeOf(), left, right)
	theirs := d.addTree(t, treeOf(), right, left)
	join := func(base, _, _ *object.Entry) (object.Entry, bool, error) {
		return file("", "joined"), base.Path == "a", nil
	}
	base, err := history.BaseTree(t.Context(), d, d, d.ids[ours], d.ids[theirs], join)
	require.NoError(t, err)
	require.Equal(t, treeOf(file("a", "joined"), file("b", "0")), base)

	broken := func(_, _, _ *object.Entry) (object.Entry, bool, error) { return object.Entry{}, false, errBroken }
	_, err = history.BaseTree(t.Context(), d, d, d.ids[ours], d.ids[theirs], broken)
	require.ErrorIs(t, err, errBroken)
}

var errBroken = errors.New("the store is broken")

// A history of criss-cross merges, sixteen wide, costs a bounded number of reads.
func TestBaseTreeIsBounded(t *testing.T) {
	d := newDAG()
	row := []int{}
	for i := range 16 {
		row = append(row, d.addTree(t, treeOf(file("a", string(rune('a'+i))))))
	}
	for depth := range 12 {
		next := []int{}
		for i := range 16 {
			next = append(next, d.addTree(t, treeOf(file("a", string(rune('a'+(i*depth)%16)))), row...))
		}
		row = next
	}
	_, err := history.BaseTree(t.Context(), d, d, d.ids[row[0]], d.ids[row[1]], nil)
	require.NoError(t, err)
	require.Less(t, d.reads, 30_000)
}

func TestBrokenSources(t *testing.T) {
	d := newDAG()
	a := d.add(0)
	b := d.add(0, a)
	_, err := history.MergeBases(t.Context(), d, d.ids[b], audio("elsewhere"))
	require.ErrorIs(t, err, errMissing)
	_, err = history.MergeBases(t.Context(), d, d.ids[b], cid.Undef)
	require.ErrorIs(t, err, object.ErrInvalid)

	c := d.commits[d.ids[a]]
	c.Parents = d.cids(b)
	d.commits[d.ids[a]] = c
	_, err = history.IsAncestor(t.Context(), d, d.ids[a], d.ids[b])
	require.ErrorIs(t, err, history.ErrCycle)
}

const longLine = 100_000

func line(n int) *dag {
	d := newDAG()
	d.add(0)
	for i := range n - 1 {
		d.add(uint64(i), i)
	}
	return d
}

func BenchmarkLine100k(b *testing.B) {
	d := line(longLine)
	head := d.ids[longLine-1]
	b.Run("walk cold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range history.Walk(b.Context(), d, []cid.Cid{head}, nil) {
				require.NoError(b, err)
			}
		}
	})
	g := history.NewGraph(d, nil)
	_, err := g.Generation(b.Context(), head)
	require.NoError(b, err)
	b.Run("walk known generations", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range history.Walk(b.Context(), g, []cid.Cid{head}, nil) {
				require.NoError(b, err)
			}
		}
	})
	b.Run("edges to the root", func(b *testing.B) {
		for b.Loop() {
			_, err := history.MergeEdges(b.Context(), g, head, d.ids[0])
			require.NoError(b, err)
		}
	})
	b.Run("merge base near the head", func(b *testing.B) {
		for b.Loop() {
			_, err := history.MergeBases(b.Context(), g, head, d.ids[longLine-10])
			require.NoError(b, err)
		}
	})
}

func BenchmarkMergeTrees1024(b *testing.B) {
	var base, ours, theirs object.Tree
	for i := range 1000 {
		e := file("folder/"+audio(string(rune(i))).String(), string(rune(i)))
		base.Entries = append(base.Entries, e)
		e.Start = 1
		ours.Entries = append(ours.Entries, e)
		e.Path = "moved/" + e.Path
		theirs.Entries = append(theirs.Entries, e)
	}
	for _, t := range []*object.Tree{&base, &ours, &theirs} {
		t.Sort()
	}
	for b.Loop() {
		_, err := history.MergeTrees(base, ours, theirs, history.Side{}, nil)
		require.NoError(b, err)
	}
}
