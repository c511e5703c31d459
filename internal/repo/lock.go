package repo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// lockPoll is how often a waiting command looks whether the lock is free.
const lockPoll = 50 * time.Millisecond

// Holder says who holds a lock.
type Holder struct {
	PID     int    `json:"pid"`
	Host    string `json:"host"`
	Command string `json:"command"`
}

// LockedError says who holds the lock. Holder is zero if that is not known.
type LockedError struct {
	Root   string
	Holder Holder
}

func (e *LockedError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("%v (%s)", ErrLocked, e.Root)
	}
	return fmt.Sprintf("%v: %q, process %d on %s; wait for it to end", ErrLocked, e.Holder.Command, e.Holder.PID, e.Holder.Host)
}

// Unwrap makes errors.Is(err, ErrLocked) hold.
func (e *LockedError) Unwrap() error { return ErrLocked }

// Lock is the right to change a song's folder. The operating system releases it
// when the process ends, however it ends.
type Lock struct {
	repo *Repo
	lock *flock.Flock
}

// TryLock takes the lock or fails at once with a LockedError. Command names what
// the holder does, for the message that others get.
func (r *Repo) TryLock(command string) (*Lock, error) {
	l := flock.New(r.path(lockFile))
	ok, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the song's folder: %w", err)
	}
	if !ok {
		return nil, &LockedError{r.root, r.holder()}
	}
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	holder, err := json.Marshal(Holder{os.Getpid(), host, command})
	if err == nil {
		// A plain write: the file only informs, and Windows lets nobody read the
		// locked file itself.
		err = os.WriteFile(r.path(holderFile), holder, 0o644)
	}
	if err != nil {
		_ = l.Unlock()
		return nil, fmt.Errorf("lock the song's folder: %w", err)
	}
	return &Lock{r, l}, nil
}

// Lock waits for the lock until ctx ends, then fails with a LockedError.
func (r *Repo) Lock(ctx context.Context, command string) (*Lock, error) {
	ticker := time.NewTicker(lockPoll)
	defer ticker.Stop()
	for {
		l, err := r.TryLock(command)
		var held *LockedError
		if !errors.As(err, &held) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-ticker.C:
		}
	}
}

// Unlock gives the lock back.
func (l *Lock) Unlock() error {
	// The holder's file goes first: afterwards it may be another's.
	_ = os.Remove(l.repo.path(holderFile))
	return l.lock.Unlock()
}

func (r *Repo) holder() Holder {
	var h Holder
	if data, err := readFile(r.path(holderFile)); err == nil && json.Unmarshal(data, &h) != nil {
		return Holder{}
	}
	return h
}
