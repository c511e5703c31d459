package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
)

const keyLong = `A key is your wallet: it signs your commits, and its address is who you are to
others. The first commit makes one by itself. The same words give the same address
here and in Keplr.`

func keyCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "key",
		Short:   "make, import, show and back up keys",
		Long:    keyLong,
		Example: "  parrots key list\n  parrots key backup",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(keyNew(a), keyImport(a), keyList(a), keyShow(a), keyBackup(a))
	return c
}

// keyJSON is a key in --json.
type keyJSON struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Default bool   `json:"default"`
}

func keyNew(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "new [NAME]",
		Short:   "make a key",
		Example: "  parrots key new drummer",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.addKey(args, func(k *chain.Keyring, name string) (chain.Key, error) {
				key, _, err := k.Create(name)
				return key, err
			})
		},
	}
}

func keyImport(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "import [NAME]",
		Short:   "bring a key by its 12 to 24 words, from a question or stdin",
		Example: "  parrots key import drummer\n  parrots key import drummer < words.txt",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.addKey(args, func(k *chain.Keyring, name string) (chain.Key, error) {
				words, err := a.ui.Secret("the words of " + name + ": ")
				if err != nil {
					return chain.Key{}, err
				}
				return k.Import(name, words)
			})
		},
	}
}

// addKey makes a key and, if it is the first, the one that signs.
func (a *app) addKey(args []string, add func(*chain.Keyring, string) (chain.Key, error)) error {
	home, err := a.env.home()
	if err != nil {
		return err
	}
	c, err := loadConfig(home)
	if err != nil {
		return err
	}
	keyring, backend, err := a.openKeyring(&c)
	if err != nil {
		return err
	}
	name := a.keyName(&c)
	if len(args) == 1 {
		name = args[0]
	}
	key, err := add(keyring, name)
	if err != nil {
		return err
	}
	if c.Key == "" {
		c.Key, c.KeyringBackend = name, backend
		if err := c.save(home); err != nil {
			return err
		}
	}
	return a.ui.Emit(keyJSON{key.Name, key.Address, key.Name == c.Key}, func() {
		a.ui.Printf("%s\t%s", key.Name, key.Address)
	})
}

// existingKeyring opens the keyring with the configuration that names it.
func (a *app) existingKeyring() (*chain.Keyring, config, error) {
	home, err := a.env.home()
	if err != nil {
		return nil, config{}, err
	}
	c, err := loadConfig(home)
	if err != nil {
		return nil, config{}, err
	}
	keyring, _, err := a.openKeyring(&c)
	return keyring, c, err
}

func keyList(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "list the keys",
		Example: "  parrots key list --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			keyring, c, err := a.existingKeyring()
			if err != nil {
				return err
			}
			keys, err := keyring.List()
			if err != nil {
				return err
			}
			list := make([]keyJSON, len(keys))
			for i, k := range keys {
				list[i] = keyJSON{k.Name, k.Address, k.Name == c.Key}
			}
			return a.ui.Emit(list, func() {
				for _, k := range list {
					mark := " "
					if k.Default {
						mark = "*"
					}
					a.ui.Printf("%s %s\t%s", mark, k.Name, k.Address)
				}
				if len(list) == 0 {
					a.ui.Notef("no keys yet; the first commit makes one")
				}
			})
		},
	}
}

func keyShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show [NAME]",
		Short:   "print a key's address",
		Example: "  parrots key show drummer",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			keyring, c, err := a.existingKeyring()
			if err != nil {
				return err
			}
			name := a.keyName(&c)
			if len(args) == 1 {
				name = args[0]
			}
			key, err := keyring.Key(name)
			if err != nil {
				return err
			}
			return a.ui.Emit(keyJSON{key.Name, key.Address, key.Name == c.Key}, func() { a.ui.Printf("%s", key.Address) })
		},
	}
}

const keyBackupLong = `Show the words of a key, so that you can write them down on paper. With the
words your key can be made again anywhere, by you or by whoever finds them.`

func keyBackup(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "backup [NAME]",
		Short:   "show a key's words to write them down",
		Long:    keyBackupLong,
		Example: "  parrots key backup",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			keyring, c, err := a.existingKeyring()
			if err != nil {
				return err
			}
			name := a.keyName(&c)
			if len(args) == 1 {
				name = args[0]
			}
			if _, err := keyring.Key(name); err != nil {
				return err
			}
			words, ok, err := keyring.Mnemonic(name)
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("the words of %q are not kept here: it was imported, or they were removed after a backup", name)
			}
			out := struct {
				Name  string `json:"name"`
				Words string `json:"words"`
			}{name, words}
			return a.ui.Emit(out, func() { a.ui.Printf("%s", words) })
		},
	}
}
