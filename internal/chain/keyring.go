package chain

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	store "github.com/99designs/keyring"
	"github.com/cosmos/go-bip39"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"github.com/parrots-music/parrots/internal/object"
)

// Backends of a keyring.
const (
	// BackendOS is the operating system's own: Secret Service or KWallet on Linux,
	// the credential manager on Windows, the keychain on a macOS build with cgo.
	BackendOS = "os"
	// BackendFile is a folder of files under a passphrase.
	BackendFile = "file"
	// BackendTest is a folder of files that anybody can read; for a localnet only.
	BackendTest = "test"
)

// serviceName is how the operating system's keyring calls us.
const serviceName = "parrots"

// KeyringConfig says where keys are kept.
type KeyringConfig struct {
	// Backend is BackendOS, BackendFile or BackendTest.
	Backend string
	// Dir is the user's folder; files go into keyring-file or keyring-test below it.
	Dir string
	// AllowTest must be set for BackendTest, so that no one takes it by accident.
	AllowTest bool
	// Passphrase is asked for at most once, when a file key is first needed. create
	// says that there is none yet and the new one should be asked for twice.
	Passphrase func(create bool) (string, error)
}

// Key is what may be shown of a key.
type Key struct {
	// Name is the name in the keyring.
	Name string
	// Address is bech32.
	Address string
	// Raw is the raw address, 20 bytes.
	Raw []byte
	// PubKey is the compressed secp256k1 public key, 33 bytes.
	PubKey []byte
}

// Keyring holds a person's keys.
type Keyring struct {
	items store.Keyring
	keys  keyring.Keyring
}

// OpenKeyring opens or prepares a keyring. The error matches ErrNoKeyring where
// this machine has none of that kind.
func OpenKeyring(cfg KeyringConfig) (*Keyring, error) {
	settings, err := keyringSettings(cfg)
	if err != nil {
		return nil, err
	}
	items, err := store.Open(settings)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrNoKeyring, cfg.Backend, err)
	}
	cdc, err := NewCodec()
	if err != nil {
		return nil, err
	}
	return &Keyring{items: items, keys: keyring.NewInMemoryWithKeyring(items, cdc)}, nil
}

func keyringSettings(cfg KeyringConfig) (store.Config, error) {
	switch cfg.Backend {
	case BackendOS:
		return store.Config{
			ServiceName: serviceName,
			// keyctl forgets at reboot, and a file wants a passphrase: neither is what
			// a person means who chooses the operating system's keyring.
			AllowedBackends: []store.BackendType{
				store.KeychainBackend, store.WinCredBackend, store.SecretServiceBackend, store.KWalletBackend,
			},
			KeychainTrustApplication: true,
		}, nil
	case BackendFile:
		dir := filepath.Join(cfg.Dir, "keyring-file")
		return store.Config{
			ServiceName:     serviceName,
			AllowedBackends: []store.BackendType{store.FileBackend},
			FileDir:         dir,
			FilePasswordFunc: func(string) (string, error) {
				if cfg.Passphrase == nil {
					return "", fmt.Errorf("%w: none given", ErrPassphrase)
				}
				pass, err := cfg.Passphrase(isEmptyDir(dir))
				if err == nil && pass == "" {
					err = fmt.Errorf("%w: it is empty", ErrPassphrase)
				}
				return pass, err
			},
		}, nil
	case BackendTest:
		if !cfg.AllowTest {
			return store.Config{}, fmt.Errorf("%w: %q keeps keys in the open and is for a localnet only", ErrNoKeyring, cfg.Backend)
		}
		return store.Config{
			ServiceName:      serviceName,
			AllowedBackends:  []store.BackendType{store.FileBackend},
			FileDir:          filepath.Join(cfg.Dir, "keyring-test"),
			FilePasswordFunc: store.FixedStringPrompt("test"),
		}, nil
	}
	return store.Config{}, fmt.Errorf("%w: %q is none of os, file and test", ErrNoKeyring, cfg.Backend)
}

func isEmptyDir(dir string) bool {
	entries, err := os.ReadDir(dir)
	return errors.Is(err, fs.ErrNotExist) || (err == nil && len(entries) == 0)
}

// Create makes a key from new randomness. The mnemonic is kept beside the key
// until ForgetMnemonic, so that a key that was made silently can be backed up.
func (k *Keyring) Create(name string) (Key, string, error) {
	entropy, err := bip39.NewEntropy(256)
	if err != nil {
		return Key{}, "", fmt.Errorf("entropy: %w", err)
	}
	mnemonic, err := bip39.NewMnemonic(entropy)
	if err != nil {
		return Key{}, "", fmt.Errorf("mnemonic: %w", err)
	}
	if err := k.free(name); err != nil {
		return Key{}, "", err
	}
	// The words first: a key without them could never be backed up as words.
	err = k.items.Set(store.Item{Key: mnemonicItem(name), Data: []byte(mnemonic), Label: "parrots mnemonic " + name})
	if err != nil {
		return Key{}, "", storeError(err)
	}
	key, err := k.add(name, mnemonic)
	return key, mnemonic, err
}

// Import makes a key from a BIP-39 mnemonic of 12 to 24 words.
func (k *Keyring) Import(name, mnemonic string) (Key, error) {
	mnemonic = strings.Join(strings.Fields(strings.ToLower(mnemonic)), " ")
	if _, err := bip39.MnemonicToByteArray(mnemonic); err != nil {
		return Key{}, ErrBadMnemonic // the library's text may quote the words
	}
	if err := k.free(name); err != nil {
		return Key{}, err
	}
	return k.add(name, mnemonic)
}

// ImportArmored makes a key from what Export gave.
func (k *Keyring) ImportArmored(name, armored, passphrase string) (Key, error) {
	if err := k.free(name); err != nil {
		return Key{}, err
	}
	if err := k.keys.ImportPrivKey(name, armored, passphrase); err != nil {
		return Key{}, storeError(err)
	}
	return k.Key(name)
}

func (k *Keyring) add(name, mnemonic string) (Key, error) {
	record, err := k.keys.NewAccount(name, mnemonic, "", DerivationPath, hd.Secp256k1)
	if err != nil {
		return Key{}, storeError(err)
	}
	return keyOf(record)
}

var keyName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)

// free checks that a key of this name may be made. Looking at the other keys also
// finds out a wrong passphrase before something is written under it.
func (k *Keyring) free(name string) error {
	if !keyName.MatchString(name) {
		return fmt.Errorf("bad key name %.60q: 1 to 40 letters, digits, - and _, beginning with a letter or digit", name)
	}
	keys, err := k.List()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(keys, func(other Key) bool { return other.Name == name }) {
		return fmt.Errorf("%w: %q", ErrKeyExists, name)
	}
	return nil
}

// List returns the keys by name.
func (k *Keyring) List() ([]Key, error) {
	items, err := k.items.Keys()
	if err != nil {
		return nil, storeError(err)
	}
	slices.Sort(items)
	var keys []Key
	for _, item := range items {
		name, ok := strings.CutSuffix(item, ".info")
		if !ok || !keyName.MatchString(name) {
			continue
		}
		key, err := k.Key(name)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// Key returns one key; the error matches ErrNoKey where there is none.
func (k *Keyring) Key(name string) (Key, error) {
	if !keyName.MatchString(name) {
		return Key{}, fmt.Errorf("%w: %.60q", ErrNoKey, name)
	}
	record, err := k.keys.Key(name)
	if err != nil {
		return Key{}, fmt.Errorf("key %q: %w", name, storeError(err))
	}
	return keyOf(record)
}

// Mnemonic returns the words of a key that Create made and that was not marked as
// backed up; false where there are none.
func (k *Keyring) Mnemonic(name string) (string, bool, error) {
	item, err := k.items.Get(mnemonicItem(name))
	if errors.Is(err, store.ErrKeyNotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, storeError(err)
	}
	return string(item.Data), true, nil
}

// ForgetMnemonic removes the words after their owner has written them down.
func (k *Keyring) ForgetMnemonic(name string) error {
	err := k.items.Remove(mnemonicItem(name))
	if err != nil && !errors.Is(err, store.ErrKeyNotFound) {
		return storeError(err)
	}
	return nil
}

// Export returns the private key in ASCII armor under a passphrase.
func (k *Keyring) Export(name, passphrase string) (string, error) {
	if _, err := k.Key(name); err != nil {
		return "", err
	}
	armored, err := k.keys.ExportPrivKeyArmor(name, passphrase)
	return armored, storeError(err)
}

// Delete removes a key and its words for good.
func (k *Keyring) Delete(name string) error {
	if _, err := k.Key(name); err != nil {
		return err
	}
	if err := k.ForgetMnemonic(name); err != nil {
		return err
	}
	return storeError(k.keys.Delete(name))
}

// Sign signs bytes with a key.
func (k *Keyring) Sign(name string, bytes []byte) (Signature, error) {
	sig, pub, err := k.keys.Sign(name, bytes, signing.SignMode_SIGN_MODE_DIRECT)
	if err != nil {
		return Signature{}, fmt.Errorf("sign with %q: %w", name, storeError(err))
	}
	return Signature{PubKey: pub.Bytes(), Bytes: sig}, nil
}

// SignText signs a text as ADR-036 says, as Keplr's signArbitrary does.
func (k *Keyring) SignText(name string, text []byte) (Signature, error) {
	key, err := k.Key(name)
	if err != nil {
		return Signature{}, err
	}
	return k.Sign(name, object.ADR036SignBytes(key.Address, text))
}

func keyOf(record *keyring.Record) (Key, error) {
	pub, err := record.GetPubKey()
	if err != nil {
		return Key{}, fmt.Errorf("key %q: %w", record.Name, err)
	}
	if _, ok := pub.(*secp256k1.PubKey); !ok {
		return Key{}, fmt.Errorf("key %q is a %s key, not secp256k1", record.Name, pub.Type())
	}
	address, err := FormatAddress(pub.Address())
	if err != nil {
		return Key{}, err
	}
	return Key{Name: record.Name, Address: address, Raw: pub.Address(), PubKey: pub.Bytes()}, nil
}

func mnemonicItem(name string) string { return name + ".mnemonic" }

// TextSigner signs texts as ADR-036 says.
type TextSigner struct {
	keyring *Keyring
	key     Key
}

// TextSigner returns the text signer of a key.
func (k *Keyring) TextSigner(name string) (TextSigner, error) {
	key, err := k.Key(name)
	return TextSigner{k, key}, err
}

// Address is the wallet's, bech32.
func (s TextSigner) Address() string { return s.key.Address }

// SignText signs a text. It returns the compressed secp256k1 key and r || s.
func (s TextSigner) SignText(text []byte) (pubKey, signature []byte, err error) {
	sig, err := s.keyring.SignText(s.key.Name, text)
	return sig.PubKey, sig.Bytes, err
}
