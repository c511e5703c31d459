package types

import (
	errorsmod "cosmossdk.io/errors"
)

const (
	// unitsPerSecond divides a second: exact for every common rate of samples.
	unitsPerSecond = 705_600_000
	day            = 24 * 60 * 60
)

// DefaultParams returns the limits that a new chain begins with.
func DefaultParams() Params {
	return Params{
		MaxDisplayNameBytes: 100,
		MaxBioBytes:         1000,
		MaxLinks:            8,
		MaxLinkBytes:        256,
		MaxCommentBytes:     2000,
		MaxPosition:         day * unitsPerSecond,
		MaxFollows:          1000,
		UsernamePeriod:      30 * day,
		UsernameReserve:     90 * day,
	}
}

// HighestParams returns each limit at its highest. State that was made under other
// parameters than today's is within these.
func HighestParams() Params {
	return Params{
		MaxDisplayNameBytes: 1000,
		MaxBioBytes:         16 << 10,
		MaxLinks:            100,
		MaxLinkBytes:        2000,
		MaxCommentBytes:     64 << 10,
		MaxPosition:         100 * day * unitsPerSecond, // below 2^53
		MaxFollows:          5000,
		UsernamePeriod:      3650 * day,
		UsernameReserve:     3650 * day,
	}
}

// Validate keeps governance from a value under which the module would not work or
// a query could take unbounded time.
func (p Params) Validate() error {
	highest := HighestParams()
	limits := []struct {
		name            string
		value, min, max int64
	}{
		{"max_display_name_bytes", int64(p.MaxDisplayNameBytes), 1, int64(highest.MaxDisplayNameBytes)},
		{"max_bio_bytes", int64(p.MaxBioBytes), 0, int64(highest.MaxBioBytes)},
		{"max_links", int64(p.MaxLinks), 0, int64(highest.MaxLinks)},
		{"max_link_bytes", int64(p.MaxLinkBytes), 1, int64(highest.MaxLinkBytes)},
		{"max_comment_bytes", int64(p.MaxCommentBytes), 1, int64(highest.MaxCommentBytes)},
		{"max_position", p.MaxPosition, 0, highest.MaxPosition},
		{"max_follows", int64(p.MaxFollows), 0, int64(highest.MaxFollows)},
		{"username_period", p.UsernamePeriod, 0, highest.UsernamePeriod},
		{"username_reserve", p.UsernameReserve, 0, highest.UsernameReserve},
	}
	for _, l := range limits {
		if l.value < l.min || l.value > l.max {
			return errorsmod.Wrapf(ErrInvalidParams, "%s is %d, not %d to %d", l.name, l.value, l.min, l.max)
		}
	}
	return nil
}
