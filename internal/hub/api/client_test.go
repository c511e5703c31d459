package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
)

var ctx = context.Background()

func TestOrigin(t *testing.T) {
	for in, want := range map[string]string{
		"http://127.0.0.1:4180":    "http://127.0.0.1:4180",
		"http://127.0.0.1:4180/":   "http://127.0.0.1:4180",
		"HTTPS://Hub.Example":      "https://hub.example",
		"https://hub.example:443/": "https://hub.example",
		"http://[::1]:80":          "http://[::1]",
	} {
		got, err := Origin(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got)
	}
	for _, bad := range []string{
		"", "hub.example", "ftp://hub.example", "https://", "https://hub.example/path", "https://u:p@hub.example",
		"https://hub.example?x=1", "https://hub.example#x", "javascript:alert(1)", "http://%zz",
	} {
		_, err := Origin(bad)
		require.Error(t, err, bad)
	}
}

// wallet signs whatever it is given and counts.
type wallet struct{ signed atomic.Int32 }

func (*wallet) Address() string { return "parrot1me" }
func (w *wallet) SignText([]byte) ([]byte, []byte, error) {
	w.signed.Add(1)
	return []byte{1}, []byte{2}, nil
}

func TestClientSignsOnlyForThisHub(t *testing.T) {
	var text func(origin string) string
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/challenges") {
			_ = json.NewEncoder(w).Encode(Challenge{Challenge: text(server.URL)})
			return
		}
		_ = json.NewEncoder(w).Encode(Session{Token: "t", Expires: time.Now().Add(time.Hour)})
	}))
	defer server.Close()
	c, err := New(server.URL, Options{Attempts: 1})
	require.NoError(t, err)
	challenge := func(hub, chain, address string) func(string) string {
		return func(origin string) string {
			if hub == "" {
				hub = origin
			}
			return ChallengeText{
				Hub: hub, ChainID: chain, Address: address, Nonce: strings.Repeat("ab", 32), Expires: time.Unix(1e9, 0),
			}.String()
		}
	}
	me := &wallet{}
	for name, tc := range map[string]func(string) string{
		"another hub":    challenge("https://good.example", "c-1", "parrot1me"),
		"another chain":  challenge("", "c-2", "parrot1me"),
		"another wallet": challenge("", "c-1", "parrot1you"),
		"a transaction":  func(string) string { return `{"chain_id":"c-1","msgs":[]}` },
		"a commit":       func(string) string { return "parrots.music commit v1\nchain: c-1\n" },
	} {
		text = tc
		require.Error(t, c.Login(ctx, "c-1", me), name)
		require.False(t, c.LoggedIn())
	}
	require.Zero(t, me.signed.Load())
	text = challenge("", "c-1", "parrot1me")
	require.NoError(t, c.Login(ctx, "c-1", me))
	require.True(t, c.LoggedIn())
}

func TestClientTriesAgain(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n := calls.Add(1); {
		case r.URL.Path == Prefix+"/info" && n < 3:
			w.WriteHeader(http.StatusBadGateway)
		case r.URL.Path == Prefix+"/info":
			_ = json.NewEncoder(w).Encode(Info{ChainID: "c-1", RPC: "/rpc"})
		default:
			w.WriteHeader(http.StatusForbidden)
			_ = json.NewEncoder(w).Encode(ErrorBody{Code: CodeQuota, Error: "full", Hint: "ask"})
		}
	}))
	defer server.Close()
	c, err := New(server.URL, Options{})
	require.NoError(t, err)
	info, err := c.Info(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 3, calls.Load())
	require.Equal(t, server.URL+"/rpc", c.RPC(info))

	id, err := cid.Prefix{Version: 1, Codec: cid.Raw, MhType: 0x12, MhLength: 32}.Sum([]byte("x"))
	require.NoError(t, err)
	_, err = c.Begin(ctx, id, 1)
	var refused *Error
	require.ErrorAs(t, err, &refused)
	require.ErrorIs(t, err, ErrQuota)
	require.NotErrorIs(t, err, ErrBusy)
	require.Equal(t, "ask", refused.Hint())
	require.EqualValues(t, 4, calls.Load(), "a refusal is not tried again")

	server.Close()
	c, err = New(server.URL, Options{Attempts: 2})
	require.NoError(t, err)
	_, err = c.Info(ctx)
	require.ErrorIs(t, err, ErrUnreachable)
}

func TestCompleteWaitsLongerThanOtherCalls(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(500 * time.Millisecond) // a hub that reads gigabytes
		_ = json.NewEncoder(w).Encode(Upload{Served: true})
	}))
	defer server.Close()
	c, err := New(server.URL, Options{Attempts: 1, Timeout: 200 * time.Millisecond})
	require.NoError(t, err)
	_, err = c.Info(ctx)
	require.ErrorIs(t, err, ErrUnreachable)
	u, err := c.Complete(ctx, "id")
	require.NoError(t, err)
	require.True(t, u.Served)
}

func TestAnswersThatAreNoHubs(t *testing.T) {
	for _, body := range []string{"<html>", `{}`, `{"chain_id":"c","rpc":"https://evil.example"}`,
		`{"chain_id":"c\ncommit: x","rpc":"/rpc"}`, strings.Repeat("a", 2*MaxJSONBytes)} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(body))
		}))
		c, err := New(server.URL, Options{Attempts: 1})
		require.NoError(t, err)
		_, err = c.Info(ctx)
		require.ErrorIs(t, err, ErrUnreachable)
		server.Close()
	}
	elsewhere := httptest.NewServer(http.RedirectHandler("http://127.0.0.1:1/", http.StatusTemporaryRedirect))
	defer elsewhere.Close()
	c, err := New(elsewhere.URL, Options{Attempts: 1})
	require.NoError(t, err)
	_, err = c.Info(ctx)
	var refused *Error
	require.ErrorAs(t, err, &refused, "a token goes nowhere else")
}

func TestSendIsCutIntoRequests(t *testing.T) {
	store := ipfs.NewMemStore()
	var cids []cid.Cid
	for i := range 40 {
		data := make([]byte, 1<<20)
		data[0] = byte(i)
		b, err := ipfs.NewBlock(ipfs.CodecRaw, data)
		require.NoError(t, err)
		require.NoError(t, store.Put(ctx, b))
		cids = append(cids, b.CID())
	}
	got := ipfs.NewMemStore()
	var puts, failed atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/missing") {
			var req CIDs
			if json.NewDecoder(r.Body).Decode(&req) == nil {
				_ = json.NewEncoder(w).Encode(CIDs{CIDs: req.CIDs[1:]})
			}
			return
		}
		if failed.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		puts.Add(1)
		if _, _, err := ipfs.ReadCAR(ctx, got, r.Body, ipfs.CARBounds{Bytes: MaxCARBytes}); err != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
	}))
	defer server.Close()
	c, err := New(server.URL, Options{})
	require.NoError(t, err)
	var told int64
	sent, err := c.Send(ctx, "id", store, cids, func(n int64) { told += n })
	require.NoError(t, err)
	require.EqualValues(t, 39<<20, sent)
	require.EqualValues(t, 40<<20, told)
	require.EqualValues(t, 3, puts.Load())
	for _, id := range cids[1:] {
		has, err := got.Has(ctx, id)
		require.NoError(t, err)
		require.True(t, has)
	}
	_, err = c.Send(ctx, "id", ipfs.NewMemStore(), cids, nil)
	require.True(t, errors.Is(err, ipfs.ErrNotFound))
}

func FuzzParseChallenge(f *testing.F) {
	f.Add(ChallengeText{Hub: "https://h", ChainID: "c", Address: "a", Nonce: strings.Repeat("0", 64), Expires: time.Unix(0, 0)}.String())
	f.Add("parrots.music hub session v1\n\n\n\n\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseChallenge(text)
		if err == nil && c.String() != text {
			t.Fatalf("%q is read as %+v", text, c)
		}
	})
}
