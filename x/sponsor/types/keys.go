// Package types describes sponsorships: the fee allowance by which a song's owner, a
// label or a hub pays for other people's Parrots transactions. x/feegrant keeps the
// allowances and asks them; nothing here has state. Nothing of ours may be imported
// into it: which messages are ours it reads from their descriptors.
package types

// ModuleName is the module's name.
const ModuleName = "sponsor"
