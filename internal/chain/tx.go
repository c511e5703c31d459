package chain

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"regexp"

	"github.com/cosmos/gogoproto/proto"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"cosmossdk.io/math"
)

// A transaction is put together from its protobuf messages. The SDK's builder
// would write addresses with the prefix of its global configuration, which this
// package leaves alone.

// unsigned is a transaction before its signature.
type unsigned struct {
	body     []byte
	pubKey   *codectypes.Any
	sequence uint64
	fee      tx.Fee
}

func newUnsigned(pubKey []byte, account Account, opts TxOptions, msgs []sdk.Msg) (*unsigned, error) {
	body := tx.TxBody{Memo: opts.Memo}
	for _, m := range msgs {
		packed, err := codectypes.NewAnyWithValue(m)
		if err != nil {
			return nil, fmt.Errorf("message: %w", err)
		}
		body.Messages = append(body.Messages, packed)
	}
	bodyBytes, err := proto.Marshal(&body)
	if err != nil {
		return nil, fmt.Errorf("transaction: %w", err)
	}
	key, err := codectypes.NewAnyWithValue(&secp256k1.PubKey{Key: pubKey})
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return &unsigned{
		body: bodyBytes, pubKey: key, sequence: account.Sequence,
		fee: tx.Fee{Granter: opts.Granter},
	}, nil
}

func (u *unsigned) setGas(gas uint64, price gasPrice) {
	u.fee.GasLimit = gas
	u.fee.Amount = sdk.Coins{{Denom: FeeDenom, Amount: price.fee(gas)}}
	if u.fee.Amount[0].Amount.IsZero() {
		u.fee.Amount = nil
	}
}

func (u *unsigned) authInfo() ([]byte, error) {
	return proto.Marshal(&tx.AuthInfo{
		SignerInfos: []*tx.SignerInfo{{
			PublicKey: u.pubKey,
			ModeInfo: &tx.ModeInfo{Sum: &tx.ModeInfo_Single_{
				Single: &tx.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_DIRECT},
			}},
			Sequence: u.sequence,
		}},
		Fee: &u.fee,
	})
}

// signed returns the transaction's bytes. With sign nil it carries an empty
// signature, which is enough to simulate it.
func (u *unsigned) signed(chainID string, account Account, sign func([]byte) ([]byte, error)) ([]byte, error) {
	auth, err := u.authInfo()
	if err != nil {
		return nil, fmt.Errorf("transaction: %w", err)
	}
	var sig []byte
	if sign != nil {
		doc, err := proto.Marshal(&tx.SignDoc{
			BodyBytes: u.body, AuthInfoBytes: auth, ChainId: chainID, AccountNumber: account.Number,
		})
		if err != nil {
			return nil, fmt.Errorf("transaction: %w", err)
		}
		if sig, err = sign(doc); err != nil {
			return nil, err
		}
	}
	return proto.Marshal(&tx.TxRaw{BodyBytes: u.body, AuthInfoBytes: auth, Signatures: [][]byte{sig}})
}

// gasPrice is ufeather per unit of gas, exact.
type gasPrice struct{ r *big.Rat }

var decimal = regexp.MustCompile(`^[0-9]{1,18}(\.[0-9]{1,18})?$`)

func parseGasPrice(s string) (gasPrice, error) {
	if !decimal.MatchString(s) {
		return gasPrice{}, fmt.Errorf("gas price %.60q is not a decimal in %s", s, FeeDenom)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return gasPrice{}, fmt.Errorf("gas price %.60q is not a decimal in %s", s, FeeDenom)
	}
	return gasPrice{r}, nil
}

// fee is the price of gas, rounded up: a node refuses a fee that is too low by
// any fraction.
func (p gasPrice) fee(gas uint64) math.Int {
	product := new(big.Rat).Mul(p.r, new(big.Rat).SetInt(new(big.Int).SetUint64(gas)))
	quotient, rest := new(big.Int).QuoRem(product.Num(), product.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return math.NewIntFromBigInt(quotient)
}

func decodeHash(text string) ([]byte, error) {
	sum, err := hex.DecodeString(text)
	if err != nil || len(sum) != sha256.Size {
		return nil, fmt.Errorf("%.80q is not a transaction's hash", text)
	}
	return sum, nil
}
