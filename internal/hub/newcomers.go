package hub

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
)

// Sponsor pays the first fees of wallets; *chain.Sponsors is one.
type Sponsor interface {
	// Sponsor grants a wallet an allowance, and returns when the chain has it.
	Sponsor(ctx context.Context, wallet string) error
}

// newcomers sponsors wallets that are not on the chain yet. Each is welcomed once,
// since it is on the chain afterwards. A key costs nothing to make, so whoever wants
// can take all that a day has: the number for a day, times the budget of one, is what
// the hub's people risk. On disk it is a line, so that a restart gives no second day:
//
//	<day> <number of newcomers>
type newcomers struct {
	path    string
	perDay  int
	sponsor Sponsor
	chain   Chain
	now     func() time.Time
	waiting gate

	mu    sync.Mutex
	day   string
	count int
}

// maxWelcomes is how many newcomers wait for their grant at a time.
const maxWelcomes = 16

func openNewcomers(cfg Config) (*newcomers, error) {
	if cfg.Newcomers == nil || cfg.NewcomersPerDay <= 0 {
		return nil, nil
	}
	n := &newcomers{
		path: filepath.Join(cfg.Dir, "newcomers"), perDay: cfg.NewcomersPerDay, sponsor: cfg.Newcomers,
		chain: cfg.Chain, now: cfg.Now, waiting: make(gate, maxWelcomes),
	}
	text, err := os.ReadFile(n.path)
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Sscanf(string(text), "%s %d", &n.day, &n.count); err != nil {
		return nil, fmt.Errorf("%s: %w", n.path, err)
	}
	return n, nil
}

// welcome gives a wallet its allowance. It counts before it grants: what a crash loses
// is a place of the day, not the bound.
func (n *newcomers) welcome(ctx context.Context, wallet string) error {
	select {
	case n.waiting <- struct{}{}:
		defer func() { <-n.waiting }()
	default:
		return busy("the hub has many newcomers at the moment")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	// Another login of the same wallet may have waited here before.
	if _, err := n.chain.Account(ctx, wallet); !errors.Is(err, chain.ErrNoAccount) {
		return err
	}
	day := n.now().UTC().Format(time.DateOnly)
	if day != n.day {
		n.day, n.count = day, 0
	}
	if n.count >= n.perDay {
		return newProblem(http.StatusForbidden, api.CodeForbidden, "come back tomorrow, or ask somebody to sponsor you",
			"the hub has welcomed %d newcomers today, and no more", n.count)
	}
	n.count++
	if err := writeFile(n.path, fmt.Appendf(nil, "%s %d\n", n.day, n.count)); err != nil {
		return err
	}
	return n.sponsor.Sponsor(ctx, wallet)
}
