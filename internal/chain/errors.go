package chain

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	errorsmod "cosmossdk.io/errors"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Errors to compare with errors.Is.
var (
	// ErrUnreachable: no answer from the node, or none that is a node's.
	ErrUnreachable = errors.New("node is unreachable")
	// ErrBehind: the node's latest block is old; see BehindError.
	ErrBehind = errors.New("node is behind")
	// ErrWrongChain: the node is on another chain; see WrongChainError.
	ErrWrongChain = errors.New("node is on another chain")
	// ErrNotFound: the chain does not know what was asked for.
	ErrNotFound = errors.New("not found on the chain")
	// ErrRefused: the chain refused a query or transaction; see Refusal.
	ErrRefused = errors.New("refused by the chain")
	// ErrInsufficientFunds: the wallet (or the fee granter) cannot pay.
	ErrInsufficientFunds = errors.New("insufficient funds")
	// ErrInsufficientFee: the node wants a higher fee.
	ErrInsufficientFee = errors.New("insufficient fee")
	// ErrFeeTooHigh: a fee that no honest hub and node ask for; nothing was signed.
	ErrFeeTooHigh = errors.New("fee is too high")
	// ErrNoAccount: the wallet has never received anything on this chain.
	ErrNoAccount = errors.New("wallet is not on the chain yet")
	// ErrNotIncluded: a transaction was sent and not seen in a block in time; see
	// NotIncludedError.
	ErrNotIncluded = errors.New("transaction not seen in a block yet")
	// ErrBadAnswer: the node's answer is malformed, too large, or does not hash to
	// the CID it was asked for.
	ErrBadAnswer = errors.New("node gave a bad answer")
	// ErrBadAddress: not an address of this chain.
	ErrBadAddress = errors.New("bad address")
	// ErrBadSignature: a signature that does not hold.
	ErrBadSignature = errors.New("bad signature")
	// ErrNoKey: the keyring has no key of that name.
	ErrNoKey = errors.New("no such key")
	// ErrKeyExists: the keyring has a key of that name or address already.
	ErrKeyExists = errors.New("key exists already")
	// ErrPassphrase: the keyring's passphrase is wrong.
	ErrPassphrase = errors.New("wrong passphrase")
	// ErrNoKeyring: this machine has no keyring of the wanted kind.
	ErrNoKeyring = errors.New("no keyring of this kind on this machine")
	// ErrBadMnemonic: words that are no BIP-39 mnemonic.
	ErrBadMnemonic = errors.New("bad mnemonic")
)

// UnreachableError says which node gave no answer. It matches ErrUnreachable.
type UnreachableError struct {
	URL string
	Err error
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("node %s is unreachable: %v", e.URL, e.Err)
}

// Unwrap makes errors.Is find ErrUnreachable and the cause.
func (e *UnreachableError) Unwrap() []error { return []error{ErrUnreachable, e.Err} }

// BehindError says how far a node is behind. It matches ErrBehind. How many
// blocks are missing no node can know; how old its latest block is, it can.
type BehindError struct {
	// Height is the node's latest block.
	Height int64
	// Age is how long ago that block was made.
	Age time.Duration
	// CatchingUp says that the node is loading older blocks at the moment.
	CatchingUp bool
}

func (e *BehindError) Error() string {
	state := "stands still"
	if e.CatchingUp {
		state = "is catching up"
	}
	return fmt.Sprintf("node is behind: it %s at block %d, made %s ago", state, e.Height, e.Age.Round(time.Second))
}

// Is makes errors.Is(err, ErrBehind) true.
func (e *BehindError) Is(target error) bool { return target == ErrBehind }

// WrongChainError says which chain was wanted. It matches ErrWrongChain.
type WrongChainError struct{ Want, Got string }

func (e *WrongChainError) Error() string {
	return fmt.Sprintf("node is on chain %q, not on %q", e.Got, e.Want)
}

// Is makes errors.Is(err, ErrWrongChain) true.
func (e *WrongChainError) Is(target error) bool { return target == ErrWrongChain }

// NotIncludedError is about a transaction that was sent and not seen in a block in
// time. It may still be included. A push that is repeated does no harm. It
// matches ErrNotIncluded.
type NotIncludedError struct {
	// Hash is the transaction's, in upper-case hex.
	Hash string
	// Waited is how long.
	Waited time.Duration
}

func (e *NotIncludedError) Error() string {
	return fmt.Sprintf("transaction %s was sent, and is in no block after %s; it may still be included",
		e.Hash, e.Waited.Round(time.Second))
}

// Is makes errors.Is(err, ErrNotIncluded) true.
func (e *NotIncludedError) Is(target error) bool { return target == ErrNotIncluded }

// Refusal is an error that the chain gave, by codespace and code. It matches
// ErrRefused, the registered error of that codespace and code (x/song's and the
// SDK's, with errors.Is), and where one fits, a plain error of this package.
type Refusal struct {
	Codespace string
	Code      uint32
	// Log is the chain's text.
	Log string
	// Hash is the transaction's where there is one.
	Hash string

	outer error // the plain error that a wrapping code stands for
}

func (e *Refusal) Error() string {
	text := "refused by the chain: " + sdkFrame.ReplaceAllString(e.Log, "")
	if e.Hash != "" {
		text += fmt.Sprintf(" (transaction %s)", e.Hash)
	}
	return text
}

// sdkFrame is what the SDK puts before a message's own error, of no use to a person.
var sdkFrame = regexp.MustCompile(`^(failed to simulate tx: )?(failed to execute message; message index: [0-9]{1,4}: )?`)

// Is compares codespace and code with registered errors.
func (e *Refusal) Is(target error) bool {
	if registered, ok := target.(*errorsmod.Error); ok {
		return registered.Codespace() == e.Codespace && registered.ABCICode() == e.Code
	}
	return target == ErrRefused || (target != nil &&
		(target == plainErrors[refusalCode{e.Codespace, e.Code}] || target == e.outer))
}

type refusalCode struct {
	codespace string
	code      uint32
}

// plainErrors are the chain's errors that callers treat as a kind of their own.
var plainErrors = func() map[refusalCode]error {
	m := map[refusalCode]error{}
	for registered, plain := range map[*errorsmod.Error]error{
		sdkerrors.ErrInsufficientFunds:    ErrInsufficientFunds,
		sdkerrors.ErrInsufficientFee:      ErrInsufficientFee,
		sdkerrors.ErrUnknownAddress:       ErrNoAccount,
		sdkerrors.ErrKeyNotFound:          ErrNotFound,
		sdkerrors.ErrNotFound:             ErrNotFound,
		sdkerrors.ErrInvalidHeight:        ErrBehind, // so says a node before its first block
		songtypes.ErrSongNotFound:         ErrNotFound,
		songtypes.ErrBranchNotFound:       ErrNotFound,
		songtypes.ErrCommitNotFound:       ErrNotFound,
		songtypes.ErrReleaseNotFound:      ErrNotFound,
		socialtypes.ErrProfileNotFound:    ErrNotFound,
		socialtypes.ErrCommentNotFound:    ErrNotFound,
		auditiontypes.ErrAuditionNotFound: ErrNotFound,
	} {
		m[refusalCode{registered.Codespace(), registered.ABCICode()}] = plain
	}
	return m
}()

// A query's own error arrives as text within one of the SDK's: sometimes with its
// codespace and code, else with its description at the end.
var innerCode = regexp.MustCompile(`codespace ([a-z0-9_-]{1,40}) code ([0-9]{1,9}): `)

// queryErrors are those that our modules' queries give.
var queryErrors = []*errorsmod.Error{
	songtypes.ErrSongNotFound, songtypes.ErrBranchNotFound, songtypes.ErrCommitNotFound,
	songtypes.ErrReleaseNotFound, songtypes.ErrInvalidID, songtypes.ErrInvalidAddress,
	songtypes.ErrInvalidName, songtypes.ErrInvalidPage, songtypes.ErrHistoryTooWide,
	socialtypes.ErrProfileNotFound, socialtypes.ErrCommentNotFound, socialtypes.ErrInvalidUsername,
	socialtypes.ErrInvalidID, socialtypes.ErrInvalidPage,
	auditiontypes.ErrAuditionNotFound,
}

// refusal turns the code of an answer into an error; nil for code 0.
func refusal(codespace string, code uint32, log string) error {
	if code == 0 {
		return nil
	}
	if len(log) > maxLogBytes {
		log = log[:maxLogBytes] + "..."
	}
	r := &Refusal{Codespace: codespace, Code: code, Log: log}
	if codespace != sdkerrors.RootCodespace {
		return r
	}
	// The inner error says what happened, the outer one may say that it means "not found".
	r.outer = plainErrors[refusalCode{codespace, code}]
	if m := innerCode.FindStringSubmatch(log); m != nil {
		if n, err := strconv.ParseUint(m[2], 10, 32); err == nil && n != 0 {
			r.Codespace, r.Code = m[1], uint32(n)
		}
		return r
	}
	for _, inner := range queryErrors {
		if strings.Contains(log+":", ": "+inner.Error()+":") || strings.HasPrefix(log, inner.Error()+":") {
			r.Codespace, r.Code = inner.Codespace(), inner.ABCICode()
			return r
		}
	}
	return r
}

const maxLogBytes = 2048
