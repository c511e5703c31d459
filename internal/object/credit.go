package object

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/ipfs/go-cid"
)

// CreditAction is what a contributor says of a credit.
type CreditAction string

const (
	// ConfirmCredit says that the credit is right.
	ConfirmCredit CreditAction = "confirm"
	// DisputeCredit says that it is not.
	DisputeCredit CreditAction = "dispute"
)

// CreditStep is one step of a credit, which its contributor signs.
type CreditStep struct {
	// ChainID names the chain on which it counts.
	ChainID string
	// Commit is the commit of the credit.
	Commit cid.Cid
	// Contributor is whose credit it is, in bech32.
	Contributor string
	// Action is what the contributor says.
	Action CreditAction
	// Statement goes with a dispute.
	Statement string
	// Contributions are the contributor's in the commit, in its order.
	Contributions []Contribution
	// Sequence counts the credit's steps before this one.
	Sequence uint64
}

// Text is what the contributor reads and signs, as docs/credit-signature.md specifies
// it: each value on a line of its own behind its label. No value holds a line feed, so
// no two steps have one text.
func (s CreditStep) Text() []byte {
	var b strings.Builder
	line := func(label, value string) { b.WriteString(label + ": " + value + "\n") }
	b.WriteString(Domain + " credit v1\n")
	line("chain", s.ChainID)
	line("commit", s.Commit.String())
	line("contributor", s.Contributor)
	line("action", string(s.Action))
	if s.Action == DisputeCredit {
		line("statement", s.Statement)
	}
	for _, c := range s.Contributions {
		line("roles", strings.Join(c.Roles, ", "))
		if c.Guest != nil {
			line("as guest", c.Guest.Name)
		}
		if c.Instrument != "" {
			line("instrument", c.Instrument)
		}
		for _, path := range c.Paths {
			line("path", path)
		}
		if len(c.Paths) == 0 {
			line("paths", "all that the commit changed")
		}
	}
	line("sequence", strconv.FormatUint(s.Sequence, 10))
	return []byte(b.String())
}

// GuestClaimText is what a guest's one-time key signs to give its credit to a wallet.
func GuestClaimText(chainID string, commit cid.Cid, key []byte, wallet string) []byte {
	return []byte(Domain + " guest v1\nchain: " + chainID + "\ncommit: " + commit.String() +
		"\nkey: " + hex.EncodeToString(key) + "\nwallet: " + wallet + "\n")
}

// ContributionsOf returns what a wallet did in a commit, itself or as one of the guests
// whose one-time keys are given, in the commit's order.
func (c Commit) ContributionsOf(address []byte, guests ...[]byte) []Contribution {
	var list []Contribution
	for _, con := range c.Contributions {
		if con.Guest == nil && slices.Equal(con.Contributor, address) ||
			con.Guest != nil && slices.ContainsFunc(guests, func(key []byte) bool { return slices.Equal(key, con.Guest.Key) }) {
			list = append(list, con)
		}
	}
	return list
}
