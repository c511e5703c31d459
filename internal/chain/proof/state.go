package proof

import (
	ics23 "github.com/cosmos/ics23/go"
)

// holds checks that a state with this root holds the fact under a key of a store.
func (f Fact) holds(root []byte, store string, key []byte) error {
	inStore, err := existence("place in the store", f.InStore)
	if err != nil {
		return err
	}
	inState, err := existence("place in the state", f.InState)
	if err != nil {
		return err
	}
	storeRoot, err := inStore.Calculate()
	if err != nil {
		return invalid("place in the store: %v", err)
	}
	if !ics23.VerifyMembership(ics23.IavlSpec, storeRoot, inStore, key, f.Value) {
		return invalid("the %s store does not hold this value under its key", store)
	}
	if !ics23.VerifyMembership(ics23.TendermintSpec, root, inState, []byte(store), storeRoot) {
		return invalid("the header's state does not hold this %s store", store)
	}
	return nil
}

// existence reads the kind of ICS-23 proof that says that something is there. The
// other kinds have spellings of their own for the same.
func existence(what string, data []byte) (*ics23.CommitmentProof, error) {
	proof := new(ics23.CommitmentProof)
	if err := unmarshal(what, data, proof); err != nil {
		return nil, err
	}
	exist := proof.GetExist()
	if exist == nil || exist.Leaf == nil {
		return nil, invalid("%s: not a proof of existence", what)
	}
	for _, step := range exist.Path {
		if step == nil {
			return nil, invalid("%s: a step is missing", what)
		}
	}
	return proof, nil
}
