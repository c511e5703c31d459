package hub

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
)

// session logs in by hand and returns the token.
func (w *world) session(name string) string {
	w.t.Helper()
	status, body := w.answer(name, w.ask(name))
	require.Equal(w.t, 201, status, body)
	var s api.Session
	require.NoError(w.t, json.Unmarshal([]byte(body), &s))
	return s.Token
}

func (w *world) ask(name string) string {
	w.t.Helper()
	_, signer := w.client(name)
	status, body := w.call("POST", "/api/v1/challenges", "", jsonBody(w.t, api.ChallengeRequest{Address: signer.Address()}))
	require.Equal(w.t, 200, status, body)
	var c api.Challenge
	require.NoError(w.t, json.Unmarshal([]byte(body), &c))
	return c.Challenge
}

func (w *world) answer(name, challenge string) (int, string) {
	w.t.Helper()
	_, signer := w.client(name)
	pub, sig, err := signer.SignText([]byte(challenge))
	require.NoError(w.t, err)
	return w.call("POST", "/api/v1/sessions", "", jsonBody(w.t, api.SessionRequest{
		Address: signer.Address(), PubKey: pub, Challenge: challenge, Signature: sig,
	}))
}

func jsonBody(t *testing.T, v any) io.Reader {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return bytes.NewReader(data)
}

// section is one entry of a CAR as a liar writes it.
func section(c cid.Cid, data []byte) []byte {
	b := binary.AppendUvarint(nil, uint64(c.ByteLen()+len(data)))
	return append(append(b, c.Bytes()...), data...)
}

func TestHostileBlocks(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	root := s.commit("boom")
	token := w.session("drummer")
	status, body := w.call("POST", "/api/v1/uploads", token, jsonBody(t, api.UploadRequest{Root: root.String(), Bytes: 4 << 20}))
	require.Equal(t, 200, status, body)
	var u api.Upload
	require.NoError(t, json.Unmarshal([]byte(body), &u))
	path := "/api/v1/uploads/" + u.ID + "/blocks"

	good := rawBlock(t, "good")
	head := car(t, good)
	identity, err := mh.Sum([]byte("smuggled"), mh.IDENTITY, -1)
	require.NoError(t, err)
	sha512, err := mh.Sum([]byte("x"), mh.SHA2_512, -1)
	require.NoError(t, err)
	large := bytes.Repeat([]byte{1}, ipfs.MaxBlockSize+1)
	lengthOnly := binary.AppendUvarint(bytes.Clone(head), 1<<60)

	for name, tc := range map[string]struct {
		body   []byte
		status int
		code   string
	}{
		"no car":               {[]byte("hello"), 400, api.CodeBadRequest},
		"empty":                {nil, 400, api.CodeBadRequest},
		"wrong cid":            {append(bytes.Clone(head), section(good.CID(), []byte("evil"))...), 422, api.CodeBadBlock},
		"identity cid":         {append(bytes.Clone(head), section(cid.NewCidV1(cid.Raw, identity), nil)...), 422, api.CodeBadBlock},
		"another hash":         {append(bytes.Clone(head), section(cid.NewCidV1(cid.Raw, sha512), []byte("x"))...), 422, api.CodeBadBlock},
		"another codec":        {append(bytes.Clone(head), section(cid.NewCidV1(cid.GitRaw, good.CID().Hash()), []byte("good"))...), 422, api.CodeBadBlock},
		"block too large":      {append(bytes.Clone(head), section(rawBlock(t, "x").CID(), large)...), 413, api.CodeTooLarge},
		"a length that lies":   {lengthOnly, 413, api.CodeTooLarge},
		"cut in the middle":    {head[:len(head)-2], 400, api.CodeBadRequest},
		"a CARv2":              {append([]byte{0x0a, 0xa1, 0x67}, "version\x02"...), 400, api.CodeBadRequest},
		"garbage after blocks": {append(bytes.Clone(head), 0x05, 1, 2, 3, 4, 5), 422, api.CodeBadBlock},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := w.call("PUT", path, token, bytes.NewReader(tc.body))
			require.Equal(t, tc.status, status, body)
			require.Contains(t, body, `"`+tc.code+`"`)
		})
	}
	status, body = w.call("PUT", path, token, bytes.NewReader(head))
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"received":4`, "only the one good block has arrived, and counts once")
}

func TestMoreThanAnnounced(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	root := s.commit(strings.Repeat("boom", 1000))
	c := w.login("drummer")
	u, err := c.Begin(ctx, root, 100)
	require.NoError(t, err)
	_, err = c.Send(ctx, u.ID, s.store, s.below(root), nil)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, api.CodeTooLarge, refused.Body.Code)
	u, err = c.Begin(ctx, root, 1<<20)
	require.NoError(t, err)
	require.LessOrEqual(t, u.Received, int64(100))

	status, body := w.call("PUT", "/api/v1/uploads/"+u.ID+"/blocks", w.session("drummer"),
		io.MultiReader(bytes.NewReader(car(t, rawBlock(t, "x"))), endless{}))
	require.Contains(t, []int{400, 413, 422}, status, body)
}

// endless is a CAR's tail that never ends: one block after another of the same.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0x01
	}
	return len(p), nil
}

func TestAnotherWalletsUpload(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	root := s.commit("boom")
	u := s.upload(w.login("drummer"), root)
	thief := w.session("thief")
	for _, action := range []string{"missing", "complete"} {
		status, body := w.call("POST", "/api/v1/uploads/"+u.ID+"/"+action, thief, strings.NewReader(`{"cids":[]}`))
		require.Equal(t, 404, status, body)
	}
	status, body := w.call("PUT", "/api/v1/uploads/"+u.ID+"/blocks", thief, bytes.NewReader(car(t, rawBlock(t, "x"))))
	require.Equal(t, 404, status, body)

	own, err := w.login("thief").Begin(ctx, root, 10)
	require.NoError(t, err)
	require.NotEqual(t, u.ID, own.ID)
	missing, err := w.login("thief").Missing(ctx, own.ID, s.below(root))
	require.NoError(t, err)
	require.Len(t, missing, 3, "nobody learns what another wallet has uploaded")
}

func TestChallenges(t *testing.T) {
	w := newWorld(t)
	c := w.ask("drummer")
	status, body := w.answer("drummer", c)
	require.Equal(t, 201, status, body)
	status, body = w.answer("drummer", c)
	require.Equal(t, 401, status, "answered twice: %s", body)

	status, body = w.answer("thief", w.ask("drummer"))
	require.Equal(t, 401, status, "another wallet's: %s", body)
	status, body = w.answer("drummer", strings.Replace(w.ask("drummer"), w.hub.URL(), "https://evil.example", 1))
	require.Equal(t, 401, status, "another hub's: %s", body)
	status, body = w.answer("drummer", strings.Replace(w.ask("drummer"), testChainID, "other-1", 1))
	require.Equal(t, 401, status, "another chain's: %s", body)

	own, err := api.ParseChallenge(w.ask("drummer"))
	require.NoError(t, err)
	own.Expires = own.Expires.Add(time.Hour)
	status, body = w.answer("drummer", own.String())
	require.Equal(t, 401, status, "made longer: %s", body)
	own.Nonce = strings.Repeat("0", 64)
	status, body = w.answer("drummer", own.String())
	require.Equal(t, 401, status, "made up: %s", body)
	for _, text := range []string{"", "sign this", strings.Repeat("x", 5000), w.ask("drummer") + "\n"} {
		status, body = w.answer("drummer", text)
		require.Equal(t, 400, status, body)
	}

	c = w.ask("drummer")
	w.clock.add(3 * time.Minute)
	status, body = w.answer("drummer", c)
	require.Equal(t, 401, status, "too late: %s", body)
	c = w.ask("drummer")
	w.restart()
	status, body = w.answer("drummer", c)
	require.Equal(t, 401, status, "of another run: %s", body)

	_, signer := w.client("stranger")
	w.chain.noOne[signer.Address()] = true
	status, body = w.answer("stranger", w.ask("stranger"))
	require.Equal(t, 403, status, body)
	require.Contains(t, body, `"hint"`)
}

func TestSessionEnds(t *testing.T) {
	w := newWorld(t)
	token := w.session("drummer")
	begin := func(token string) int {
		status, _ := w.call("POST", "/api/v1/uploads", token, jsonBody(t, api.UploadRequest{Root: newSong(t).commit("x").String(), Bytes: 1}))
		return status
	}
	require.Equal(t, 200, begin(token))
	require.Equal(t, 401, begin(""))
	require.Equal(t, 401, begin(token+"0"))
	require.Equal(t, 401, begin(strings.Repeat("a", 4096)))
	for range maxSessionsEach - 1 {
		w.clock.add(time.Second)
		w.session("drummer")
	}
	require.Equal(t, 200, begin(token))
	w.clock.add(time.Second)
	w.session("drummer")
	require.Equal(t, 401, begin(token), "the oldest session makes room")

	token = w.session("drummer")
	w.clock.add(13 * time.Hour)
	require.Equal(t, 401, begin(token))
}

func TestPathsStayInside(t *testing.T) {
	w := newWorld(t)
	token := w.session("drummer")
	secret := filepath.Join(w.cfg.Dir, "identity")
	require.FileExists(t, secret)
	for _, id := range []string{"..", "../..", "..%2f..%2fidentity", url.PathEscape("../../identity"), "%00", "a/b", strings.Repeat("a", 3000)} {
		for _, action := range []string{"missing", "complete"} {
			status, body := w.call("POST", "/api/v1/uploads/"+id+"/"+action, token, strings.NewReader(`{"cids":[]}`))
			require.Contains(t, []int{400, 404, 405}, status, "%s: %s", id, body)
		}
	}
	for _, path := range []string{"/ipfs/../identity", "/ipfs/..%2fidentity", "/rpc/../identity", "/blocks/", "/staging/", "/identity"} {
		status, body := w.call("GET", path, "", nil)
		require.NotEqual(t, 200, status, "%s: %s", path, body)
	}
	left, err := os.ReadDir(filepath.Join(w.cfg.Dir, "staging"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestHostileJSON(t *testing.T) {
	w := newWorld(t)
	token := w.session("drummer")
	root := newSong(t).commit("x").String()
	for name, tc := range map[string]struct {
		path, body string
		status     int
	}{
		"no json":          {"/uploads", "root", 400},
		"unknown field":    {"/uploads", `{"root":"` + root + `","bytes":1,"admin":true}`, 400},
		"two objects":      {"/uploads", `{"root":"` + root + `","bytes":1}{}`, 400},
		"no cid":           {"/uploads", `{"root":"boom","bytes":1}`, 400},
		"a raw root":       {"/uploads", `{"root":"` + rawBlock(t, "x").CID().String() + `","bytes":1}`, 400},
		"upper-case cid":   {"/uploads", `{"root":"` + strings.ToUpper(root) + `","bytes":1}`, 400},
		"too long":         {"/uploads", `{"root":"` + strings.Repeat("a", api.MaxJSONBytes) + `"}`, 413},
		"deep":             {"/uploads", strings.Repeat("[", 100_000), 400},
		"bytes overflow":   {"/uploads", `{"root":"` + root + `","bytes":99999999999999999999}`, 400},
		"bad address":      {"/challenges", `{"address":"cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4"}`, 400},
		"newline injected": {"/challenges", `{"address":"parrot1\nnonce: 0"}`, 400},
		"no such call":     {"/nothing", `{}`, 404},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := w.call("POST", "/api/v1"+tc.path, token, strings.NewReader(tc.body))
			require.Equal(t, tc.status, status, body)
			var e api.ErrorBody
			require.NoError(t, json.Unmarshal([]byte(body), &e), body)
			require.NotEmpty(t, e.Error)
		})
	}
	u, err := w.login("drummer").Begin(ctx, newSong(t).commit("y"), 1)
	require.NoError(t, err)
	many, err := json.Marshal(api.CIDs{CIDs: make([]string, api.MaxCIDs+1)})
	require.NoError(t, err)
	status, body := w.call("POST", "/api/v1/uploads/"+u.ID+"/missing", token, bytes.NewReader(many))
	require.Equal(t, 413, status, body)
}

func TestCommitThatIsNone(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	c := w.login("drummer")
	tree, err := object.Tree{}.Encode()
	require.NoError(t, err)
	b, err := ipfs.NewBlock(ipfs.CodecDagCBOR, tree)
	require.NoError(t, err)
	require.NoError(t, s.store.Put(ctx, b))
	u := s.upload(c, b.CID())
	w.chain.push(b.CID())
	_, err = c.Complete(ctx, u.ID)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, api.CodeBadBlock, refused.Body.Code)
	require.Zero(t, w.hub.ledger.count())
}
