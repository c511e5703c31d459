package types

// DefaultGenesis returns the state of a new chain: no songs.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}

// Validate checks a state.
func (gs GenesisState) Validate() error {
	return gs.Params.Validate()
}
