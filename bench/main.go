// Command bench measures what docs/benchmarks.md claims: the parrots binary
// beside the tools that musicians would use instead, on the same folder, in one
// run, alternating. Figures are ratios; nothing in the tests depends on them.
//
// It drives binaries from outside; of ours it imports only what signs a
// transaction ahead of time, and what reads audio where a bar is about a part of a
// command.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A benchmark measures one bar and prints its lines.
type benchmark struct {
	name string
	run  func(*bench) error
}

var benchmarks = []benchmark{
	{"commit", benchCommit},
	{"memory", benchMemory},
	{"store", benchStore},
	{"status", benchStatus},
	{"push", benchPush},
	{"social", benchSocial},
	{"merge", benchMerge},
	{"bounce", benchBounce},
	{"import", benchImport},
	{"flac", benchFLAC},
	{"diff", benchDiff},
}

// bench is the place and the tools of one run.
type bench struct {
	dir      string // scratch, removed afterwards
	parrots  string
	parrotsd string
	ipfs     string
	runs     int
	seconds  int // length of a stem
	bigGB    int // size of the single file of the memory benchmark
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	b := &bench{}
	only := flag.String("only", "", "comma-separated names: commit, memory, store, status, push, social, merge, bounce, import, flac, diff (all if empty)")
	flag.StringVar(&b.parrots, "parrots", "build/parrots", "the parrots binary")
	flag.StringVar(&b.parrotsd, "parrotsd", "build/parrotsd", "the parrotsd binary")
	flag.StringVar(&b.ipfs, "ipfs", ".cache/tools/ipfs", "the Kubo binary")
	flag.IntVar(&b.runs, "runs", 5, "runs of each command")
	flag.IntVar(&b.seconds, "seconds", 174, "length of each of the ten stems")
	flag.IntVar(&b.bigGB, "big", 4, "GB of the single large file")
	scratch := flag.String("dir", "", "where to work (a new folder in the system's temporary one if empty)")
	flag.Parse()

	var err error
	for _, p := range []*string{&b.parrots, &b.parrotsd, &b.ipfs} {
		if *p, err = filepath.Abs(*p); err != nil {
			return err
		}
	}
	if b.dir, err = os.MkdirTemp(*scratch, "parrots-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)

	var failed error
	for _, bm := range benchmarks {
		if *only != "" && !strings.Contains(","+*only+",", ","+bm.name+",") {
			continue
		}
		fmt.Printf("== %s\n", bm.name)
		if err := bm.run(b); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", bm.name, err))
		}
	}
	return failed
}
