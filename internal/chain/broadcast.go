package chain

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// Signer signs a transaction. Keyring.Signer gives one.
type Signer interface {
	// Address is the wallet's, bech32.
	Address() string
	// PubKey is the compressed secp256k1 key.
	PubKey() []byte
	// SignBytes signs the sha2-256 of bytes and returns r || s.
	SignBytes(bytes []byte) ([]byte, error)
}

// Signer returns the signer of a key.
func (k *Keyring) Signer(name string) (Signer, error) {
	key, err := k.Key(name)
	if err != nil {
		return nil, err
	}
	return keySigner{k, key}, nil
}

type keySigner struct {
	keyring *Keyring
	key     Key
}

func (s keySigner) Address() string { return s.key.Address }
func (s keySigner) PubKey() []byte  { return s.key.PubKey }
func (s keySigner) SignBytes(bytes []byte) ([]byte, error) {
	sig, err := s.keyring.Sign(s.key.Name, bytes)
	return sig.Bytes, err
}

// TxOptions are the choices of one transaction.
type TxOptions struct {
	// Granter is the wallet that pays the fee by an allowance. If it is empty, an
	// allowance is looked for where Config.Sponsored says so; else the signer pays.
	Granter string
	// Memo is free text that anybody can read.
	Memo string
	// OnSent is called with the transaction's hash when the node has taken it.
	OnSent func(hash string)
}

// TxResult is a transaction in a block.
type TxResult struct {
	// Hash is the transaction's, in upper-case hex.
	Hash string
	// Height is the block's.
	Height             int64
	GasWanted, GasUsed int64
	// Fee is what was offered, such as "212ufeather".
	Fee string
	// Payer is the wallet that paid it.
	Payer  string
	Events []abci.Event

	data []byte
}

// Response reads the response of the i-th message.
func (r TxResult) Response(i int, into proto.Message) error {
	var data sdk.TxMsgData
	if err := proto.Unmarshal(r.data, &data); err != nil {
		return fmt.Errorf("%w: responses of transaction %s: %v", ErrBadAnswer, r.Hash, err)
	}
	if i < 0 || i >= len(data.MsgResponses) {
		return fmt.Errorf("%w: transaction %s has no response %d", ErrBadAnswer, r.Hash, i)
	}
	if want := "/" + proto.MessageName(into); data.MsgResponses[i].TypeUrl != want {
		return fmt.Errorf("%w: response %d is a %s, not %s", ErrBadAnswer, i, data.MsgResponses[i].TypeUrl, want)
	}
	if err := proto.Unmarshal(data.MsgResponses[i].Value, into); err != nil {
		return fmt.Errorf("%w: response %d: %v", ErrBadAnswer, i, err)
	}
	return nil
}

// Broadcast signs the messages as one transaction, sends it and waits until it is
// in a block. Its gas is what a simulation took and 30 % more. Where another
// transaction of the same wallet came in between, it tries once more.
//
// The error matches ErrRefused and the chain's own error where the chain refused;
// it changed nothing but, where a block holds it, the fee. It matches
// ErrNotIncluded where the outcome is unknown.
func (c *Client) Broadcast(ctx context.Context, signer Signer, opts TxOptions, msgs ...sdk.Msg) (TxResult, error) {
	account, err := c.sendingAccount(ctx, signer.Address())
	if err != nil {
		return TxResult{}, err
	}
	s := &sending{signer: signer, account: account, opts: opts, msgs: msgs}
	result, err := c.broadcast(ctx, s)
	switch {
	case errors.Is(err, sdkerrors.ErrWrongSequence):
		if s.account, err = c.nextSequence(ctx, signer.Address(), account); err != nil {
			return TxResult{}, err
		}
	case s.didNotPay(err):
		// Its budget was spent, or it was revoked, in between.
		s.skip = append(s.skip, s.granter)
	case errors.Is(err, sdkerrors.ErrUnauthorized) && account.Number != 0:
		// Until its first block after a start, a node checks signatures as in the
		// genesis block, where every account has number 0.
		if waitErr := c.nextBlock(ctx); waitErr != nil {
			return result, err
		}
	default:
		return result, err
	}
	return c.broadcast(ctx, s)
}

// sendingAccount is the account of a wallet that sends; a newcomer is introduced first.
func (c *Client) sendingAccount(ctx context.Context, address string) (Account, error) {
	account, err := c.Account(ctx, address)
	if c.cfg.Introduce == nil || !errors.Is(err, ErrNoAccount) {
		return account, err
	}
	if introduced := c.cfg.Introduce(ctx, address); introduced != nil {
		return account, fmt.Errorf("%w (%w)", err, introduced)
	}
	return c.Account(ctx, address)
}

// sending is one transaction on its way.
type sending struct {
	signer  Signer
	account Account
	opts    TxOptions
	msgs    []sdk.Msg
	// granter is who pays it at this attempt, if not the signer; skip are those who
	// did not at an earlier one.
	granter string
	skip    []string
}

// blockWait is how long a node that has just started may take to its next block.
const blockWait = 20 * time.Second

// nextBlock waits for a block, for a while.
func (c *Client) nextBlock(ctx context.Context) error {
	before, err := c.Status(ctx)
	if err != nil {
		return err
	}
	for range int(blockWait / pollInterval) {
		select {
		case <-time.After(pollInterval):
		case <-ctx.Done():
			return ctx.Err()
		}
		now, err := c.Status(ctx)
		if err != nil || now.Height > before.Height {
			return err
		}
	}
	return &BehindError{Height: before.Height, Age: c.cfg.Now().Sub(before.BlockTime)}
}

// nextSequence waits for the block that holds the wallet's earlier transaction,
// for a while; then it returns what there is.
func (c *Client) nextSequence(ctx context.Context, address string, seen Account) (Account, error) {
	for range int(sequenceWait / pollInterval) {
		account, err := c.Account(ctx, address)
		if err != nil || account != seen {
			return account, err
		}
		select {
		case <-time.After(pollInterval):
		case <-ctx.Done():
			return Account{}, ctx.Err()
		}
	}
	return seen, nil
}

func (c *Client) broadcast(ctx context.Context, s *sending) (TxResult, error) {
	u, err := newUnsigned(s.signer.PubKey(), s.account, s.opts, s.msgs)
	if err != nil {
		return TxResult{}, err
	}
	if err := c.payFor(ctx, s, u); err != nil {
		return TxResult{}, err
	}
	s.granter = u.fee.Granter
	raw, err := u.signed(c.cfg.ChainID, s.account, s.signer.SignBytes)
	if err != nil {
		return TxResult{}, err
	}
	hash, err := c.send(ctx, raw)
	if err != nil {
		return TxResult{}, err
	}
	if s.opts.OnSent != nil {
		s.opts.OnSent(hash)
	}
	result, err := c.await(ctx, hash)
	result.Fee = u.fee.Amount.String()
	if paid, ok := payment(s.signer.Address(), hash, result.Events); ok {
		result.Payer = paid.Payer
		if c.cfg.OnPaid != nil {
			c.cfg.OnPaid(paid)
		}
	}
	return result, err
}

// estimate sets the gas, and the fee that is asked for it.
func (c *Client) estimate(ctx context.Context, s *sending, u *unsigned) error {
	price, err := parseGasPrice(c.cfg.GasPrice)
	if err != nil {
		return err
	}
	u.fee.Amount = nil
	gas, err := c.simulate(ctx, u, s.account)
	if err != nil {
		return err
	}
	u.setGas(gas+gas*3/10, price)
	if fee := u.fee.Amount.AmountOf(FeeDenom); fee.GT(math.NewInt(c.cfg.MaxFee)) {
		return fmt.Errorf("%w: %s%s for %d gas at %s, more than %d%s",
			ErrFeeTooHigh, fee, FeeDenom, u.fee.GasLimit, c.cfg.GasPrice, c.cfg.MaxFee, FeeDenom)
	}
	return nil
}

// simulate asks for the gas by the ABCI path, whose errors keep their codespace
// and code; the gRPC method's do not.
func (c *Client) simulate(ctx context.Context, u *unsigned, account Account) (uint64, error) {
	raw, err := u.signed(c.cfg.ChainID, account, nil)
	if err != nil {
		return 0, err
	}
	value, err := c.abciQuery(ctx, "/app/simulate", raw)
	if err != nil {
		return 0, err
	}
	// Only one number is wanted of an answer in JSON whose messages we need not know.
	var answer struct {
		GasInfo struct {
			GasUsed uint64 `json:"gas_used,string"`
		} `json:"gas_info"`
	}
	if err := json.Unmarshal(value, &answer); err != nil {
		return 0, fmt.Errorf("%w: simulation: %v", ErrBadAnswer, err)
	}
	if used := answer.GasInfo.GasUsed; used == 0 || used > 1<<40 {
		return 0, fmt.Errorf("%w: simulation took %d gas", ErrBadAnswer, used)
	}
	return answer.GasInfo.GasUsed, nil
}

// send hands a transaction to the node, which checks it and puts it into its
// mempool.
func (c *Client) send(ctx context.Context, raw []byte) (string, error) {
	sum := sha256.Sum256(raw)
	hash := fmt.Sprintf("%X", sum[:])
	var r coretypes.ResultBroadcastTx
	err := c.call(ctx, "broadcast_tx_sync", map[string]any{"tx": raw}, &r)
	var answered *rpctypes.RPCError
	switch {
	// The node has it already, from an answer that was lost on the way.
	case errors.As(err, &answered) && strings.Contains(answered.Data, "already exists in cache"):
		return hash, nil
	// No answer: it may have arrived all the same, so the wait decides.
	case errors.Is(err, ErrUnreachable) && ctx.Err() == nil:
		if _, err := c.lookUp(ctx, sum[:]); err == nil {
			return hash, nil
		}
		return "", err
	case err != nil:
		return "", err
	}
	if err := refusal(r.Codespace, r.Code, r.Log); err != nil {
		return "", withHash(err, hash)
	}
	return hash, nil
}

// await polls until the transaction is in a block.
func (c *Client) await(ctx context.Context, hash string) (TxResult, error) {
	start := c.cfg.Now()
	wait, cancel := context.WithTimeout(ctx, c.cfg.InclusionTimeout)
	defer cancel()
	sum, err := decodeHash(hash)
	if err != nil {
		return TxResult{}, err
	}
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		result, err := c.lookUp(wait, sum)
		if err == nil || errors.Is(err, ErrRefused) {
			return result, err
		}
		select {
		case <-tick.C:
		case <-wait.Done():
			return TxResult{Hash: hash}, &NotIncludedError{Hash: hash, Waited: c.cfg.Now().Sub(start)}
		}
	}
}

// lookUp returns a transaction that is in a block, or an error.
func (c *Client) lookUp(ctx context.Context, sum []byte) (TxResult, error) {
	var r coretypes.ResultTx
	if err := c.call(ctx, "tx", map[string]any{"hash": sum, "prove": false}, &r); err != nil {
		return TxResult{}, err
	}
	result := TxResult{
		Hash: r.Hash.String(), Height: r.Height,
		GasWanted: r.TxResult.GasWanted, GasUsed: r.TxResult.GasUsed,
		Events: r.TxResult.Events, data: r.TxResult.Data,
	}
	err := refusal(r.TxResult.Codespace, r.TxResult.Code, r.TxResult.Log)
	return result, withHash(err, result.Hash)
}

func withHash(err error, hash string) error {
	var r *Refusal
	if errors.As(err, &r) {
		r.Hash = hash
	}
	return err
}
