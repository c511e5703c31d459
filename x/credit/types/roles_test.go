package types_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
)

func TestRoles(t *testing.T) {
	roles := types.Roles()
	require.True(t, slices.IsSorted(roles))
	require.Equal(t, roles, slices.Compact(slices.Clone(roles)))
	require.Greater(t, len(roles), 100)
	for _, role := range roles {
		require.NoError(t, types.CheckRole(role))
		require.Equal(t, role, types.NearestRole(strings.ToLower(role)))
		require.LessOrEqual(t, len(role), object.MaxTokenBytes)
	}
	for role, nearest := range map[string]string{
		"leadvocals": "LeadVocalist", "Mixing Engineer": "MixingEngineer", "StudioMusican": "StudioMusician",
		"Producr": "Producer", "composer": "Composer", "BackingVocalist": "BackgroundVocalist", "Dj": "DJ",
	} {
		require.ErrorIs(t, types.CheckRole(role), types.ErrUnknownRole)
		require.Equal(t, nearest, types.NearestRole(role), role)
	}
	require.NotEmpty(t, types.NearestRole(strings.Repeat("x", 1<<20)))
	require.NotEmpty(t, types.NearestRole(""))
}
