package hub

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/hub/api"
)

// patron is a sponsor whose grants a test counts.
type patron struct {
	mu     sync.Mutex
	chain  *testChain
	grants []string
	fails  error
}

func (p *patron) Sponsor(_ context.Context, wallet string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fails != nil {
		return p.fails
	}
	p.grants = append(p.grants, wallet)
	p.chain.mu.Lock()
	defer p.chain.mu.Unlock()
	delete(p.chain.noOne, wallet)
	return nil
}

// welcoming is a hub that sponsors so many newcomers a day.
func welcoming(t *testing.T, perDay int) (*world, *patron) {
	t.Helper()
	p := &patron{}
	w := newWorld(t, func(cfg *Config) {
		p.chain = cfg.Chain.(*testChain)
		cfg.Newcomers, cfg.NewcomersPerDay = p, perDay
	})
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	w.clock.now = w.clock.now.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour) // no day ends meanwhile
	return w, p
}

// newcomer logs a wallet in that is not on the chain.
func (w *world) newcomer(name string) (address string, err error) {
	w.t.Helper()
	c, signer := w.client(name)
	w.chain.mu.Lock()
	w.chain.noOne[signer.Address()] = true
	w.chain.mu.Unlock()
	return signer.Address(), c.Login(w.t.Context(), testChainID, signer)
}

func TestNewcomersAreSponsored(t *testing.T) {
	w, p := welcoming(t, 2)
	c, _ := w.client("anybody")
	info, err := c.Info(ctx)
	require.NoError(t, err)
	require.True(t, info.Welcomes)

	first, err := w.newcomer("first")
	require.NoError(t, err)
	require.Equal(t, []string{first}, p.grants)
	w.login("first")
	w.login("drummer")
	require.Len(t, p.grants, 1, "who is on the chain gets nothing")

	_, err = w.newcomer("second")
	require.NoError(t, err)
	_, err = w.newcomer("third")
	require.ErrorIs(t, err, api.ErrForbidden)
	require.ErrorContains(t, err, "welcomed 2 newcomers today")
	w.restart()
	_, err = w.newcomer("third")
	require.ErrorIs(t, err, api.ErrForbidden, "a restart gives no second day")
	w.clock.add(24 * time.Hour)
	_, err = w.newcomer("third")
	require.NoError(t, err)
	require.Len(t, p.grants, 3)
}

// A grant that fails counts: else a chain that refuses would be asked without end.
func TestASponsorWhoFails(t *testing.T) {
	w, p := welcoming(t, 1)
	p.fails = errors.New("no coins left")
	_, err := w.newcomer("first")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "coins left", "the hub's own trouble is told to its log")
	p.fails = nil
	_, err = w.newcomer("first")
	require.ErrorIs(t, err, api.ErrForbidden)
	require.Empty(t, p.grants)
}

// A crowd of logins gets no more than a day has, and one wallet's many logins one grant.
func TestACrowdOfNewcomers(t *testing.T) {
	w, p := welcoming(t, 5)
	var logins sync.WaitGroup
	for i := range 12 {
		c, signer := w.client(fmt.Sprintf("fan%d", i))
		w.chain.mu.Lock()
		w.chain.noOne[signer.Address()] = true
		w.chain.mu.Unlock()
		logins.Go(func() { _ = c.Login(ctx, testChainID, signer) })
	}
	logins.Wait()
	require.Len(t, p.grants, 5)

	again, q := welcoming(t, 5)
	c, signer := again.client("impatient")
	again.chain.noOne[signer.Address()] = true
	for range 8 {
		logins.Go(func() { _ = c.Login(ctx, testChainID, signer) })
	}
	logins.Wait()
	require.Len(t, q.grants, 1)
}

func TestTheHubWelcomesNobodyUnlessToldTo(t *testing.T) {
	w := newWorld(t)
	_, err := w.newcomer("first")
	require.ErrorIs(t, err, api.ErrForbidden)
	w.stop()
	cfg := w.cfg
	cfg.Newcomers, cfg.NewcomersPerDay = &patron{}, 1
	require.NoError(t, os.WriteFile(filepath.Join(cfg.Dir, "newcomers"), []byte("what?\n"), 0o600))
	_, err = New(cfg)
	require.Error(t, err, "a file that cannot be read does not give a new day")
}
