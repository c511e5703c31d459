package hub

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/packstore"
)

// staging keeps the uploads that wait for their commit, each in a folder of its
// own: staging/<id>/upload.json and staging/<id>/blocks/.
type staging struct {
	dir    string
	quota  int64
	space  *space
	ttl    time.Duration
	now    func() time.Time
	random io.Reader
	ledger *ledger

	mu      sync.Mutex
	uploads map[string]*upload
}

// space is what the unfinished uploads of all wallets may take together. Bytes count
// when they arrive: to announce them costs nothing, so it keeps nobody else out.
type space struct {
	limit int64
	taken atomic.Int64
}

func (s *space) take(n int64) bool {
	if s.taken.Add(n) <= s.limit {
		return true
	}
	s.taken.Add(-n)
	return false
}

func (s *space) full() bool { return s.taken.Load() >= s.limit }

func errNoSpace() error { return busy("the hub has no room for more uploads at the moment") }

func openStaging(ctx context.Context, cfg Config, l *ledger) (*staging, error) {
	s := &staging{
		dir: filepath.Join(cfg.Dir, "staging"), quota: cfg.Quota, space: &space{limit: cfg.MaxStaged}, ttl: cfg.UploadTTL,
		now: cfg.Now, random: cfg.Random, ledger: l, uploads: map[string]*upload{},
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		u, err := s.load(ctx, e.Name())
		if err != nil {
			// Half made or half removed when the hub stopped; its client starts again.
			cfg.Log.Warn("drop a broken upload", "id", e.Name(), "error", err)
			if err := os.RemoveAll(filepath.Join(s.dir, e.Name())); err != nil {
				return nil, err
			}
			continue
		}
		s.uploads[u.id] = u
	}
	return s, nil
}

func (s *staging) load(ctx context.Context, id string) (*upload, error) {
	dir := filepath.Join(s.dir, id)
	data, err := os.ReadFile(filepath.Join(dir, recordFile))
	if err != nil {
		return nil, err
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, err
	}
	root, err := ipfs.ParseCID(r.Root)
	if err != nil {
		return nil, err
	}
	u := &upload{
		id: id, dir: dir, address: r.Address, root: root, space: s.space, announce: r.Announce, expires: r.Expires, mirror: r.Mirror,
	}
	if u.store, err = packstore.Open(filepath.Join(dir, "blocks"), packstore.Options{}); err != nil {
		return nil, err
	}
	err = u.store.Keys(ctx, func(c cid.Cid) error {
		size, err := u.store.Size(ctx, c)
		u.received += int64(size)
		u.blocks++
		return err
	})
	s.space.taken.Add(u.received)
	return u, err
}

// begin starts an upload, or goes on with the wallet's upload of the same commit.
func (s *staging) begin(address string, root cid.Cid, bytes int64) (*upload, error) {
	if bytes < 0 || bytes > s.quota {
		return nil, s.quotaProblem(address)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.room(address, root, bytes)
	if err != nil {
		return nil, err
	}
	if u != nil { // go on with it
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.gone {
			return u, nil // served in this moment
		}
		u.announce, u.mirror = max(bytes, u.received), false
		u.expires = s.now().Add(s.ttl)
		return u, u.save()
	}
	return s.create(address, root, bytes)
}

// growBy is by how much a mirror's upload grows at a time.
const growBy = 16 << 20

// mirror starts an upload that the hub fills itself, on a wallet's account, or goes on
// with the wallet's upload of the same commit.
func (s *staging) mirror(address string, root cid.Cid) (*upload, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.room(address, root, 0)
	if err != nil {
		return nil, err
	}
	if u == nil {
		if u, err = s.create(address, root, 0); err != nil {
			return nil, err
		}
		u.mirror = true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.gone {
		return u, nil // served in this moment
	}
	u.expires = s.now().Add(s.ttl)
	return u, u.save()
}

// grow makes room for so many more bytes in an upload that nobody has announced the
// size of.
func (s *staging) grow(u *upload, size int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := u.view()
	if v.Received+size <= v.Bytes {
		return nil
	}
	want := v.Received + max(size, growBy)
	if _, err := s.room(u.address, u.root, want); err != nil {
		want = v.Received + size
		if _, err := s.room(u.address, u.root, want); err != nil {
			return err
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.announce = max(u.announce, want)
	return nil
}

// received is how much of a wallet's upload of a commit is here.
func (s *staging) received(address string, root cid.Cid) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.uploads {
		if u.address == address && u.root.Equals(root) {
			return u.view().Received
		}
	}
	return 0
}

// room checks the limits for an upload, which is the one returned if the wallet has
// begun it before. The caller holds mu.
func (s *staging) room(address string, root cid.Cid, bytes int64) (*upload, error) {
	mine, count := s.ledger.used(address), 0
	var same *upload
	for _, u := range s.uploads {
		view := u.view()
		if view.Served || u.address != address {
			continue
		}
		if u.root.Equals(root) {
			same = u
			bytes = max(bytes, view.Received)
			continue
		}
		mine += view.Bytes
		count++
	}
	switch {
	case address == operator:
	case same == nil && count >= maxUploadsPerWallet:
		return nil, newProblem(http.StatusTooManyRequests, api.CodeQuota, "finish one of them",
			"this wallet has %d unfinished uploads", count)
	case mine+bytes > s.quota:
		return nil, s.quotaProblem(address)
	}
	if same == nil && s.space.full() {
		return nil, errNoSpace()
	}
	return same, nil
}

func (s *staging) quotaProblem(address string) error {
	return newProblem(http.StatusForbidden, api.CodeQuota, "ask the hub's people for more room",
		"this hub keeps up to %d bytes for a wallet; %d are used", s.quota, s.ledger.used(address))
}

func (s *staging) create(address string, root cid.Cid, bytes int64) (*upload, error) {
	id := make([]byte, 16)
	if _, err := io.ReadFull(s.random, id); err != nil {
		return nil, err
	}
	u := &upload{
		id: hex.EncodeToString(id), address: address, root: root, space: s.space, announce: bytes, expires: s.now().Add(s.ttl),
	}
	u.dir = filepath.Join(s.dir, u.id)
	if err := os.Mkdir(u.dir, 0o700); err != nil {
		return nil, err
	}
	store, err := packstore.Open(filepath.Join(u.dir, "blocks"), packstore.Options{})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(u.dir))
	}
	u.store = store
	if err := u.save(); err != nil {
		return nil, errors.Join(err, store.Close(), os.RemoveAll(u.dir))
	}
	s.uploads[u.id] = u
	return u, nil
}

// of returns a wallet's upload; another wallet's is not found. The id comes from
// outside, but is only looked up in a table and never made into a path.
func (s *staging) of(address, id string) (*upload, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.uploads[id]
	if !ok || u.address != address {
		return nil, noUpload()
	}
	return u, nil
}

// all returns the unfinished uploads.
func (s *staging) all() []*upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*upload, 0, len(s.uploads))
	for _, u := range s.uploads {
		if !u.view().Served {
			list = append(list, u)
		}
	}
	return list
}

// drop removes an upload and its blocks, unless its wallet has just gone on with it.
func (s *staging) drop(u *upload) (dropped bool, err error) {
	s.mu.Lock()
	if s.now().Before(u.view().Expires) {
		s.mu.Unlock()
		return false, nil
	}
	delete(s.uploads, u.id)
	s.mu.Unlock()
	return true, u.remove(false)
}

// finish removes an upload's blocks after they were moved. Its name stays for a
// while: often the hub sees the commit on the chain before the client says
// "complete".
func (s *staging) finish(u *upload) error {
	err := u.remove(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, other := range s.uploads {
		if v := other.view(); v.Served && s.now().After(v.Expires) {
			delete(s.uploads, id)
		}
	}
	return err
}

func (s *staging) close() error {
	var errs []error
	for _, u := range s.all() {
		u.mu.Lock()
		if !u.gone {
			u.gone = true
			errs = append(errs, u.store.Close())
		}
		u.mu.Unlock()
	}
	return errors.Join(errs...)
}
