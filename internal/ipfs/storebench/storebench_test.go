//go:build unix

// Package storebench measures the block stores that were candidates, for
// docs/adr/0002-block-store.md. It has benchmarks only, in a module of its own, so that
// no program of ours is built with the other stores' needs:
//
//	go -C internal/ipfs/storebench test -run '^$' -bench . -benchtime 3x
//
// PARROTS_BENCH_DIR says on which disk; by default it is the one of the
// temporary folder.
package storebench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/ipfs/go-cid"
	ds "github.com/ipfs/go-datastore"
	flatfs "github.com/ipfs/go-ds-flatfs"
	pebbleds "github.com/ipfs/go-ds-pebble"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/kubotest"
	"github.com/parrots-music/parrots/internal/ipfs/packstore"
)

const (
	benchBlocks = 2000 // of 256 KiB: 500 MiB
	benchFiles  = 10
)

// candidate is what all stores can do.
type candidate interface {
	put(ctx context.Context, blocks []ipfs.Block) error // durably
	get(ctx context.Context, c cid.Cid) error           // and verify
	close() error
}

type opener func(dir string) (candidate, error)

var candidates = []struct {
	name string
	open opener
}{
	{"packs", openPacks},
	{"flatfs", openFlatfs},
	{"pebble", openPebble},
}

type packs struct{ *packstore.Store }

func openPacks(dir string) (candidate, error) {
	s, err := packstore.Open(dir, packstore.Options{})
	return packs{s}, err
}

func (p packs) put(ctx context.Context, blocks []ipfs.Block) error {
	if err := p.Put(ctx, blocks...); err != nil {
		return err
	}
	return p.Flush(ctx)
}

func (p packs) get(ctx context.Context, c cid.Cid) error {
	_, err := p.Get(ctx, c)
	return err
}

func (p packs) close() error { return p.Close() }

// datastore is flatfs or pebble, keyed as Kubo keys them.
type datastore struct{ ds.Batching }

func openFlatfs(dir string) (candidate, error) {
	d, err := flatfs.CreateOrOpen(dir, flatfs.NextToLast(2), true)
	return datastore{d}, err
}

func openPebble(dir string) (candidate, error) {
	d, err := pebbleds.NewDatastore(dir, pebbleds.WithPebbleOpts(&pebble.Options{Logger: quiet{}}))
	return datastore{d}, err
}

type quiet struct{}

func (quiet) Infof(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}
func (quiet) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf(format, args...))
}

func key(c cid.Cid) ds.Key {
	d := ipfs.DigestOf(c)
	return ds.NewKey(strings.ToUpper(fmt.Sprintf("%x", d[:])))
}

func (d datastore) put(ctx context.Context, blocks []ipfs.Block) error {
	for len(blocks) > 0 {
		batch, err := d.Batch(ctx)
		if err != nil {
			return err
		}
		n := min(128, len(blocks))
		for _, b := range blocks[:n] {
			if err := batch.Put(ctx, key(b.CID()), b.Data()); err != nil {
				return err
			}
		}
		if err := batch.Commit(ctx); err != nil {
			return err
		}
		blocks = blocks[n:]
	}
	return d.Sync(ctx, ds.NewKey("/"))
}

func (d datastore) get(ctx context.Context, c cid.Cid) error {
	data, err := d.Get(ctx, key(c))
	if err == nil {
		_, err = ipfs.VerifyBlock(c, data)
	}
	return err
}

func (d datastore) close() error { return d.Close() }

func benchDir(b *testing.B) string {
	b.Helper()
	dir, err := os.MkdirTemp(os.Getenv("PARROTS_BENCH_DIR"), "storebench") //nolint:usetesting // the disk to measure is chosen
	require.NoError(b, err)
	b.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func testBlocks(b *testing.B) []ipfs.Block {
	b.Helper()
	rng := rand.NewChaCha8([32]byte{1})
	blocks := make([]ipfs.Block, benchBlocks)
	for i := range blocks {
		data := make([]byte, 256<<10)
		rng.Read(data)
		blk, err := ipfs.NewBlock(ipfs.CodecRaw, data)
		require.NoError(b, err)
		blocks[i] = blk
	}
	return blocks
}

func BenchmarkWrite(b *testing.B) {
	blocks := testBlocks(b)
	for _, c := range candidates {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(benchBlocks * 256 << 10)
			for b.Loop() {
				s, err := c.open(filepath.Join(benchDir(b), "s"))
				require.NoError(b, err)
				require.NoError(b, s.put(b.Context(), blocks))
				require.NoError(b, s.close())
			}
		})
	}
}

// BenchmarkOpen opens a store of 500 MiB and asks for one block, as a short
// command does.
func BenchmarkOpen(b *testing.B) {
	blocks := testBlocks(b)
	for _, c := range candidates {
		b.Run(c.name, func(b *testing.B) {
			dir := filled(b, c.open, blocks)
			for b.Loop() {
				s, err := c.open(dir)
				require.NoError(b, err)
				require.NoError(b, s.get(b.Context(), blocks[0].CID()))
				require.NoError(b, s.close())
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	blocks := testBlocks(b)
	order := rand.New(rand.NewChaCha8([32]byte{2})).Perm(len(blocks))
	for _, c := range candidates {
		b.Run(c.name, func(b *testing.B) {
			s, err := c.open(filled(b, c.open, blocks))
			require.NoError(b, err)
			b.SetBytes(benchBlocks * 256 << 10)
			for b.Loop() {
				for _, i := range order {
					require.NoError(b, s.get(b.Context(), blocks[i].CID()))
				}
			}
			require.NoError(b, s.close())
		})
	}
}

// BenchmarkSmallCommits puts 8 blocks and makes them durable, over and over.
func BenchmarkSmallCommits(b *testing.B) {
	blocks := testBlocks(b)
	for _, c := range candidates {
		b.Run(c.name, func(b *testing.B) {
			s, err := c.open(filepath.Join(benchDir(b), "s"))
			require.NoError(b, err)
			next := 0
			for b.Loop() {
				next = (next + 8) % (len(blocks) - 8)
				require.NoError(b, s.put(b.Context(), blocks[next:next+8]))
			}
			require.NoError(b, s.close())
		})
	}
}

// TestTwoProcesses says which candidates two handles can have open at once.
func TestTwoProcesses(t *testing.T) {
	for _, c := range candidates {
		dir := filepath.Join(t.TempDir(), "s")
		first, err := c.open(dir)
		require.NoError(t, err)
		second, err := c.open(dir)
		if c.name == "pebble" {
			require.Error(t, err, "an LSM belongs to one process")
		} else {
			require.NoError(t, err)
			require.NoError(t, second.close())
		}
		require.NoError(t, first.close())
	}
}

func filled(b *testing.B, open opener, blocks []ipfs.Block) string {
	b.Helper()
	dir := filepath.Join(benchDir(b), "s")
	s, err := open(dir)
	require.NoError(b, err)
	require.NoError(b, s.put(b.Context(), blocks))
	require.NoError(b, s.close())
	return dir
}

// BenchmarkAddFolder adds ten files of 50 MB of noise, ours beside the pinned
// Kubo's `ipfs add -r` on the same folder. Kubo's default store does not sync;
// ours does.
func BenchmarkAddFolder(b *testing.B) {
	folder := benchDir(b)
	rng := rand.NewChaCha8([32]byte{3})
	for i := range benchFiles {
		data := make([]byte, 50_000_000)
		rng.Read(data)
		require.NoError(b, os.WriteFile(filepath.Join(folder, fmt.Sprintf("%02d.wav", i)), data, 0o666))
	}
	b.Run("parrots", func(b *testing.B) {
		b.SetBytes(benchFiles * 50_000_000)
		for b.Loop() {
			addFolder(b, folder)
		}
	})
	b.Run("kubo", func(b *testing.B) {
		bin := kubotest.Binary(b)
		b.SetBytes(benchFiles * 50_000_000)
		for b.Loop() {
			b.StopTimer()
			env := append(os.Environ(), "IPFS_PATH="+filepath.Join(benchDir(b), "ipfs"), "IPFS_TELEMETRY=off")
			run(b, env, bin, "init", "--profile=test", "--empty-repo")
			b.StartTimer()
			run(b, env, bin, "add", "-r", "-Q", "--cid-version=1", "--raw-leaves", "--chunker=buzhash", "--max-file-links=1024", folder)
		}
	})
}

func run(b *testing.B, env []string, name string, args ...string) {
	b.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	require.NoErrorf(b, err, "%s", out)
}

func addFolder(b *testing.B, folder string) {
	b.Helper()
	s, err := packstore.Open(filepath.Join(benchDir(b), "s"), packstore.Options{})
	require.NoError(b, err)
	files, err := os.ReadDir(folder)
	require.NoError(b, err)
	for _, f := range files {
		addFile(b, s, filepath.Join(folder, f.Name()))
	}
	require.NoError(b, s.Close())
}

func addFile(b *testing.B, s ipfs.Store, path string) {
	b.Helper()
	f, err := os.Open(path)
	require.NoError(b, err)
	defer f.Close()
	_, err = ipfs.Add(b.Context(), s, f)
	require.NoError(b, err)
}

// BenchmarkAddLargeFile adds one file of 4 GB and reports the peak of the
// process's memory. Run it alone, or the peak is another benchmark's.
func BenchmarkAddLargeFile(b *testing.B) {
	const size = 4_000_000_000
	b.SetBytes(size)
	for b.Loop() {
		s, err := packstore.Open(filepath.Join(benchDir(b), "s"), packstore.Options{})
		require.NoError(b, err)
		_, err = ipfs.Add(b.Context(), s, io.LimitReader(rand.NewChaCha8([32]byte{4}), size))
		require.NoError(b, err)
		require.NoError(b, s.Close())
	}
	var use syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &use))
	b.ReportMetric(float64(use.Maxrss)/1024, "peak-MiB")
}
