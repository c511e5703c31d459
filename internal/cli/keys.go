package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"

	"github.com/parrots-music/parrots/internal/chain"
)

// defaultKey is how the key is called that the first commit makes.
const defaultKey = "main"

// wallet is the key that this run signs with.
type wallet struct {
	keyring *chain.Keyring
	chain.Key
}

// SignText signs a text as the wallet (ADR-036).
func (w *wallet) SignText(text []byte) (chain.Signature, error) {
	return w.keyring.SignText(w.Name, text)
}

// openKeyring opens the keyring that flags, environment or configuration name.
// Where none of them does, the operating system's is tried and a file under a
// passphrase is the second choice.
func (a *app) openKeyring(c *config) (*chain.Keyring, string, error) {
	home, err := a.env.home()
	if err != nil {
		return nil, "", err
	}
	backend := a.flags.backend
	if backend == "" {
		backend = a.env.Getenv("PARROTS_KEYRING_BACKEND")
	}
	if backend == "" {
		backend = c.KeyringBackend
	}
	open := func(backend string) (*chain.Keyring, error) {
		return chain.OpenKeyring(chain.KeyringConfig{
			Backend:    backend,
			Dir:        home,
			AllowTest:  a.testKeysAllowed(c),
			Passphrase: a.passphrase,
		})
	}
	if backend != "" {
		keyring, err := open(backend)
		return keyring, backend, err
	}
	keyring, err := open(chain.BackendOS)
	if err == nil {
		// Some keyrings open and fail at the first question, for example where no
		// desktop session runs.
		_, err = keyring.List()
	}
	if err == nil {
		return keyring, chain.BackendOS, nil
	}
	keyring, fileErr := open(chain.BackendFile)
	return keyring, chain.BackendFile, fileErr
}

// testKeysAllowed says whether keys may lie in the open: only for a network on
// this machine, or before any network was joined and a script asks for it.
func (a *app) testKeysAllowed(c *config) bool {
	return c.Network == nil || c.Network.Local
}

// passphrase asks for the key file's passphrase, twice for a new one. Scripts
// set PARROTS_PASSPHRASE.
func (a *app) passphrase(create bool) (string, error) {
	if p := a.env.Getenv("PARROTS_PASSPHRASE"); p != "" {
		return p, nil
	}
	if !a.ui.Interactive() {
		return "", withHint(chain.ErrPassphrase, "set PARROTS_PASSPHRASE, or run where you can type it")
	}
	if !create {
		return a.ui.Secret("passphrase of your key file: ")
	}
	a.ui.Notef("your key is kept in a file; choose a passphrase for it")
	first, err := a.ui.Secret("new passphrase: ")
	if err != nil {
		return "", err
	}
	second, err := a.ui.Secret("the same again: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", fmt.Errorf("%w: the two differ", chain.ErrPassphrase)
	}
	return first, nil
}

// wallet returns the key to sign with. create makes one where there is none.
func (a *app) wallet(_ context.Context, create bool) (*wallet, error) {
	home, err := a.env.home()
	if err != nil {
		return nil, err
	}
	c, err := loadConfig(home)
	if err != nil {
		return nil, err
	}
	keyring, backend, err := a.openKeyring(&c)
	if err != nil {
		return nil, err
	}
	name := a.keyName(&c)
	key, err := keyring.Key(name)
	if errors.Is(err, chain.ErrNoKey) && create {
		key, _, err = keyring.Create(name)
		if err == nil {
			a.ui.Notef("made your key %q, %s", name, key.Address)
		}
	}
	if errors.Is(err, chain.ErrNoKey) {
		return nil, withHint(err, "`parrots key new %s` makes one, `parrots key import %s` brings yours", name, name)
	}
	if err != nil {
		return nil, err
	}
	if c.Key == "" || c.KeyringBackend == "" {
		c.Key, c.KeyringBackend = name, backend
		if err := c.save(home); err != nil {
			return nil, err
		}
	}
	return &wallet{keyring: keyring, Key: key}, nil
}

// keyName is the key that a flag, the environment or the configuration names.
func (a *app) keyName(c *config) string {
	for _, name := range []string{a.flags.key, a.env.Getenv("PARROTS_KEY"), c.Key} {
		if name != "" {
			return name
		}
	}
	return defaultKey
}

// isLocal says whether a URL points at this machine.
func isLocal(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
