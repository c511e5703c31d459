package keeper_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const day = 24 * time.Hour

func (f *fixture) call(wallet, username string) {
	f.Helper()
	must(f, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: wallet, Username: username})
}

func TestProfile(t *testing.T) {
	f := newFixture(t)
	avatar := "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
	must(f, f.msgs.SetProfile, &types.MsgSetProfile{
		Wallet: drummer, Username: "dr.drum", DisplayName: "Dr. Ümmer 🥁", Bio: "Plays\nloud", Avatar: avatar,
		Links: []string{"https://drummer.example/loud"},
	})
	want := types.Profile{
		Address: drummer, Username: "dr.drum", DisplayName: "Dr. Ümmer 🥁", Bio: "Plays\nloud", Avatar: avatar,
		Links: []string{"https://drummer.example/loud"}, UsernameTime: genesisTime.Unix(),
	}
	require.Equal(t, want, ask(f, f.queries.Profile, &types.QueryProfileRequest{Address: drummer}).Profile)
	require.Equal(t, want, ask(f, f.queries.ProfileByUsername, &types.QueryProfileByUsernameRequest{Username: "dr.drum"}).Profile)

	// The rest can change at any time, and the username stays.
	must(f, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: drummer, DisplayName: "Drummer"})
	got := ask(f, f.queries.Profile, &types.QueryProfileRequest{Address: drummer}).Profile
	require.Equal(t, types.Profile{Address: drummer, Username: "dr.drum", DisplayName: "Drummer", UsernameTime: genesisTime.Unix()}, got)

	empty := ask(f, f.queries.Profile, &types.QueryProfileRequest{Address: stranger})
	require.Equal(t, &types.QueryProfileResponse{Profile: types.Profile{Address: stranger}}, empty)
	_, err := f.queries.ProfileByUsername(f.ctx, &types.QueryProfileByUsernameRequest{Username: "nobody"})
	require.ErrorIs(t, err, types.ErrProfileNotFound)
}

func TestUsernamesThatLookAlike(t *testing.T) {
	f := newFixture(t)
	f.call(drummer, "modern-will10")
	for _, name := range []string{
		"modern-will10", "modernwill10", "modern.will10", "m.o.d.e.r.n.will10", "rnodern-will10", "moclern-will10",
		"modern-vvill10", "modern-wiii10", "modern-willio", "modern-w1ll1o", "modern_wil-llo",
	} {
		err := refused(f, types.ErrUsernameTaken, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: singer, Username: name})
		require.ErrorContains(t, err, "modern-will10")
	}
	f.call(singer, "modern-bill10")
}

func TestUsernamesThatAreNone(t *testing.T) {
	f := newFixture(t)
	for name, says := range map[string]string{
		"drumm\u0435r":              "display name", // Cyrillic ie
		"\uff44rummer":              "display name", // full-width d
		"drum\u200bmer":             "display name", // zero width space
		"\u202eremmurd":             "display name", // right-to-left override
		"dr\u00fcmmer":              "display name",
		"Drummer":                   `write it as "drummer"`,
		"dr":                        "3 to 30",
		strings.Repeat("d", 31):     "3 to 30",
		strings.Repeat("🥁", 10_000): "3 to 30",
		"-drummer":                  "begins or ends",
		"drummer.":                  "begins or ends",
		"dr..ummer":                 "repeats",
		"dr ummer":                  "only a-z",
		"dr\nummer":                 "only a-z",
		"parrot1qqqq":               "as an address",
		"song1qqqq":                 "as an address or id",
	} {
		err := refused(f, types.ErrInvalidUsername, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: drummer, Username: name})
		require.ErrorContains(t, err, says)
	}
}

func TestProfilesThatAreNone(t *testing.T) {
	f := newFixture(t)
	limits := types.DefaultParams()
	drum := "🥁" // 4 bytes
	fits := strings.Repeat(drum, int(limits.MaxDisplayNameBytes)/4)
	must(f, f.msgs.SetProfile, &types.MsgSetProfile{
		Wallet: drummer, DisplayName: fits, Bio: strings.Repeat(drum, int(limits.MaxBioBytes)/4), Avatar: "",
	})
	links := func(n int) (list []string) {
		for i := range n {
			list = append(list, "https://example.org/"+strings.Repeat("a", i))
		}
		return list
	}
	must(f, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: drummer, Links: links(int(limits.MaxLinks))})
	for what, msg := range map[string]types.MsgSetProfile{
		"one emoji too many":     {DisplayName: fits + drum},
		"bio too long":           {Bio: strings.Repeat(drum, int(limits.MaxBioBytes)/4) + "!"},
		"half an emoji":          {DisplayName: "drum" + drum[:3]},
		"bidi override":          {DisplayName: "drum\u202emer"},
		"bidi isolate":           {Bio: "drum\u2067mer"},
		"line separator":         {DisplayName: "drum\u2028mer"},
		"paragraph separator":    {Bio: "drum\u2029mer"},
		"zero width space":       {DisplayName: "drum\u200bmer"},
		"line feed in a name":    {DisplayName: "drum\nmer"},
		"control":                {Bio: "drum\x00mer"},
		"avatar":                 {Avatar: "https://example.org/me.png"},
		"avatar not canonical":   {Avatar: "BAFKREIGH2AKISCAILDCQABSYG3DFR6CHU3FGPREGIYMSCK7E7AQA4S52ZY"},
		"link without a scheme":  {Links: []string{"drummer.example"}},
		"link that runs":         {Links: []string{"javascript:alert(1)"}},
		"link that looks better": {Links: []string{"https://ex\u0430mple.org"}},
		"link with a quote":      {Links: []string{`https://example.org/"onload=`}},
		"link twice":             {Links: []string{"https://a.example", "https://a.example"}},
	} {
		t.Run(what, func(t *testing.T) {
			msg.Wallet = drummer
			refused(f, types.ErrInvalidProfile, f.msgs.SetProfile, &msg)
		})
	}
	refused(f, types.ErrLimit, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: drummer, Links: links(int(limits.MaxLinks) + 1)})
	refused(f, types.ErrLimit, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: drummer, Links: []string{"https://e.org/" + strings.Repeat("a", 300)}})
	refused(f, songtypes.ErrInvalidAddress, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: "drummer"})
}

// A username can be changed once in a period; the old one is kept for its wallet for
// a while, and is then free.
func TestUsernameChanges(t *testing.T) {
	f := newFixture(t)
	f.call(drummer, "drummer")
	f.after(29 * day)
	err := refused(f, types.ErrUsernameTooSoon, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: drummer, Username: "drums"})
	require.ErrorContains(t, err, "2026-12-01T12:00:00Z")
	f.after(day)
	f.call(drummer, "drums")
	err = refused(f, types.ErrUsernameTaken, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: singer, Username: "drurnmer"})
	require.ErrorContains(t, err, "kept for the wallet that had it")
	_, err = f.queries.ProfileByUsername(f.ctx, &types.QueryProfileByUsernameRequest{Username: "drummer"})
	require.ErrorIs(t, err, types.ErrProfileNotFound)

	f.after(30 * day)
	f.call(drummer, "drummer") // its own old one, before that is free
	f.after(60 * day)
	refused(f, types.ErrUsernameTaken, f.msgs.SetProfile, &types.MsgSetProfile{Wallet: singer, Username: "drums"})
	f.after(30 * day)
	f.call(singer, "drums")
	f.call(guitarist, "guitar")
	f.after(30 * day)
	f.call(guitarist, "gui.tar") // it looks like the old one, which is its own
	_, err = f.queries.ProfileByUsername(f.ctx, &types.QueryProfileByUsernameRequest{Username: "guitar"})
	require.ErrorIs(t, err, types.ErrProfileNotFound)
}

func TestSearchByPrefix(t *testing.T) {
	f := newFixture(t)
	f.call(drummer, "drummer")
	f.call(guitarist, "drum")
	f.call(singer, "singer")
	names := func(prefix string, p *query.PageRequest) (list []string) {
		for _, p := range ask(f, f.queries.Profiles, &types.QueryProfilesRequest{Prefix: prefix, Pagination: p}).Profiles {
			list = append(list, p.Username)
		}
		return list
	}
	require.Equal(t, []string{"drum", "drummer"}, names("dru", nil))
	require.Equal(t, []string{"drum", "drummer", "singer"}, names("", nil))
	require.Equal(t, []string{"drum"}, names("d", &query.PageRequest{Limit: 1}))
	require.Empty(t, names("drummers", nil))
	_, err := f.queries.Profiles(f.ctx, &types.QueryProfilesRequest{Prefix: "Dr"})
	require.ErrorIs(t, err, types.ErrInvalidUsername)
	_, err = f.queries.Profiles(f.ctx, &types.QueryProfilesRequest{Pagination: &query.PageRequest{CountTotal: true}})
	require.ErrorIs(t, err, types.ErrInvalidPage)
}
