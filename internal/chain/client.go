package chain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cometbft/cometbft/libs/bytes"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	jsonrpc "github.com/cometbft/cometbft/rpc/jsonrpc/client"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/parrots-music/parrots/internal/object"
)

// Defaults of Config.
const (
	// DefaultGasPrice is the fee per unit of gas, in ufeather.
	DefaultGasPrice = "0.001"
	// DefaultMaxFee is the highest fee of one transaction, in ufeather: 10 feathers,
	// which is 20 times what fills a block at DefaultGasPrice.
	DefaultMaxFee = 10_000_000
	// DefaultTimeout bounds one request.
	DefaultTimeout = 20 * time.Second
	// DefaultInclusionTimeout bounds the wait for a transaction's block.
	DefaultInclusionTimeout = 90 * time.Second
	// DefaultMaxBlockAge is from when on a node counts as behind.
	DefaultMaxBlockAge = 2 * time.Minute

	// maxAnswerBytes bounds one answer. The largest is a block's results.
	maxAnswerBytes = 32 << 20
	pollInterval   = 250 * time.Millisecond
	// sequenceWait is how long an earlier transaction may take to get into a block.
	sequenceWait = 10 * time.Second
)

// Config says which node of which chain to talk to. RPC and ChainID are needed,
// everything else has a default.
type Config struct {
	// RPC is the URL of a CometBFT RPC endpoint, http or https; a path is allowed.
	RPC string
	// ChainID is the chain that the node must be on.
	ChainID string
	// GasPrice is the fee per unit of gas in ufeather, a decimal.
	GasPrice string
	// MaxFee is the highest fee that is signed for one transaction, in ufeather. The
	// price is the hub's word, the gas the node's, and neither is to be trusted with
	// a wallet's feathers.
	MaxFee int64
	// Timeout bounds one request.
	Timeout time.Duration
	// InclusionTimeout bounds the wait for a transaction's block.
	InclusionTimeout time.Duration
	// MaxBlockAge is the age of the latest block from which on a node is behind.
	MaxBlockAge time.Duration
	// Sponsored makes every transaction look for an allowance that pays its fee. The
	// wallet pays itself where there is none that will.
	Sponsored bool
	// PreferSponsor is the granter whose allowance is asked first.
	PreferSponsor string
	// Introduce is called when a wallet that is not on the chain wants to send
	// something; where it returns no error, the wallet is looked up again.
	Introduce func(ctx context.Context, wallet string) error
	// OnPaid is told who paid for each transaction that is in a block.
	OnPaid func(Payment)
	// AllowBehind dials a node that is behind.
	AllowBehind bool
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// HTTP carries the requests; a transport without proxies' surprises if nil.
	HTTP http.RoundTripper
}

func (cfg *Config) setDefaults() {
	if cfg.GasPrice == "" {
		cfg.GasPrice = DefaultGasPrice
	}
	if cfg.MaxFee == 0 {
		cfg.MaxFee = DefaultMaxFee
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.InclusionTimeout == 0 {
		cfg.InclusionTimeout = DefaultInclusionTimeout
	}
	if cfg.MaxBlockAge == 0 {
		cfg.MaxBlockAge = DefaultMaxBlockAge
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.HTTP == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.DisableCompression = true // a small answer must not unpack into a huge one
		cfg.HTTP = t
	}
}

// Client talks to one node. Its methods may be called from several goroutines.
type Client struct {
	cfg Config
	rpc *jsonrpc.Client
}

// Dial reaches a node and checks that it is on the right chain and up to date.
// The error matches ErrUnreachable, ErrWrongChain or ErrBehind.
func Dial(ctx context.Context, cfg Config) (*Client, error) {
	c, err := New(cfg)
	if err != nil {
		return nil, err
	}
	if _, err := c.Check(ctx); err != nil && (!cfg.AllowBehind || !errors.Is(err, ErrBehind)) {
		return nil, err
	}
	return c, nil
}

// New returns a client without reaching for the node. Who uses it calls Check
// before believing anything; a server that starts before its node does.
func New(cfg Config) (*Client, error) {
	cfg.setDefaults()
	u, err := url.Parse(cfg.RPC)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("node's address %q is not an http or https URL", cfg.RPC)
	}
	if err := object.CheckChainID(cfg.ChainID); err != nil {
		return nil, err
	}
	if _, err := parseGasPrice(cfg.GasPrice); err != nil {
		return nil, err
	}
	rpc, err := jsonrpc.NewWithHTTPClient(strings.TrimRight(cfg.RPC, "/"), &http.Client{
		Transport: boundedTransport{cfg.HTTP},
		Timeout:   cfg.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	})
	if err != nil {
		return nil, fmt.Errorf("node's address: %w", err)
	}
	return &Client{cfg: cfg, rpc: rpc}, nil
}

// ChainID is the chain that this client is bound to.
func (c *Client) ChainID() string { return c.cfg.ChainID }

// Status is a node's own account of itself.
type Status struct {
	ChainID    string
	Height     int64
	BlockTime  time.Time
	CatchingUp bool
}

// Status asks a node for its state, without judging it.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var r coretypes.ResultStatus
	if err := c.call(ctx, "status", nil, &r); err != nil {
		return Status{}, err
	}
	return Status{
		ChainID:    r.NodeInfo.Network,
		Height:     r.SyncInfo.LatestBlockHeight,
		BlockTime:  r.SyncInfo.LatestBlockTime,
		CatchingUp: r.SyncInfo.CatchingUp,
	}, nil
}

// Check is Status with an error that matches ErrWrongChain or ErrBehind where the
// node is of no use.
func (c *Client) Check(ctx context.Context) (Status, error) {
	s, err := c.Status(ctx)
	if err != nil {
		return s, err
	}
	if s.ChainID != c.cfg.ChainID {
		return s, &WrongChainError{Want: c.cfg.ChainID, Got: s.ChainID}
	}
	age := c.cfg.Now().Sub(s.BlockTime)
	// A node has its first block before its application has made a state of it, and
	// answers no query in between.
	if s.CatchingUp || s.Height < 2 || age > c.cfg.MaxBlockAge {
		return s, &BehindError{Height: s.Height, Age: age, CatchingUp: s.CatchingUp}
	}
	return s, nil
}

// call asks the node. What the node says itself stays an RPCError; everything
// else is an UnreachableError or the context's error.
func (c *Client) call(ctx context.Context, method string, params map[string]any, result any) error {
	if params == nil {
		params = map[string]any{}
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	_, err := c.rpc.Call(ctx, method, params, result)
	if err == nil {
		return nil
	}
	var answered *rpctypes.RPCError
	switch {
	case errors.As(err, &answered), errors.Is(err, ErrBadAnswer), errors.Is(err, context.Canceled):
		return fmt.Errorf("node: %s: %w", method, err)
	}
	return &UnreachableError{URL: c.cfg.RPC, Err: cause(err)}
}

// cause drops what the layers below wrapped around the reason.
func cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// query runs one gRPC query method over ABCI.
func (c *Client) query(ctx context.Context, method string, req, resp proto.Message) error {
	data, err := proto.Marshal(req)
	if err != nil {
		return fmt.Errorf("query %s: %w", method, err)
	}
	value, err := c.abciQuery(ctx, method, data)
	if err != nil {
		return err
	}
	if err := proto.Unmarshal(value, resp); err != nil {
		return fmt.Errorf("%w: %s: %v", ErrBadAnswer, method, err)
	}
	return nil
}

func (c *Client) abciQuery(ctx context.Context, path string, data []byte) ([]byte, error) {
	var r coretypes.ResultABCIQuery
	err := c.call(ctx, "abci_query", map[string]any{"path": path, "data": bytes.HexBytes(data)}, &r)
	if err != nil {
		return nil, err
	}
	if err := refusal(r.Response.Codespace, r.Response.Code, r.Response.Log); err != nil {
		return nil, err
	}
	return r.Response.Value, nil
}

// boundedTransport cuts answers that are longer than any honest one.
type boundedTransport struct{ next http.RoundTripper }

func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err == nil {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxAnswerBytes}
	}
	return resp, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("%w: over %d bytes", ErrBadAnswer, maxAnswerBytes)
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
