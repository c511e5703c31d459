package object

import (
	"bytes"
	"slices"
	"strings"

	"github.com/ipfs/go-cid"
)

// Commit is one step of a song's history.
type Commit struct {
	// Parents are the commits it builds on; the first one is the line's own.
	Parents []cid.Cid
	// Tree is the CID of what the song consists of after it.
	Tree cid.Cid
	// Author is the raw address of the wallet that made it, 20 or 32 bytes.
	Author []byte
	// Created is the author's claim of the time, in Unix ms; for display only.
	Created uint64
	// Message says what changed and why.
	Message string
	// Contributions say who did what.
	Contributions []Contribution
}

// Contribution is what one person did in a commit, on one instrument or without.
// Either Contributor or Guest is set.
type Contribution struct {
	// Contributor is the raw address of a wallet, 20 or 32 bytes.
	Contributor []byte
	// Guest stands in for a person without a wallet.
	Guest *Guest
	// Roles are in DDEX spelling, 1 to MaxRoles, none twice.
	Roles []string
	// Instrument names what was played.
	Instrument string
	// Paths are the entries it speaks of, sorted; none for all that changed.
	Paths []string
}

// Guest is a session player without a wallet.
type Guest struct {
	// Key is a one-time compressed secp256k1 public key, 33 bytes.
	Key []byte
	// Name is how the guest is called.
	Name string
}

// Validate checks a commit by itself; whether its links exist is for others.
func (c Commit) Validate() error {
	if len(c.Parents) > MaxParents {
		return invalid("parents", "%d, over the limit of %d", len(c.Parents), MaxParents)
	}
	for i, p := range c.Parents {
		if err := checkObjectLink(p); err != nil {
			return in(err, "parent %d", i)
		}
		if slices.Contains(c.Parents[:i], p) {
			return invalid("parents", "%s twice", p)
		}
	}
	if err := checkObjectLink(c.Tree); err != nil {
		return in(err, "tree")
	}
	if err := checkAddress("author", c.Author); err != nil {
		return err
	}
	if c.Created > MaxInt {
		return invalid("created", "over 2^53-1")
	}
	if err := checkLines("message", c.Message, MaxMessageBytes); err != nil {
		return err
	}
	if len(c.Contributions) > MaxContributions {
		return invalid("contributions", "%d, over the limit of %d", len(c.Contributions), MaxContributions)
	}
	for i, con := range c.Contributions {
		if err := con.validate(); err != nil {
			return in(err, "contribution %d", i)
		}
		for _, other := range c.Contributions[:i] {
			if err := con.checkBeside(other); err != nil {
				return in(err, "contribution %d", i)
			}
		}
	}
	return nil
}

// checkBeside holds two contributions of a commit against each other. A person who
// played two instruments has two, each with its own roles and paths.
func (c Contribution) checkBeside(o Contribution) error {
	switch {
	case !c.samePerson(o):
		return nil
	case c.Instrument == o.Instrument:
		return invalid("contributions", "two of one person with one instrument (make them one with several roles)")
	case c.Guest != nil && c.Guest.Name != o.Guest.Name:
		return invalid("guest.name", "one guest has two names, %q and %q", o.Guest.Name, c.Guest.Name)
	}
	return nil
}

func (c Contribution) samePerson(o Contribution) bool {
	if c.Guest != nil && o.Guest != nil {
		return bytes.Equal(c.Guest.Key, o.Guest.Key)
	}
	return c.Guest == nil && o.Guest == nil && bytes.Equal(c.Contributor, o.Contributor)
}

func (c Contribution) validate() error {
	if (c.Guest == nil) == (len(c.Contributor) == 0) {
		return invalid("contributor", "exactly one of contributor and guest must be given")
	}
	if c.Guest == nil {
		if err := checkAddress("contributor", c.Contributor); err != nil {
			return err
		}
	} else if err := c.Guest.validate(); err != nil {
		return err
	}
	if len(c.Roles) == 0 || len(c.Roles) > MaxRoles {
		return invalid("roles", "%d, not 1 to %d", len(c.Roles), MaxRoles)
	}
	for i, r := range c.Roles {
		if !isRole(r) {
			return invalid("roles", "%.60q is not 1 to %d letters and digits", r, MaxTokenBytes)
		}
		if slices.Contains(c.Roles[:i], r) {
			return invalid("roles", "%q twice", r)
		}
	}
	if err := checkText("instrument", c.Instrument, MaxNameBytes); err != nil {
		return err
	}
	if len(c.Paths) > MaxContributionPaths {
		return invalid("paths", "%d, over the limit of %d", len(c.Paths), MaxContributionPaths)
	}
	for i, p := range c.Paths {
		if err := CheckPath(p); err != nil {
			return err
		}
		if i > 0 && c.Paths[i-1] >= p {
			return invalid("paths", "%q is repeated or out of order", p)
		}
	}
	return nil
}

func (g Guest) validate() error {
	if len(g.Key) != 33 || (g.Key[0] != 2 && g.Key[0] != 3) {
		return invalid("guest.key", "is not a compressed secp256k1 public key of 33 bytes")
	}
	if isBlank(g.Name) {
		return invalid("guest.name", "is empty")
	}
	return checkText("guest.name", g.Name, MaxNameBytes)
}

// isBlank says whether s is empty or only spaces, by a fixed list.
func isBlank(s string) bool {
	for _, r := range s {
		switch {
		case r == ' ', r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x2800, r == 0x3000:
		default:
			return false
		}
	}
	return true
}

// isRole accepts the form of a DDEX role, such as LeadVocalist. The list itself
// is the credit module's.
func isRole(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) <= MaxTokenBytes
}

func checkAddress(field string, a []byte) error {
	if len(a) != 20 && len(a) != 32 {
		return invalid(field, "address is %d bytes long, not 20 or 32", len(a))
	}
	return nil
}

func checkObjectLink(c cid.Cid) error {
	if err := CheckLink(c); err != nil {
		return err
	}
	if c.Type() != cid.DagCBOR {
		return invalid("cid", "codec is not dag-cbor")
	}
	return nil
}

// checkLines is checkText, with line feeds and tabs. They become spaces for the
// check; taken out, they could join two halves of a character that is not valid.
func checkLines(field, s string, max int) error {
	return checkText(field, strings.NewReplacer("\n", " ", "\t", " ").Replace(s), max)
}
