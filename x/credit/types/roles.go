package types

import (
	_ "embed"
	"slices"
	"strings"

	errorsmod "cosmossdk.io/errors"
)

//go:embed roles.txt
var rolesFile string

// roles are the lines of roles.txt that are no comments, sorted.
var roles = parseRoles(rolesFile)

func parseRoles(file string) []string {
	var list []string
	for line := range strings.Lines(file) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			list = append(list, line)
		}
	}
	slices.Sort(list)
	return list
}

// Roles returns the roles that a contribution may name, sorted.
func Roles() []string { return slices.Clone(roles) }

// CheckRole refuses a role that DDEX does not name, and says which one it is near to.
func CheckRole(role string) error {
	if _, known := slices.BinarySearch(roles, role); known {
		return nil
	}
	return errorsmod.Wrapf(ErrUnknownRole, "DDEX names no %.60q; the nearest is %s", role, NearestRole(role))
}

// NearestRole returns the role that takes the fewest changes to write, letters in any
// case; of two that are equally near, one that begins alike, else the first.
func NearestRole(role string) string {
	const longest = 60 // of what is compared; roles are shorter
	lower := strings.ToLower(role[:min(len(role), longest)])
	best, least := "", 2*longest
	for _, known := range roles {
		candidate := strings.ToLower(known)
		far := 2 * distance(lower, candidate)
		if lower != "" && candidate[0] == lower[0] {
			far--
		}
		if far < least {
			best, least = known, far
		}
	}
	return best
}

// distance counts the bytes to insert, delete or replace to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
