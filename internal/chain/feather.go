package chain

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// featherDecimals is how many decimals a feather has: one is 1,000,000 ufeather.
const featherDecimals = 6

var featherText = regexp.MustCompile(`^([0-9]{1,12})(?:\.([0-9]{1,6}))?$`)

// ParseFeather reads an amount as a person writes it, in feathers with up to six
// decimals, and returns ufeather.
func ParseFeather(text string) (math.Int, error) {
	m := featherText.FindStringSubmatch(strings.TrimSpace(strings.TrimSuffix(text, "feather")))
	if m == nil {
		return math.Int{}, fmt.Errorf("%.40q is no amount of feathers: digits, and up to %d after the point", text, featherDecimals)
	}
	n, _ := new(big.Int).SetString(m[1]+m[2]+strings.Repeat("0", featherDecimals-len(m[2])), 10)
	return math.NewIntFromBigInt(n), nil
}

// FormatFeather writes ufeather in feathers.
func FormatFeather(amount math.Int) string {
	digits := amount.Abs().String()
	if len(digits) <= featherDecimals {
		digits = strings.Repeat("0", featherDecimals+1-len(digits)) + digits
	}
	whole, rest := digits[:len(digits)-featherDecimals], strings.TrimRight(digits[len(digits)-featherDecimals:], "0")
	if rest != "" {
		whole += "." + rest
	}
	if amount.IsNegative() {
		return "-" + whole
	}
	return whole
}

// FormatCoins writes coins for a person: ours in feathers, others as they are.
func FormatCoins(coins sdk.Coins) string {
	var parts []string
	for _, c := range coins {
		switch {
		case c.Amount.IsNil():
		case c.Denom == FeeDenom:
			parts = append(parts, FormatFeather(c.Amount)+" feather")
		default:
			parts = append(parts, c.String())
		}
	}
	if len(parts) == 0 {
		return "0 feather"
	}
	return strings.Join(parts, " and ")
}

// Feathers are coins of so much ufeather; none for nothing.
func Feathers(amount math.Int) sdk.Coins { return sdk.NewCoins(sdk.NewCoin(FeeDenom, amount)) }
