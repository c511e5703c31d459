package ipfs

import (
	"context"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"
)

// WriteTo implements io.WriterTo: it writes the file from the current offset to
// the end, fetching and verifying a few leaves ahead in parallel. This is how a
// checkout and a slow network read.
func (f *File) WriteTo(w io.Writer) (int64, error) {
	if f.from == nil {
		return 0, io.ErrClosedPipe
	}
	if f.pos >= f.size {
		return 0, nil
	}
	if f.root.kids == nil {
		n, err := w.Write(f.data[f.pos:])
		f.pos += int64(n)
		return int64(n), err
	}
	began := f.pos
	group, ctx := errgroup.WithContext(f.ctx)
	s := stream{ctx: ctx, from: f.from, pos: f.pos, order: make(chan *ahead, readAhead)}
	group.Go(func() error {
		defer close(s.order)
		return s.walk(group, f.root, 1)
	})
	group.Go(func() error {
		for a := range s.order {
			if err := f.writeLeaf(ctx, w, a); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	err := group.Wait()
	return f.pos - began, err
}

func (f *File) writeLeaf(ctx context.Context, w io.Writer, a *ahead) error {
	select {
	case <-a.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if a.node.links != nil {
		return fmt.Errorf("%w: inner node in place of a leaf", ErrMalformed)
	}
	n, err := w.Write(a.node.data[f.pos-a.kid.start:])
	f.pos += int64(n)
	return err
}

// stream walks a file's tree in order and starts the fetch of each leaf when the
// bounded queue has room for it.
type stream struct {
	ctx   context.Context
	from  Getter
	pos   int64
	order chan *ahead
}

// ahead is a leaf that is being fetched; node is set once done is closed.
type ahead struct {
	kid  kid
	node fileNode
	done chan struct{}
}

func (s *stream) walk(group *errgroup.Group, fr frame, depth int) error {
	if depth > maxFileDepth {
		return fmt.Errorf("%w: file deeper than %d nodes", ErrMalformed, maxFileDepth)
	}
	for _, k := range fr.kids {
		if k.end <= s.pos {
			continue
		}
		if k.cid.Prefix().Codec != CodecRaw {
			if err := s.descend(group, k, depth); err != nil {
				return err
			}
			continue
		}
		a := &ahead{kid: k, done: make(chan struct{})}
		select {
		case s.order <- a:
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
		group.Go(func() error {
			var err error
			a.node, err = readKid(s.ctx, s.from, a.kid)
			if err == nil {
				close(a.done)
			}
			return err
		})
	}
	return nil
}

// descend reads a dag-pb child: an inner node, or the leaf of a file that was
// not imported by us.
func (s *stream) descend(group *errgroup.Group, k kid, depth int) error {
	n, err := readKid(s.ctx, s.from, k)
	if err != nil {
		return err
	}
	if n.links != nil {
		fr, err := n.frame(k.cid, k.start)
		if err != nil {
			return err
		}
		return s.walk(group, fr, depth+1)
	}
	a := &ahead{kid: k, node: n, done: make(chan struct{})}
	close(a.done)
	select {
	case s.order <- a:
		return nil
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}
