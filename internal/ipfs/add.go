package ipfs

import (
	"context"
	"errors"
	"io"
	"runtime"

	chunk "github.com/ipfs/boxo/chunker"
	"github.com/ipfs/go-cid"
	"golang.org/x/sync/errgroup"
)

// chunksInFlight bounds the chunks between reading and writing, and with them
// the importer's memory: 16 of at most object.ChunkMax are 8 MiB.
const chunksInFlight = 16

// Added is what Add knows about a file after reading it once.
type Added struct {
	CID  cid.Cid
	Size int64 // bytes
}

// Add reads r to its end, puts its blocks into sink and returns the root's CID.
// Chunking, hashing and writing overlap; memory is bounded whatever r's length.
// Whoever needs to see the same bytes (to hash the samples, to draw the wave)
// passes an io.TeeReader. Add does not flush.
func Add(ctx context.Context, sink Sink, r io.Reader) (Added, error) {
	group, ctx := errgroup.WithContext(ctx)
	work := make(chan *leafJob, chunksInFlight)
	order := make(chan *leafJob, chunksInFlight)

	group.Go(func() error {
		defer close(work)
		defer close(order)
		return split(ctx, r, work, order)
	})
	for range max(1, runtime.GOMAXPROCS(0)-1) {
		group.Go(func() error { return hashLeaves(work) })
	}
	var out Added
	group.Go(func() error {
		var err error
		out, err = assemble(ctx, sink, order)
		return err
	})
	if err := group.Wait(); err != nil {
		return Added{}, err
	}
	return out, nil
}

// leafJob is one chunk on its way through the pipeline. done is closed when
// block and err are set.
type leafJob struct {
	data  []byte
	block Block
	err   error
	done  chan struct{}
}

// split cuts r into chunks and hands each to both queues, which are bounded.
func split(ctx context.Context, r io.Reader, work, order chan<- *leafJob) error {
	chunks := chunk.NewBuzhash(r)
	for {
		data, err := chunks.NextBytes()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		job := &leafJob{data: data, done: make(chan struct{})}
		for _, queue := range []chan<- *leafJob{order, work} {
			select {
			case queue <- job:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

func hashLeaves(work <-chan *leafJob) error {
	for job := range work {
		job.block, job.err = NewBlock(CodecRaw, job.data)
		close(job.done)
	}
	return nil
}

// assemble puts the leaves in order and builds the tree over them.
func assemble(ctx context.Context, sink Sink, order <-chan *leafJob) (Added, error) {
	tree := layout{ctx: ctx, sink: sink}
	for job := range order {
		select {
		case <-job.done:
		case <-ctx.Done():
			return Added{}, ctx.Err()
		}
		if job.err != nil {
			return Added{}, job.err
		}
		if err := tree.leaf(job.block); err != nil {
			return Added{}, err
		}
	}
	if err := ctx.Err(); err != nil { // the queue may have closed on an error
		return Added{}, err
	}
	root, err := tree.finish()
	return Added{CID: root.cid, Size: int64(root.size)}, err
}
