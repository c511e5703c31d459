package types

import errorsmod "cosmossdk.io/errors"

// DefaultParams returns the limits that a new chain begins with.
func DefaultParams() Params {
	return Params{
		MaxTitleBytes:        200,
		MaxMessageBytes:      5000,
		MaxMergeEdges:        64,
		MaxRequiredApprovals: 20,
		MaxWaiting:           20,
	}
}

// HighestParams returns each limit at its highest. State that was made under other
// parameters than today's is within these.
func HighestParams() Params {
	return Params{
		MaxTitleBytes:        1000,
		MaxMessageBytes:      64 << 10,
		MaxMergeEdges:        1000,
		MaxRequiredApprovals: 1000,
		MaxWaiting:           1000,
	}
}

// Validate keeps governance from a value under which the module would not work or
// a transaction could take unbounded time.
func (p Params) Validate() error {
	highest := HighestParams()
	limits := []struct {
		name            string
		value, min, max uint32
	}{
		{"max_title_bytes", p.MaxTitleBytes, 1, highest.MaxTitleBytes},
		{"max_message_bytes", p.MaxMessageBytes, 1, highest.MaxMessageBytes},
		{"max_merge_edges", p.MaxMergeEdges, 1, highest.MaxMergeEdges},
		{"max_required_approvals", p.MaxRequiredApprovals, 0, highest.MaxRequiredApprovals},
		{"max_waiting", p.MaxWaiting, 1, highest.MaxWaiting},
	}
	for _, l := range limits {
		if l.value < l.min || l.value > l.max {
			return errorsmod.Wrapf(ErrInvalidParams, "%s is %d, not %d to %d", l.name, l.value, l.min, l.max)
		}
	}
	return nil
}
