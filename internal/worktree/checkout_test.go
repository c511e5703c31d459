package worktree

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

// treeOf makes the tree of files that one would have committed.
func treeOf(t *testing.T, mem *memory, files map[string]string) object.Tree {
	t.Helper()
	return newSongWith(t, mem, files).snapshot(object.Tree{})
}

func TestCheckoutKeepsWhatIsNotCommitted(t *testing.T) {
	t.Parallel()
	base := map[string]string{"same.wav": "1", "changes.wav": "2", "goes.wav": "3", "P/song.als": "als"}
	target := map[string]string{"same.wav": "1", "changes.wav": "two", "comes.wav": "4", "dir/x.wav": "x", "P/song.als": "ALS"}
	tests := map[string]struct {
		write   map[string]string
		remove  []string
		blocked []string          // nil if the checkout goes through
		left    map[string]string // what is there besides the target
	}{
		"nothing":                      {},
		"a file that neither has":      {write: map[string]string{"mine.wav": "m"}, left: map[string]string{"mine.wav": "m"}},
		"a change to what stays":       {write: map[string]string{"same.wav": "mine"}, left: map[string]string{"same.wav": "mine"}},
		"a change to what changes":     {write: map[string]string{"changes.wav": "mine"}, blocked: []string{"changes.wav"}},
		"as long a change":             {write: map[string]string{"changes.wav": "m"}, blocked: []string{"changes.wav"}},
		"a change to what goes":        {write: map[string]string{"goes.wav": "mine"}, blocked: []string{"goes.wav"}},
		"a file where one comes":       {write: map[string]string{"comes.wav": "mine"}, blocked: []string{"comes.wav"}},
		"the file that comes":          {write: map[string]string{"comes.wav": "4"}},
		"a file where a folder comes":  {write: map[string]string{"dir": "mine"}, blocked: []string{"dir"}},
		"a folder where a file comes":  {write: map[string]string{"comes.wav/a": "mine"}, blocked: []string{"comes.wav/a"}},
		"an ignored file in the way":   {write: map[string]string{"comes.wav/.DS_Store": "x"}, blocked: []string{"comes.wav"}},
		"a change in the project":      {write: map[string]string{"P/song.als": "mine"}, blocked: []string{"P/song.als"}},
		"a new file in the project":    {write: map[string]string{"P/new.wav": "n"}, left: map[string]string{"P/new.wav": "n"}},
		"removed, and to be changed":   {remove: []string{"changes.wav"}},
		"removed, and to be removed":   {remove: []string{"goes.wav"}},
		"several":                      {write: map[string]string{"goes.wav": "mine", "comes.wav": "mine"}, blocked: []string{"comes.wav", "goes.wav"}},
		"junk beside a file that goes": {write: map[string]string{".DS_Store": "j"}, left: map[string]string{".DS_Store": "j"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSong(t, base)
			from := s.snapshot(object.Tree{})
			to := treeOf(t, s.mem, target)
			s.write(test.write)
			s.remove(test.remove...)
			before := s.files()
			_, err := s.Checkout(t.Context(), to, CheckoutOptions{Base: from})
			if test.blocked != nil {
				var local *LocalChangesError
				require.ErrorAs(t, err, &local)
				require.Equal(t, test.blocked, local.Paths)
				require.Equal(t, before, s.files())

				// Saved first, it goes through, and everything can be had back.
				if name == "an ignored file in the way" { // which cannot be saved
					delete(before, "comes.wav/.DS_Store")
					s.remove("comes.wav")
				}
				saved := s.snapshot(from)
				s.checkout(saved, to)
				require.Equal(t, target, s.files())
				s.checkout(to, saved)
				require.Equal(t, before, s.files())
				return
			}
			require.NoError(t, err)
			want := map[string]string{}
			for _, m := range []map[string]string{target, test.left} {
				for k, v := range m {
					want[k] = v
				}
			}
			require.Equal(t, want, s.files())
			require.Equal(t, len(test.left) == 0 || name == "junk beside a file that goes", s.status(to).Clean())
		})
	}
}

func TestHostileTrees(t *testing.T) {
	mem := newMemory()
	data := []byte("data")
	file := object.Entry{CID: mem.put(rawCID(data), data), Size: 4, Kind: object.KindStem}
	at := func(path string, e object.Entry) object.Entry {
		e.Path = path
		return e
	}
	project := func(size uint64, entries ...object.Entry) object.Entry {
		block, err := object.Tree{Entries: entries}.EncodeSession()
		require.NoError(t, err)
		return object.Entry{CID: mem.put(object.CIDOf(block), block), Size: size, Kind: object.KindSession}
	}
	bomb := project(4, at("a", file))
	for range object.MaxSessionDepth + 1 {
		bomb = project(bomb.Size, at("d", bomb))
	}
	wide := project(8192*4, many(8192, file)...)
	wider := project(8192*8192*4, many(8192, wide)...)
	garbage := object.Entry{CID: mem.put(object.CIDOf([]byte("x")), []byte("x")), Kind: object.KindSession}
	long := file
	long.Size = 5
	tests := map[string][]object.Entry{
		"escapes":                {at("../a.wav", file)},
		"absolute":               {at("/a.wav", file)},
		"the tool's own":         {at(".parrots/HEAD", file)},
		"the tool's own in caps": {at(".PARROTS/HEAD", file)},
		"file and folder":        {at("a", file), at("a/b", file)},
		"case":                   {at("A.wav", file), at("a.wav", file)},
		"NFD twins":              {at("e\u0301.wav", file), at("\u00e9.wav", file)},
		"NFD twin folders":       {at("e\u0301/a.wav", file), at("\u00e9/b.wav", file)},
		"too deep":               {at("P", bomb)},
		"too many":               {at("P", wider)},
		"wrong sum":              {at("P", project(5, at("a", file)))},
		"garbage":                {at("P", garbage)},
		"shorter than it says":   {at("a.wav", long)},
	}
	for name, entries := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSongWith(t, mem, map[string]string{"kick.wav": "kick"})
			_, err := s.Checkout(t.Context(), object.Tree{Entries: entries}, CheckoutOptions{})
			require.ErrorIs(t, err, ErrBadTree)
			require.Equal(t, map[string]string{"kick.wav": "kick"}, s.files())
		})
	}
}

// endless is a file whose root claims a length, and which must not be read.
type endless struct {
	t    *testing.T
	size int64
}

func (e endless) Size() int64  { return e.size }
func (e endless) Close() error { return nil }
func (e endless) Read([]byte) (int, error) {
	e.t.Error("it was read")
	return 0, io.EOF
}

// A few blocks that link each other over and over can be a file of any length. Where
// its root claims another length than the tree, none of it is read and nothing written.
func TestRootsThatClaimAnotherLength(t *testing.T) {
	data := []byte("data")
	for _, size := range []int64{0, 3, 5, 1 << 40} {
		mem := newMemory()
		entry := object.Entry{Path: "a.wav", CID: mem.put(rawCID(data), data), Size: 4, Kind: object.KindStem}
		mem.open = func(cid.Cid) (io.ReadCloser, error) { return endless{t, size}, nil }
		s := newSongWith(t, mem, map[string]string{"kick.wav": "kick"})
		_, err := s.Checkout(t.Context(), object.Tree{Entries: []object.Entry{entry}}, CheckoutOptions{})
		require.ErrorIs(t, err, ErrBadTree)
		require.Equal(t, map[string]string{"kick.wav": "kick"}, s.files())
	}
}

func many(n int, e object.Entry) []object.Entry {
	entries := make([]object.Entry, n)
	for i := range entries {
		entries[i] = e
		entries[i].Path = fmt.Sprintf("%04d", i)
	}
	return entries
}

func TestCheckoutWhereCaseDoesNotMatter(t *testing.T) {
	caseless := true
	mem := newMemory()
	both := treeOf(t, mem, map[string]string{"É.wav": "1", "sub/x.wav": "2"})
	for _, e := range both.Entries[:1] {
		e.Path = "é.wav"
		both.Entries = append(both.Entries, e)
	}
	both.Sort()
	s := newSongWith(t, mem, nil)
	s.Worktree.caseless = &caseless
	_, err := s.Checkout(t.Context(), both, CheckoutOptions{})
	require.ErrorIs(t, err, ErrBadTree)
	require.ErrorContains(t, err, "one name on this file system")

	// A file of one's own under another case is in the way.
	s.write(map[string]string{"KICK.wav": "mine"})
	_, err = s.Checkout(t.Context(), treeOf(t, mem, map[string]string{"kick.wav": "theirs"}), CheckoutOptions{})
	require.ErrorIs(t, err, ErrLocalChanges)

	// A committed one is renamed.
	upper := s.snapshot(object.Tree{})
	lower := treeOf(t, mem, map[string]string{"kick.wav": "mine"})
	s.checkout(upper, lower)
	require.Equal(t, map[string]string{"kick.wav": "mine"}, s.files())
	require.True(t, s.status(lower).Clean())
}

func TestFileThatIsInUse(t *testing.T) {
	m := newMove(t)
	held := &InUseError{"kick.wav", errors.New("sharing violation")}
	n := 0
	m.fault = func(step string) error {
		if step == "out" {
			if n++; n == 3 {
				return held
			}
		}
		return nil
	}
	err := m.run(t.Context())
	require.ErrorIs(t, err, ErrInUse)
	require.ErrorContains(t, err, "close it first; nothing was changed")
	m.isAtBefore()
}

func TestNotEnoughRoom(t *testing.T) {
	mem := newMemory()
	huge := object.Entry{Path: "huge.wav", CID: mem.put(rawCID(nil), nil), Size: object.MaxInt, Kind: object.KindStem}
	s := newSongWith(t, mem, nil)
	if _, known := freeSpace(s.root); !known {
		t.Skip("this system does not say how much room there is")
	}
	_, err := s.Checkout(t.Context(), object.Tree{Entries: []object.Entry{huge}}, CheckoutOptions{})
	require.ErrorIs(t, err, ErrNoSpace)
	require.Empty(t, s.files())
}
