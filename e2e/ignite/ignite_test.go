// Package ignite tests that the pinned Ignite builds, initialises and serves this
// chain from config.yml, with a faucet. `make tools-test` builds Ignite.
package ignite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/testports"
)

// buildTime bounds the first block: Ignite compiles the chain for a debugger, which
// shares nothing with the ordinary build cache and takes minutes the first time.
const buildTime = 20 * time.Minute

const newcomer = "parrot1lndkypxaguww6d3dgufxtey3vr5yjsqk2dkcvc"

func TestServe(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the whole chain once more, without optimisations")
	}
	root := filepath.Dir(goEnv(t, "GOMOD"))
	ignite := filepath.Join(root, ".cache", "tools", "ignite")
	require.FileExists(t, ignite, "run 'make tools' first")

	ports, err := testports.Take(5)
	require.NoError(t, err)
	api, faucet := "http://"+testports.Loopback(ports[0]), "http://"+testports.Loopback(ports[1])
	serve(t, copySource(t, root), ignite, configWithPorts(t, root, ports))

	require.Eventually(t, func() bool { return fundedBy(faucet, newcomer) }, buildTime, time.Second, "the faucet gives coins")
	require.Eventually(t, func() bool {
		var balances struct {
			Balances []struct{ Denom, Amount string }
		}
		return get(api+"/cosmos/bank/v1beta1/balances/"+newcomer, &balances) &&
			len(balances.Balances) == 1 && balances.Balances[0].Denom == "ufeather" && balances.Balances[0].Amount == "10000000"
	}, time.Minute, 200*time.Millisecond, "the coins arrive")

	var songs struct{ Songs []any }
	require.True(t, get(api+"/parrots/song/v1/songs", &songs), "our own module answers")
}

// serve runs `ignite chain serve` until the test ends.
func serve(t *testing.T, source, ignite, config string) {
	t.Helper()
	home, bin := t.TempDir(), t.TempDir()
	log, err := os.Create(filepath.Join(t.TempDir(), "ignite.log"))
	require.NoError(t, err)

	cmd := exec.Command(ignite, "chain", "serve", "--skip-proto", "--quit-on-fail", "--reset-once",
		"--path", source, "--config", config, "--home", filepath.Join(home, "chain"))
	cmd.Dir = source
	cmd.Stdout, cmd.Stderr = log, log
	// Ignite installs the node where GOBIN says, keeps notes in HOME, and its
	// children end with its process group.
	cmd.Env = append(os.Environ(), "HOME="+home, "GOBIN="+bin, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"GOMODCACHE="+goEnv(t, "GOMODCACHE"), "GOCACHE="+goEnv(t, "GOCACHE"), "GOPATH="+goEnv(t, "GOPATH"), "DO_NOT_TRACK=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())

	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it ends by our signal
		close(exited)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		select {
		case <-exited:
		case <-time.After(20 * time.Second):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-exited
		}
		if t.Failed() {
			t.Logf("ignite said:\n%s", tail(read(t, log.Name()), 4000))
		}
	})
}

// copySource copies the module's files to a folder of the test's own: Ignite tidies
// go.mod, and builds again whenever a file changes.
func copySource(t *testing.T, root string) string {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
	list.Dir = root
	names, err := list.Output()
	require.NoError(t, err)
	source := filepath.Join(t.TempDir(), "parrots")
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, but not yet committed
		}
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(source, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(source, name), content, 0o600))
	}
	return source
}

// configWithPorts is config.yml with other ports, so that the test can run beside a
// chain that uses the usual ones.
func configWithPorts(t *testing.T, root string, ports []int) string {
	t.Helper()
	config := string(read(t, filepath.Join(root, "config.yml")))
	for i, usual := range []string{"1317", "4500", "9090", "26657", "26656"} {
		require.Equal(t, 1, strings.Count(config, "127.0.0.1:"+usual), usual)
		config = strings.Replace(config, "127.0.0.1:"+usual, testports.Loopback(ports[i]), 1)
	}
	file := filepath.Join(t.TempDir(), "config.yml")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	return file
}

// fundedBy asks a faucet for coins.
func fundedBy(faucet, address string) bool {
	body := fmt.Sprintf(`{"address":%q}`, address)
	var answer struct{ Error string }
	return request(http.MethodPost, faucet+"/", strings.NewReader(body), &answer) && answer.Error == ""
}

func get(url string, answer any) bool { return request(http.MethodGet, url, nil, answer) }

func request(method, url string, body io.Reader, answer any) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false // not listening yet
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK && json.NewDecoder(res.Body).Decode(answer) == nil
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	require.NoError(t, err)
	return string(bytes.TrimSpace(out))
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	return content
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }
