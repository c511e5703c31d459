package types

import errorsmod "cosmossdk.io/errors"

// DefaultParams returns the limits that a new chain begins with.
func DefaultParams() Params {
	return Params{
		MaxCommitsPerPush:   100,
		MaxMergeEdges:       64,
		MaxTitleBytes:       200,
		MaxDescriptionBytes: 5000,
		MaxTags:             16,
		MaxHints:            8,
		MaxHintBytes:        256,
		MaxCollaborators:    100,
		MaxBranches:         200,
		MaxIsrcs:            200,
		GasPerByte:          5,
		SignatureGas:        1000, // as x/auth charges for secp256k1
	}
}

// Validate keeps governance from a value under which the module would not work or
// a transaction could take unbounded time.
func (p Params) Validate() error {
	limits := []struct {
		name            string
		value, min, max uint64
	}{
		{"max_commits_per_push", uint64(p.MaxCommitsPerPush), 1, 1000},
		{"max_merge_edges", uint64(p.MaxMergeEdges), 0, 1000},
		{"max_title_bytes", uint64(p.MaxTitleBytes), 1, 1000},
		{"max_description_bytes", uint64(p.MaxDescriptionBytes), 0, 64 << 10},
		{"max_tags", uint64(p.MaxTags), 0, 100},
		{"max_hints", uint64(p.MaxHints), 0, 100},
		{"max_hint_bytes", uint64(p.MaxHintBytes), 1, 2000},
		{"max_collaborators", uint64(p.MaxCollaborators), 0, 1000},
		{"max_branches", uint64(p.MaxBranches), 1, 1000},
		{"max_isrcs", uint64(p.MaxIsrcs), 0, 1000},
		{"gas_per_byte", p.GasPerByte, 0, 10_000},
		{"signature_gas", p.SignatureGas, 100, 10_000_000},
	}
	for _, l := range limits {
		if l.value < l.min || l.value > l.max {
			return errorsmod.Wrapf(ErrInvalidParams, "%s is %d, not %d to %d", l.name, l.value, l.min, l.max)
		}
	}
	return nil
}
