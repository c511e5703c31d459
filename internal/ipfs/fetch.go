package ipfs

import (
	"context"
	"errors"
	"fmt"

	"github.com/ipfs/go-cid"
)

// DefaultConcurrency is how many blocks FetchDAG asks for at a time.
const DefaultConcurrency = 16

// FetchOptions of FetchDAG. The zero value is fine.
type FetchOptions struct {
	Concurrency int    // 0 is DefaultConcurrency
	Bounds      Bounds // of the DAG
	MaxBytes    int64  // that may come from the source; 0 is MaxFileSize
	// Progress is called after every block, from one goroutine.
	Progress func(Fetched)
	// Skip names blocks that are not wanted, with all that is below; may be nil.
	Skip func(cid.Cid) bool
}

// Fetched counts what FetchDAG did.
type Fetched struct {
	Blocks, Bytes int64 // that came from the source
	Present       int64 // blocks that were there
}

// Target is what FetchDAG needs of a store.
type Target interface {
	Getter
	Sink
	Has(ctx context.Context, c cid.Cid) (bool, error)
	Flush(ctx context.Context) error
}

// FetchDAG copies every block that the roots reach from a source into a store
// and flushes. Blocks that are there are not asked for, so calling it again goes
// on where it was interrupted; what had arrived is flushed in any case.
func FetchDAG(ctx context.Context, from Getter, into Target, opts FetchOptions, roots ...cid.Cid) (Fetched, error) {
	if opts.Concurrency <= 0 {
		opts.Concurrency = DefaultConcurrency
	}
	if opts.Bounds.Blocks == 0 {
		opts.Bounds.Blocks = DefaultWalkBlocks
	}
	if opts.MaxBytes == 0 {
		opts.MaxBytes = MaxFileSize
	}
	inner, cancel := context.WithCancel(ctx)
	f := fetch{
		walk:    walk{from: into, bounds: opts.Bounds, seen: map[Digest]struct{}{}},
		source:  from,
		into:    into,
		opts:    opts,
		arrived: make(chan arrival, opts.Concurrency),
	}
	err := f.run(inner, roots)
	cancel()
	for ; f.inFlight > 0; f.inFlight-- {
		if a := <-f.arrived; a.err == nil { // paid for: keep it
			err = errors.Join(err, into.Put(context.WithoutCancel(ctx), a.block))
		}
	}
	return f.done, errors.Join(err, into.Flush(context.WithoutCancel(ctx)))
}

type fetch struct {
	walk
	source   Getter
	into     Target
	opts     FetchOptions
	arrived  chan arrival
	inFlight int
	done     Fetched
}

type arrival struct {
	block Block
	err   error
}

func (f *fetch) run(ctx context.Context, roots []cid.Cid) error {
	if err := f.push(roots); err != nil {
		return err
	}
	for len(f.todo) > 0 || f.inFlight > 0 {
		for len(f.todo) > 0 && f.inFlight < f.opts.Concurrency {
			c := f.todo[len(f.todo)-1]
			f.todo = f.todo[:len(f.todo)-1]
			if err := f.start(ctx, c); err != nil {
				return err
			}
		}
		if f.inFlight == 0 {
			continue
		}
		select {
		case a := <-f.arrived:
			f.inFlight--
			if err := f.take(ctx, a); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// start asks for a block, or goes on below it when it is there.
func (f *fetch) start(ctx context.Context, c cid.Cid) error {
	if f.opts.Skip != nil && f.opts.Skip(c) {
		return nil
	}
	ok, err := f.into.Has(ctx, c)
	if err != nil {
		return err
	}
	if ok {
		f.done.Present++
		f.report()
		if c.Prefix().Codec == CodecRaw {
			return nil
		}
		return f.descend(ctx, c)
	}
	f.inFlight++
	go func() {
		b, err := f.source.Get(ctx, c)
		f.arrived <- arrival{block: b, err: err}
	}()
	return nil
}

func (f *fetch) take(ctx context.Context, a arrival) error {
	if a.err != nil {
		return a.err
	}
	if err := f.into.Put(ctx, a.block); err != nil {
		return err
	}
	f.done.Blocks++
	f.done.Bytes += int64(len(a.block.Data()))
	f.report()
	if f.done.Bytes > f.opts.MaxBytes {
		return fmt.Errorf("%w: more than %d bytes", ErrLimit, f.opts.MaxBytes)
	}
	links, err := Links(a.block)
	if err != nil {
		return err
	}
	return f.push(links)
}

func (f *fetch) report() {
	if f.opts.Progress != nil {
		f.opts.Progress(f.done)
	}
}
