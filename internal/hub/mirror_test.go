package hub

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
)

// twoHubs follow one chain.
func twoHubs(t *testing.T, change ...func(*Config)) (garage, label *world) {
	garage = newWorld(t, func(c *Config) { c.Swarm = []string{"/ip4/127.0.0.1/tcp/0"} })
	label = newWorld(t, append([]func(*Config){func(c *Config) { c.Chain = garage.chain }}, change...)...)
	label.chain = garage.chain
	return garage, label
}

// publish uploads a commit of a song, pushes it and has it served.
func (w *world) publish(s *song, wallet, name string, root cid.Cid) {
	w.t.Helper()
	c := w.login(wallet)
	u := s.upload(c, root)
	w.chain.pushTo(name, root)
	_, err := c.Complete(ctx, u.ID)
	require.NoError(w.t, err)
}

// mirrored asks for a commit until it is served or refused.
func mirrored(t *testing.T, c *api.Client, commit cid.Cid) (err error) {
	t.Helper()
	require.Eventually(t, func() bool {
		var m api.Mirror
		m, err = c.Mirror(ctx, commit)
		return err != nil || m.Served
	}, soon, often)
	return err
}

func (w *world) serves(s *song, root cid.Cid) {
	w.t.Helper()
	for _, c := range s.below(root) {
		status, data := w.get(c)
		require.Equal(w.t, 200, status)
		require.True(w.t, ipfs.DigestOf(c) == ipfs.DigestOf(rawCID(w.t, c, data)))
	}
}

func rawCID(t *testing.T, c cid.Cid, data []byte) cid.Cid {
	t.Helper()
	b, err := ipfs.NewBlock(c.Prefix().Codec, data)
	require.NoError(t, err)
	return b.CID()
}

func TestBaseComesFromAnotherHub(t *testing.T) {
	garage, label := twoHubs(t)
	s := newSong(t)
	base := s.commit("boom")
	garage.publish(s, "drummer", "night-train", base)
	garage.chain.serve("night-train", "not an address", "/ip4/127.0.0.1/tcp/1/p2p/nobody", "http://127.0.0.1:1", garage.hub.URL())

	guitarist := label.login("guitarist")
	require.NoError(t, mirrored(t, guitarist, base))
	label.serves(s, base)
	key, err := label.keys.Key("guitarist")
	require.NoError(t, err)
	require.Positive(t, label.hub.ledger.used(key.Address), "it counts to who asked for it")

	solo := s.commit("twang", base)
	u, err := guitarist.Begin(ctx, solo, 1<<20)
	require.NoError(t, err)
	missing, err := guitarist.Missing(ctx, u.ID, s.below(solo))
	require.NoError(t, err)
	require.Len(t, missing, 3, "commit, tree and stem")
}

func TestBaseComesByBitswap(t *testing.T) {
	garage, label := twoHubs(t)
	s := newSong(t)
	base := s.commit("boom")
	garage.publish(s, "drummer", "night-train", base)
	garage.chain.serve("night-train", garage.hub.PeerAddrs()[0])
	require.NoError(t, mirrored(t, label.login("guitarist"), base))
	label.serves(s, base)
}

func TestNobodyElseHasIt(t *testing.T) {
	garage, label := twoHubs(t)
	s := newSong(t)
	base := s.commit("boom")
	c := label.login("guitarist")
	err := mirrored(t, c, base)
	require.ErrorIs(t, err, api.ErrNotOnChain)

	garage.chain.pushTo("night-train", base)
	garage.chain.serve("night-train", garage.hub.URL(), label.hub.URL())
	label.clock.add(2 * keepFailure)
	require.ErrorIs(t, mirrored(t, c, base), api.ErrIncomplete)
	_, err = c.Mirror(ctx, base)
	require.ErrorIs(t, err, api.ErrIncomplete, "and it is not looked for at once again")

	u := s.upload(garage.login("drummer"), base)
	_, err = garage.login("drummer").Complete(ctx, u.ID)
	require.NoError(t, err)
	label.clock.add(2 * keepFailure)
	require.NoError(t, mirrored(t, c, base))
}

func TestMirrorsKeepToTheQuota(t *testing.T) {
	garage, label := twoHubs(t, func(c *Config) { c.Quota = 5000 })
	s := newSong(t)
	base := s.commit(strings.Repeat("boom", 900))
	garage.publish(s, "drummer", "night-train", base)
	garage.chain.serve("night-train", garage.hub.URL())
	require.ErrorIs(t, mirrored(t, label.login("guitarist"), base), api.ErrQuota)
	status, _ := label.get(base)
	require.NotEqual(t, 200, status)
}

func TestMirrorFromALiar(t *testing.T) {
	garage, label := twoHubs(t)
	s := newSong(t)
	base := s.commit("boom")
	garage.publish(s, "drummer", "night-train", base)
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, base.String()) {
			http.Redirect(w, r, garage.hub.URL()+r.URL.Path, http.StatusFound)
			return
		}
		_, _ = w.Write([]byte("lies"))
	}))
	defer liar.Close()
	garage.chain.serve("night-train", liar.URL)
	require.ErrorIs(t, mirrored(t, label.login("guitarist"), base), api.ErrIncomplete)
	garage.chain.serve("night-train", liar.URL, garage.hub.URL())
	label.clock.add(2 * keepFailure)
	require.NoError(t, mirrored(t, label.login("guitarist"), base))
	label.serves(s, base)
}

func TestHintsDoNotLeadInside(t *testing.T) {
	garage, label := twoHubs(t, func(c *Config) { c.URL = "https://label.example" })
	s := newSong(t)
	base := s.commit("boom")
	garage.chain.pushTo("night-train", base)
	var asked atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer inside.Close()
	garage.chain.serve("night-train", inside.URL, strings.Replace(inside.URL, "127.0.0.1", "localhost", 1), garage.hub.PeerAddrs()[0])
	require.Error(t, label.hub.mirrorCommit(ctx, base, operator))
	require.Zero(t, asked.Load())
	require.Empty(t, label.hub.node.Peers())
}

// What a collaborator pushes by way of another hub comes to the hub where the song's
// own people push.
func TestSongOfOurPeopleIsKeptWhole(t *testing.T) {
	garage, label := twoHubs(t)
	s := newSong(t)
	first := s.commit("boom")
	label.publish(s, "drummer", "night-train", first)
	garage.chain.serve("night-train", label.hub.URL(), garage.hub.URL())
	require.Eventually(t, func() bool { _, ok := label.hub.follows.of("night-train"); return ok }, soon, often)

	second, elsewhere := s.commit("twang", first), s.commit("bing")
	garage.publish(s, "guitarist", "night-train", second)
	garage.publish(s, "stranger", "day-train", elsewhere)
	require.Eventually(t, func() bool {
		label.clock.add(time.Second)
		return label.hub.ledger.has(second)
	}, soon, often)
	label.serves(s, second)
	require.False(t, label.hub.ledger.has(elsewhere))

	label.stop()
	third := s.commit("crash", second)
	garage.publish(s, "guitarist", "night-train", third)
	label.start() // the garage was the only one there
	require.Eventually(t, func() bool {
		label.clock.add(time.Second)
		return label.hub.ledger.has(third)
	}, soon, often)
}

func TestSongsThatTheHubIsStartedWith(t *testing.T) {
	garage, label := twoHubs(t, func(c *Config) { c.Mirror, c.Quota = []string{"night-train"}, 1 })
	s := newSong(t)
	root := s.commit("boom")
	garage.publish(s, "drummer", "night-train", root)
	garage.chain.serve("night-train", garage.hub.URL())
	require.Eventually(t, func() bool {
		label.clock.add(time.Second)
		return label.hub.ledger.has(root)
	}, soon, often)
}

func TestTooManyMirrors(t *testing.T) {
	m := newMirror(newWorld(t).hub)
	s := newSong(t)
	for i := range maxMirrorsEach {
		_, err := m.request(s.commit(string(rune('a'+i))), "drummer")
		require.NoError(t, err)
	}
	_, err := m.request(s.commit("one more"), "drummer")
	require.Error(t, err)
	_, err = m.request(s.commit("a"), "drummer")
	require.NoError(t, err, "the same again is no other")
	_, err = m.request(s.commit("one more"), "guitarist")
	require.NoError(t, err)
}

func TestFollowsSurvive(t *testing.T) {
	w := newWorld(t)
	key, _, err := w.keys.Create("drummer")
	require.NoError(t, err)
	dir := t.TempDir()
	f, err := openFollows(dir, []string{"song1own"})
	require.NoError(t, err)
	require.NoError(t, f.add("song1a", key.Address))
	require.NoError(t, f.add("song1a", "somebody else"))
	f, err = openFollows(dir, nil)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"song1a": key.Address}, f.all())
}
