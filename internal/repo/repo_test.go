package repo

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func commit(n byte) cid.Cid { return object.FromDigest([32]byte{n}) }

func newRepo(t *testing.T) *Repo {
	t.Helper()
	r, err := Init(t.TempDir(), Config{Name: "song"})
	require.NoError(t, err)
	return r
}

func TestInitOpenFind(t *testing.T) {
	root := t.TempDir()
	_, err := Open(root)
	require.ErrorIs(t, err, ErrNotSong)
	_, err = Find(root)
	require.ErrorIs(t, err, ErrNotSong)

	cfg := Config{Name: "Song: 7", Song: "song1xyz", Remotes: map[string]Remote{
		OriginRemote: {Song: "song1xyz", Hub: "http://127.0.0.1:1", ChainID: "c-1"},
	}}
	r, err := Init(root, cfg)
	require.NoError(t, err)
	_, err = Init(root, cfg)
	require.ErrorIs(t, err, ErrExists)

	deep := filepath.Join(root, "stems", "drums")
	require.NoError(t, os.MkdirAll(deep, 0o755))
	found, err := Find(deep)
	require.NoError(t, err)
	require.Equal(t, r.Root(), found.Root())
	got, err := found.Config()
	require.NoError(t, err)
	require.Equal(t, cfg, got)
	head, err := found.Head()
	require.NoError(t, err)
	require.Equal(t, Head{Branch: DefaultBranch}, head)
}

func TestInitIsNoSongUntilItIsWhole(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, DirName), 0o755)) // an Init that was killed
	_, err := Open(root)
	require.ErrorIs(t, err, ErrNotSong)
	_, err = Init(root, Config{})
	require.NoError(t, err)
}

func TestBadConfigIsRefused(t *testing.T) {
	r := newRepo(t)
	path := r.path(configFile)
	for name, text := range map[string]string{
		"not yaml": "version: [", "unknown field": "version: 1\nsongg: x\n", "later version": "version: 2\n",
		"no version": "name: x\n", "empty": "", "bad remote": "version: 1\nremotes:\n  ../x: {}\n",
	} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		_, err := r.Config()
		var corrupt *CorruptError
		require.ErrorAs(t, err, &corrupt, name)
		require.Equal(t, path, corrupt.File)
		require.NotEmpty(t, corrupt.Advice)
	}
	require.Error(t, r.SetConfig(Config{Name: "two\nlines"}))
	require.ErrorIs(t, r.SetConfig(Config{Remotes: map[string]Remote{"a/b": {}}}), ErrBadName)
}

func TestBranchNames(t *testing.T) {
	for _, name := range []string{"main", "a", "solo/take-2", "v1.0_x", "A", "aux", "x.locked", strings.Repeat("n", 100)} {
		require.NoError(t, CheckBranchName(name), name)
	}
	for _, name := range []string{
		"", "/a", "a/", ".a", "a.", "-a", "a-", "a..b", "a//b", "a b", "ä", "a\n", "a.lock", "a%b", "~", "a\x00",
		strings.Repeat("n", 101), "../x", "a/.b", "a./b", "a/-b", "a-/b", "a.lock/b", "a.LOCK",
	} {
		require.ErrorIs(t, CheckBranchName(name), ErrBadName, name)
	}
}

func FuzzBranchFiles(f *testing.F) {
	for _, name := range []string{"main", "Mix/Final", "aux.v2", "%", "=con", "a~b", "nul/x", "COM1"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if CheckBranchName(s) == nil {
			file := fileOfName(s)
			require.Equal(t, filepath.Base(file), file)
			require.True(t, filepath.IsLocal(file))
			require.False(t, isWindowsDevice(file))
			require.LessOrEqual(t, len(file), 255)
			back, ok := nameOfFile(file)
			require.True(t, ok)
			require.Equal(t, s, back)
		}
		if name, ok := nameOfFile(s); ok { // one file for one name
			require.Equal(t, s, fileOfName(name))
		}
	})
}

func TestBranchesThatFileSystemsWouldMix(t *testing.T) {
	r := newRepo(t)
	names := []string{"Mix", "a", "a/b", "a/b/c", "aux", "con.1", "mix"}
	for i, name := range names {
		require.NoError(t, r.UpdateRef(BranchRef(name), cid.Undef, commit(byte(i))))
	}
	refs, err := r.Branches()
	require.NoError(t, err)
	folded := map[string]bool{}
	for i, ref := range refs {
		require.Equal(t, names[i], ref.Name.Branch())
		require.Equal(t, commit(byte(i)), ref.Commit)
		folded[strings.ToLower(r.refPath(ref.Name))] = true
	}
	require.Len(t, folded, len(names))
}

func TestUpdateRef(t *testing.T) {
	r := newRepo(t)
	for _, name := range []RefName{BranchRef("main"), RemoteRef("origin", "main")} {
		_, err := r.Ref(name)
		require.ErrorIs(t, err, ErrNoRef)
		require.ErrorIs(t, r.UpdateRef(name, commit(1), commit(2)), ErrStale)
		require.NoError(t, r.UpdateRef(name, cid.Undef, commit(1)))
		require.ErrorIs(t, r.UpdateRef(name, cid.Undef, commit(2)), ErrStale)
		require.ErrorIs(t, r.UpdateRef(name, commit(2), commit(3)), ErrStale)
		require.NoError(t, r.UpdateRef(name, commit(1), commit(2)))
		got, err := r.Ref(name)
		require.NoError(t, err)
		require.Equal(t, commit(2), got)
	}
	require.NoError(t, r.UpdateRef(BranchRef("main"), commit(2), cid.Undef))
	refs, err := r.Branches()
	require.NoError(t, err)
	require.Empty(t, refs)
	refs, err = r.RemoteBranches("origin")
	require.NoError(t, err)
	require.Len(t, refs, 1)
	require.Equal(t, "refs/remotes/origin/main", refs[0].Name.String())
	require.Error(t, r.UpdateRef(BranchRef("main"), cid.Undef, cid.NewCidV1(cid.Raw, commit(1).Hash())))
	require.ErrorIs(t, r.UpdateRef(BranchRef("../x"), cid.Undef, commit(1)), ErrBadName)
	require.ErrorIs(t, r.UpdateRef(RemoteRef("..", "x"), cid.Undef, commit(1)), ErrBadName)
}

func TestDamagedRef(t *testing.T) {
	r := newRepo(t)
	require.NoError(t, r.UpdateRef(BranchRef("ok"), cid.Undef, commit(1)))
	require.NoError(t, r.UpdateRef(BranchRef("main"), cid.Undef, commit(1)))
	path := r.refPath(BranchRef("main"))
	for _, text := range []string{"", "zzz\n", commit(1).String()[:20], commit(1).String() + "\n\n", strings.ToUpper(commit(1).String())} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		_, err := r.Ref(BranchRef("main"))
		require.ErrorIs(t, err, ErrCorrupt)
		require.ErrorContains(t, err, path)
		_, err = r.Head()
		require.ErrorIs(t, err, ErrCorrupt)
		refs, err := r.Branches()
		require.ErrorIs(t, err, ErrCorrupt)
		require.Len(t, refs, 1, "the sound ones are there")
		_, err = r.Roots()
		require.ErrorIs(t, err, ErrCorrupt)
		require.ErrorIs(t, r.UpdateRef(BranchRef("main"), cid.Undef, commit(2)), ErrCorrupt)
	}
}

func TestHead(t *testing.T) {
	r := newRepo(t)
	require.NoError(t, r.SetHead(Head{Commit: commit(7)}))
	h, err := r.Head()
	require.NoError(t, err)
	require.True(t, h.Detached())
	require.Equal(t, commit(7), h.Commit)
	require.Error(t, r.SetHead(Head{}))
	require.ErrorIs(t, r.SetHead(Head{Branch: ".."}), ErrBadName)
	for _, text := range []string{"", "ref: refs/heads/../../x", "ref: refs/tags/x", "zzz"} {
		require.NoError(t, os.WriteFile(r.path(headFile), []byte(text), 0o644))
		_, err := r.Head()
		require.ErrorIs(t, err, ErrCorrupt, text)
	}
}

func TestLockSaysWhoHoldsIt(t *testing.T) {
	if os.Getenv("REPO_TEST_HOLD") != "" {
		r, err := Open(os.Getenv("REPO_TEST_HOLD"))
		require.NoError(t, err)
		_, err = r.TryLock("parrots pull")
		require.NoError(t, err)
		_, err = os.Stdout.WriteString("held\n")
		require.NoError(t, err)
		time.Sleep(time.Minute) // it is killed before; without cgo, a mere select is a deadlock
	}
	r := newRepo(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestLockSaysWhoHoldsIt$")
	cmd.Env = append(os.Environ(), "REPO_TEST_HOLD="+r.Root())
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = out.Read(make([]byte, 16))
	require.NoError(t, err)

	_, err = r.TryLock("parrots commit")
	require.ErrorIs(t, err, ErrLocked)
	var locked *LockedError
	require.ErrorAs(t, err, &locked)
	require.Equal(t, "parrots pull", locked.Holder.Command)
	require.Equal(t, cmd.Process.Pid, locked.Holder.PID)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = r.Lock(ctx, "parrots commit")
	require.ErrorIs(t, err, ErrLocked)

	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // "signal: killed"
	l, err := r.Lock(t.Context(), "parrots commit")
	require.NoError(t, err, "a killed process holds no lock")
	_, err = r.TryLock("parrots status")
	require.ErrorIs(t, err, ErrLocked, "not even within a process")
	require.NoError(t, l.Unlock())
	l, err = r.TryLock("parrots status")
	require.NoError(t, err)
	require.NoError(t, l.Unlock())
}

func TestSignatures(t *testing.T) {
	r := newRepo(t)
	_, err := r.Signature(commit(1))
	require.ErrorIs(t, err, ErrNotFound)
	want := Signature{Signer: "parrots1x", ChainID: "c-1", PubKey: []byte{2, 3}, Signature: []byte{4}}
	require.NoError(t, r.PutSignature(commit(1), want))
	got, err := r.Signature(commit(1))
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.NoError(t, os.WriteFile(r.signaturePath(commit(1)), []byte(`{"signer":1}`), 0o644))
	_, err = r.Signature(commit(1))
	require.ErrorIs(t, err, ErrCorrupt)
}

func TestSavedWork(t *testing.T) {
	r := newRepo(t)
	older, newer := Saved{commit(1), "main", "switch to solo", 5}, Saved{commit(2), "", "pull", 6}
	require.NoError(t, r.Save(older))
	require.NoError(t, r.Save(newer))
	got, err := r.Saved()
	require.NoError(t, err)
	require.Equal(t, []Saved{newer, older}, got)
	require.NoError(t, r.DropSaved(commit(2)))
	require.NoError(t, r.DropSaved(commit(2)))
	got, err = r.Saved()
	require.NoError(t, err)
	require.Equal(t, []Saved{older}, got)
	require.Error(t, r.Save(Saved{}))
}

func TestMergeState(t *testing.T) {
	r := newRepo(t)
	m, err := r.Merge()
	require.NoError(t, err)
	require.Nil(t, m)
	want := &Merge{
		Heads: []cid.Cid{commit(3)}, Message: "merge", Result: commit(4), Exact: true, Crossfade: 5 * time.Millisecond,
		Conflicts: []Conflict{
			{Path: "a.wav", Ours: "a.wav", Theirs: "a (drummer).wav", Kind: "both-changed", Reason: "both changed 1 s",
				Was: commit(5), OursWas: commit(6), TheirsWas: commit(7), Previews: []string{"a.wav.preview/base.wav"}},
			{Path: "b.wav", Ours: "b.wav"},
		},
	}
	require.NoError(t, r.SetMerge(want))
	m, err = r.Merge()
	require.NoError(t, err)
	require.Equal(t, want, m)
	roots, err := r.Roots()
	require.NoError(t, err)
	require.Subset(t, roots, []cid.Cid{commit(3), commit(4)})
	// The journal holds it, too.
	after, err := Transition{Merge: want}.record().transition()
	require.NoError(t, err)
	require.Equal(t, want, after.Merge)
	// What a version without the new facts has written is still read.
	old := `{"heads":["` + commit(3).String() + `"],"message":"m","conflicts":[{"path":"a","ours":"a","theirs":"b"}]}`
	require.NoError(t, os.WriteFile(r.path(mergeFile), []byte(old), 0o644))
	m, err = r.Merge()
	require.NoError(t, err)
	require.Equal(t, &Merge{Heads: []cid.Cid{commit(3)}, Message: "m", Conflicts: []Conflict{{Path: "a", Ours: "a", Theirs: "b"}}}, m)

	require.NoError(t, r.SetMerge(nil))
	m, err = r.Merge()
	require.NoError(t, err)
	require.Nil(t, m)
}

// A merge is not forgotten before the branch has moved to the commit that ends it.
func TestAMergeEndsLast(t *testing.T) {
	r := newRepo(t)
	require.NoError(t, r.SetMerge(&Merge{Heads: []cid.Cid{commit(2)}, Result: commit(3)}))
	require.NoError(t, os.Remove(r.path(headFile)))
	require.NoError(t, os.MkdirAll(filepath.Join(r.path(headFile), "in the way"), 0o755))
	require.Error(t, r.Apply(Transition{Head: &Head{Commit: commit(4)}, EndMerge: true}))
	m, err := r.Merge()
	require.NoError(t, err)
	require.NotNil(t, m)
	require.NoError(t, os.RemoveAll(r.path(headFile)))
	require.NoError(t, r.Apply(Transition{Head: &Head{Commit: commit(4)}, EndMerge: true}))
	m, err = r.Merge()
	require.NoError(t, err)
	require.Nil(t, m)
}

func TestJournalAndTransition(t *testing.T) {
	r := newRepo(t)
	require.NoError(t, r.UpdateRef(BranchRef("main"), cid.Undef, commit(1)))
	after := Transition{
		Refs: []RefUpdate{
			{BranchRef("main"), commit(1), commit(2)},
			{RemoteRef("origin", "main"), cid.Undef, commit(3)},
		},
		Head:  &Head{Commit: commit(4)},
		Merge: &Merge{Heads: []cid.Cid{commit(5)}, Message: "m"},
	}
	op := Operation{Kind: "checkout", Phase: "apply", Plan: []byte(`{"a":1}`), After: after}
	require.NoError(t, r.Begin(op))
	require.ErrorIs(t, r.Begin(op), ErrPending)
	got, err := r.Pending()
	require.NoError(t, err)
	require.Equal(t, after, got.After)
	require.JSONEq(t, `{"a":1}`, string(got.Plan))

	roots, err := r.Roots()
	require.NoError(t, err)
	require.ElementsMatch(t, []cid.Cid{commit(1), commit(2), commit(3), commit(4), commit(5)}, roots)

	for range 2 { // as after a crash between Apply and End
		require.NoError(t, r.Apply(got.After))
	}
	require.NoError(t, r.End())
	require.NoError(t, r.End())
	head, err := r.Head()
	require.NoError(t, err)
	require.Equal(t, commit(4), head.Commit)

	require.NoError(t, r.UpdateRef(BranchRef("main"), commit(2), commit(9)))
	require.ErrorIs(t, r.Apply(after), ErrStale)
	require.ErrorIs(t, r.Check(after), ErrStale)
	require.NoError(t, r.Apply(Transition{EndMerge: true}))
	m, err := r.Merge()
	require.NoError(t, err)
	require.Nil(t, m)
}

func TestDamagedJournal(t *testing.T) {
	r := newRepo(t)
	for _, text := range []string{"{", `{"kind":1}`, `{"kind":"c","phase":"p","after":{"refs":[{"branch":"../x","old":"","new":""}]}}`} {
		require.NoError(t, os.WriteFile(r.path(journalDir, journalFile), []byte(text), 0o644))
		_, err := r.Pending()
		require.ErrorIs(t, err, ErrCorrupt)
	}
}

func TestRecordsAreReplacedAsAWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	require.NoError(t, writeFile(path, []byte("old")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, tempPrefix+"1"), []byte("left by a crash"), 0o644))
	require.NoError(t, writeFile(path, []byte("new")))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "new", string(data))
	names, err := listFiles(dir)
	require.NoError(t, err)
	require.Equal(t, []string{"f"}, names)

	// Where the new bytes cannot come, the old ones stay and nothing is left.
	require.Error(t, writeFile(filepath.Join(dir, "missing", "f"), nil))
	blocked := filepath.Join(dir, "folder")
	require.NoError(t, os.MkdirAll(filepath.Join(blocked, "x"), 0o755))
	require.Error(t, writeFile(blocked, []byte("x")))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 3)
}

func TestUsersOwnFolderIsNoSong(t *testing.T) {
	home := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(home, DirName), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(home, DirName, configFile), []byte("hub: x\n"), 0o644))
	_, err := Find(home)
	require.ErrorIs(t, err, ErrNotSong)
}

func TestLinksLeadNowhere(t *testing.T) {
	for _, name := range []string{
		lockFile, holderFile, indexFile, refsDir, refsDir + "/heads", refsDir + "/remotes", refsDir + "/remotes/origin", sigDir, journalDir, journalDir + "/checkout",
	} {
		t.Run(name, func(t *testing.T) {
			r, elsewhere := newRepo(t), t.TempDir()
			require.NoError(t, os.RemoveAll(r.path(name)))
			require.NoError(t, os.Symlink(elsewhere, r.path(name)))
			_, err := Open(r.Root())
			require.ErrorIs(t, err, ErrCorrupt)
			require.ErrorContains(t, err, filepath.Base(name))
		})
	}
	root, elsewhere := t.TempDir(), t.TempDir()
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(root, DirName)))
	_, err := Init(root, Config{})
	require.Error(t, err)
	names, err := os.ReadDir(elsewhere)
	require.NoError(t, err)
	require.Empty(t, names)
}

func TestSweepRemovesWhatCrashesLeave(t *testing.T) {
	r := newRepo(t)
	require.NoError(t, r.UpdateRef(BranchRef("main"), cid.Undef, commit(1)))
	for _, dir := range []string{"", refsDir + "/heads", sigDir, journalDir} {
		require.NoError(t, os.WriteFile(r.path(dir, tempPrefix+"123"), []byte("half"), 0o644))
	}
	n, err := r.Sweep()
	require.NoError(t, err)
	require.Equal(t, 4, n)
	n, err = r.Sweep()
	require.NoError(t, err)
	require.Zero(t, n)
	c, err := r.Ref(BranchRef("main"))
	require.NoError(t, err)
	require.Equal(t, commit(1), c)
}
