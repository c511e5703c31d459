package keeper

import (
	"bytes"
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/song/types"
)

// maxPageLimit is the most results of one page.
const maxPageLimit = 200

// page bounds what a stranger asks for. Counting everything and skipping by number
// would read as much of the state as they like.
func page(req *query.PageRequest) (*query.PageRequest, error) {
	if req == nil {
		return &query.PageRequest{Limit: query.DefaultLimit}, nil
	}
	if req.CountTotal || req.Offset != 0 {
		return nil, errorsmod.Wrap(types.ErrInvalidPage, "neither count_total nor offset; continue with next_key")
	}
	limit := req.Limit
	if limit == 0 {
		limit = query.DefaultLimit
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

// paginateText is paginate for keys that begin with part of a text, which the SDK's
// cannot do: it knows prefixes of whole parts only.
func paginateText[K, V any, C query.Collection[K, V], T any](
	ctx context.Context, list C, prefix string, req *query.PageRequest, show func(K, V) (T, error),
) ([]T, *query.PageResponse, error) {
	p, err := page(req)
	if err != nil {
		return nil, nil, err
	}
	it, err := textIterator(ctx, list, prefix, p)
	if errors.Is(err, collections.ErrInvalidIterator) { // nothing is there
		return nil, &query.PageResponse{}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer it.Close() //nolint:errcheck // nothing was written
	var results []T
	for ; it.Valid(); it.Next() {
		kv, err := it.KeyValue()
		if err != nil {
			return nil, nil, err
		}
		if uint64(len(results)) == p.Limit {
			key, err := collections.EncodeKeyWithPrefix(nil, list.KeyCodec(), kv.Key)
			return results, &query.PageResponse{NextKey: key}, err
		}
		result, err := show(kv.Key, kv.Value)
		if err != nil {
			return nil, nil, err
		}
		results = append(results, result)
	}
	return results, &query.PageResponse{}, nil
}

// textIterator begins at the page's key, which is a stranger's bytes.
func textIterator[K, V any, C query.Collection[K, V]](ctx context.Context, list C, prefix string, p *query.PageRequest) (collections.Iterator[K, V], error) {
	start, end := []byte(prefix), storetypes.PrefixEndBytes([]byte(prefix))
	order := collections.OrderAscending
	if p.Reverse {
		order = collections.OrderDescending
	}
	if len(p.Key) != 0 {
		if !bytes.HasPrefix(p.Key, start) {
			return collections.Iterator[K, V]{}, errorsmod.Wrap(types.ErrInvalidPage, "the key is of another prefix")
		}
		if p.Reverse {
			end = append(bytes.Clone(p.Key), 0)
		} else {
			start = p.Key
		}
	}
	return list.IterateRaw(ctx, start, end, order)
}
