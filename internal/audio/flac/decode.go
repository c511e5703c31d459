package flac

import (
	"context"
	"errors"
	"runtime"
	"sync"
)

// errSplit means that a frame does not end where the next one seemed to begin.
var errSplit = errors.New("a frame was taken apart at the wrong place")

// workers is how many groups are decoded at a time; twice as many are in memory.
func workers() int { return min(runtime.GOMAXPROCS(0), 8) }

// decode gives emit the groups of frames from a place on, in order, until the frame
// of audio until is in one, or the audio ends; then it returns io.EOF.
func (f *File) decode(ctx context.Context, from mark, until int64, emit func(*group) error) error {
	// What looked like the next frame may be none. Then some frames are decoded one
	// after the other; the oftener that happens, the more, since a file may be made so
	// that it happens with every frame.
	for alone := int64(groupBytes); ; alone *= 2 {
		next, err := f.parallel(ctx, from, until, emit)
		if !errors.Is(err, errSplit) {
			return err
		}
		if from, err = f.inOrder(ctx, next, alone, until, emit); err != nil {
			return err
		}
		if from.frame > until {
			return nil
		}
	}
}

// inOrder decodes frames one after the other, wherever they end, from a place on: about
// so many bytes of the file, or until a frame of audio. It returns where the next one begins.
func (f *File) inOrder(ctx context.Context, from mark, bytes, until int64, emit func(*group) error) (mark, error) {
	d := f.decoders.Get().(*decoder)
	defer f.decoders.Put(d)
	s := splitter{f: f, at: from}
	for s.at.offset-from.offset < bytes && s.at.frame <= until {
		if err := ctx.Err(); err != nil {
			return mark{}, err
		}
		g, err := s.decoded(d)
		if g.length > 0 {
			if err := emit(g); err != nil {
				return mark{}, err
			}
		}
		if err != nil {
			return mark{}, err
		}
	}
	return s.at, nil
}

// parallel decodes on all cores. On errSplit it returns where the frame begins.
func (f *File) parallel(ctx context.Context, from mark, until int64, emit func(*group) error) (mark, error) {
	ctx, cancel := context.WithCancel(ctx)
	work := make(chan *group, workers())
	order := make(chan *group, workers())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	var failed error
	running.Go(func() {
		defer close(work)
		defer close(order)
		failed = f.split(ctx, from, until, work, order)
	})
	for range workers() {
		running.Go(func() {
			d := f.decoders.Get().(*decoder)
			defer f.decoders.Put(d)
			for g := range work {
				d.group(g)
				close(g.done)
			}
		})
	}
	for g := range order {
		<-g.done
		if g.length > 0 {
			if err := emit(g); err != nil {
				return mark{}, err
			}
		}
		if g.err != nil {
			return g.end(), g.err
		}
	}
	return mark{}, failed
}

// split hands out groups until the end, which is io.EOF, or until is reached.
func (f *File) split(ctx context.Context, from mark, until int64, work, order chan<- *group) error {
	s := splitter{f: f, at: from}
	for s.at.frame <= until {
		g, err := s.next()
		if err != nil {
			return err
		}
		for _, queue := range []chan<- *group{order, work} {
			select {
			case queue <- g:
			case <-ctx.Done():
				if queue == work {
					g.length, g.err = 0, ctx.Err()
					close(g.done)
				}
				return ctx.Err()
			}
		}
	}
	return nil
}

// end is the place behind a group.
func (g *group) end() mark {
	m := mark{g.start.frame + g.length, g.start.offset}
	for _, s := range g.frames {
		m.offset += int64(len(s.data))
	}
	return m
}

// group decodes all frames of g. If one fails, g is cut off before it.
func (d *decoder) group(g *group) {
	g.out = make([]byte, 0, int(g.length)*d.format.FrameSize())
	var length int64
	for i, s := range g.frames {
		size, out, err := d.frame(s.data, s.header, g.out)
		if err != nil || size != len(s.data) {
			g.frames, g.length, g.err = g.frames[:i], length, errSplit
			return
		}
		g.out = out
		length += int64(s.header.blockSize)
	}
}
