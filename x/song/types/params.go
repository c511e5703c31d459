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
		MaxObligations:      64,
	}
}

// HighestParams returns each limit at its highest. State that was made under other
// parameters than today's is within these.
func HighestParams() Params {
	return Params{
		MaxCommitsPerPush:   1000,
		MaxMergeEdges:       1000,
		MaxTitleBytes:       1000,
		MaxDescriptionBytes: 64 << 10,
		MaxTags:             100,
		MaxHints:            100,
		MaxHintBytes:        2000,
		MaxCollaborators:    1000,
		MaxBranches:         1000,
		MaxIsrcs:            1000,
		GasPerByte:          10_000,
		SignatureGas:        10_000_000,
		MaxObligations:      1000,
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
		{"max_commits_per_push", uint64(p.MaxCommitsPerPush), 1, uint64(highest.MaxCommitsPerPush)},
		{"max_merge_edges", uint64(p.MaxMergeEdges), 1, uint64(highest.MaxMergeEdges)},
		{"max_title_bytes", uint64(p.MaxTitleBytes), 1, uint64(highest.MaxTitleBytes)},
		{"max_description_bytes", uint64(p.MaxDescriptionBytes), 0, uint64(highest.MaxDescriptionBytes)},
		{"max_tags", uint64(p.MaxTags), 0, uint64(highest.MaxTags)},
		{"max_hints", uint64(p.MaxHints), 0, uint64(highest.MaxHints)},
		{"max_hint_bytes", uint64(p.MaxHintBytes), 1, uint64(highest.MaxHintBytes)},
		{"max_collaborators", uint64(p.MaxCollaborators), 0, uint64(highest.MaxCollaborators)},
		{"max_branches", uint64(p.MaxBranches), 1, uint64(highest.MaxBranches)},
		{"max_isrcs", uint64(p.MaxIsrcs), 0, uint64(highest.MaxIsrcs)},
		{"gas_per_byte", p.GasPerByte, 0, highest.GasPerByte},
		{"signature_gas", p.SignatureGas, 100, highest.SignatureGas},
		// What five open licences and two stances demand has to find room, twice each.
		{"max_obligations", uint64(p.MaxObligations), 14, uint64(highest.MaxObligations)},
	}
	for _, l := range limits {
		if l.value < l.min || l.value > l.max {
			return errorsmod.Wrapf(ErrInvalidParams, "%s is %d, not %d to %d", l.name, l.value, l.min, l.max)
		}
	}
	return nil
}
