package keeper

import (
	"container/heap"
	"context"
	"encoding/binary"
	"slices"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

// The log of a history is its commits by falling generation; those of one
// generation by rising digest. A commit's generation is greater than each of its
// parents', so no commit comes before one of its children, and all that a page has
// to know of the pages before it is the frontier: the commits that were named as
// parents and not yet shown. A page costs the same wherever in a history it is.

const (
	defaultLogLimit = 50
	maxLogLimit     = 200
	// maxFrontier bounds the lines of history that are open at once, and with them
	// the cursor: at most 42 bytes each.
	maxFrontier = 1024
)

// pending is a commit of the frontier.
type pending struct {
	generation uint64
	digest     types.Digest
}

// before is the order of the log.
func before(a, b pending) bool {
	if a.generation != b.generation {
		return a.generation > b.generation
	}
	return slices.Compare(a.digest[:], b.digest[:]) < 0
}

// frontier is a heap in the log's order that holds no commit twice.
type frontier struct {
	list []pending
	held map[types.Digest]bool
}

func (f *frontier) Len() int           { return len(f.list) }
func (f *frontier) Less(i, j int) bool { return before(f.list[i], f.list[j]) }
func (f *frontier) Swap(i, j int)      { f.list[i], f.list[j] = f.list[j], f.list[i] }

// Push implements heap.Interface.
func (f *frontier) Push(x any) { f.list = append(f.list, x.(pending)) }

// Pop implements heap.Interface.
func (f *frontier) Pop() any {
	last := f.list[len(f.list)-1]
	f.list = f.list[:len(f.list)-1]
	return last
}

func (f *frontier) add(p pending) {
	if !f.held[p.digest] {
		f.held[p.digest] = true
		heap.Push(f, p)
	}
}

func (f *frontier) next() pending { return heap.Pop(f).(pending) }

// cursor encodes the frontier: for each commit in the log's order its generation,
// as a uvarint, and its digest.
func (f *frontier) cursor() []byte {
	if len(f.list) == 0 {
		return nil
	}
	list := slices.Clone(f.list)
	slices.SortFunc(list, func(a, b pending) int {
		if before(a, b) {
			return -1
		}
		return 1
	})
	var b []byte
	for _, p := range list {
		b = binary.AppendUvarint(b, p.generation)
		b = append(b, p.digest[:]...)
	}
	return b
}

// parseCursor reads a stranger's bytes. What it says of generations is held against
// the state when a commit is shown.
func parseCursor(b []byte) (*frontier, error) {
	f := &frontier{held: make(map[types.Digest]bool)}
	for len(b) > 0 {
		generation, n := binary.Uvarint(b)
		if n <= 0 || len(b) < n+len(types.Digest{}) {
			return nil, errorsmod.Wrap(types.ErrInvalidPage, "cursor is cut off")
		}
		p := pending{generation, types.Digest(b[n : n+len(types.Digest{})])}
		if len(f.list) > 0 && !before(f.list[len(f.list)-1], p) {
			return nil, errorsmod.Wrap(types.ErrInvalidPage, "cursor is out of order")
		}
		if len(f.list) == maxFrontier || f.held[p.digest] {
			return nil, errorsmod.Wrap(types.ErrInvalidPage, "cursor is too long or repeats a commit")
		}
		f.held[p.digest] = true
		f.list = append(f.list, p) // sorted, and so a heap
		b = b[n+len(p.digest):]
	}
	return f, nil
}

// log returns a page of history from a frontier on, which it moves.
func (k Keeper) log(ctx context.Context, f *frontier, limit int) ([]types.CommitInfo, error) {
	var page []types.CommitInfo
	networks := make(map[types.SongID]string)
	for len(page) < limit && f.Len() > 0 {
		p := f.next()
		record, err := k.commit(ctx, p.digest)
		if err != nil {
			return nil, err
		}
		if record.Generation != p.generation {
			return nil, errorsmod.Wrapf(types.ErrInvalidPage, "cursor has a wrong generation for %s", p.digest)
		}
		o, err := fields(record)
		if err != nil {
			return nil, err
		}
		info, err := k.commitInfo(ctx, p.digest, record, o, networks)
		if err != nil {
			return nil, err
		}
		page = append(page, info)
		if err := k.addParents(ctx, f, o); err != nil {
			return nil, err
		}
	}
	return page, nil
}

func (k Keeper) addParents(ctx context.Context, f *frontier, o object.Commit) error {
	for _, link := range o.Parents {
		digest := types.Digest(object.Digest(link))
		if f.held[digest] {
			continue
		}
		record, err := k.commit(ctx, digest)
		if err != nil {
			return err
		}
		f.add(pending{record.Generation, digest})
	}
	if f.Len() > maxFrontier {
		return errorsmod.Wrapf(types.ErrHistoryTooWide, "more than %d lines are open; begin at an older commit", maxFrontier)
	}
	return nil
}
