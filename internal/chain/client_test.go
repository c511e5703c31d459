package chain

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

var ctx = context.Background()

// liar is a node that answers what a test wants.
type liar struct {
	result map[string]string // method -> JSON result
	query  map[string]proto.Message
	value  map[string]string // as query, for what is no message
	code   func() (codespace string, code uint32, log string)
}

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var req struct {
		ID     json.RawMessage
		Method string
		Params struct{ Path string }
	}
	if json.NewDecoder(r.Body).Decode(&req) != nil {
		return
	}
	result, ok := l.result[req.Method]
	if req.Method == "abci_query" && !ok {
		result = l.abci(req.Params.Path)
	}
	fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, req.ID, result)
}

func (l *liar) abci(path string) string {
	if l.code != nil {
		space, code, log := l.code()
		text, _ := json.Marshal(log)
		return fmt.Sprintf(`{"response":{"codespace":%q,"code":%d,"log":%s}}`, space, code, text)
	}
	value := []byte(l.value[path])
	if m := l.query[path]; m != nil {
		var err error
		if value, err = proto.Marshal(m); err != nil {
			panic(err)
		}
	}
	return fmt.Sprintf(`{"response":{"value":%q}}`, base64.StdEncoding.EncodeToString(value))
}

func (l *liar) client(t *testing.T, change ...func(*Config)) *Client {
	t.Helper()
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	cfg := Config{RPC: server.URL + "/rpc/", ChainID: "c-1", Timeout: 5 * time.Second}
	for _, c := range change {
		c(&cfg)
	}
	c, err := New(cfg)
	require.NoError(t, err)
	return c
}

func statusResult(network string, height int, at time.Time, catchingUp bool) string {
	return fmt.Sprintf(`{"node_info":{"network":%q},"sync_info":{"latest_block_height":"%d","latest_block_time":%q,"catching_up":%t},"validator_info":{}}`,
		network, height, at.UTC().Format(time.RFC3339Nano), catchingUp)
}

func TestCheck(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, tc := range map[string]struct {
		status string
		want   error
	}{
		"fine":        {statusResult("c-1", 7, now.Add(-time.Second), false), nil},
		"other chain": {statusResult("c-2", 7, now, false), ErrWrongChain},
		"old block":   {statusResult("c-1", 7, now.Add(-3*time.Minute), false), ErrBehind},
		"catching up": {statusResult("c-1", 7, now, true), ErrBehind},
		"no block":    {statusResult("c-1", 0, now, false), ErrBehind},
		"no status":   {`{}`, ErrWrongChain},
		"not json":    {`what?`, ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			l := &liar{result: map[string]string{"status": tc.status}}
			_, err := l.client(t, func(c *Config) { c.Now = func() time.Time { return now } }).Check(ctx)
			if tc.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, tc.want)
			}
		})
	}
}

func TestDialRefusesBadConfiguration(t *testing.T) {
	for _, cfg := range []Config{
		{RPC: "", ChainID: "c"},
		{RPC: "127.0.0.1:26657", ChainID: "c"},
		{RPC: "tcp://127.0.0.1:26657", ChainID: "c"},
		{RPC: "file:///etc/passwd", ChainID: "c"},
		{RPC: "http://127.0.0.1:26657"},
		{RPC: "http://127.0.0.1:26657", ChainID: "c", GasPrice: "1e9"},
		{RPC: "http://127.0.0.1:26657", ChainID: "c", GasPrice: "-1"},
	} {
		_, err := Dial(ctx, cfg)
		require.Error(t, err, "%+v", cfg)
		require.NotErrorIs(t, err, ErrUnreachable)
	}
}

func TestHugeAndSlowAnswers(t *testing.T) {
	huge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := []byte(strings.Repeat("[", 1<<20))
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer huge.Close()
	c, err := New(Config{RPC: huge.URL, ChainID: "c-1"})
	require.NoError(t, err)
	_, err = c.Status(ctx)
	require.ErrorIs(t, err, ErrBadAnswer)

	stop := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer slow.Close()
	defer close(stop)
	c, err = New(Config{RPC: slow.URL, ChainID: "c-1", Timeout: 20 * time.Millisecond})
	require.NoError(t, err)
	_, err = c.Status(ctx)
	require.ErrorIs(t, err, ErrUnreachable)

	elsewhere := httptest.NewServer(http.RedirectHandler(slow.URL, http.StatusTemporaryRedirect))
	defer elsewhere.Close()
	_, err = New(Config{RPC: slow.URL, ChainID: "c-1\ncommit: another"})
	require.Error(t, err, "a chain id is one line of what a wallet signs")
	c, err = New(Config{RPC: elsewhere.URL, ChainID: "c-1"})
	require.NoError(t, err)
	_, err = c.Status(ctx)
	require.ErrorIs(t, err, ErrUnreachable, "a node does not send its clients elsewhere")
}

func testCommit(t *testing.T) (object.Commit, []byte, cid.Cid) {
	t.Helper()
	tree, err := object.Tree{}.Encode()
	require.NoError(t, err)
	commit := object.Commit{
		Tree: object.CIDOf(tree), Author: make([]byte, 20), Created: 1, Message: "m",
		Contributions: []object.Contribution{
			{Contributor: make([]byte, 32), Roles: []string{"Composer"}, Paths: []string{"a.wav", "b.wav"}},
			{Guest: &object.Guest{Key: append([]byte{2}, make([]byte, 32)...), Name: "G"}, Roles: []string{"Lyricist"}},
		},
	}
	block, err := commit.Encode()
	require.NoError(t, err)
	return commit, block, object.CIDOf(block)
}

func TestAnswersAreHashed(t *testing.T) {
	commit, block, id := testCommit(t)
	fields, err := CommitToProto(commit, nil)
	require.NoError(t, err)
	other, err := object.Commit{Tree: commit.Tree, Author: commit.Author, Message: "other"}.Encode()
	require.NoError(t, err)
	emptyTree, err := object.Tree{}.Encode()
	require.NoError(t, err)
	info := songtypes.CommitInfo{Cid: id.String(), Commit: fields, Pusher: "parrot1pusher"}
	changed := info
	changed.Commit.Message = "something else"

	l := &liar{query: map[string]proto.Message{
		songQuery + "CommitBlock": &songtypes.QueryCommitBlockResponse{Block: block},
		songQuery + "Commit":      &songtypes.QueryCommitResponse{Commit: info},
		songQuery + "Log":         &songtypes.QueryLogResponse{Commits: []songtypes.CommitInfo{info}},
		songQuery + "Tree":        &songtypes.QueryTreeResponse{Commit: id.String(), Cid: commit.Tree.String(), Block: emptyTree},
	}}
	c := l.client(t)
	got, err := c.CommitBlock(ctx, id)
	require.NoError(t, err)
	require.Equal(t, block, got)
	gotInfo, err := c.Commit(ctx, id)
	require.NoError(t, err)
	require.Equal(t, commit, gotInfo.Commit)
	require.Equal(t, "parrot1pusher", gotInfo.Pusher)
	head, err := c.TreeOfBranch(ctx, "song1x", "main")
	require.NoError(t, err)
	require.Equal(t, commit.Tree, head.CID)

	l.query[songQuery+"CommitBlock"] = &songtypes.QueryCommitBlockResponse{Block: other}
	l.query[songQuery+"Commit"] = &songtypes.QueryCommitResponse{Commit: changed}
	l.query[songQuery+"Log"] = &songtypes.QueryLogResponse{Commits: []songtypes.CommitInfo{changed}}
	l.query[songQuery+"Tree"] = &songtypes.QueryTreeResponse{Commit: id.String(), Cid: commit.Tree.String(), Block: other}
	l.query[songQuery+"Song"] = &songtypes.QuerySongResponse{Song: songtypes.Song{Id: "song1other"}}
	_, err = c.CommitBlock(ctx, id)
	require.ErrorIs(t, err, ErrBadAnswer)
	_, err = c.Commit(ctx, id)
	require.ErrorIs(t, err, ErrBadAnswer)
	_, _, err = c.Log(ctx, LogRequest{Song: "song1x"})
	require.ErrorIs(t, err, ErrBadAnswer)
	_, err = c.TreeOfBranch(ctx, "song1x", "main")
	require.ErrorIs(t, err, ErrBadAnswer)
	_, err = c.Song(ctx, "song1x")
	require.ErrorIs(t, err, ErrBadAnswer)
}

func TestRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		space string
		code  uint32
		log   string
		is    []error
		isNot []error
	}{
		"the module's own": {"song", 25, "expected x: branch has moved",
			[]error{ErrRefused, songtypes.ErrStaleHead}, []error{ErrNotFound, songtypes.ErrNotDescendant}},
		"not found, by text": {"sdk", 38, "song1x: song not found: key not found",
			[]error{ErrRefused, ErrNotFound, songtypes.ErrSongNotFound}, []error{songtypes.ErrBranchNotFound}},
		"not found, by code": {"sdk", 38, "rpc error: codespace song code 16: branch not found: key not found",
			[]error{ErrNotFound, songtypes.ErrBranchNotFound}, []error{songtypes.ErrSongNotFound}},
		"funds":    {"sdk", 5, "1 < 2", []error{ErrInsufficientFunds, sdkerrors.ErrInsufficientFunds}, []error{ErrInsufficientFee}},
		"fee":      {"sdk", 13, "1 < 2", []error{ErrInsufficientFee}, []error{ErrInsufficientFunds}},
		"sequence": {"sdk", 32, "account sequence mismatch", []error{sdkerrors.ErrWrongSequence}, []error{ErrNotFound}},
		"unknown":  {"elsewhere", 77, "?", []error{ErrRefused}, []error{ErrNotFound}},
	} {
		t.Run(name, func(t *testing.T) {
			l := &liar{code: func() (string, uint32, string) { return tc.space, tc.code, tc.log }}
			_, err := l.client(t).Params(ctx)
			for _, is := range tc.is {
				require.ErrorIs(t, err, is)
			}
			for _, isNot := range tc.isNot {
				require.NotErrorIs(t, err, isNot)
			}
		})
	}
	require.NoError(t, refusal("sdk", 0, ""))
	require.Less(t, len(refusal("x", 1, strings.Repeat("a", 1<<20)).Error()), 4096)
}

// signsNothing is a wallet that must not be asked to sign.
type signsNothing struct{ *testing.T }

func (signsNothing) Address() string { return "parrot1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqyhuuum" }
func (signsNothing) PubKey() []byte  { return make([]byte, 33) }
func (s signsNothing) SignBytes([]byte) ([]byte, error) {
	s.Error("signed a fee that empties the wallet")
	return nil, nil
}

// The price is the hub's word, the gas the node's.
func TestFeeThatEmptiesTheWallet(t *testing.T) {
	for _, tc := range []struct{ price, gas string }{{"0.001", "1000000000000"}, {"1000", "100000"}, {"999999999999999999", "1"}} {
		node := &liar{
			query: map[string]proto.Message{"/cosmos.auth.v1beta1.Query/AccountInfo": &authtypes.QueryAccountInfoResponse{
				Info: &authtypes.BaseAccount{AccountNumber: 1},
			}},
			value: map[string]string{"/app/simulate": `{"gas_info":{"gas_used":"` + tc.gas + `"}}`},
		}
		c := node.client(t, func(cfg *Config) { cfg.GasPrice = tc.price })
		_, err := c.Broadcast(ctx, signsNothing{t}, TxOptions{}, &songtypes.MsgForkSong{})
		require.ErrorIs(t, err, ErrFeeTooHigh, "%+v", tc)
	}
}

func TestFeeIsRoundedUp(t *testing.T) {
	for _, tc := range []struct {
		price string
		gas   uint64
		fee   int64
	}{{"0.001", 1000, 1}, {"0.001", 1001, 2}, {"0.001", 1, 1}, {"0", 1000, 0}, {"2.5", 3, 8}} {
		p, err := parseGasPrice(tc.price)
		require.NoError(t, err)
		require.Equal(t, tc.fee, p.fee(tc.gas).Int64(), "%+v", tc)
	}
}

func TestObjectsSurviveTheMessages(t *testing.T) {
	commit, _, _ := testCommit(t)
	fields, err := CommitToProto(commit, &Signature{PubKey: make([]byte, 33), Bytes: make([]byte, 64)})
	require.NoError(t, err)
	require.NotNil(t, fields.Signature)
	back, err := CommitFromProto(fields)
	require.NoError(t, err)
	require.Equal(t, commit, back)

	leaf, err := cid.Prefix{Version: 1, Codec: cid.Raw, MhType: 0x12, MhLength: 32}.Sum([]byte("x"))
	require.NoError(t, err)
	tree := object.Tree{Entries: []object.Entry{{
		Path: "a.wav", CID: leaf, Size: 1, Kind: object.KindStem, Codec: "pcm", SampleRate: 192000, Channels: 2,
		BitDepth: 24, Frames: 3, Instrument: "drums", Start: 4,
	}}}
	treeFields, err := TreeToProto(tree)
	require.NoError(t, err)
	treeBack, err := TreeFromProto(treeFields)
	require.NoError(t, err)
	require.Equal(t, tree, treeBack)

	fields.Author = "cosmos1xyz"
	_, err = CommitFromProto(fields)
	require.Error(t, err)
	treeFields.Entries[0].Path = "../a.wav"
	_, err = TreeFromProto(treeFields)
	require.Error(t, err)
	commit.Author = nil
	_, err = CommitToProto(commit, nil)
	require.Error(t, err)
}

func TestEventsThatAreNone(t *testing.T) {
	block := func(attributes string) string {
		return `{"height":"5","txs_results":[{"code":0,"events":[{"type":"parrots.song.v1.EventCommitAdded","attributes":` + attributes + `}]}]}`
	}
	_, _, id := testCommit(t)
	l := &liar{result: map[string]string{"block_results": block(
		`[{"key":"commit","value":"\"` + id.String() + `\""},{"key":"song_id","value":"\"song1x\""},{"key":"msg_index","value":"0"}]`)}}
	c := l.client(t)
	added, err := c.CommitsOf(ctx, 5)
	require.NoError(t, err)
	require.Equal(t, []AddedCommit{{Song: "song1x", Commit: id}}, added)
	for _, bad := range []string{`[]`, `[{"key":"commit","value":"nonsense"}]`, `[{"key":"commit","value":"\"../..\""}]`} {
		l.result["block_results"] = block(bad)
		_, err = c.CommitsOf(ctx, 5)
		require.ErrorIs(t, err, ErrBadAnswer)
	}
}

func TestRefusalIsSaidWithoutTheSDKsFrame(t *testing.T) {
	for log, want := range map[string]string{
		"failed to simulate tx: failed to execute message; message index: 0: \"main\": protected": "refused by the chain: \"main\": protected",
		"failed to execute message; message index: 12: archived":                                  "refused by the chain: archived",
		"out of gas": "refused by the chain: out of gas",
	} {
		require.Equal(t, want, (&Refusal{Codespace: "song", Code: 2, Log: log}).Error())
	}
}

func TestANodeBeforeItsFirstBlockIsBehind(t *testing.T) {
	err := refusal("sdk", 26, "parrots is not ready; please wait for first block: invalid height")
	require.ErrorIs(t, err, ErrBehind)
}
