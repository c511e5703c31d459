package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/node"
)

const (
	maxSources = 8
	// probeTime is how long a source may take to give the commit itself.
	probeTime = 20 * time.Second
	// swapTime is how long bitswap peers may take for a block. They are asked again
	// after swapAgain: a message that was lost is not missed before half a minute, and
	// a block of 512 KiB needs 35 kB/s to come in time.
	swapTime, swapAgain = time.Minute, 15 * time.Second
)

// source is a place elsewhere that may have a song's blocks.
type source struct {
	name string
	ipfs.Getter
	probe ipfs.Getter // the same, in a hurry
}

// mirrorCommit copies everything below a commit on the chain from the first place
// that has it, into an upload of the wallet's, and accepts that as any other: every
// block is verified, the quota holds, and what has arrived stays for the next try.
func (h *Hub) mirrorCommit(ctx context.Context, commit cid.Cid, wallet string) error {
	if h.ledger.has(commit) {
		return nil
	}
	known, err := h.onChain(ctx, commit)
	if err != nil {
		return err
	}
	if !known {
		return newProblem(http.StatusConflict, api.CodeNotOnChain, "", "commit %s is not on the chain", commit)
	}
	info, err := h.chain.Commit(ctx, commit)
	if err != nil {
		return err
	}
	sources, err := h.sources(ctx, info.Song)
	if err != nil {
		return err
	}
	u, err := h.staging.mirror(wallet, commit)
	if err != nil {
		return err
	}
	err = newProblem(http.StatusConflict, api.CodeIncomplete, "", "no hub that the song %s names has commit %s", info.Song, commit)
	for _, s := range sources {
		tryErr := h.fetch(ctx, s, u)
		var p *problem
		switch {
		case tryErr == nil, h.ledger.has(commit): // its people were quicker
			return h.accept(ctx, u)
		case errors.As(tryErr, &p): // no room, and no other source makes any
			return tryErr
		}
		err = errors.Join(err, tryErr)
	}
	return err
}

// fetch copies what is below an upload's commit from one place.
func (h *Hub) fetch(ctx context.Context, from source, u *upload) error {
	probe, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	if _, err := from.probe.Get(probe, u.root); err != nil {
		return fmt.Errorf("%s: %w", from.name, err)
	}
	fetched, err := ipfs.FetchDAG(ctx, from, mirrorStore{h, u}, ipfs.FetchOptions{
		Bounds:   ipfs.Bounds{Blocks: maxBlocks + int(h.cfg.Quota/blockBytes)},
		MaxBytes: h.cfg.Quota,
		Skip:     h.ledger.has,
	}, u.root)
	h.metrics.mirrored.Add(float64(fetched.Bytes))
	if err != nil {
		return fmt.Errorf("%s: %w", from.name, err)
	}
	h.log.Info("mirror", "from", from.name, "commit", u.root.String(), "bytes", fetched.Bytes)
	return nil
}

// sources are the places that a song's people name, and the IPFS peers.
func (h *Hub) sources(ctx context.Context, song string) ([]source, error) {
	hints, err := h.chain.Hints(ctx, song)
	if err != nil {
		return nil, err
	}
	var list []source
	for _, hint := range hints {
		if len(list) == maxSources {
			break
		}
		if s, ok := h.gatewayAt(hint); ok {
			list = append(list, s)
		} else {
			h.dial(ctx, hint)
		}
	}
	if len(h.node.Peers()) > 0 {
		swap := patient{h.node.Session(ctx)}
		list = append(list, source{"ipfs peers", swap, swap})
	}
	return list, nil
}

// gatewayAt is the hub or gateway at an URL, unless that is this one or in a network
// that strangers must not lead to.
func (h *Hub) gatewayAt(hint string) (source, bool) {
	origin, err := api.Origin(hint)
	if err != nil || origin == h.cfg.URL {
		return source{}, false
	}
	var client *http.Client
	if !h.private {
		client = ipfs.PublicClient()
	}
	gateway, err := ipfs.NewHTTPSource(origin, client)
	if err != nil {
		return source{}, false
	}
	return source{origin, gateway, gateway.Once()}, true
}

// dial connects to an IPFS node; who cannot be reached is simply no source.
func (h *Hub) dial(ctx context.Context, hint string) {
	if !strings.HasPrefix(hint, "/") {
		return
	}
	if a, ok := node.AddrOf(hint); !ok || !h.private && !ipfs.IsPublic(a) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	if err := h.node.Connect(ctx, hint); err != nil {
		h.log.Debug("connect to a song's peer", "peer", hint, "error", err)
	}
}

// patient bounds how long each block is waited for, and asks more than once: bitswap
// asks until it is told to stop, and takes its time to notice that it was not heard.
type patient struct{ ipfs.Getter }

func (p patient) Get(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	ctx, cancel := context.WithTimeout(ctx, swapTime)
	defer cancel()
	for {
		b, err := p.ask(ctx, c)
		if !errors.Is(err, context.DeadlineExceeded) {
			return b, err
		}
		if ctx.Err() != nil {
			return ipfs.Block{}, &ipfs.NotFoundError{CID: c}
		}
	}
}

func (p patient) ask(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	ctx, cancel := context.WithTimeout(ctx, swapAgain)
	defer cancel()
	return p.Getter.Get(ctx, c)
}

// mirrorStore is an upload together with what the hub serves, as a fetch sees it.
type mirrorStore struct {
	hub *Hub
	*upload
}

func (s mirrorStore) stores() []ipfs.Store { return []ipfs.Store{s.hub.blocks, s.upload.store} }

// Has implements ipfs.Store.
func (s mirrorStore) Has(ctx context.Context, c cid.Cid) (bool, error) {
	for _, store := range s.stores() {
		if ok, err := store.Has(ctx, c); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// Get implements ipfs.Store.
func (s mirrorStore) Get(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	return ipfs.FirstOf(s.hub.blocks, s.upload.store).Get(ctx, c)
}

// Put implements ipfs.Store, within the wallet's quota.
func (s mirrorStore) Put(ctx context.Context, blocks ...ipfs.Block) error {
	for _, b := range blocks {
		if err := s.hub.staging.grow(s.upload, int64(len(b.Data()))); err != nil {
			return err
		}
		if err := s.put(ctx, b, s.hub.blocks); err != nil {
			return err
		}
	}
	return nil
}

// Flush implements ipfs.Store.
func (s mirrorStore) Flush(context.Context) error { return s.flush() }
