package worktree

import (
	"context"
	"io"
	"os"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"
)

// growing is a Content during whose reading a file is written to.
type growing struct {
	*memory
	t     *testing.T
	path  string
	times int
	until int // writes only so often, if not 0
}

func (g *growing) Add(ctx context.Context, r io.Reader) (cid.Cid, uint64, error) {
	if f, ok := r.(*os.File); ok && f.Name() == g.path {
		g.times++
		if g.until == 0 || g.times <= g.until {
			out, err := os.OpenFile(g.path, os.O_APPEND|os.O_WRONLY, 0)
			require.NoError(g.t, err)
			_, err = out.WriteString("more")
			require.NoError(g.t, err)
			require.NoError(g.t, out.Close())
		}
	}
	return g.memory.Add(ctx, r)
}
