package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// config is the person's config.yaml, shared by all songs.
type config struct {
	// Version is the file's format.
	Version int `yaml:"version"`
	// Network is what `parrots join` found; nil before.
	Network *network `yaml:"network,omitempty"`
	// Key is the name of the key that signs.
	Key string `yaml:"key,omitempty"`
	// KeyringBackend is os, file or test; empty before there is a key.
	KeyringBackend string `yaml:"keyring_backend,omitempty"`
	// Published says that the person has agreed once to make things public.
	Published bool `yaml:"published,omitempty"`
}

// network is a chain and a hub to reach it by.
type network struct {
	Hub     string `yaml:"hub" json:"hub"`
	ChainID string `yaml:"chain_id" json:"chain_id"`
	RPC     string `yaml:"rpc" json:"rpc"`
	Sponsor string `yaml:"sponsor,omitempty" json:"sponsor,omitempty"`
	// Welcomes says that the hub sponsored newcomers when it was joined.
	Welcomes bool `yaml:"welcomes,omitempty" json:"welcomes,omitempty"`
	// GasPrice is what the node asks for, in ufeather.
	GasPrice string `yaml:"gas_price,omitempty" json:"gas_price,omitempty"`
	// Local marks a network on this machine, whose keys may lie in the open.
	Local bool `yaml:"local,omitempty" json:"local,omitempty"`
}

const (
	configVersion  = 1
	maxConfigBytes = 1 << 20
)

func loadConfig(home string) (config, error) {
	path := filepath.Join(home, "config.yaml")
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return config{Version: configVersion}, nil
	}
	if err != nil {
		return config{}, err
	}
	if info.Size() > maxConfigBytes {
		return config{}, fmt.Errorf("%w: %s is over %d bytes", errConfig, path, maxConfigBytes)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return config{}, err
	}
	var c config
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		return config{}, fmt.Errorf("%w: %s: %w", errConfig, path, err)
	}
	if c.Version != configVersion {
		return config{}, fmt.Errorf("%w: %s is of version %d, this parrots reads %d", errConfig, path, c.Version, configVersion)
	}
	return c, nil
}

func (c config) save(home string) error {
	data, err := yaml.Marshal(c)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(home, "config.yaml"), data)
}

// writeFile replaces a file of the person's folder in one step, readable by
// nobody else.
func writeFile(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+".tmp-*") // CreateTemp gives mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // best effort after the first error
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
