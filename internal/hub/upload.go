package hub

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
)

// upload is one unfinished upload.
type upload struct {
	id      string
	dir     string
	address string
	root    cid.Cid
	store   ipfs.Store
	space   *space

	// accepting is held while the upload is accepted or dropped. It is taken before mu.
	accepting sync.Mutex

	// mu guards what follows, and makes each block's check and storage one step.
	mu       sync.Mutex
	announce int64
	received int64
	blocks   int64
	expires  time.Time
	failed   attempt
	gone     bool // its blocks are removed
	served   bool // because they are served
	mirror   bool // the hub fetches it for the wallet
}

// attempt is a walk below an upload's commit that did not find everything, and what
// the upload and the hub had then. Until one of them has more, walking again would
// read it all for the same answer.
type attempt struct {
	blocks int64 // of the upload
	served int   // commits of the hub
	err    error
}

// begin returns what an attempt begins with, or the error of the last if it had the same.
func (u *upload) begin(served int) (attempt, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	a := attempt{blocks: u.blocks, served: served}
	if u.failed.err != nil && u.failed.blocks == a.blocks && u.failed.served == a.served {
		return a, u.failed.err
	}
	return a, nil
}

// fail remembers an attempt that failed.
func (u *upload) fail(a attempt, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	a.err = err
	u.failed = a
}

// record is an upload on disk.
type record struct {
	Address  string    `json:"address"`
	Root     string    `json:"root"`
	Announce int64     `json:"announced_bytes"`
	Expires  time.Time `json:"expires"`
	Mirror   bool      `json:"mirror,omitempty"`
}

const recordFile = "upload.json"

func (u *upload) save() error {
	data, err := json.Marshal(record{u.address, u.root.String(), u.announce, u.expires, u.mirror})
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(u.dir, recordFile), data)
}

func (u *upload) remove(served bool) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.gone {
		return nil
	}
	u.gone, u.served = true, served
	u.space.taken.Add(-u.received)
	return errors.Join(u.store.Close(), os.RemoveAll(u.dir))
}

// receive reads a CAR from a stranger into the upload. Blocks that are there, or
// that served has, cost nothing. What arrived before an error stays: each block is
// right or wrong by itself.
func (u *upload) receive(ctx context.Context, body io.Reader, served ipfs.Store) error {
	car, err := ipfs.NewCARReader(body, ipfs.CARBounds{Blocks: api.MaxCARBytes / 64, Bytes: api.MaxCARBytes})
	for err == nil {
		var b ipfs.Block
		if b, err = car.Next(); err == nil {
			err = u.put(ctx, b, served)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, u.flush())
}

func (u *upload) put(ctx context.Context, b ipfs.Block, served ipfs.Store) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.served {
		return nil
	}
	if u.gone {
		return noUpload()
	}
	for _, store := range []ipfs.Store{served, u.store} {
		if known, err := store.Has(ctx, b.CID()); err != nil || known {
			return err
		}
	}
	size := int64(len(b.Data()))
	if u.received+size > u.announce {
		return newProblem(http.StatusRequestEntityTooLarge, api.CodeTooLarge, "begin the upload again with the true size",
			"more than the %d bytes that were announced", u.announce)
	}
	if u.blocks >= maxBlocks+u.announce/blockBytes {
		return newProblem(http.StatusRequestEntityTooLarge, api.CodeTooLarge, "push the commits in several steps",
			"more than %d blocks", u.blocks)
	}
	if !u.space.take(size) {
		return errNoSpace()
	}
	if err := u.store.Put(ctx, b); err != nil {
		u.space.taken.Add(-size)
		return err
	}
	u.received += size
	u.blocks++
	return nil
}

func (u *upload) flush() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.gone {
		return nil
	}
	return u.store.Flush(context.Background()) // also when the client has gone
}

// missing returns those of the CIDs that neither served nor the upload has.
func (u *upload) missing(ctx context.Context, cids []cid.Cid, served ipfs.Store) ([]string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.gone && !u.served {
		return nil, noUpload()
	}
	missing := []string{}
	for _, c := range cids {
		has, err := served.Has(ctx, c)
		if err == nil && !has && !u.gone {
			has, err = u.store.Has(ctx, c)
		}
		if err != nil {
			return nil, err
		}
		if !has {
			missing = append(missing, c.String())
		}
	}
	return missing, nil
}

// isTheirs says whether the wallet pushed it itself, rather than had it mirrored.
func (u *upload) isTheirs() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return !u.mirror
}

// view is how a client sees the upload.
func (u *upload) view() api.Upload {
	u.mu.Lock()
	defer u.mu.Unlock()
	return api.Upload{
		ID: u.id, Root: u.root.String(), Bytes: u.announce, Received: u.received,
		Expires: u.expires.UTC().Truncate(time.Second), Served: u.served,
	}
}
