package hub

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// ledger remembers which commits are served, and how many bytes each wallet
// brought. On disk it is a text file that only grows, a line for each commit:
//
//	<commit cid> <wallet> <bytes>
//
// A line is written after everything below its commit is safe in the block store.
// A crash can leave half a line at the end; it is cut off at the next start, and
// its commit is accepted once more.
type ledger struct {
	mu       sync.RWMutex
	file     *os.File
	accepted map[ipfs.Digest]struct{}
	usage    map[string]int64
}

func openLedger(dir string) (*ledger, error) {
	path := filepath.Join(dir, "accepted")
	l := &ledger{accepted: map[ipfs.Digest]struct{}{}, usage: map[string]int64{}}
	whole, err := l.load(path)
	if err != nil {
		return nil, fmt.Errorf("list of accepted commits: %w", err)
	}
	if l.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, fmt.Errorf("list of accepted commits: %w", err)
	}
	_, err = l.file.Seek(whole, 0)
	if err := errors.Join(err, l.file.Truncate(whole), syncDir(dir)); err != nil {
		return nil, errors.Join(err, l.file.Close())
	}
	return l, nil
}

// load reads the lines and returns the length of those that are whole.
func (l *ledger) load(path string) (int64, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var whole int64
	for r := bufio.NewReader(f); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return whole, nil // the end, with or without half a line
		}
		if err := l.take(strings.TrimSuffix(line, "\n")); err != nil {
			return 0, fmt.Errorf("%s at byte %d: %w", path, whole, err)
		}
		whole += int64(len(line))
	}
}

func (l *ledger) take(line string) error {
	fields := strings.Split(line, " ")
	if len(fields) != 3 {
		return errors.New("not three fields")
	}
	commit, err := ipfs.ParseCID(fields[0])
	if err != nil {
		return err
	}
	bytes, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return err
	}
	l.accepted[ipfs.DigestOf(commit)] = struct{}{}
	l.usage[fields[1]] += bytes
	return nil
}

// has says whether everything below a commit is served.
func (l *ledger) has(commit cid.Cid) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	_, ok := l.accepted[ipfs.DigestOf(commit)]
	return ok
}

// used is how many bytes a wallet has brought.
func (l *ledger) used(wallet string) int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.usage[wallet]
}

func (l *ledger) count() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.accepted)
}

// add records commits that a wallet brought, all bytes on the first.
func (l *ledger) add(wallet string, bytes int64, commits []cid.Cid) error {
	var lines strings.Builder
	for _, c := range commits {
		fmt.Fprintf(&lines, "%s %s %d\n", c, wallet, bytes)
		bytes = 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	before, err := l.file.Seek(0, 1)
	if err != nil {
		return err
	}
	_, err = l.file.WriteString(lines.String())
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		// What follows half a line would be lost with it.
		_, seekErr := l.file.Seek(before, 0)
		return errors.Join(fmt.Errorf("list of accepted commits: %w", err), l.file.Truncate(before), seekErr)
	}
	for line := range strings.Lines(lines.String()) {
		if err := l.take(strings.TrimSuffix(line, "\n")); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) close() error { return l.file.Close() }
