package packstore

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// lockRetry is how often a lock that is taken is tried again.
const lockRetry = 20 * time.Millisecond

// holds counts who in this process needs Collect to wait. The first takes the
// shared lock that other processes see, the last gives it back.
type holds struct {
	path string

	mu    sync.Mutex
	count int
	lock  *flock.Flock
}

// Hold keeps Collect, of this and every other process, from running until
// release is called. Who relies on blocks that are already there (a commit that
// shares stems with an older one) holds from before it asks for them until the
// root that refers to them is recorded where Collect's caller will find it. It
// must not call Collect itself meanwhile.
func (s *Store) Hold(ctx context.Context) (release func(), err error) {
	release, first, err := s.holds.acquire(ctx)
	if err != nil || !first {
		return release, err
	}
	// What Collect removed until now must not be taken for present any more.
	if err := s.refresh(true); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// acquire also says whether nobody held until now.
func (h *holds) acquire(ctx context.Context) (release func(), first bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	first = h.count == 0
	if first {
		lock := flock.New(h.path)
		if _, err := lock.TryRLockContext(ctx, lockRetry); err != nil {
			return nil, false, fmt.Errorf("block store: %w", err)
		}
		h.lock = lock
	}
	h.count++
	var once sync.Once
	return func() { once.Do(h.release) }, first, nil
}

func (h *holds) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count--; h.count == 0 {
		h.lock.Close()
		h.lock = nil
	}
}

// exclusive waits until nobody holds, and keeps it so until release.
func (h *holds) exclusive(ctx context.Context) (release func(), err error) {
	lock := flock.New(h.path)
	if _, err := lock.TryLockContext(ctx, lockRetry); err != nil {
		return nil, fmt.Errorf("block store is in use: %w", err)
	}
	return func() { lock.Close() }, nil
}
