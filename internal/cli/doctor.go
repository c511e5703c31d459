package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/packstore"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
)

const doctorLong = `Look at everything that parrots depends on: every block that is stored, this song's
folder, your key, the hub, the node and the clock. With --repair damaged blocks are
replaced from the hub where it has them, with --gc what no song needs is removed.`

func doctorCommand(a *app) *cobra.Command {
	var repair, collect, forget bool
	c := &cobra.Command{
		Use:     "doctor",
		Short:   "check blocks, folder, key, hub and node",
		Long:    doctorLong,
		Example: "  parrots doctor\n  parrots doctor --repair\n  parrots doctor --gc",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			findings := []finding{a.checkBlocks(ctx, repair), a.checkSong(ctx, repair), a.checkKey(ctx)}
			findings = append(findings, a.checkNetwork(ctx)...)
			if collect {
				f, err := a.collect(ctx, forget)
				if errors.Is(err, errGone) {
					f = failed("garbage", err, "`parrots status` in a song's new place makes it known; `parrots doctor --gc --forget` gives up those that are gone")
				} else if err != nil {
					f = failed("garbage", err, "")
				}
				findings = append(findings, f)
			}
			return a.showFindings(findings)
		},
	}
	c.Flags().BoolVar(&repair, "repair", false, "replace what is damaged")
	c.Flags().BoolVar(&collect, "gc", false, "remove blocks that no song needs and that are older than two weeks")
	c.Flags().BoolVar(&forget, "forget", false, "with --gc: give up songs whose folders are gone")
	return c
}

// finding is what the doctor says of one thing.
type finding struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Hint   string `json:"hint,omitempty"`

	err error
}

func failed(check string, err error, hint string) finding {
	return finding{Check: check, Detail: err.Error(), Hint: hint, err: err}
}

func (a *app) showFindings(findings []finding) error {
	var worst error
	err := a.ui.Emit(findings, func() {
		for _, f := range findings {
			mark := "ok  "
			if !f.OK {
				mark = "bad "
			}
			a.ui.Printf("%s %-8s %s", mark, f.Check, ui.Clean(f.Detail))
		}
	})
	for _, f := range findings {
		if f.Hint != "" && !a.ui.JSON() {
			a.ui.Hintf("%s", f.Hint)
		}
		if !f.OK && worst == nil {
			worst = fmt.Errorf("%s needs care", f.Check)
			if f.err != nil {
				worst = fmt.Errorf("%s needs care: %w", f.Check, f.err)
			}
		}
	}
	return errors.Join(err, worst)
}

func (a *app) checkBlocks(ctx context.Context, repair bool) finding {
	store, err := a.openBlocks()
	if err != nil {
		return failed("blocks", err, "")
	}
	defer store.Close() //nolint:errcheck // Repair flushes what it writes
	if repair {
		repaired, err := store.Repair(ctx, a.repairSource())
		if err != nil {
			return failed("blocks", err, "")
		}
		f := finding{Check: "blocks", OK: true, Detail: fmt.Sprintf("%d fetched, %d lost", repaired.Fetched, len(repaired.Lost))}
		if len(repaired.Lost) > 0 {
			f.Hint = "`parrots fetch` in a published song brings lost blocks back"
		}
		return f
	}
	problems, first := 0, error(nil)
	err = store.Check(ctx, func(p packstore.Problem) {
		if problems++; first == nil {
			first = p.Err
		}
		a.ui.Warnf("%s", p.String())
	})
	if err != nil {
		return failed("blocks", err, "")
	}
	if problems > 0 {
		f := failed("blocks", fmt.Errorf("%d damaged: %w", problems, first), "`parrots doctor --repair` replaces them")
		return f
	}
	return finding{Check: "blocks", OK: true, Detail: "every stored block is sound"}
}

// repairSource is the joined hub's gateway; none where nothing was joined.
func (a *app) repairSource() ipfs.Getter {
	c, err := a.loadConfig()
	if err != nil || c.Network == nil {
		return nil
	}
	source, err := ipfs.NewHTTPSource(c.Network.Hub, nil)
	if err != nil {
		return nil
	}
	return source
}

func (a *app) checkSong(ctx context.Context, repair bool) finding {
	r, err := repo.Find(a.env.Dir)
	if errors.Is(err, repo.ErrNotSong) {
		return finding{Check: "song", OK: true, Detail: "not in a song's folder"}
	}
	if err != nil {
		return failed("song", err, "")
	}
	song, done, err := a.open(r)
	if err != nil {
		return failed("song", err, "")
	}
	defer done()
	if repair {
		if err := sweep(r); err != nil {
			return failed("song", err, "")
		}
	}
	if _, err := r.Config(); err != nil {
		return failed("song", err, "")
	}
	roots, err := r.Roots()
	if err != nil {
		return failed("song", err, "")
	}
	commits := 0
	for _, err := range history.Walk(ctx, song.Objects(), roots, nil) {
		if err != nil {
			return failed("song", err, "`parrots fetch` brings commits that are missing here")
		}
		commits++
	}
	missing, err := ipfs.Missing(ctx, song.Blocks, ipfs.Bounds{}, roots...)
	if err != nil {
		return failed("song", err, "")
	}
	if len(missing) > 0 {
		return failed("song", fmt.Errorf("%w: %d blocks of its history", ipfs.ErrNotFound, len(missing)), "`parrots fetch` brings them back")
	}
	return finding{Check: "song", OK: true, Detail: ui.Count(commits, "commit") + ", complete"}
}

// sweep removes what crashed commands have left in a song's folder.
func sweep(r *repo.Repo) error {
	lock, err := r.TryLock("doctor")
	if err != nil {
		return err
	}
	_, err = r.Sweep()
	return errors.Join(err, lock.Unlock())
}

func (a *app) checkKey(context.Context) finding {
	c, err := a.loadConfig()
	if err != nil {
		return failed("key", err, "")
	}
	if c.KeyringBackend == "" && a.flags.backend == "" && a.env.Getenv("PARROTS_KEYRING_BACKEND") == "" {
		return finding{Check: "key", OK: true, Detail: "none yet; the first commit makes one"}
	}
	keyring, backend, err := a.openKeyring(&c)
	if err != nil {
		return failed("key", err, "")
	}
	key, err := keyring.Key(a.keyName(&c))
	if err != nil {
		return failed("key", err, "")
	}
	return finding{Check: "key", OK: true, Detail: key.Name + ", " + key.Address + ", in keyring " + backend}
}

// maxClockSkew is how far this machine's clock may be from the chain's.
const maxClockSkew = 2 * time.Minute

func (a *app) checkNetwork(ctx context.Context) []finding {
	c, err := a.loadConfig()
	if err != nil {
		return nil // reported with the key
	}
	if c.Network == nil {
		return []finding{{Check: "network", OK: true, Detail: "none joined; commits work without"}}
	}
	findings := []finding{a.checkHub(ctx, *c.Network)}
	client, err := chain.Dial(ctx, chain.Config{RPC: c.Network.RPC, ChainID: c.Network.ChainID, Now: a.env.Now, AllowBehind: true})
	if err != nil {
		return append(findings, failed("node", err, ""))
	}
	status, err := client.Check(ctx)
	if err != nil {
		findings = append(findings, failed("node", err, ""))
	} else {
		findings = append(findings, finding{Check: "node", OK: true, Detail: fmt.Sprintf("%s at block %d", status.ChainID, status.Height)})
	}
	ahead := status.BlockTime.Sub(a.env.Now())
	if ahead > maxClockSkew {
		return append(findings, failed("clock", fmt.Errorf("this machine's clock is %s behind the chain's", ahead.Round(time.Second)), "set the clock"))
	}
	return append(findings, finding{Check: "clock", OK: true, Detail: "fits the chain's"})
}

func (a *app) checkHub(ctx context.Context, joined network) finding {
	found, err := a.ask(ctx, joined.Hub)
	if err != nil {
		return failed("hub", err, "`parrots join URL` joins another one")
	}
	if found.ChainID != joined.ChainID {
		return failed("hub", &chain.WrongChainError{Want: joined.ChainID, Got: found.ChainID}, "")
	}
	return finding{Check: "hub", OK: true, Detail: found.Hub + " follows " + found.ChainID}
}
