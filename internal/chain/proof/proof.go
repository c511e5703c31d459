// Package proof is the file that proves, with no network and no node, that a commit
// and its credits are on a chain (docs/reference/proof.md): the records as the chain
// keeps them, their way to the root of its state, and headers that validators signed.
//
// Checking is pure: it reads no file and asks nobody, not even the clock.
package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/parrots-music/parrots/internal/object"
)

// Format is the first line of every proof.
const Format = "parrots proof v1"

const (
	// MaxBytes bounds a proof's file.
	MaxBytes = 8 << 20
	// MaxHeaders bounds the way from a trusted header to the proving one.
	MaxHeaders = 64
	// maxValidators is CometBFT's limit for one signed header.
	maxValidators = 10_000
	maxCredits    = object.MaxContributions
)

// ErrInvalid is matched by the error of every proof that does not hold.
var ErrInvalid = errors.New("this proof does not hold")

// Proof is the file. Its JSON is canonical: what Encode writes is the only spelling,
// so every byte of a file means something.
type Proof struct {
	Format  string `json:"format"`
	ChainID string `json:"chain_id"`
	// Commit is the CID of what is proven.
	Commit string `json:"commit"`
	// Record is the chain's record of the commit, which holds the commit's block.
	Record Fact `json:"record"`
	// Tree is the block of the commit's tree; it may be left out.
	Tree []byte `json:"tree,omitempty"`
	// Credits are the chain's records of credits in the commit.
	Credits []Credit `json:"credits,omitempty"`
	// Headers lead from a trust root to the header that proves; one is enough where
	// its own hash is trusted.
	Headers []Header `json:"headers"`
}

// Credit is the chain's record of what somebody has said of their credit.
type Credit struct {
	// Contributor is whose credit it is, in bech32.
	Contributor string `json:"contributor"`
	Record      Fact   `json:"record"`
}

// Fact is a value in the state, with the way to the root of the state.
type Fact struct {
	// Value is what the store holds.
	Value []byte `json:"value"`
	// InStore is an ICS-23 proof that the store holds it, by its root.
	InStore []byte `json:"in_store"`
	// InState is an ICS-23 proof that the state holds that store.
	InState []byte `json:"in_state"`
}

// Header is a header with the signatures under it.
type Header struct {
	// Header is CometBFT's, in protobuf.
	Header []byte `json:"header"`
	// Signatures is CometBFT's Commit, in protobuf.
	Signatures []byte `json:"signatures"`
	// Validators are the keys and powers of those who may sign, each as CometBFT's
	// SimpleValidator, which is what the header's hash covers.
	Validators [][]byte `json:"validators"`
}

// Encode writes the file.
func (p *Proof) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(p)
	return b.Bytes(), err
}

// Decode reads a file in its canonical spelling.
func Decode(data []byte) (*Proof, error) {
	if len(data) > MaxBytes {
		return nil, invalid("%d bytes, over the limit of %d", len(data), MaxBytes)
	}
	var p Proof
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, invalid("the file is cut off")
		}
		return nil, invalid("%v", err)
	}
	if p.Format != Format {
		return nil, invalid("the file begins with %.40q, not %q", p.Format, Format)
	}
	again, err := p.Encode()
	if err != nil {
		return nil, invalid("%v", err)
	}
	if !bytes.Equal(again, data) {
		return nil, invalid("the file is not as it was written: bytes were changed or added")
	}
	return &p, nil
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}
