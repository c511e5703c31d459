package types

import (
	"slices"
	"strings"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
)

// Validate checks what a wallet says of itself, but for its username.
func (p Profile) Validate(limits Params) error {
	if err := object.CheckText("display name", p.DisplayName, int(limits.MaxDisplayNameBytes)); err != nil {
		return errorsmod.Wrap(ErrInvalidProfile, err.Error())
	}
	if err := object.CheckLines("bio", p.Bio, int(limits.MaxBioBytes)); err != nil {
		return errorsmod.Wrap(ErrInvalidProfile, err.Error())
	}
	if p.Avatar != "" {
		if _, err := object.ParseCID(p.Avatar); err != nil {
			return errorsmod.Wrapf(ErrInvalidProfile, "avatar: %v", err)
		}
	}
	if len(p.Links) > int(limits.MaxLinks) {
		return errorsmod.Wrapf(ErrLimit, "%d links, limit is %d", len(p.Links), limits.MaxLinks)
	}
	for i, link := range p.Links {
		if len(link) > int(limits.MaxLinkBytes) {
			return errorsmod.Wrapf(ErrLimit, "link of %d bytes, limit is %d", len(link), limits.MaxLinkBytes)
		}
		if !isLink(link) {
			return errorsmod.Wrapf(ErrInvalidProfile, "link %.80q is no http(s) URL in ASCII", link)
		}
		if slices.Contains(p.Links[:i], link) {
			return errorsmod.Wrapf(ErrInvalidProfile, "link %q twice", link)
		}
	}
	return nil
}

// isLink checks a URL's form by bytes: parsers of URLs change between releases of
// their libraries, and validators must agree.
func isLink(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"'<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	for _, scheme := range []string{"https://", "http://"} {
		if host, ok := strings.CutPrefix(s, scheme); ok {
			return host != "" && host[0] != '/' && host[0] != '.' && host[0] != ':' && host[0] != '@'
		}
	}
	return false
}
