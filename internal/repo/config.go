package repo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Names of remotes with a meaning.
const (
	// OriginRemote is where push and pull go by default.
	OriginRemote = "origin"
	// UpstreamRemote is the song that this one was forked from.
	UpstreamRemote = "upstream"
)

// configVersion is the version of a song folder's layout.
const configVersion = 1

// Config is what a song's folder knows of the song.
type Config struct {
	// Name is what the song is, or will be, called.
	Name string
	// Song is the song's id, song1...; empty before the song is on a chain.
	Song string
	// Key names the key that signs in this folder; empty for the user's default.
	Key string
	// Remotes are the places that the song goes to and comes from.
	Remotes map[string]Remote
}

// Remote is a song on a chain with a hub that serves it.
type Remote struct {
	// Song is the song's id there.
	Song string `yaml:"song"`
	// Hub is the base URL of the hub.
	Hub string `yaml:"hub"`
	// ChainID is the id of the chain.
	ChainID string `yaml:"chain_id"`
}

// file is config.yaml.
type file struct {
	Version int               `yaml:"version"`
	Name    string            `yaml:"name,omitempty"`
	Song    string            `yaml:"song,omitempty"`
	Key     string            `yaml:"key,omitempty"`
	Remotes map[string]Remote `yaml:"remotes,omitempty"`
}

// Validate checks the names of the remotes and that no value spans lines.
func (c Config) Validate() error {
	values := []string{c.Name, c.Song, c.Key}
	for name, remote := range c.Remotes {
		if err := CheckRemoteName(name); err != nil {
			return err
		}
		values = append(values, remote.Song, remote.Hub, remote.ChainID)
	}
	for _, v := range values {
		if len(v) > 1024 || strings.ContainsAny(v, "\n\r\x00") {
			return fmt.Errorf("configuration: value %.60q is too long or spans lines", v)
		}
	}
	return nil
}

// Config reads the song's configuration.
func (r *Repo) Config() (Config, error) {
	path := r.path(configFile)
	data, err := readFile(path)
	if err != nil {
		return Config{}, err
	}
	cfg, err := decodeConfig(data)
	if err != nil {
		return Config{}, &CorruptError{path, err.Error(), "correct it in a text editor"}
	}
	return cfg, nil
}

func decodeConfig(data []byte) (Config, error) {
	var f file
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return Config{}, err
	}
	if f.Version != configVersion {
		return Config{}, fmt.Errorf("version is %d, this program knows %d (is there a newer one?)", f.Version, configVersion)
	}
	cfg := Config{Name: f.Name, Song: f.Song, Key: f.Key, Remotes: f.Remotes}
	return cfg, cfg.Validate()
}

// SetConfig replaces the song's configuration. The caller holds the lock.
func (r *Repo) SetConfig(cfg Config) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	data, err := yaml.Marshal(file{configVersion, cfg.Name, cfg.Song, cfg.Key, cfg.Remotes})
	if err != nil {
		return err
	}
	return writeFile(r.path(configFile), data)
}
