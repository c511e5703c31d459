package sync

import (
	"context"
	"fmt"

	"github.com/parrots-music/parrots/internal/repo"
)

// AddRemote remembers a song to exchange commits with.
func (s *Song) AddRemote(ctx context.Context, name string, remote repo.Remote) error {
	return s.configure(ctx, func(c *repo.Config) error {
		if old, ok := c.Remotes[name]; ok && old.Song != remote.Song {
			return fmt.Errorf("%w: remote %q is %s", ErrBranchExists, name, old.Song)
		}
		c.Remotes[name] = remote
		return nil
	})
}

// RemoveRemote forgets a remote. What was fetched from it stays.
func (s *Song) RemoveRemote(ctx context.Context, name string) error {
	return s.configure(ctx, func(c *repo.Config) error {
		if _, ok := c.Remotes[name]; !ok {
			return fmt.Errorf("%w: %q", ErrNoRemote, name)
		}
		delete(c.Remotes, name)
		return nil
	})
}

// BecomeFork makes a clone the folder of its fork. What was seen of the old origin
// is what was seen of upstream; the fork begins at the same commit.
func (s *Song) BecomeFork(ctx context.Context, id, name string, remotes map[string]repo.Remote) error {
	return s.configure(ctx, func(c *repo.Config) error {
		seen, err := s.Repo.RemoteBranches(repo.OriginRemote)
		if err != nil {
			return err
		}
		for _, ref := range seen {
			upstream := repo.RemoteRef(repo.UpstreamRemote, ref.Name.Branch())
			old, err := s.refOrNone(upstream)
			if err != nil {
				return err
			}
			if err := s.Repo.UpdateRef(upstream, old, ref.Commit); err != nil {
				return err
			}
		}
		c.Song, c.Name = id, name
		for name, remote := range remotes {
			c.Remotes[name] = remote
		}
		return nil
	})
}

func (s *Song) configure(ctx context.Context, change func(*repo.Config) error) error {
	return s.locked(ctx, "remote", func() error {
		config, err := s.Repo.Config()
		if err != nil {
			return err
		}
		if config.Remotes == nil {
			config.Remotes = map[string]repo.Remote{}
		}
		if err := change(&config); err != nil {
			return err
		}
		return s.Repo.SetConfig(config)
	})
}
