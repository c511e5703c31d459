package proof

import (
	"slices"

	"github.com/cosmos/gogoproto/proto"
	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
)

// CreditStatement is what the chain holds of a credit: what its contributor has said,
// by a signature that the chain has checked.
type CreditStatement struct {
	// Contributor is the wallet, and Contributions what the commit says that it did.
	Contributor   string
	Contributions []object.Contribution
	Status        credittypes.Status
	// The heights of the steps, 0 for one that was not taken.
	Claimed, Confirmed, Disputed int64
	// Statement is what the contributor says of a disputed credit, and Answer what the
	// commit's author says to that.
	Statement, Answer string
}

// CreditKey is where the credit store keeps a credit.
func CreditKey(commit cid.Cid, contributor []byte) []byte {
	digest := object.Digest(commit)
	return slices.Concat(credittypes.CreditsPrefix.Bytes(), digest[:], contributor)
}

func (s *Statement) readCredits(credits []Credit, root []byte) error {
	if len(credits) > maxCredits {
		return invalid("%d credits, over the limit of %d", len(credits), maxCredits)
	}
	for _, c := range credits {
		address, err := chain.ParseAddress(c.Contributor)
		if err != nil {
			return invalid("credit: %v", err)
		}
		if err := c.Record.holds(root, credittypes.StoreKey, CreditKey(s.Commit, address)); err != nil {
			return err
		}
		var record credittypes.CreditRecord
		if err := proto.Unmarshal(c.Record.Value, &record); err != nil {
			return invalid("credit's record: %v", err)
		}
		s.Credits = append(s.Credits, CreditStatement{
			Contributor: c.Contributor, Contributions: s.Fields.ContributionsOf(address, record.Guests...),
			Status: record.Status, Claimed: record.ClaimedHeight, Confirmed: record.ConfirmedHeight,
			Disputed: record.DisputedHeight, Statement: record.Statement, Answer: record.Answer,
		})
	}
	return nil
}
