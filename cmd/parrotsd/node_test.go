package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	reflection "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"

	"github.com/parrots-music/parrots/internal/testports"
)

// asParrotsd makes the test binary behave as parrotsd, so that a test can run real
// processes without a binary that was built before.
const asParrotsd = "PARROTS_TEST_AS_PARROTSD"

func TestMain(m *testing.M) {
	if os.Getenv(asParrotsd) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

const testChain = "parrots-test-1"

// node is a chain of one validator, on ports of its own.
type node struct {
	*testing.T
	home                string
	rpc, p2p, grpc, api string
}

func (n *node) command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], append(args, "--home", n.home)...)
	cmd.Env = append(os.Environ(), asParrotsd+"=1")
	return cmd
}

// run runs a command line in a process of its own and returns its standard output.
func (n *node) run(args ...string) []byte {
	n.Helper()
	cmd := n.command(args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(n, err, "parrotsd %v: %s", args, stderr.Bytes())
	return out
}

func newNode(t *testing.T) *node {
	t.Helper()
	n := &node{T: t, home: t.TempDir()}
	ports, err := testports.Take(4)
	require.NoError(t, err)
	for i, address := range []*string{&n.rpc, &n.p2p, &n.grpc, &n.api} {
		*address = testports.Loopback(ports[i])
	}
	n.run("init", "node", "--chain-id", testChain)
	n.run("keys", "add", "drummer", "--keyring-backend", "test")
	n.run("genesis", "add-genesis-account", "drummer", "2000000000ufeather", "--keyring-backend", "test")
	n.run("genesis", "gentx", "drummer", "1000000000ufeather", "--keyring-backend", "test", "--chain-id", testChain)
	n.run("genesis", "collect-gentxs")
	return n
}

// start runs the node until stop is called.
func (n *node) start() (stop func()) {
	n.Helper()
	log, err := os.Create(filepath.Join(n.home, "node.log"))
	require.NoError(n, err)
	cmd := n.command("start", "--rpc.laddr", "tcp://"+n.rpc, "--p2p.laddr", "tcp://"+n.p2p, "--rpc.pprof_laddr", "",
		"--grpc.address", n.grpc, "--api.address", "tcp://"+n.api, "--log_no_color")
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(n, cmd.Start())
	running := true
	stop = func() {
		if running {
			running = false
			require.NoError(n, cmd.Process.Signal(syscall.SIGTERM))
			require.NoError(n, cmd.Wait(), "the node ends in order")
		}
	}
	n.Cleanup(func() {
		stop()
		if n.Failed() {
			said, _ := os.ReadFile(log.Name())
			n.Logf("the node said:\n%s", said)
		}
	})
	require.Eventually(n, func() bool {
		res, err := http.Get("http://" + n.api + "/cosmos/base/tendermint/v1beta1/blocks/2")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, 2*time.Minute, 100*time.Millisecond, "the node makes blocks")
	return stop
}

func (n *node) get(path string) []byte {
	n.Helper()
	res, err := http.Get("http://" + n.api + path)
	require.NoError(n, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(n, err)
	require.Equal(n, http.StatusOK, res.StatusCode, "%s: %s", path, body)
	return body
}

// One node from init to export: a song by the command line, read by every door.
func TestNode(t *testing.T) {
	n := newNode(t)
	stop := n.start()

	var sent struct {
		Hash string `json:"txhash"`
		Code int
	}
	out := n.run("tx", "song", "create", "after-the-rain", "--metadata", `{"title":"After the rain","licence":"CC-BY-4.0"}`,
		"--from", "drummer", "--keyring-backend", "test", "--chain-id", testChain, "--node", "tcp://"+n.rpc,
		"--gas", "300000", "--fees", "300ufeather", "--yes", "--output", "json")
	require.NoError(t, json.Unmarshal(out, &sent))
	require.Zero(t, sent.Code, "%s", out)
	n.run("query", "wait-tx", sent.Hash, "--node", "tcp://"+n.rpc)

	type songs struct {
		Songs []struct{ Name string }
	}
	var byREST, byCommand songs
	require.NoError(t, json.Unmarshal(n.get("/parrots/song/v1/songs"), &byREST))
	require.NoError(t, json.Unmarshal(n.run("query", "song", "songs", "--node", "tcp://"+n.rpc, "--output", "json"), &byCommand))
	require.Len(t, byREST.Songs, 1)
	require.Equal(t, "after-the-rain", byREST.Songs[0].Name)
	require.Equal(t, byREST, byCommand)

	n.checkOpenAPI()
	require.Subset(t, n.reflectedServices(), []string{
		"parrots.song.v1.Query", "cosmos.bank.v1beta1.Query", "ibc.applications.transfer.v1.Query",
	})

	stop()
	var exported struct {
		AppState map[string]json.RawMessage `json:"app_state"`
	}
	require.NoError(t, json.Unmarshal(n.run("export"), &exported), "an export is JSON and nothing else")
	require.Contains(t, string(exported.AppState["song"]), "after-the-rain")
}

// checkOpenAPI reads the document as a browser finds it, and asks for everything in
// it that takes no argument.
func (n *node) checkOpenAPI() {
	n.Helper()
	require.Contains(n, string(n.get("/swagger/")), "openapi.json", "/swagger/ leads to the page")
	var document struct {
		Info  struct{ Title string }
		Paths map[string]any
	}
	require.NoError(n, json.Unmarshal(n.get("/openapi/openapi.json"), &document))
	require.Equal(n, "Parrots", document.Info.Title)
	for path := range document.Paths {
		require.Regexp(n, "^/parrots/", path, "the document covers our own modules only")
	}
	for _, path := range []string{"/parrots/song/v1/params", "/parrots/song/v1/songs"} {
		require.Contains(n, document.Paths, path)
		n.get(path)
	}
}

func (n *node) reflectedServices() []string {
	n.Helper()
	conn, err := grpc.NewClient(n.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(n, err)
	defer conn.Close()
	stream, err := reflection.NewServerReflectionClient(conn).ServerReflectionInfo(n.Context())
	require.NoError(n, err)
	require.NoError(n, stream.Send(&reflection.ServerReflectionRequest{
		MessageRequest: &reflection.ServerReflectionRequest_ListServices{},
	}))
	answer, err := stream.Recv()
	require.NoError(n, err)
	var names []string
	for _, service := range answer.GetListServicesResponse().GetService() {
		names = append(names, service.Name)
	}
	return names
}
