package chain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/bech32"
)

// The BIP-39 test vectors' best known mnemonic, and the address that Keplr and
// every Cosmos wallet shows for it.
const (
	vectorMnemonic = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
	vectorCosmos   = "cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4"
)

func testKeyring(t *testing.T) *Keyring {
	t.Helper()
	k, err := OpenKeyring(KeyringConfig{Backend: BackendTest, Dir: t.TempDir(), AllowTest: true})
	require.NoError(t, err)
	return k
}

func TestMnemonicGivesKeplrsAddress(t *testing.T) {
	key, err := testKeyring(t).Import("drummer", "  "+strings.ToUpper(vectorMnemonic)+"\n")
	require.NoError(t, err)

	_, raw, err := bech32.DecodeAndConvert(vectorCosmos)
	require.NoError(t, err)
	require.Equal(t, raw, key.Raw)
	want, err := bech32.ConvertAndEncode("parrot", raw)
	require.NoError(t, err)
	require.Equal(t, want, key.Address)
}

func TestCreateKeepsTheWordsUntilTheyAreBackedUp(t *testing.T) {
	k := testKeyring(t)
	key, words, err := k.Create("singer")
	require.NoError(t, err)
	require.Len(t, strings.Fields(words), 24)

	kept, ok, err := k.Mnemonic("singer")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, words, kept)

	again, err := testKeyring(t).Import("other", words)
	require.NoError(t, err)
	require.Equal(t, key.Address, again.Address)

	require.NoError(t, k.ForgetMnemonic("singer"))
	require.NoError(t, k.ForgetMnemonic("singer"))
	_, ok, err = k.Mnemonic("singer")
	require.NoError(t, err)
	require.False(t, ok)

	keys, err := k.List()
	require.NoError(t, err)
	require.Equal(t, []Key{key}, keys)
}

func TestKeyringRefuses(t *testing.T) {
	k := testKeyring(t)
	_, err := k.Import("drummer", vectorMnemonic)
	require.NoError(t, err)

	_, err = k.Import("drummer", vectorMnemonic)
	require.ErrorIs(t, err, ErrKeyExists)
	_, err = k.Import("again", vectorMnemonic)
	require.ErrorIs(t, err, ErrKeyExists)
	_, _, err = k.Create("drummer")
	require.ErrorIs(t, err, ErrKeyExists)
	_, err = k.Import("x", strings.Replace(vectorMnemonic, "about", "abandon", 1))
	require.ErrorIs(t, err, ErrBadMnemonic)
	_, err = k.Key("nobody")
	require.ErrorIs(t, err, ErrNoKey)
	for _, name := range []string{"", "../x", "a/b", "a.info", "-a", strings.Repeat("a", 41)} {
		_, _, err = k.Create(name)
		require.Error(t, err, name)
		_, err = k.Key(name)
		require.ErrorIs(t, err, ErrNoKey, name)
	}
	_, err = OpenKeyring(KeyringConfig{Backend: BackendTest, Dir: t.TempDir()})
	require.ErrorIs(t, err, ErrNoKeyring)
	_, err = OpenKeyring(KeyringConfig{Backend: "memory", Dir: t.TempDir()})
	require.ErrorIs(t, err, ErrNoKeyring)
}

func TestFileKeyringNeedsItsPassphrase(t *testing.T) {
	dir := t.TempDir()
	open := func(pass string, creates *[]bool) *Keyring {
		k, err := OpenKeyring(KeyringConfig{Backend: BackendFile, Dir: dir, Passphrase: func(create bool) (string, error) {
			*creates = append(*creates, create)
			return pass, nil
		}})
		require.NoError(t, err)
		return k
	}
	var asked []bool
	key, words, err := open("correct horse", &asked).Create("bassist")
	require.NoError(t, err)
	require.Equal(t, []bool{true}, asked)

	asked = nil
	k := open("correct horse", &asked)
	got, err := k.Key("bassist")
	require.NoError(t, err)
	require.Equal(t, key, got)
	_, err = k.Sign("bassist", []byte("x"))
	require.NoError(t, err)
	require.Equal(t, []bool{false}, asked)

	k = open("wrong", &asked)
	_, err = k.Key("bassist")
	require.ErrorIs(t, err, ErrPassphrase)
	_, _, err = k.Create("second")
	require.ErrorIs(t, err, ErrPassphrase, "a second key must not come under another passphrase")

	files, err := os.ReadDir(filepath.Join(dir, "keyring-file"))
	require.NoError(t, err)
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(dir, "keyring-file", f.Name()))
		require.NoError(t, err)
		require.NotContains(t, string(content), strings.Fields(words)[0]+" "+strings.Fields(words)[1])
		info, err := f.Info()
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077)
	}
}

func TestExportedKeyComesBack(t *testing.T) {
	k := testKeyring(t)
	key, _, err := k.Create("drummer")
	require.NoError(t, err)
	armored, err := k.Export("drummer", "pass")
	require.NoError(t, err)
	_, err = k.Export("nobody", "pass")
	require.ErrorIs(t, err, ErrNoKey)

	other := testKeyring(t)
	_, err = other.ImportArmored("moved", armored, "wrong")
	require.ErrorIs(t, err, ErrPassphrase)
	moved, err := other.ImportArmored("moved", armored, "pass")
	require.NoError(t, err)
	require.Equal(t, key.Address, moved.Address)

	require.NoError(t, k.Delete("drummer"))
	require.ErrorIs(t, k.Delete("drummer"), ErrNoKey)
}

func TestSignedTextVerifies(t *testing.T) {
	k := testKeyring(t)
	key, err := k.Import("drummer", vectorMnemonic)
	require.NoError(t, err)
	other, _, err := k.Create("other")
	require.NoError(t, err)
	text := []byte("parrots.music commit v1\nchain: x\n")
	sig, err := k.SignText("drummer", text)
	require.NoError(t, err)

	require.NoError(t, VerifyText(key.Address, text, sig))
	require.ErrorIs(t, VerifyText(other.Address, text, sig), ErrBadSignature)
	require.ErrorIs(t, VerifyText(key.Address, append(text, '!'), sig), ErrBadSignature)
	require.ErrorIs(t, VerifyText(key.Address, text, Signature{PubKey: sig.PubKey}), ErrBadSignature)
	require.ErrorIs(t, VerifyText(key.Address, text, Signature{PubKey: other.PubKey, Bytes: sig.Bytes}), ErrBadSignature)
	require.ErrorIs(t, VerifyText(strings.ToUpper(key.Address), text, sig), ErrBadAddress)
	require.ErrorIs(t, VerifyText(vectorCosmos, text, sig), ErrBadAddress)

	packed, err := sig.AuthorSignature()
	require.NoError(t, err)
	back, err := SignatureOf(packed)
	require.NoError(t, err)
	require.Equal(t, &sig, back)
}
