package keeper_test

import (
	"context"
	"strings"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
)

// says delivers a message and checks that it has events of this module and each names
// who signed.
func says[M, R proto.Message](f *fixture, who musician, handle func(context.Context, M) (R, error), msg M) {
	f.Helper()
	_, events, err := deliver(f, handle, msg)
	require.NoError(f, err)
	ours := 0
	for _, e := range events {
		if !strings.HasPrefix(e.Type, "parrots.credit.v1.") {
			continue
		}
		ours++
		signer, ok := e.GetAttribute("signer")
		require.True(f, ok, e.Type)
		require.Equal(f, `"`+who.address+`"`, signer.Value, e.Type)
	}
	require.NotZero(f, ours)
}
