package object

import (
	"encoding/base64"
	"fmt"

	"github.com/ipfs/go-cid"
)

// Domain begins every text that a wallet signs for Parrots, so that a signature
// made elsewhere means nothing here and one made here means nothing elsewhere.
const Domain = "parrots.music"

// maxChainIDBytes is CometBFT's.
const maxChainIDBytes = 50

// CheckChainID refuses what no chain is called and would not stay within its line of
// a text that a wallet signs. A hub or a node says which chain it is on; without this
// it could make a line feed of its own, and let a wallet sign more than is shown.
func CheckChainID(id string) error {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return fmt.Errorf("chain id %.60q has a character that is not printable ASCII", id)
		}
	}
	if id == "" || len(id) > maxChainIDBytes {
		return fmt.Errorf("chain id of %d bytes, not 1 to %d", len(id), maxChainIDBytes)
	}
	return nil
}

// CommitSignText is the text that a commit's author signs: readable, and bound
// to the domain, the chain and the commit.
func CommitSignText(chainID string, commit cid.Cid) []byte {
	return []byte(Domain + " commit v1\nchain: " + chainID + "\ncommit: " + commit.String() + "\n")
}

// ADR036SignBytes wraps data into the document that wallets sign for arbitrary
// data (Cosmos ADR-036; Keplr's signArbitrary, a Ledger). signer is the bech32
// address in canonical spelling. Keys are sorted, there is no white space, and
// base64 and bech32 need no JSON escapes, so the document is a fixed template.
func ADR036SignBytes(signer string, data []byte) []byte {
	return []byte(`{"account_number":"0","chain_id":"","fee":{"amount":[],"gas":"0"},"memo":"","msgs":[{"type":"sign/MsgSignData","value":{"data":"` +
		base64.StdEncoding.EncodeToString(data) + `","signer":"` + signer + `"}}],"sequence":"0"}`)
}
