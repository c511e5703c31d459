package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/ui"
)

// guests makes a one-time key for each guest that the flags name: whoever gets its
// words can take the credit over into a wallet later.
func (a *app) guests(w *wallet, f creditFlags) ([]object.Contribution, error) {
	var list []object.Contribution
	for _, text := range f.guests {
		parts := strings.SplitN(text, ":", 3)
		if len(parts) < 2 || parts[0] == "" {
			return nil, usagef("--guest %q is not NAME:ROLE or NAME:ROLE:INSTRUMENT", text)
		}
		key, err := guestKey(w.keyring, parts[0])
		if err != nil {
			return nil, err
		}
		c := object.Contribution{
			Guest: &object.Guest{Key: key.PubKey, Name: parts[0]},
			Roles: []string{parts[1]}, Paths: sortedUnique(f.paths),
		}
		if len(parts) == 3 {
			c.Instrument = parts[2]
		}
		list = append(list, c)
		a.ui.Notef("%s has the one-time key %q", ui.Clean(parts[0]), key.Name)
		a.ui.Hintf("`parrots key backup %s` shows the words to give to %s, and to nobody else", key.Name, ui.Clean(parts[0]))
	}
	return list, nil
}

// maxGuestKeys bounds the search for a free name.
const maxGuestKeys = 10_000

// guestKey makes a key that is used once, under a name that is free.
func guestKey(keyring *chain.Keyring, name string) (chain.Key, error) {
	slug := songName(name)
	for n := 1; n < maxGuestKeys; n++ {
		keyName := fmt.Sprintf("guest-%.20s-%d", slug, n)
		key, _, err := keyring.Create(keyName)
		if !errors.Is(err, chain.ErrKeyExists) {
			return key, err
		}
	}
	return chain.Key{}, fmt.Errorf("%w: too many guests called %q", chain.ErrKeyExists, name)
}
