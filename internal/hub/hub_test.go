package hub

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
)

var ctx = context.Background()

// soon is long enough for a machine that is busy with other things.
const soon, often = 30 * time.Second, 5 * time.Millisecond

func TestUploadIsServedOnceItsCommitIsOnChain(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	drummer := w.login("drummer")
	root := s.commit("boom")
	u := s.upload(drummer, root)

	_, err := drummer.Complete(ctx, u.ID)
	require.ErrorIs(t, err, api.ErrNotOnChain)
	for _, c := range s.below(root) {
		status, _ := w.get(c)
		require.NotEqual(t, 200, status, "uploaded blocks are nobody's business")
	}

	w.chain.push(root)
	done, err := drummer.Complete(ctx, u.ID)
	require.NoError(t, err)
	require.True(t, done.Served)
	for _, c := range s.below(root) {
		status, data := w.get(c)
		require.Equal(t, 200, status)
		want, err := s.store.Get(ctx, c)
		require.NoError(t, err)
		require.Equal(t, want.Data(), data)
	}

	done, err = drummer.Complete(ctx, u.ID)
	require.NoError(t, err, "saying it twice does no harm")
	require.True(t, done.Served)
	again, err := drummer.Begin(ctx, root, 10)
	require.NoError(t, err)
	require.True(t, again.Served)
	sent, err := drummer.Send(ctx, again.ID, s.store, s.below(root), nil)
	require.NoError(t, err)
	require.Zero(t, sent)
	done, err = drummer.Complete(ctx, again.ID)
	require.NoError(t, err)
	require.True(t, done.Served)
}

func TestHubSeesTheCommitByItself(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	root := s.commit("boom")
	u := s.upload(w.login("drummer"), root)
	w.chain.push(root)
	require.Eventually(t, func() bool { return w.hub.ledger.has(root) }, soon, often)

	done, err := w.login("drummer").Complete(ctx, u.ID)
	require.NoError(t, err)
	require.True(t, done.Served)
}

// While one upload is being accepted, which for a large one takes minutes, another is.
func TestAnUploadDoesNotWaitForAnother(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Poll = time.Hour })
	s := newSong(t)
	drummer, singer := w.login("drummer"), w.login("singer")
	large, small := s.commit("large"), s.commit("small")
	first, second := s.upload(drummer, large), s.upload(singer, small)
	w.chain.push(large, small)
	asked, release := w.chain.hold(large)
	defer release()
	done := make(chan error, 1)
	go func() {
		_, err := drummer.Complete(ctx, first.ID)
		done <- err
	}()
	<-asked

	limited, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	u, err := singer.Complete(limited, second.ID)
	require.NoError(t, err)
	require.True(t, u.Served)
	status, _ := w.get(large)
	require.Equal(t, 404, status)
	release()
	require.NoError(t, <-done)
	status, _ = w.get(large)
	require.Equal(t, 200, status)
}

// Uploads of several wallets that share blocks, completed at once, are all served.
func TestUploadsThatShareBlocksAreAcceptedAtOnce(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Poll = time.Hour })
	s := newSong(t)
	base := s.commit("base")
	var heads []cid.Cid
	done := make(chan error, 6)
	for i := range 6 {
		head := s.commit(fmt.Sprint("take ", i), base)
		heads = append(heads, head)
		c := w.login(fmt.Sprint("wallet", i))
		u := s.upload(c, head)
		w.chain.push(head)
		go func() {
			_, err := c.Complete(ctx, u.ID)
			done <- err
		}()
	}
	for range heads {
		require.NoError(t, <-done)
	}
	w.restart() // what is served is on the disk
	for _, head := range heads {
		for _, c := range s.below(head) {
			status, _ := w.get(c)
			require.Equal(t, 200, status)
		}
	}
}

func TestOnlyWhatIsNewIsSent(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	drummer, guitarist := w.login("drummer"), w.login("guitarist")
	first := s.commit("boom")
	u := s.upload(drummer, first)
	w.chain.push(first)
	_, err := drummer.Complete(ctx, u.ID)
	require.NoError(t, err)

	second := s.commit("twang", first)
	u, err = guitarist.Begin(ctx, second, 1<<20)
	require.NoError(t, err)
	missing, err := guitarist.Missing(ctx, u.ID, s.below(second))
	require.NoError(t, err)
	require.Len(t, missing, 3, "commit, tree and stem")
	var told int64
	sent, err := guitarist.Send(ctx, u.ID, s.store, s.below(second), func(n int64) { told += n })
	require.NoError(t, err)
	require.Less(t, sent, told)
	sent, err = guitarist.Send(ctx, u.ID, s.store, s.below(second), nil)
	require.NoError(t, err)
	require.Zero(t, sent, "a push that was interrupted goes on where it was")

	w.chain.push(second)
	_, err = guitarist.Complete(ctx, u.ID)
	require.NoError(t, err)
	key, err := w.keys.Key("guitarist")
	require.NoError(t, err)
	require.Positive(t, w.hub.ledger.used(key.Address))
}

func TestIncompleteUploadIsNotServed(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	drummer := w.login("drummer")
	parent := s.commit("one")
	root := s.commit("two", parent)
	u, err := drummer.Begin(ctx, root, 1<<20)
	require.NoError(t, err)
	all := s.below(root)
	_, err = drummer.Send(ctx, u.ID, s.store, all[:len(all)-1], nil)
	require.NoError(t, err)
	w.chain.push(parent, root)

	_, err = drummer.Complete(ctx, u.ID)
	require.ErrorIs(t, err, api.ErrIncomplete)
	status, _ := w.get(root)
	require.NotEqual(t, 200, status)

	_, err = drummer.Send(ctx, u.ID, s.store, all, nil)
	require.NoError(t, err)
	_, err = drummer.Complete(ctx, u.ID)
	require.NoError(t, err)
	require.True(t, w.hub.ledger.has(parent))
}

func TestBlocksBesideTheCommitAreDropped(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	drummer := w.login("drummer")
	root, stowaway := s.commit("boom"), rawBlock(t, "a film")
	require.NoError(t, s.store.Put(ctx, stowaway))
	u := s.upload(drummer, root)
	_, err := drummer.Send(ctx, u.ID, s.store, append(s.below(root), stowaway.CID()), nil)
	require.NoError(t, err)
	w.chain.push(root)
	_, err = drummer.Complete(ctx, u.ID)
	require.NoError(t, err)

	has, err := w.hub.blocks.Has(ctx, stowaway.CID())
	require.NoError(t, err)
	require.False(t, has)
	left, err := os.ReadDir(filepath.Join(w.cfg.Dir, "staging"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestUploadSurvivesARestart(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	root := s.commit("boom")
	before := s.upload(w.login("drummer"), root)
	id := w.hub.node.ID()
	w.restart()
	require.Equal(t, id, w.hub.node.ID())

	drummer := w.login("drummer")
	after, err := drummer.Begin(ctx, root, 1<<20)
	require.NoError(t, err)
	require.Equal(t, before.ID, after.ID)
	missing, err := drummer.Missing(ctx, after.ID, s.below(root))
	require.NoError(t, err)
	require.Empty(t, missing)
	require.Positive(t, after.Received)

	// While the hub is down, the commit gets on chain and many blocks pass.
	w.stop()
	w.chain.push(root)
	for range 2 * maxScan {
		w.chain.push()
	}
	w.chain.asked = 0
	w.start()
	require.Eventually(t, func() bool { return w.hub.ledger.has(root) }, soon, often)
	require.Less(t, w.chain.asked, maxScan, "a long gap is not scanned block by block")

	w.restart()
	require.True(t, w.hub.ledger.has(root))
	status, _ := w.get(root)
	require.Equal(t, 200, status)
}

func TestUploadExpires(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	drummer := w.login("drummer")
	late, lost := s.commit("late"), s.commit("lost")
	s.upload(drummer, late)
	lostUpload := s.upload(drummer, lost)
	require.Len(t, w.hub.staging.all(), 2)

	w.chain.fail(chain.ErrUnreachable)
	w.clock.add(25 * time.Hour)
	time.Sleep(20 * often)
	require.Len(t, w.hub.staging.all(), 2, "nothing is dropped while the chain cannot be asked")

	w.chain.fail(nil)
	w.chain.push(late)
	w.clock.add(2 * time.Minute)
	require.Eventually(t, func() bool { return len(w.hub.staging.all()) == 0 }, soon, often)
	require.True(t, w.hub.ledger.has(late))
	require.False(t, w.hub.ledger.has(lost))
	_, err := w.login("drummer").Complete(ctx, lostUpload.ID)
	require.ErrorIs(t, err, api.ErrNotFound)
}

func TestSmallPacksAreMerged(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	drummer := w.login("drummer")
	packs := func() int {
		files, err := filepath.Glob(filepath.Join(w.cfg.Dir, "blocks", "packs", "*"))
		require.NoError(t, err)
		return len(files)
	}
	// A sweep in between would merge some early; the first is over at the second look.
	require.Eventually(t, func() bool { return w.chain.looks() > 1 }, soon, often)
	var commits []cid.Cid
	for i := range 60 {
		root := s.commit(fmt.Sprint("take ", i))
		u := s.upload(drummer, root)
		w.chain.push(root)
		_, err := drummer.Complete(ctx, u.ID)
		require.NoError(t, err)
		commits = append(commits, root)
	}
	require.GreaterOrEqual(t, packs(), len(commits))
	w.clock.add(2 * sweepEvery)
	require.Eventually(t, func() bool { return packs() < 10 }, soon, often)
	for _, root := range commits {
		for _, c := range s.below(root) {
			status, _ := w.get(c)
			require.Equal(t, 200, status)
		}
	}
}

func TestUploadThatGoesOnIsNotDropped(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	u := s.upload(w.login("drummer"), s.commit("late"))
	staged := w.hub.staging.all()[0]
	w.stop() // so that nothing else drops it
	dropped, err := w.hub.staging.drop(staged)
	require.NoError(t, err)
	require.False(t, dropped, "it was renewed after somebody saw it expired")
	w.clock.add(25 * time.Hour)
	dropped, err = w.hub.staging.drop(staged)
	require.NoError(t, err)
	require.True(t, dropped)
	_, err = w.hub.staging.of(staged.address, u.ID)
	require.Error(t, err)
}

func TestNodeThatIsDownOrElsewhere(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	drummer := w.login("drummer")
	root := s.commit("boom")
	u := s.upload(drummer, root)
	w.chain.push(root)
	for _, err := range []error{chain.ErrUnreachable, &chain.WrongChainError{Want: "a", Got: "b"}} {
		w.chain.fail(err)
		_, got := drummer.Complete(ctx, u.ID)
		if got != nil { // else the hub was quicker than the test's failure
			require.ErrorIs(t, got, api.ErrUnreachable)
		}
		require.Eventually(t, func() bool { status, _ := w.call("GET", "/readyz", "", nil); return status == 503 }, soon, often)
	}
	w.chain.fail(nil)
	require.Eventually(t, func() bool { status, _ := w.call("GET", "/readyz", "", nil); return status == 200 }, soon, often)
	status, body := w.call("GET", "/rpc/status", "", nil)
	require.Equal(t, 502, status)
	require.Contains(t, body, api.CodeNode)
}

func TestOneHubForAFolder(t *testing.T) {
	w := newWorld(t)
	_, err := New(w.cfg)
	require.ErrorIs(t, err, ErrInUse)
	other := w.cfg
	other.Dir = t.TempDir()
	other.Listen = w.hub.listener.Addr().String()
	_, err = New(other)
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrInUse)
}

func TestLedgerForgetsHalfALine(t *testing.T) {
	dir := t.TempDir()
	s := newSong(t)
	one, two := s.commit("one"), s.commit("two")
	l, err := openLedger(dir)
	require.NoError(t, err)
	require.NoError(t, l.add("w", 5, append(s.below(one)[:1], two)))
	require.NoError(t, l.close())

	path := filepath.Join(dir, "accepted")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for cut := 1; cut < len(whole)/2; cut++ {
		require.NoError(t, os.WriteFile(path, whole[:len(whole)-cut], 0o600))
		l, err := openLedger(dir)
		require.NoError(t, err)
		require.True(t, l.has(one))
		require.False(t, l.has(two))
		require.NoError(t, l.add("w", 7, s.below(two)[:1]))
		require.NoError(t, l.close())
		l, err = openLedger(dir)
		require.NoError(t, err)
		require.True(t, l.has(two))
		require.EqualValues(t, 12, l.used("w"))
		require.NoError(t, l.close())
	}
	require.NoError(t, os.WriteFile(path, append([]byte("nonsense\n"), whole...), 0o600))
	_, err = openLedger(dir)
	require.Error(t, err, "a damaged list is not quietly taken for a shorter one")
	require.False(t, errors.Is(err, os.ErrNotExist))
}
