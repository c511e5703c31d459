package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/parrots-music/parrots/internal/object"
)

const (
	defaultTimeout  = 30 * time.Second
	defaultAttempts = 4
	firstPause      = 200 * time.Millisecond // doubles
	longestPause    = 10 * time.Second
	// longerToComplete: the hub reads everything below the commit before it answers,
	// which may be gigabytes.
	longerToComplete = 30
)

// Options of a client. The zero value is fine.
type Options struct {
	// HTTP carries the requests; http.DefaultTransport if nil.
	HTTP http.RoundTripper
	// Timeout bounds a request without blocks; one with blocks gets as much again
	// for every 4 MiB, and one that completes an upload longerToComplete times as much.
	Timeout time.Duration
	// Attempts is how often a request is tried that failed in a way that may pass.
	Attempts int
	// Now is the clock; time.Now if nil.
	Now func() time.Time
}

// Client talks to one hub. Its methods may be called from several goroutines.
type Client struct {
	base string
	opts Options
	http http.Client

	mu      sync.Mutex
	session Session
}

// New returns a client for the hub at an origin such as "https://hub.example".
func New(origin string, opts Options) (*Client, error) {
	base, err := Origin(origin)
	if err != nil {
		return nil, err
	}
	if opts.Timeout == 0 {
		opts.Timeout = defaultTimeout
	}
	if opts.Attempts == 0 {
		opts.Attempts = defaultAttempts
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Client{base: base, opts: opts, http: http.Client{
		Transport: opts.HTTP,
		// A token must not travel to wherever a hub points.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Origin reads a hub's address and gives it the one form that is compared: scheme,
// host and port, no path, no slash at the end.
func Origin(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
		u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return "", fmt.Errorf("hub's address %.100q is not of the form https://host or http://host:port", text)
	}
	host := strings.ToLower(u.Host)
	if port := u.Port(); (u.Scheme == "http" && port == "80") || (u.Scheme == "https" && port == "443") {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return u.Scheme + "://" + host, nil
}

// URL is the hub's origin.
func (c *Client) URL() string { return c.base }

// RPC is the URL of the chain's RPC behind the hub, as info names it.
func (c *Client) RPC(info Info) string { return c.base + "/" + strings.TrimLeft(info.RPC, "/") }

// Info asks the hub what it is.
func (c *Client) Info(ctx context.Context) (Info, error) {
	var info Info
	if err := c.json(ctx, http.MethodGet, "/info", nil, &info); err != nil {
		return Info{}, err
	}
	if object.CheckChainID(info.ChainID) != nil || !strings.HasPrefix(info.RPC, "/") {
		return Info{}, &UnreachableError{URL: c.base, Err: errors.New("the answer is not a hub's")}
	}
	return info, nil
}

// TextSigner signs texts as ADR-036 says. Keyring.TextSigner of package chain
// gives one.
type TextSigner interface {
	// Address is the wallet's, bech32.
	Address() string
	// SignText returns the compressed secp256k1 key and r || s.
	SignText(text []byte) (pubKey, signature []byte, err error)
}

// Login proves to the hub that it speaks with the wallet. It signs only a text
// that names this hub, this chain and this wallet.
func (c *Client) Login(ctx context.Context, chainID string, signer TextSigner) error {
	var ch Challenge
	err := c.json(ctx, http.MethodPost, "/challenges", ChallengeRequest{Address: signer.Address()}, &ch)
	if err != nil {
		return err
	}
	text, err := ParseChallenge(ch.Challenge)
	if err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	if text.Hub != c.base || text.ChainID != chainID || text.Address != signer.Address() {
		return fmt.Errorf("%w: the challenge is for hub %.100q and chain %.60q, wanted are %q and %q",
			ErrOtherHub, text.Hub, text.ChainID, c.base, chainID)
	}
	pubKey, sig, err := signer.SignText([]byte(ch.Challenge))
	if err != nil {
		return err
	}
	var s Session
	err = c.json(ctx, http.MethodPost, "/sessions", SessionRequest{
		Address: signer.Address(), PubKey: pubKey, Challenge: ch.Challenge, Signature: sig,
	}, &s)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.session = s
	c.mu.Unlock()
	return nil
}

// LoggedIn says whether there is a session that has not ended.
func (c *Client) LoggedIn() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.Token != "" && c.opts.Now().Before(c.session.Expires)
}

func (c *Client) token() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.Token
}

// json sends and reads JSON, and tries again what may pass.
func (c *Client) json(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("hub: %w", err)
		}
	}
	return c.retry(ctx, func() error {
		return c.do(ctx, method, path, "application/json", body, c.opts.Timeout, out)
	})
}

// retry calls try again while the hub fails in a way that may pass.
func (c *Client) retry(ctx context.Context, try func() error) error {
	pause := firstPause
	for attempt := 1; ; attempt++ {
		err := try()
		if err == nil || attempt >= c.opts.Attempts || !passing(err) || ctx.Err() != nil {
			return err
		}
		wait := pause
		var refused *Error
		if errors.As(err, &refused) {
			wait = max(wait, refused.retryAfter)
		}
		select {
		case <-time.After(min(wait, longestPause)):
			pause *= 2
		case <-ctx.Done():
			return err
		}
	}
}

func passing(err error) bool {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Status == http.StatusTooManyRequests || refused.Status >= 500
	}
	return errors.Is(err, ErrUnreachable)
}

func (c *Client) do(
	ctx context.Context, method, path, contentType string, body []byte, timeout time.Duration, out any,
) error {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, method, c.base+Prefix+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	if token := c.token(); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return &UnreachableError{URL: c.base, Err: err}
	}
	defer resp.Body.Close()
	return c.read(resp, out)
}

func (c *Client) read(resp *http.Response, out any) error {
	data, err := io.ReadAll(io.LimitReader(resp.Body, MaxJSONBytes))
	if err != nil {
		return &UnreachableError{URL: c.base, Err: err}
	}
	if resp.StatusCode/100 == 2 {
		if out == nil {
			return nil
		}
		if err := json.Unmarshal(data, out); err != nil {
			return &UnreachableError{URL: c.base, Err: fmt.Errorf("the answer is not a hub's: %w", err)}
		}
		return nil
	}
	refused := &Error{Status: resp.StatusCode}
	if json.Unmarshal(data, &refused.Body) != nil || refused.Body.Error == "" {
		refused.Body = ErrorBody{Error: http.StatusText(resp.StatusCode)}
	}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		refused.retryAfter = time.Duration(max(0, min(seconds, 60))) * time.Second
	}
	return refused
}
