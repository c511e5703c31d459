package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/ui"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
)

const creditConfirmLong = `Say that what a commit says of you is right: by a transaction of your own, or with
--signature by what somebody signed with ` + "`parrots credit sign`" + `, whose fee you pay.`

func creditConfirm(a *app) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:     "confirm COMMIT | --signature FILE",
		Short:   "say that your credit in a commit is right",
		Long:    creditConfirmLong,
		Example: "  parrots credit confirm HEAD\n  parrots credit confirm --signature singer.json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (file == "") == (len(args) == 0) {
				return usagef("name a commit, or --signature FILE")
			}
			if file != "" {
				return a.bringSignature(cmd.Context(), file, object.ConfirmCredit)
			}
			return a.ownStep(cmd.Context(), args[0], object.ConfirmCredit, "")
		},
	}
	c.Flags().StringVar(&file, "signature", "", "a file that `parrots credit sign` wrote")
	return c
}

const creditDisputeLong = `Say that what a commit says of you is wrong, and what is. Your statement stands beside
the author's for everybody to read; nobody rules. ` + "`parrots credit confirm`" + ` takes it back.`

func creditDispute(a *app) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:     "dispute COMMIT STATEMENT | --signature FILE",
		Short:   "say that your credit in a commit is wrong",
		Long:    creditDisputeLong,
		Example: `  parrots credit dispute HEAD~2 "I played the bass, not the guitar"`,
		Args:    cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case file != "" && len(args) == 0:
				return a.bringSignature(cmd.Context(), file, object.DisputeCredit)
			case file == "" && len(args) == 2:
				return a.ownStep(cmd.Context(), args[0], object.DisputeCredit, args[1])
			}
			return usagef("name a commit and say what is wrong, or --signature FILE")
		},
	}
	c.Flags().StringVar(&file, "signature", "", "a file that `parrots credit sign` wrote")
	return c
}

func creditAnswer(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "answer COMMIT WALLET STATEMENT",
		Short:   "answer, as a commit's author, who disputes a credit",
		Long:    "Put your statement beside that of a contributor who disputes a credit in a commit of yours.\nA new one replaces it, an empty one takes it back.",
		Example: `  parrots credit answer HEAD~2 @bassist "you are right, the next commit says so"`,
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			net, commit, err := a.publishedCommit(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			who, err := a.person(cmd.Context(), net, args[1])
			if err != nil {
				return err
			}
			_, err = a.send(cmd.Context(), net, func(from string) sdk.Msg {
				return &credittypes.MsgAnswerDispute{Author: from, Commit: commit.String(), Contributor: who, Statement: args[2]}
			})
			if err != nil {
				return err
			}
			return a.showCreditsOf(cmd.Context(), net, commit)
		},
	}
}

// ownStep confirms or disputes this run's wallet's credit by a transaction of its own.
func (a *app) ownStep(ctx context.Context, name string, action object.CreditAction, statement string) error {
	net, commit, err := a.publishedCommit(ctx, name)
	if err != nil {
		return err
	}
	_, err = a.send(ctx, net, func(from string) sdk.Msg {
		return stepMessage(from, creditFile{Commit: commit.String(), Action: action, Statement: statement}, nil)
	})
	if err != nil {
		return err
	}
	return a.showCreditsOf(ctx, net, commit)
}

func stepMessage(from string, f creditFile, signature *credittypes.Signature) sdk.Msg {
	if f.Action == object.DisputeCredit {
		return &credittypes.MsgDisputeCredit{
			Signer: from, Commit: f.Commit, Contributor: f.Contributor, Statement: f.Statement, Signature: signature,
		}
	}
	return &credittypes.MsgConfirmCredit{Signer: from, Commit: f.Commit, Contributor: f.Contributor, Signature: signature}
}

// creditFile is a signature over a credit on its way from who made it to who brings it.
type creditFile struct {
	ChainID     string              `json:"chain_id"`
	Commit      string              `json:"commit"`
	Contributor string              `json:"contributor"`
	Action      object.CreditAction `json:"action"`
	Statement   string              `json:"statement,omitempty"`
	Sequence    uint64              `json:"sequence"`
	// Text is what was signed, for people; nobody believes it.
	Text      string `json:"text"`
	PubKey    []byte `json:"pub_key"`
	Signature []byte `json:"signature"`
}

const creditSignLong = `Sign your word on a credit without sending it: anybody can bring the file to the chain
with ` + "`parrots credit confirm --signature FILE`" + ` and pay its fee. What is signed is
printed; it is good for one step of this credit on this chain.

With --sequence nothing is asked of the network: the commit is read from this folder's
song. A credit that was only claimed has the sequence 0.`

func creditSign(a *app) *cobra.Command {
	var file, dispute string
	var sequence int64
	c := &cobra.Command{
		Use:     "sign COMMIT",
		Short:   "sign a credit for somebody else to bring",
		Long:    creditSignLong,
		Example: "  parrots credit sign HEAD -o mine.json\n  parrots credit sign HEAD --sequence 0 -o mine.json\n  parrots credit sign HEAD --dispute \"not me\" -o mine.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return usagef("-o names the file to write")
			}
			step, err := a.stepToSign(cmd.Context(), args[0], sequence)
			if err != nil {
				return err
			}
			if dispute != "" {
				step.Action, step.Statement = object.DisputeCredit, dispute
			}
			return a.signStep(step, a.path(file))
		},
	}
	c.Flags().StringVarP(&file, "output", "o", "", "the file to write")
	c.Flags().StringVar(&dispute, "dispute", "", "dispute the credit, with this statement")
	c.Flags().Int64Var(&sequence, "sequence", -1, "the credit's sequence, to sign without the network")
	return c
}

// stepToSign is the step that this run's wallet can sign next.
func (a *app) stepToSign(ctx context.Context, name string, sequence int64) (object.CreditStep, error) {
	w, err := a.wallet(ctx, false)
	if err != nil {
		return object.CreditStep{}, err
	}
	step := object.CreditStep{Contributor: w.Key.Address, Action: object.ConfirmCredit}
	if sequence >= 0 {
		step.Sequence = uint64(sequence)
		return step, a.stepFromFolder(ctx, name, w.Raw, &step)
	}
	net, commit, err := a.publishedCommit(ctx, name)
	if err != nil {
		return step, err
	}
	known, err := net.chain.Credit(ctx, commit, step.Contributor)
	if err != nil {
		return step, err
	}
	// What is signed is made from the commit itself, whose bytes are checked: the node
	// is only asked how far the credit has come.
	info, err := net.chain.Commit(ctx, commit)
	if err != nil {
		return step, err
	}
	step.ChainID, step.Commit, step.Sequence = net.ChainID, commit, known.Sequence
	step.Contributions = info.Commit.ContributionsOf(w.Raw, guestsIn(known)...)
	return step, nil
}

// guestsIn are the one-time keys that were claimed into a credit.
func guestsIn(c credittypes.Credit) (keys [][]byte) {
	for _, con := range c.Contributions {
		if con.Guest != nil {
			keys = append(keys, con.Guest.Key)
		}
	}
	return keys
}

// stepFromFolder fills in what a folder and its configuration know.
func (a *app) stepFromFolder(ctx context.Context, name string, raw []byte, step *object.CreditStep) error {
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	if c.Network == nil {
		return errNoNetwork
	}
	song, done, err := a.openSong()
	if err != nil {
		return err
	}
	defer done()
	if step.Commit, err = song.Resolve(ctx, name); err != nil {
		return err
	}
	commit, err := song.Objects().Commit(ctx, step.Commit)
	step.ChainID, step.Contributions = c.Network.ChainID, commit.ContributionsOf(raw)
	return err
}

func (a *app) signStep(step object.CreditStep, path string) error {
	if len(step.Contributions) == 0 {
		return fmt.Errorf("commit %s says nothing of %s", step.Commit, step.Contributor)
	}
	w, err := a.wallet(context.Background(), false)
	if err != nil {
		return err
	}
	text := step.Text()
	signature, err := w.keyring.SignText(w.Name, text)
	if err != nil {
		return err
	}
	out := creditFile{
		ChainID: step.ChainID, Commit: step.Commit.String(), Contributor: step.Contributor, Action: step.Action,
		Statement: step.Statement, Sequence: step.Sequence, Text: string(text),
		PubKey: signature.PubKey, Signature: signature.Bytes,
	}
	data, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	if err := writeNew(path, func(w io.Writer) error { _, err := w.Write(append(data, '\n')); return err }); err != nil {
		return err
	}
	return a.ui.Emit(out, func() {
		a.ui.Printf("%s", indent(out.Text))
		a.ui.Printf("signed, in %s", path)
		a.ui.Hintf("whoever has the file brings it with `parrots credit %s --signature %s`", step.Action, ui.Clean(path))
	})
}

// maxCreditFile bounds a file with a signature.
const maxCreditFile = 256 << 10

// bringSignature sends what somebody else has signed.
func (a *app) bringSignature(ctx context.Context, file string, action object.CreditAction) error {
	f, err := readCreditFile(a.path(file))
	if err != nil {
		return err
	}
	if f.Action != action {
		return usagef("%s is to %s: `parrots credit %s --signature %s`", file, f.Action, f.Action, file)
	}
	commit, err := object.ParseObjectCID(f.Commit)
	if err != nil {
		return fmt.Errorf("%s: commit: %w", file, err)
	}
	net, _, err := a.publishedCommit(ctx, commit.String())
	if err != nil {
		return err
	}
	if f.ChainID != net.ChainID {
		return fmt.Errorf("%w: %s is for %q, and this network is %q", chain.ErrBadSignature, file, f.ChainID, net.ChainID)
	}
	signature, err := chain.Signature{PubKey: f.PubKey, Bytes: f.Signature}.CreditSignature()
	if err != nil {
		return err
	}
	if _, err := a.send(ctx, net, func(from string) sdk.Msg { return stepMessage(from, f, signature) }); err != nil {
		return err
	}
	return a.showCreditsOf(ctx, net, commit)
}

func readCreditFile(path string) (creditFile, error) {
	var f creditFile
	file, err := os.Open(path)
	if err != nil {
		return f, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(file, maxCreditFile+1))
	if err != nil {
		return f, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil || len(data) > maxCreditFile {
		return f, fmt.Errorf("%w: %s is not what `parrots credit sign` writes", chain.ErrBadSignature, ui.Clean(path))
	}
	if f.Action != object.ConfirmCredit && f.Action != object.DisputeCredit {
		return f, fmt.Errorf("%w: %s is to %.20q, not to confirm or dispute", chain.ErrBadSignature, ui.Clean(path), f.Action)
	}
	return f, nil
}
