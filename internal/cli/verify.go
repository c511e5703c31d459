package cli

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain/proof"
	"github.com/parrots-music/parrots/internal/ui"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const verifyLong = `Check a proof that ` + "`parrots prove`" + ` wrote, with no network, and say what it proves.

It stands on one thing that you have to trust: the hash of a block's header, which
anybody can publish and --trust names. With it the file proves that the chain with
this block keeps the commit exactly as shown: author, message, roles and audio's CIDs;
that its author signed it or sent the transaction that brought it; and that it was
there at the time of that block. Without --trust everything is checked but that the
block is the chain's: whoever has keys of their own can make a chain of their own.

It does not prove that the author made the music, only that nobody else put their
wallet's name to it and that it was claimed by then; nor whose wallet it is. Where the
file leads from an older header to a newer one, it proves as much as the signatures of
the validators in between are worth.`

func verifyCommand(a *app) *cobra.Command {
	var trust string
	c := &cobra.Command{
		Use:     "verify FILE",
		Short:   "check a proof, with no network",
		Long:    verifyLong,
		Example: "  parrots verify night-train.proof --trust 9F2C...\n  parrots verify night-train.proof --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			hash, err := headerHash(trust)
			if err != nil {
				return err
			}
			return a.verify(a.path(args[0]), hash)
		},
	}
	c.Flags().StringVar(&trust, "trust", "", "the hash of a block's header that you trust, 64 hexadecimal digits")
	return c
}

func headerHash(text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	hash, err := hex.DecodeString(text)
	if err != nil || len(hash) != 32 {
		return nil, usagef("--trust is %.80q, not a hash of 64 hexadecimal digits", text)
	}
	return hash, nil
}

func (a *app) verify(path string, trust []byte) error {
	data, err := readProof(path)
	if err != nil {
		return err
	}
	s, err := proof.Verify(data, trust)
	if err != nil {
		return fmt.Errorf("%s: %w", ui.Clean(path), err)
	}
	out := statementOf(s)
	return a.ui.Emit(out, func() {
		a.showStatement(s, out)
		if !s.Trusted {
			a.ui.Warnf("you named no header to trust: all this holds if block %d of %s has the hash %s", out.Root.Height, out.ChainID, out.Root.Hash)
			a.ui.Hintf("find its hash where you trust it, and verify again with --trust")
		}
	})
}

// readProof reads a file up to the limit of a proof.
func readProof(path string) (_ []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, proof.MaxBytes+1))
}

func (a *app) showStatement(s *proof.Statement, out statementJSON) {
	how := "who sent the transaction that brought it"
	switch {
	case s.Signed && s.Pusher != s.Author:
		how = "who signed it; " + s.Pusher + " brought it"
	case s.Signed:
		how = "who signed it"
	}
	a.ui.Printf("%s holds this commit since block %d, %s:\n", ui.Clean(s.ChainID), s.Height, s.Time.Format(time.RFC3339))
	a.ui.Printf("commit  %s", out.Commit)
	a.ui.Printf("author  %s, %s", s.Author, how)
	a.ui.Printf("song    %s, %s", s.Song, termsOf(s))
	a.ui.Printf("says    %s", ui.Clean(strings.ReplaceAll(firstLine(s.Fields.Message), "\n", " ")))
	for _, c := range out.Contributions {
		a.ui.Printf("claims  %s", credit(c))
	}
	for _, c := range out.Credits {
		a.ui.Printf("credit  %s", c.text())
	}
	for _, e := range out.Entries {
		a.ui.Printf("holds   %s  %-8s %s%s", e.CID, e.Kind, ui.Clean(e.Path), e.audio())
	}
	a.ui.Printf("\nproven by block %d of %s, hash %s, %s", out.Proving.Height, out.Proving.Time.Format(time.RFC3339), out.Proving.Hash, signedBy(s))
}

// termsOf says what the commit came under, and by whose word: where another hand than
// the author's brought it, that hand chose the song, and so the licence.
func termsOf(s *proof.Statement) string {
	terms := "under " + songtypes.FullLicence(s.Licence)
	if s.AiTraining != songtypes.AiTraining_AI_TRAINING_UNSPECIFIED {
		terms += ", AI training: " + s.AiTraining.Word()
	}
	if s.Pusher != s.Author {
		terms += ", by the word of who brought it and not of the author"
	}
	return terms
}

// text says what the contributor has said, in one line.
func (c provenCreditJSON) text() string {
	switch {
	case c.Status == "confirmed":
		return fmt.Sprintf("%s confirmed it in block %d", c.Contributor, c.Confirmed)
	case c.Status == "disputed" && c.Answer != "":
		return fmt.Sprintf("%s disputed it in block %d: %q; the author says: %q", c.Contributor, c.Disputed, c.Statement, c.Answer)
	case c.Status == "disputed":
		return fmt.Sprintf("%s disputed it in block %d: %q", c.Contributor, c.Disputed, c.Statement)
	}
	return fmt.Sprintf("%s has not confirmed it", c.Contributor)
}

func signedBy(s *proof.Statement) string {
	if s.Root.Height == s.Proving.Height {
		return "signed by its validators"
	}
	return fmt.Sprintf("to which block %d leads", s.Root.Height)
}
