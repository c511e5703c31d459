package app

import (
	"bytes"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"
)

func TestProposalsKeepToTheBlocksGas(t *testing.T) {
	const most = maxBlockGas / testGas
	for name, options := range map[string]map[string]any{"sequential": sequential, "block-stm": parallel} {
		t.Run(name, func(t *testing.T) {
			c := newTestChain(t, setup{wallets: 2, options: options})
			send := c.sign(t, 0, c.sendMsg(0, 1, 1))
			propose := func(txs ...[]byte) abci.ResponseProcessProposal_ProposalStatus {
				res, err := c.ProcessProposal(&abci.RequestProcessProposal{
					Height: c.LastBlockHeight() + 1, Time: c.now, Txs: txs, Hash: bytes.Repeat([]byte{byte(len(txs))}, 32),
				})
				require.NoError(t, err)
				return res.Status
			}
			full := make([][]byte, most)
			for i := range full {
				full[i] = send
			}
			require.Equal(t, abci.ResponseProcessProposal_REJECT, propose(append(full, send)...))
			require.Equal(t, abci.ResponseProcessProposal_REJECT, propose([]byte("no transaction")))
			require.Equal(t, abci.ResponseProcessProposal_ACCEPT, propose(full...))
			require.Equal(t, abci.ResponseProcessProposal_ACCEPT, propose())

			// What an honest proposer makes of too many is accepted.
			prepared, err := c.PrepareProposal(&abci.RequestPrepareProposal{
				Height: c.LastBlockHeight() + 1, Time: c.now, Txs: append(full, send), MaxTxBytes: maxBlockBytes,
			})
			require.NoError(t, err)
			require.NotEmpty(t, prepared.Txs)
			require.Equal(t, abci.ResponseProcessProposal_ACCEPT, propose(prepared.Txs...))
		})
	}
}
