package keeper

import (
	"context"
	"encoding/binary"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/social/types"
)

const (
	// defaultPageLimit is the number of results of a page that names none.
	defaultPageLimit = query.DefaultLimit
	// maxPageLimit is the most results of one page.
	maxPageLimit = 200
)

// page bounds what a stranger asks for. Counting everything and skipping by number
// would read as much of the state as they like.
func page(req *query.PageRequest) (*query.PageRequest, error) {
	if req == nil {
		return &query.PageRequest{Limit: defaultPageLimit}, nil
	}
	if req.CountTotal || req.Offset != 0 {
		return nil, errorsmod.Wrap(types.ErrInvalidPage, "neither count_total nor offset; continue with next_key")
	}
	limit := req.Limit
	if limit == 0 {
		limit = defaultPageLimit
	}
	return &query.PageRequest{Key: req.Key, Limit: min(limit, maxPageLimit), Reverse: req.Reverse}, nil
}

// paginate is the SDK's, within bounds.
func paginate[K, V any, C query.Collection[K, V], T any](
	ctx context.Context, list C, req *query.PageRequest, show func(K, V) (T, error),
	opts ...func(*query.CollectionsPaginateOptions[K]),
) ([]T, *query.PageResponse, error) {
	p, err := page(req)
	if err != nil {
		return nil, nil, err
	}
	return query.CollectionPaginate(ctx, list, p, show, opts...)
}

// under narrows a page to the keys that begin with a part.
func under[K any](prefix K) func(*query.CollectionsPaginateOptions[K]) {
	return func(o *query.CollectionsPaginateOptions[K]) { o.Prefix = &prefix }
}

// countdown is a page of things that are numbered from 0, the last first. Its
// cursor is the number that comes next.
func countdown[T any](count uint64, req *query.PageRequest, show func(uint64) (T, error)) ([]T, *query.PageResponse, error) {
	p, err := page(req)
	if err != nil {
		return nil, nil, err
	}
	if p.Reverse {
		return nil, nil, errorsmod.Wrap(types.ErrInvalidPage, "this list has one direction")
	}
	n := count
	if len(p.Key) != 0 {
		if len(p.Key) != 8 {
			return nil, nil, errorsmod.Wrap(types.ErrInvalidPage, "key is not of this list")
		}
		if next := binary.BigEndian.Uint64(p.Key); next < count {
			n = next + 1
		}
	}
	var list []T
	for ; n > 0 && uint64(len(list)) < p.Limit; n-- {
		item, err := show(n - 1)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, item)
	}
	next := new(query.PageResponse)
	if n > 0 {
		next.NextKey = binary.BigEndian.AppendUint64(nil, n-1)
	}
	return list, next, nil
}

// following is a page of what several wallets did, the newest first: the lists of
// all are merged, one step at a time. Its cursor is the moment of the last entry of
// the page before. It reads one entry of each wallet, and one more for each that it
// shows, however much they did.
type following struct {
	k     Keeper
	heads []head // the next entry of each wallet that has one
}

// head is the next entry of one wallet.
type head struct {
	wallet []byte
	moment types.Moment
}

// push adds a wallet's first entry after a moment.
func (f *following) push(ctx context.Context, wallet []byte, after *types.Moment) (err error) {
	rng := collections.NewPrefixedPairRange[[]byte, types.Moment](wallet)
	if after != nil {
		rng = rng.StartExclusive(*after)
	}
	it, err := f.k.feedOfWallet.Iterate(ctx, rng)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	if !it.Valid() {
		return nil
	}
	key, err := it.Key()
	if err == nil {
		f.heads = append(f.heads, head{wallet, key.K2()})
	}
	return err
}

// pop takes the newest entry out.
func (f *following) pop() head {
	best := 0
	for i, h := range f.heads {
		if string(h.moment[:]) < string(f.heads[best].moment[:]) {
			best = i
		}
	}
	h := f.heads[best]
	last := len(f.heads) - 1
	f.heads[best] = f.heads[last]
	f.heads = f.heads[:last]
	return h
}
