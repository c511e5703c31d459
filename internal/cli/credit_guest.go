package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
)

const creditInviteLong = `Make a link for a guest: somebody whom a commit of yours names by --guest, because they
had no wallet. Whoever opens the link with a wallet gets the credit, so give it to them
and to nobody else. What makes it secret stays behind the # and is sent to no server.`

func creditInvite(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "invite COMMIT [NAME]",
		Short:   "make a link by which a guest gets their credit",
		Long:    creditInviteLong,
		Example: "  parrots credit invite HEAD\n  parrots credit invite HEAD~1 Mina",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			net, commit, err := a.publishedCommit(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.invite(cmd.Context(), net, commit, strings.Join(args[1:], ""))
		},
	}
}

type inviteJSON struct {
	Name string `json:"name"`
	Link string `json:"link"`
}

func (a *app) invite(ctx context.Context, net *online, commit cid.Cid, name string) error {
	_, guests, err := net.chain.CreditsOfCommit(ctx, commit)
	if err != nil {
		return err
	}
	w, err := a.wallet(ctx, false)
	if err != nil {
		return err
	}
	keys, err := w.keyring.List()
	if err != nil {
		return err
	}
	out := []inviteJSON{}
	for _, g := range guests {
		if g.ClaimedBy != "" || name != "" && g.Guest.Name != name {
			continue
		}
		words, err := wordsOf(w.keyring, keys, g.Guest.Key)
		if err != nil {
			return fmt.Errorf("%s: %w", ui.Clean(g.Guest.Name), err)
		}
		out = append(out, inviteJSON{g.Guest.Name, claimLink(net.Hub, commit, words)})
	}
	if len(out) == 0 {
		return withHint(fmt.Errorf("commit %s has no such guest whose credit is open", commit), "`parrots credit show %s` lists its guests", commit)
	}
	return a.ui.Emit(out, func() {
		for _, i := range out {
			a.ui.Printf("%s\n  %s", ui.Clean(i.Name), i.Link)
		}
		a.ui.Hintf("`parrots credit claim LINK` opens it")
	})
}

// wordsOf finds the words of a one-time key that this wallet's keyring made.
func wordsOf(keyring *chain.Keyring, keys []chain.Key, pub []byte) (string, error) {
	for _, k := range keys {
		if !bytes.Equal(k.PubKey, pub) {
			continue
		}
		words, ok, err := keyring.Mnemonic(k.Name)
		if err != nil || ok {
			return words, err
		}
		return "", fmt.Errorf("%w: the words of %q were backed up and are not kept any more; give those to your guest", chain.ErrNoKey, k.Name)
	}
	return "", fmt.Errorf("%w: the one-time key was made on another machine", chain.ErrNoKey)
}

// claimLink is a page of the hub with what only the browser sees behind the #.
func claimLink(hub string, commit cid.Cid, words string) string {
	secret := url.Values{"commit": {commit.String()}, "words": {strings.ReplaceAll(words, " ", "-")}}
	return strings.TrimRight(hub, "/") + "/claim#" + secret.Encode()
}

const maxLinkBytes = 4096

func parseClaimLink(text string) (hub string, commit cid.Cid, words string, err error) {
	bad := usagef("this is not a link of `parrots credit invite`")
	u, err := url.Parse(text)
	if err != nil || len(text) > maxLinkBytes {
		return "", cid.Undef, "", bad
	}
	hub, found := strings.CutSuffix(u.Scheme+"://"+u.Host+u.Path, "/claim")
	secret, err := url.ParseQuery(u.EscapedFragment())
	if err != nil || !found || u.Host == "" {
		return "", cid.Undef, "", bad
	}
	if commit, err = object.ParseObjectCID(secret.Get("commit")); err != nil {
		return "", cid.Undef, "", bad
	}
	return hub, commit, strings.ReplaceAll(secret.Get("words"), "-", " "), nil
}

const creditClaimLong = `Get the credit that a link promises, as a guest who has a wallet by now. The one-time
key in the link signs your wallet's address, and is of no use afterwards. By claiming
you confirm what the commit says that you did: it is shown first.`

func creditClaim(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "claim LINK",
		Short:   "get the credit of a guest who you were",
		Long:    creditClaimLong,
		Example: "  parrots credit claim 'https://hub.example/claim#commit=bafy...&words=...'",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			hub, commit, words, err := parseClaimLink(args[0])
			if err != nil {
				return err
			}
			key, err := chain.OneTimeKeyOf(words)
			if err != nil {
				return err
			}
			net, err := a.online(cmd.Context(), repo.Remote{})
			if errors.Is(err, errNoNetwork) {
				return withHint(err, "`parrots join %s` first: the link is of that hub", hub)
			}
			if err != nil {
				return err
			}
			return a.claim(cmd.Context(), net, commit, key)
		},
	}
}

func (a *app) claim(ctx context.Context, net *online, commit cid.Cid, key chain.OneTimeKey) error {
	info, err := net.chain.Commit(ctx, commit)
	if err != nil {
		return err
	}
	mine := info.Commit.ContributionsOf(nil, key.PubKey())
	if len(mine) == 0 {
		return fmt.Errorf("commit %s names no guest with this key", commit)
	}
	for _, c := range contributionsOf(mine) {
		a.ui.Notef("%s", credit(c))
	}
	if err := a.confirm("that is what you did. Take the credit into your wallet for good?"); err != nil {
		return err
	}
	var signed error
	_, err = a.send(ctx, net, func(from string) sdk.Msg {
		var signature []byte
		signature, signed = key.SignText(object.GuestClaimText(net.ChainID, commit, key.PubKey(), from))
		return &credittypes.MsgClaimGuestCredit{Signer: from, Commit: commit.String(), GuestKey: key.PubKey(), Signature: signature}
	})
	if err := errors.Join(signed, err); err != nil {
		return err
	}
	return a.showCreditsOf(ctx, net, commit)
}
