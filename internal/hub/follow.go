package hub

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
)

const (
	// maxScan is over how many blocks the follower reads events. Behind by more, it
	// asks for each waiting commit instead, which costs less and misses nothing.
	maxScan    = 200
	sweepEvery = time.Minute
	heightFile = "height"
	dialTime   = 10 * time.Second
	// lookLate is the age of the last look at the chain from which on a hub is not
	// ready.
	lookLate = 30 * time.Second
)

// follower looks at the chain and accepts uploads whose commit has arrived, also
// when nobody says "complete".
type follower struct {
	path   string
	height int64 // of the last block that was looked at; 0 for none
}

func openFollower(dir string) (*follower, error) {
	f := &follower{path: filepath.Join(dir, heightFile)}
	data, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	// A damaged number costs one look at each waiting commit, nothing else.
	f.height, _ = strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
	return f, nil
}

func (f *follower) save(height int64) error {
	f.height = height
	return writeFile(f.path, []byte(strconv.FormatInt(height, 10)+"\n"))
}

// follow runs until ctx ends.
func (h *Hub) follow(ctx context.Context) {
	tick := time.NewTicker(h.cfg.Poll)
	defer tick.Stop()
	h.followAll() // it may have stopped in the middle of one
	var swept time.Time
	for {
		h.look(ctx)
		if now := h.cfg.Now(); now.Sub(swept) >= sweepEvery {
			swept = now
			h.expire(ctx)
			h.keepPeers(ctx)
			h.tidy(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// look reads the blocks since the last look.
func (h *Hub) look(ctx context.Context) {
	status, err := h.chain.Check(ctx)
	h.setHealth(status, err)
	if err != nil && !errors.Is(err, chain.ErrBehind) {
		return
	}
	if err := h.catchUp(ctx, status.Height); err != nil && ctx.Err() == nil {
		h.log.Warn("follow the chain", "height", h.follower.height, "error", err)
	}
}

func (h *Hub) catchUp(ctx context.Context, latest int64) error {
	from := h.follower.height
	// A lower height is a chain that was started again; a great gap is a long stop.
	if from == 0 || latest < from || latest-from > maxScan {
		h.followAll()
		if err := h.acceptWaiting(ctx, nil); err != nil {
			return err
		}
		return h.looked(latest)
	}
	for height := from + 1; height <= latest; height++ {
		if err := h.block(ctx, height); err != nil {
			return err
		}
		if err := h.looked(height); err != nil {
			return err
		}
	}
	return nil
}

// looked notes the last block that was looked at.
func (h *Hub) looked(height int64) error {
	h.metrics.height.Set(float64(height))
	return h.follower.save(height)
}

func (h *Hub) block(ctx context.Context, height int64) error {
	added, err := h.chain.CommitsOf(ctx, height)
	if errors.Is(err, chain.ErrNotFound) {
		h.followAll()
		return h.acceptWaiting(ctx, nil) // pruned: its events are gone
	}
	if err != nil || len(added) == 0 {
		return err
	}
	commits := make(map[cid.Cid]bool, len(added))
	for _, a := range added {
		commits[a.Commit] = true
		if wallet, ok := h.follows.of(a.Song); ok {
			h.mirror.follow(a.Song, wallet)
		}
	}
	return h.acceptWaiting(ctx, commits)
}

// acceptWaiting tries the uploads of these commits; all of them for nil. What
// cannot be accepted waits on; only the node's silence is an error.
func (h *Hub) acceptWaiting(ctx context.Context, commits map[cid.Cid]bool) error {
	for _, u := range h.staging.all() {
		if commits != nil && !commits[u.root] {
			continue
		}
		err := h.accept(ctx, u)
		var p *problem
		switch {
		case err == nil, errors.As(err, &p):
		case errors.Is(err, chain.ErrUnreachable), ctx.Err() != nil:
			return err
		default:
			h.log.Warn("accept an upload", "upload", u.id, "commit", u.root.String(), "error", err)
		}
	}
	return nil
}

// expire drops uploads whose time is over, after one more look at the chain. While
// the chain cannot be asked, they stay.
func (h *Hub) expire(ctx context.Context) {
	for _, u := range h.staging.all() {
		if h.cfg.Now().Before(u.view().Expires) {
			continue
		}
		err := h.accept(ctx, u)
		if err == nil {
			continue
		}
		var p *problem
		if !errors.As(err, &p) && (problemOf(err).body.Code == api.CodeNode || ctx.Err() != nil) {
			continue
		}
		h.drop(u, err)
	}
}

func (h *Hub) drop(u *upload, why error) {
	u.accepting.Lock() // a client's "complete" may be reading it
	defer u.accepting.Unlock()
	dropped, err := h.staging.drop(u)
	if err != nil {
		h.log.Warn("drop an upload", "upload", u.id, "error", err)
	}
	if dropped {
		h.log.Info("drop an upload", "upload", u.id, "commit", u.root.String(), "wallet", u.address, "why", why.Error())
	}
}

// tidy merges the small packs that accepted commits leave, once there are many. While
// an upload is accepted it waits for another time, so that it keeps none waiting.
func (h *Hub) tidy(ctx context.Context) {
	if !h.accepting.TryLock() {
		return
	}
	defer h.accepting.Unlock()
	if _, err := h.blocks.Compact(ctx); err != nil && ctx.Err() == nil {
		h.log.Warn("merge small packs", "error", err)
	}
}

// keepPeers dials the configured peers again where the connection is gone.
func (h *Hub) keepPeers(ctx context.Context) {
	for _, addr := range h.cfg.Peers {
		dial, cancel := context.WithTimeout(ctx, dialTime)
		if err := h.node.Connect(dial, addr); err != nil && ctx.Err() == nil {
			h.log.Warn("connect to a peer", "peer", addr, "error", err)
		}
		cancel()
	}
}
