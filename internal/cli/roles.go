package cli

import (
	"slices"
	"strings"

	credittypes "github.com/parrots-music/parrots/x/credit/types"
)

// checkRoles refuses a role that the chain would refuse: a commit cannot be changed
// when it is pushed.
func checkRoles(roles []string) error {
	for _, role := range roles {
		if !slices.Contains(credittypes.Roles(), role) {
			return usagef("%q is not a role that DDEX names; the nearest is %s", role, credittypes.NearestRole(role))
		}
	}
	return nil
}

// everyRole lists the roles that the flags name.
func (f *creditFlags) everyRole() []string {
	roles := slices.Clone(f.roles)
	for _, text := range slices.Concat(f.with, f.guests) {
		if parts := strings.SplitN(text, ":", 3); len(parts) > 1 {
			roles = append(roles, parts[1])
		}
	}
	return roles
}
