package localnet

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/parrots-music/parrots/sample"
)

// kuboKeeps pins the song's history on a stock IPFS node, turns the hub off, and
// reads the song from that node.
func (n *Net) kuboKeeps(ctx context.Context) error {
	n.cfg.Teller.Chapter("somebody's IPFS node pins the song, and the hub goes away")
	if n.cfg.Ipfs == "" {
		n.cfg.Teller.Output("left out: no ipfs program; `make tools-test` builds the pinned one")
		return nil
	}
	commit, stem, err := n.headOf(ctx, "drummer")
	if err != nil {
		return err
	}
	info, err := n.info(ctx)
	if err != nil {
		return err
	}
	if len(info.Peer.Addrs) == 0 {
		return fmt.Errorf("%w: the hub names no address for IPFS peers", ErrStory)
	}
	node, err := n.startKubo(ctx)
	if err != nil {
		return err
	}
	defer node.stop() //nolint:errcheck // it holds nothing that the story needs later
	for _, args := range [][]string{{"swarm", "connect", info.Peer.Addrs[0]}, {"pin", "add", commit}} {
		n.cfg.Teller.Command("somebody", "ipfs "+quoted(args))
		out, err := n.ipfs(ctx, args...)
		if err != nil {
			return err
		}
		n.cfg.Teller.Output(strings.TrimSpace(out))
	}
	n.cfg.Teller.Chapter("the hub is off now; the song is still there")
	if err := n.StopHub(); err != nil {
		return err
	}
	if err := n.readFromKubo(ctx, commit, stem); err != nil {
		return err
	}
	n.cfg.Teller.Chapter("the hub comes back")
	return n.StartHub(ctx)
}

// readFromKubo reads the whole history and one stem, and compares the stem.
func (n *Net) readFromKubo(ctx context.Context, commit, stem string) error {
	stat := []string{"dag", "stat", "--progress=false", commit}
	n.cfg.Teller.Command("somebody", "ipfs "+quoted(stat))
	out, err := n.ipfs(ctx, stat...)
	if err != nil {
		return err
	}
	for line := range strings.Lines(out) {
		if strings.Contains(line, "Total Size") || strings.Contains(line, "Unique Blocks") {
			n.cfg.Teller.Output(strings.TrimSpace(line))
		}
	}
	n.cfg.Teller.Command("somebody", "ipfs cat "+stem+" > guitar.flac")
	audio, err := n.ipfs(ctx, "cat", stem)
	if err != nil {
		return err
	}
	want, err := fs.ReadFile(sample.Song, newGuitar)
	if err != nil {
		return err
	}
	if sha256.Sum256([]byte(audio)) != sha256.Sum256(want) {
		return fmt.Errorf("%w: what IPFS gives for %s is not the guitar", ErrStory, stem)
	}
	n.cfg.Teller.Output(fmt.Sprintf("%d bytes of guitar, bit for bit what was played", len(audio)))
	return nil
}

// headOf returns the CIDs of a wallet's last commit and of the guitar in it.
func (n *Net) headOf(ctx context.Context, who string) (commit, guitar string, err error) {
	out, err := n.run(ctx, who, n.Folder(who), "show", "--tree", "--json")
	if err != nil {
		return "", "", err
	}
	var shown struct {
		Commit  string `json:"commit"`
		Entries []struct {
			Path string `json:"path"`
			CID  string `json:"cid"`
		} `json:"entries"`
	}
	if err := json.Unmarshal([]byte(out), &shown); err != nil {
		return "", "", fmt.Errorf("parrots show: %w", err)
	}
	for _, e := range shown.Entries {
		if e.Path == "guitar.flac" {
			return shown.Commit, e.CID, nil
		}
	}
	return "", "", fmt.Errorf("%w: the song has no guitar", ErrStory)
}

// startKubo makes and starts an IPFS node on loopback that looks for nobody.
func (n *Net) startKubo(ctx context.Context) (*process, error) {
	if _, err := n.ipfs(ctx, "init", "--profile=test", "--empty-repo"); err != nil {
		return nil, err
	}
	node, err := start(n.path("ipfs.log"), n.ipfsEnv(), n.cfg.Ipfs, "daemon")
	if err != nil {
		return nil, err
	}
	err = node.await(ctx, "the IPFS node", func(ctx context.Context) error {
		// Before the daemon has written this, a command would open the repository by
		// itself, and the daemon would find it locked.
		if _, err := os.Stat(filepath.Join(n.path("ipfs"), "api")); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		_, err := n.ipfs(ctx, "swarm", "addrs", "local")
		return err
	})
	if err != nil {
		node.stop() //nolint:errcheck // the first error says more
		return nil, err
	}
	return node, nil
}

func (n *Net) ipfsEnv() []string {
	return []string{"IPFS_PATH=" + n.path("ipfs"), "IPFS_TELEMETRY=off"}
}

func (n *Net) ipfs(ctx context.Context, args ...string) (string, error) {
	return output(ctx, n.cfg.Dir, n.ipfsEnv(), n.cfg.Ipfs, args...)
}
