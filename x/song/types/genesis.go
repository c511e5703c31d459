package types

// DefaultGenesis returns the state of a new chain: no songs.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}
