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
// root that refers to them is recorded where Collect's caller will find it.
func (s *Store) Hold(ctx context.Context) (release func(), err error) {
	return s.holds.acquire(ctx)
}

func (h *holds) acquire(ctx context.Context) (release func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count == 0 {
		lock := flock.New(h.path)
		if _, err := lock.TryRLockContext(ctx, lockRetry); err != nil {
			return nil, fmt.Errorf("block store: %w", err)
		}
		h.lock = lock
	}
	h.count++
	var once sync.Once
	return func() { once.Do(h.release) }, nil
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
