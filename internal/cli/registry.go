package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/repo"
)

// The person's folder remembers where songs are, so that collecting garbage keeps
// what each of them needs.

const registryFile = "songs.json"

// register remembers a song's folder.
func register(home, root string) error {
	folders, err := registered(home)
	if err != nil || slices.Contains(folders, root) {
		return err
	}
	return saveRegistry(home, append(folders, root))
}

func registered(home string) ([]string, error) {
	path := filepath.Join(home, registryFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var folders []string
	if err := json.Unmarshal(data, &folders); err != nil {
		return nil, fmt.Errorf("%w: %s: %v", errConfig, path, err)
	}
	return folders, nil
}

func saveRegistry(home string, folders []string) error {
	slices.Sort(folders)
	data, err := json.MarshalIndent(folders, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(home, registryFile), append(data, '\n'))
}

// allRoots are the commits that the person's songs hold on to. A song whose folder
// cannot be read stops the collection; one that was deleted does not count, and is
// returned as gone.
func allRoots(home string) (roots []cid.Cid, gone []string, err error) {
	folders, err := registered(home)
	if err != nil {
		return nil, nil, err
	}
	for _, folder := range folders {
		r, err := repo.Open(folder)
		if errors.Is(err, repo.ErrNotSong) {
			gone = append(gone, folder)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		some, err := r.Roots()
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", folder, err)
		}
		roots = append(roots, some...)
	}
	return roots, gone, nil
}

// collect removes blocks that no song needs.
func (a *app) collect(ctx context.Context) (finding, error) {
	home, err := a.env.home()
	if err != nil {
		return finding{}, err
	}
	store, err := a.openBlocks()
	if err != nil {
		return finding{}, err
	}
	defer store.Close() //nolint:errcheck // nothing was written that is not flushed
	var gone []string
	done, err := store.Collect(ctx, 0, func(context.Context) ([]cid.Cid, error) {
		roots, missing, err := allRoots(home)
		gone = missing
		return roots, err
	})
	if err != nil {
		return finding{}, err
	}
	f := finding{Check: "garbage", OK: true, Detail: fmt.Sprintf("%d bytes before, %d after", done.Before, done.After)}
	for _, folder := range gone {
		f.Detail += "; " + folder + " is gone"
	}
	return f, nil
}
