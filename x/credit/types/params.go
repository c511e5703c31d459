package types

import errorsmod "cosmossdk.io/errors"

// DefaultParams returns the limits that a new chain begins with.
func DefaultParams() Params {
	return Params{
		MaxStatementBytes:  1000,
		MaxMultisigKeys:    16,
		MaxAuditionCommits: 100,
		GasPerByte:         5,
	}
}

// HighestParams returns each limit at its highest. State that was made under other
// parameters than today's is within these.
func HighestParams() Params {
	return Params{
		MaxStatementBytes:  10_000,
		MaxMultisigKeys:    64,
		MaxAuditionCommits: 1000,
		GasPerByte:         10_000,
	}
}

// Validate keeps governance from a value under which the module would not work or
// a transaction could take unbounded time.
func (p Params) Validate() error {
	highest := HighestParams()
	limits := []struct {
		name            string
		value, min, max uint64
	}{
		{"max_statement_bytes", uint64(p.MaxStatementBytes), 1, uint64(highest.MaxStatementBytes)},
		{"max_multisig_keys", uint64(p.MaxMultisigKeys), 1, uint64(highest.MaxMultisigKeys)},
		{"max_audition_commits", uint64(p.MaxAuditionCommits), 0, uint64(highest.MaxAuditionCommits)},
		{"gas_per_byte", p.GasPerByte, 0, highest.GasPerByte},
	}
	for _, l := range limits {
		if l.value < l.min || l.value > l.max {
			return errorsmod.Wrapf(ErrInvalidParams, "%s is %d, not %d to %d", l.name, l.value, l.min, l.max)
		}
	}
	return nil
}
