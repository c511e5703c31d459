package proof

import (
	"bytes"
	"fmt"
	"time"

	cryptoenc "github.com/cometbft/cometbft/crypto/encoding"
	"github.com/cometbft/cometbft/light"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
	"github.com/cosmos/gogoproto/proto"
)

// trustingPeriod: a proof is read years later, and the root is a hash that its
// reader trusts for reasons of their own. What that leaves open is in the docs.
const trustingPeriod = 200 * 365 * 24 * time.Hour

// maxClockDrift is not used: each header is checked as of its own time.
const maxClockDrift = time.Second

// NewHeader packs a signed header and those who may sign it.
func NewHeader(signed *types.SignedHeader, validators *types.ValidatorSet) (Header, error) {
	header, err := signed.Header.ToProto().Marshal()
	if err != nil {
		return Header{}, err
	}
	signatures, err := signed.Commit.ToProto().Marshal()
	if err != nil {
		return Header{}, err
	}
	h := Header{Header: header, Signatures: signatures}
	for _, v := range validators.Validators {
		h.Validators = append(h.Validators, v.Bytes())
	}
	return h, nil
}

// unpack reads a header and checks that it is whole by itself: that its validators
// are those that it names, and that more than two thirds of their power signed it.
// Unlike a light client in a hurry it checks every signature.
func (h Header) unpack(chainID string) (*types.LightBlock, error) {
	signed, err := h.signed()
	if err != nil {
		return nil, err
	}
	set, err := h.validatorSet()
	if err != nil {
		return nil, err
	}
	block := &types.LightBlock{SignedHeader: signed, ValidatorSet: set}
	if err := block.ValidateBasic(chainID); err != nil {
		return nil, invalid("header %d: %v", signed.Height, err)
	}
	if err := set.VerifyCommit(chainID, signed.Commit.BlockID, signed.Height, signed.Commit); err != nil {
		return nil, invalid("signatures under header %d: %v", signed.Height, err)
	}
	return block, nil
}

func (h Header) signed() (*types.SignedHeader, error) {
	var ph cmtproto.Header
	if err := unmarshal("header", h.Header, &ph); err != nil {
		return nil, err
	}
	var pc cmtproto.Commit
	if err := unmarshal("signatures", h.Signatures, &pc); err != nil {
		return nil, err
	}
	header, err := types.HeaderFromProto(&ph)
	if err != nil {
		return nil, invalid("header: %v", err)
	}
	commit, err := types.CommitFromProto(&pc)
	if err != nil {
		return nil, invalid("signatures: %v", err)
	}
	return &types.SignedHeader{Header: &header, Commit: commit}, nil
}

func (h Header) validatorSet() (*types.ValidatorSet, error) {
	if len(h.Validators) == 0 || len(h.Validators) > maxValidators {
		return nil, invalid("%d validators, not 1 to %d", len(h.Validators), maxValidators)
	}
	set := new(cmtproto.ValidatorSet)
	for _, b := range h.Validators {
		var simple cmtproto.SimpleValidator
		if err := unmarshal("validator", b, &simple); err != nil {
			return nil, err
		}
		if simple.PubKey == nil {
			return nil, invalid("a validator has no key")
		}
		key, err := cryptoenc.PubKeyFromProto(*simple.PubKey)
		if err != nil {
			return nil, invalid("validator's key: %v", err)
		}
		set.Validators = append(set.Validators, &cmtproto.Validator{
			Address: key.Address(), PubKey: *simple.PubKey, VotingPower: simple.VotingPower,
		})
	}
	set.Proposer = set.Validators[0] // whose turn it was is not covered by the hash
	validators, err := types.ValidatorSetFromProto(set)
	if err != nil {
		return nil, invalid("validators: %v", err)
	}
	return validators, nil
}

// follow checks all headers and the way from each to the next.
func follow(chainID string, headers []Header) ([]*types.LightBlock, error) {
	if len(headers) == 0 || len(headers) > MaxHeaders {
		return nil, invalid("%d headers, not 1 to %d", len(headers), MaxHeaders)
	}
	var blocks []*types.LightBlock
	for i, h := range headers {
		next, err := h.unpack(chainID)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			if err := Step(blocks[i-1], next); err != nil {
				return nil, err
			}
		}
		blocks = append(blocks, next)
	}
	return blocks, nil
}

// Step says whether who trusts a header may trust a later one: it follows at once
// and is signed by the validators that the first one named, or more than a third of
// the power of the first one's validators signed it. This is CometBFT's light client.
func Step(trusted, next *types.LightBlock) error {
	err := light.Verify(trusted.SignedHeader, trusted.ValidatorSet, next.SignedHeader, next.ValidatorSet,
		trustingPeriod, next.Time, maxClockDrift, light.DefaultTrustLevel)
	if err != nil {
		return fmt.Errorf("%w: from header %d to %d: %w", ErrInvalid, trusted.Height, next.Height, err)
	}
	return nil
}

type message interface {
	proto.Message
	Marshal() ([]byte, error)
	Unmarshal(data []byte) error
}

// unmarshal reads a message in the only spelling that this program would write.
func unmarshal(what string, data []byte, m message) error {
	if err := m.Unmarshal(data); err != nil {
		return invalid("%s: %v", what, err)
	}
	again, err := m.Marshal()
	if err != nil {
		return invalid("%s: %v", what, err)
	}
	if !bytes.Equal(again, data) {
		return invalid("%s: bytes that mean nothing", what)
	}
	return nil
}
