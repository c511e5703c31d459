// Package testports gives tests ports for servers that cannot be told to take any.
//
// A port that was found by listening on port 0 is one of those from which the system
// takes the other ends of connections: between its test of the port and its use, any
// program may get it. So the ports here lie below all such ranges, and each is locked
// between the test binaries that run at the same time until the process ends.
//
// It is imported by tests only.
package testports

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/gofrs/flock"
)

// The range, below what Linux (32768), macOS and Windows (49152) give to connections.
const (
	first = 20_000
	count = 12_000
)

var (
	mu    sync.Mutex
	taken = map[int]*flock.Flock{} // held until the process ends
)

// Take returns n consecutive ports of the loopback interface that nobody listens on
// and no other test gets.
func Take(n int) ([]int, error) {
	mu.Lock()
	defer mu.Unlock()
	dir := filepath.Join(os.TempDir(), "parrots-test-ports-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	for range 1000 {
		begin := first + rand.IntN(count-n)
		locks, err := lock(dir, begin, n)
		if err != nil {
			return nil, err
		}
		if locks == nil {
			continue
		}
		ports := make([]int, n)
		for i, l := range locks {
			ports[i] = begin + i
			taken[ports[i]] = l
		}
		return ports, nil
	}
	return nil, fmt.Errorf("no %d free ports between %d and %d", n, first, first+count)
}

// lock takes ports from begin on; none if one of them is in use.
func lock(dir string, begin, n int) ([]*flock.Flock, error) {
	var locks []*flock.Flock
	for port := begin; port < begin+n; port++ {
		if taken[port] != nil {
			return nil, unlock(locks)
		}
		l := flock.New(filepath.Join(dir, strconv.Itoa(port)))
		ok, err := l.TryLock()
		if err != nil {
			return nil, errors.Join(err, unlock(locks))
		}
		if !ok {
			return nil, unlock(locks)
		}
		locks = append(locks, l)
		if !free(port) {
			return nil, unlock(locks)
		}
	}
	return locks, nil
}

func unlock(locks []*flock.Flock) error {
	var errs []error
	for _, l := range locks {
		errs = append(errs, l.Unlock())
	}
	return errors.Join(errs...)
}

func free(port int) bool {
	l, err := net.Listen("tcp", Loopback(port))
	return err == nil && l.Close() == nil
}

// Loopback is the address of a port.
func Loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
