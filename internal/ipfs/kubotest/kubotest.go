// Package kubotest runs the pinned Kubo (tools/kubo) beside a test: its own
// repository, loopback only, no bootstrap peers, no discovery. It is imported by
// tests only.
package kubotest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"
)

// patience bounds every wait for Kubo, on a machine that may be busy.
const patience = 2 * time.Minute

// Binary returns the path of the pinned ipfs binary and builds it, once for all
// tests, where it is not there. A build from cold takes a few minutes.
func Binary(t testing.TB) string {
	t.Helper()
	root := moduleRoot(t)
	dir := filepath.Join(root, ".cache", "tools")
	require.NoError(t, os.MkdirAll(dir, 0o777))
	bin := filepath.Join(dir, "ipfs")
	lock := flock.New(bin + ".lock")
	require.NoError(t, lock.Lock())
	defer lock.Close()
	module := filepath.Join(root, "tools", "kubo")
	if fresh(bin, filepath.Join(module, "go.mod")) {
		return bin
	}
	t.Log("building kubo, which takes a few minutes the first time")
	cmd := exec.Command("go", "build", "-trimpath", "-o", bin, "github.com/ipfs/kubo/cmd/ipfs")
	cmd.Dir = module
	out, err := cmd.CombinedOutput()
	require.NoErrorf(t, err, "build kubo: %s", out)
	return bin
}

// fresh says whether the binary is younger than what it is pinned by.
func fresh(bin, pin string) bool {
	b, err := os.Stat(bin)
	if err != nil {
		return false
	}
	p, err := os.Stat(pin)
	return err == nil && b.ModTime().After(p.ModTime())
}

func moduleRoot(t testing.TB) string {
	start, err := os.Getwd() // a test runs in its package's folder
	require.NoError(t, err)
	dir := start
	for {
		if _, err := os.Stat(filepath.Join(dir, "tools", "kubo", "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			require.FailNow(t, "tools/kubo not found above "+start)
		}
		dir = parent
	}
}

// Kubo is one repository, and its daemon while it runs.
type Kubo struct {
	t    testing.TB
	bin  string
	Path string // IPFS_PATH
	API  string // URL of the RPC, while the daemon runs
	GW   string // URL of the gateway, while the daemon runs
	stop func()
}

// New makes a repository in a folder of the test's.
func New(t testing.TB) *Kubo {
	t.Helper()
	k := &Kubo{t: t, bin: Binary(t), Path: filepath.Join(t.TempDir(), "ipfs")}
	k.Run(nil, "init", "--profile=test", "--empty-repo")
	return k
}

// Command is an ipfs command on this repository.
func (k *Kubo) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, k.bin, args...)
	cmd.Env = append(os.Environ(), "IPFS_PATH="+k.Path, "IPFS_TELEMETRY=off")
	return cmd
}

// Run runs a command and returns what it printed, trimmed.
func (k *Kubo) Run(stdin io.Reader, args ...string) string {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := k.Command(ctx, args...)
	cmd.Stdin = stdin
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	require.NoErrorf(k.t, err, "ipfs %s: %s", strings.Join(args, " "), errs.String())
	return strings.TrimSpace(out.String())
}

// Start runs the daemon until Stop or the end of the test.
func (k *Kubo) Start() {
	k.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := k.Command(ctx, "daemon")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	require.NoError(k.t, cmd.Start())
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }()
	k.stop = func() { cancel(); <-exited }
	k.t.Cleanup(k.Stop)
	if err := k.wait(exited); err != nil {
		k.Stop()
		require.FailNowf(k.t, "kubo does not start", "%v\n%s", err, log.String())
	}
}

// wait waits for the files in which the daemon publishes its addresses, and for
// the API to answer.
func (k *Kubo) wait(exited <-chan struct{}) error {
	tooLate := time.After(patience)
	for {
		select {
		case <-tooLate:
			return fmt.Errorf("no answer within %v", patience)
		case <-exited:
			return errors.New("the daemon ended")
		case <-time.After(100 * time.Millisecond):
		}
		api, err := os.ReadFile(filepath.Join(k.Path, "api"))
		if err != nil {
			continue
		}
		gw, err := os.ReadFile(filepath.Join(k.Path, "gateway"))
		if err != nil {
			continue
		}
		k.API, k.GW = httpURL(string(api)), strings.TrimSpace(string(gw))
		resp, err := http.Post(k.API+"/api/v0/id", "", nil)
		if err == nil {
			resp.Body.Close()
			return nil
		}
	}
}

// httpURL turns "/ip4/127.0.0.1/tcp/5001" into an URL.
func httpURL(multiaddr string) string {
	p := strings.Split(strings.TrimSpace(multiaddr), "/")
	return fmt.Sprintf("http://%s:%s", p[2], p[4])
}

// Stop ends the daemon.
func (k *Kubo) Stop() {
	if k.stop != nil {
		k.stop()
		k.stop = nil
	}
}

// Addr is a loopback multiaddr of the running daemon, with /p2p/ and its id.
func (k *Kubo) Addr() string {
	k.t.Helper()
	for _, a := range strings.Fields(k.Run(nil, "id", "-f", "<addrs>")) {
		if strings.HasPrefix(a, "/ip4/127.0.0.1/tcp/") && !strings.Contains(a, "/ws") {
			return a
		}
	}
	require.FailNow(k.t, "kubo listens on no loopback address")
	return ""
}
