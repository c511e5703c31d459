package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkPush is a push of one commit with 12 stems, without the transaction
// around it.
func BenchmarkPush(b *testing.B) {
	f := emptyFixture(b)
	songID, _ := longHistory(b, f, 1000)
	names := make([]string, 12)
	for i := range names {
		names[i] = fmt.Sprintf("stems/track %02d", i)
	}
	head := f.head(songID, "main")
	msg := pushOf(drummer, songID, "main", head, record(drummer, "Second verse", stems(names...), head))
	b.ReportAllocs()
	for b.Loop() {
		ctx, _ := f.ctx.CacheContext()
		_, err := f.msgs.Push(ctx, msg)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(gasOf(f, func() {
		_, err := f.msgs.Push(f.ctx, msg)
		require.NoError(b, err)
	})), "gas")
}
