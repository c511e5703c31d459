package api

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/parrots-music/parrots/internal/object"
)

// ChallengeText is what a wallet signs to log in: readable, and bound to one hub,
// one chain, one wallet and a short time. A hub that passes another hub's challenge
// on is found out, since the text names the other one.
type ChallengeText struct {
	// Hub is the hub's origin.
	Hub string
	// ChainID is the chain that the hub follows.
	ChainID string
	// Address is the wallet, bech32.
	Address string
	// Nonce is the hub's, lower-case hex.
	Nonce string
	// Expires is in UTC, whole seconds.
	Expires time.Time
}

const challengeHead = object.Domain + " hub session v1"

// String is the text to sign.
func (c ChallengeText) String() string {
	return challengeHead + "\nhub: " + c.Hub + "\nchain: " + c.ChainID + "\naddress: " + c.Address +
		"\nnonce: " + c.Nonce + "\nexpires: " + c.Expires.UTC().Format(time.RFC3339) + "\n"
}

var nonceForm = regexp.MustCompile(`^[0-9a-f]{32,128}$`)

// ParseChallenge reads a text that String wrote, and nothing else.
func ParseChallenge(text string) (ChallengeText, error) {
	bad := fmt.Errorf("not a challenge of version 1")
	if len(text) > 1024 {
		return ChallengeText{}, bad
	}
	lines := strings.Split(text, "\n")
	if len(lines) != 7 || lines[0] != challengeHead {
		return ChallengeText{}, bad
	}
	var values [5]string
	for i, name := range [...]string{"hub: ", "chain: ", "address: ", "nonce: ", "expires: "} {
		value, ok := strings.CutPrefix(lines[i+1], name)
		if !ok {
			return ChallengeText{}, bad
		}
		values[i] = value
	}
	expires, err := time.Parse(time.RFC3339, values[4])
	if err != nil || !nonceForm.MatchString(values[3]) {
		return ChallengeText{}, bad
	}
	c := ChallengeText{Hub: values[0], ChainID: values[1], Address: values[2], Nonce: values[3], Expires: expires}
	if c.String() != text {
		return ChallengeText{}, bad
	}
	return c, nil
}
