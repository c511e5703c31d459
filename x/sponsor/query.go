package sponsor

import (
	"context"

	"github.com/parrots-music/parrots/x/sponsor/types"
)

// queryServer answers from the descriptors alone; there is no state.
type queryServer struct{}

var _ types.QueryServer = queryServer{}

// Messages returns the types of messages that a sponsorship pays for.
func (queryServer) Messages(context.Context, *types.QueryMessagesRequest) (*types.QueryMessagesResponse, error) {
	return &types.QueryMessagesResponse{TypeUrls: types.Messages()}, nil
}
