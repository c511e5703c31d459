package ipfs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/ipfs/go-cid"
)

// How an HTTPSource treats a gateway that is slow or refuses.
const (
	sourceAttempts = 5
	sourceWait     = 250 * time.Millisecond // before the second attempt; doubles
	sourceMaxWait  = 10 * time.Second       // whatever the gateway asks for
	sourceTimeout  = 60 * time.Second       // for one attempt at one block
)

// HTTPSource gets blocks from a trustless gateway
// (https://specs.ipfs.tech/http-gateways/trustless-gateway/).
type HTTPSource struct {
	base   *url.URL
	client http.Client
}

// NewHTTPSource returns a source for the gateway at base, an http or https URL
// to which "/ipfs/<cid>" is appended. client may be nil. Redirects to another
// host are not followed: a hub may be told a gateway's address by a stranger.
func NewHTTPSource(base string, client *http.Client) (*HTTPSource, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("gateway: %q is not an http address", base)
	}
	s := &HTTPSource{base: u}
	if client != nil {
		s.client = *client
	}
	s.client.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) > 3 || req.URL.Host != u.Host {
			return fmt.Errorf("%w: %s", errRedirect, req.URL.Host)
		}
		return nil
	}
	return s, nil
}

// String is the gateway's address.
func (s *HTTPSource) String() string { return s.base.Redacted() }

// Get implements Getter. It tries again, with growing pauses, while the gateway
// fails in a way that may pass.
func (s *HTTPSource) Get(ctx context.Context, c cid.Cid) (Block, error) {
	if err := CheckCID(c); err != nil {
		return Block{}, err
	}
	wait := sourceWait
	for attempt := 1; ; attempt++ {
		b, err := s.get(ctx, c)
		var again *retryError
		if err == nil || !errors.As(err, &again) || attempt == sourceAttempts || ctx.Err() != nil {
			return b, err
		}
		select {
		case <-time.After(min(max(wait, again.after), sourceMaxWait)):
			wait *= 2
		case <-ctx.Done():
			return Block{}, ctx.Err()
		}
	}
}

// Once is the source without its patience: a block is asked for a single time.
func (s *HTTPSource) Once() Getter { return once{s} }

type once struct{ source *HTTPSource }

func (o once) Get(ctx context.Context, c cid.Cid) (Block, error) {
	if err := CheckCID(c); err != nil {
		return Block{}, err
	}
	return o.source.get(ctx, c)
}

var errRedirect = errors.New("gateway redirects elsewhere")

// retryError wraps a failure that may pass.
type retryError struct {
	err   error
	after time.Duration // what the gateway asked for, or 0
}

func (e *retryError) Error() string { return e.err.Error() }
func (e *retryError) Unwrap() error { return e.err }

func (s *HTTPSource) get(ctx context.Context, c cid.Cid) (Block, error) {
	ctx, cancel := context.WithTimeout(ctx, sourceTimeout)
	defer cancel()
	u := s.base.JoinPath("ipfs", c.String())
	u.RawQuery = "format=raw"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Block{}, err
	}
	req.Header.Set("Accept", "application/vnd.ipld.raw")
	resp, err := s.client.Do(req)
	if errors.Is(err, errRedirect) || errors.Is(err, ErrPrivate) {
		return Block{}, err
	}
	if err != nil {
		return Block{}, &retryError{err: err}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return Block{}, s.refused(c, resp)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, MaxBlockSize+1))
	if err != nil {
		return Block{}, &retryError{err: fmt.Errorf("get %s from %s: %w", c, s, err)}
	}
	b, err := VerifyBlock(c, data)
	if errors.Is(err, ErrCorrupt) {
		err = &CorruptError{CID: c, Where: s.String()}
	}
	return b, err
}

func (s *HTTPSource) refused(c cid.Cid, resp *http.Response) error {
	err := fmt.Errorf("get %s from %s: %s", c, s, resp.Status)
	switch {
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		return fmt.Errorf("%s: %w", s, &NotFoundError{CID: c})
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return &retryError{err: err, after: time.Duration(min(max(seconds, 0), 60)) * time.Second}
	default:
		return err
	}
}

// FirstOf asks the sources in order and returns the first block. The error joins
// what all of them said, so it matches ErrNotFound if any did not have it.
func FirstOf(sources ...Getter) Getter { return firstOf(sources) }

type firstOf []Getter

func (f firstOf) Get(ctx context.Context, c cid.Cid) (Block, error) {
	errs := make([]error, 0, len(f))
	for _, s := range f {
		b, err := s.Get(ctx, c)
		if err == nil {
			return b, nil
		}
		if ctx.Err() != nil {
			return Block{}, ctx.Err()
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		return Block{}, &NotFoundError{CID: c}
	}
	return Block{}, errors.Join(errs...)
}
