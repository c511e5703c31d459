package types

import (
	"slices"

	errorsmod "cosmossdk.io/errors"
)

// CheckCodes accepts the codes of a release, all of which may be missing.
func CheckCodes(p Params, isrcs []string, iswc, upc string) error {
	if err := CheckISRCs(isrcs, p.MaxIsrcs); err != nil {
		return err
	}
	if err := CheckISWC(iswc); err != nil {
		return err
	}
	return CheckUPC(upc)
}

// CheckISRC accepts a recording's code as it is stored: 12 characters without
// hyphens, 2 letters, 3 letters or digits, 7 digits (ISO 3901). It has no check
// digit.
func CheckISRC(s string) error {
	if len(s) != 12 || !isUpper(s[0]) || !isUpper(s[1]) {
		return errorsmod.Wrapf(ErrInvalidCode, "isrc %.40q is not 2 letters, 3 letters or digits and 7 digits, without hyphens", s)
	}
	for i := 2; i < len(s); i++ {
		if !isDigit(s[i]) && (i >= 5 || !isUpper(s[i])) {
			return errorsmod.Wrapf(ErrInvalidCode, "isrc %q is not 2 letters, 3 letters or digits and 7 digits", s)
		}
	}
	return nil
}

// CheckISRCs accepts up to limit codes, none twice.
func CheckISRCs(list []string, limit uint32) error {
	if len(list) > int(limit) {
		return errorsmod.Wrapf(ErrLimit, "%d isrcs, limit is %d", len(list), limit)
	}
	for i, s := range list {
		if err := CheckISRC(s); err != nil {
			return err
		}
		if slices.Contains(list[:i], s) {
			return errorsmod.Wrapf(ErrInvalidCode, "isrc %s twice", s)
		}
	}
	return nil
}

// CheckISWC accepts a work's code as it is stored: "T", 9 digits and their check
// digit (ISO 15707), without dots and hyphens; or nothing.
func CheckISWC(s string) error {
	if s == "" {
		return nil
	}
	if len(s) != 11 || s[0] != 'T' || !allDigits(s[1:]) {
		return errorsmod.Wrapf(ErrInvalidCode, "iswc %.40q is not \"T\" and 10 digits, without dots and hyphens", s)
	}
	sum := 1
	for i := range 9 {
		sum += (i + 1) * int(s[i+1]-'0')
	}
	if check := byte('0' + (10-sum%10)%10); s[10] != check {
		return errorsmod.Wrapf(ErrInvalidCode, "iswc %s: check digit is not %c", s, check)
	}
	return nil
}

// CheckUPC accepts a product's code, UPC-A of 12 or EAN-13 of 13 digits with its
// check digit; or nothing.
func CheckUPC(s string) error {
	if s == "" {
		return nil
	}
	if len(s) != 12 && len(s) != 13 || !allDigits(s) {
		return errorsmod.Wrapf(ErrInvalidCode, "upc %.40q is not 12 or 13 digits", s)
	}
	sum, last := 0, len(s)-1
	for i := range last {
		weight := 1
		if (last-i)%2 == 1 {
			weight = 3
		}
		sum += weight * int(s[i]-'0')
	}
	if check := byte('0' + (10-sum%10)%10); s[last] != check {
		return errorsmod.Wrapf(ErrInvalidCode, "upc %s: check digit is not %c", s, check)
	}
	return nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}
