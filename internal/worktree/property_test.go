package worktree

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

// randomTree makes a valid tree of which all content is in mem, as any program
// might have made it: with details that this one does not fill in.
func randomTree(r *rand.Rand, mem *memory) object.Tree {
	var t object.Tree
	kinds := object.Kinds()
	for i := range r.IntN(12) {
		e := randomFile(r, mem)
		e.Path = fmt.Sprintf("%s%d.wav", []string{"", "stems/", "stems/대체/", "a b/"}[r.IntN(4)], i)
		if e.Kind = kinds[r.IntN(len(kinds))]; e.Kind == object.KindSession {
			e.Kind = object.KindOther
		}
		if r.IntN(2) == 0 {
			e.Instrument, e.Start, e.Channels, e.Codec = "bass", uint64(r.IntN(1000)), 2, "pcm"
		}
		t.Entries = append(t.Entries, e)
	}
	for i := range r.IntN(3) {
		e := randomProject(r, mem, 0)
		e.Path = fmt.Sprintf("Project %d", i)
		t.Entries = append(t.Entries, e)
	}
	t.Sort()
	return t
}

func randomFile(r *rand.Rand, mem *memory) object.Entry {
	data := fmt.Append(nil, r.IntN(20)) // so that content repeats
	return object.Entry{CID: mem.put(rawCID(data), data), Size: uint64(len(data))}
}

func randomProject(r *rand.Rand, mem *memory, depth int) object.Entry {
	var t object.Tree
	link := object.Entry{Kind: object.KindSession}
	for i := range 1 + r.IntN(5) {
		e := randomFile(r, mem)
		e.Kind = object.KindTake
		e.Mtime = uint64(r.Int64N(2e12))
		e.Path = fmt.Sprintf("file %d.als", i)
		if i > 0 && depth < 3 && r.IntN(3) == 0 {
			e = randomProject(r, mem, depth+1)
			e.Path = fmt.Sprintf("folder %d", i)
		}
		t.Entries = append(t.Entries, e)
		link.Size += e.Size
	}
	t.Sort()
	block, err := t.EncodeSession()
	if err != nil {
		panic(err)
	}
	link.CID = mem.put(object.CIDOf(block), block)
	return link
}

// Whatever tree follows whatever tree, the folder then is that tree, and says so
// without reading a file.
func TestCheckoutAndSnapshotAreInverse(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := newSong(t, nil)
		var at object.Tree
		for range 6 {
			next := randomTree(r, s.mem)
			require.NoError(t, next.Validate())
			s.checkout(at, next)
			time.Sleep(5 * time.Millisecond)
			s.mem.reads.Store(0)
			require.True(t, s.status(next).Clean(), "seed %d", seed)
			require.Equal(t, encoded(t, next), encoded(t, s.snapshot(next)), "seed %d", seed)
			require.Zero(t, s.mem.reads.Load(), "seed %d", seed)
			at = next
		}
		s.checkout(at, object.Tree{})
		require.Empty(t, s.files())
	}
}

func encoded(t *testing.T, tree object.Tree) string {
	t.Helper()
	b, err := tree.Encode()
	require.NoError(t, err)
	return string(b)
}
