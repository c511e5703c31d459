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
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
)

// The person's folder remembers where songs are, so that collecting garbage keeps
// what each of them needs.

const registryFile = "songs.json"

// gcGrace is how young a pack stays whole whatever nobody needs of it: a copy of a
// song's folder is not known before a command runs in it.
const gcGrace = 14 * 24 * time.Hour

// errGone: a song's folder was moved or deleted, and only its owner knows which.
var errGone = errors.New("songs are not where they were")

// register remembers a song's folder.
func register(home, root string) error {
	folders, err := registered(home)
	if err != nil || slices.Contains(folders, root) {
		return err
	}
	return changeRegistry(home, func(folders []string) []string { return append(folders, root) })
}

// changeRegistry changes the list while no other process does.
func changeRegistry(home string, change func([]string) []string) error {
	lock := flock.New(filepath.Join(home, registryFile+".lock"))
	if err := lock.Lock(); err != nil {
		return err
	}
	defer lock.Unlock() //nolint:errcheck // the process's end unlocks as well
	folders, err := registered(home)
	if err != nil {
		return err
	}
	folders = change(folders)
	slices.Sort(folders)
	return saveRegistry(home, slices.Compact(folders))
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
		return nil, fmt.Errorf("%w: %s: %w", errConfig, path, err)
	}
	return folders, nil
}

func saveRegistry(home string, folders []string) error {
	data, err := json.MarshalIndent(folders, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(home, registryFile), append(data, '\n'))
}

// allRoots are the commits that the person's songs hold on to. A song whose folder
// cannot be read stops the collection, and so does one that is gone: it may have
// been moved. forget drops those from the list instead.
func allRoots(home string, forget bool) ([]cid.Cid, error) {
	var roots []cid.Cid
	var gone []string
	folders, err := registered(home)
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		r, err := repo.Open(folder)
		if errors.Is(err, repo.ErrNotSong) {
			gone = append(gone, folder)
			continue
		}
		if err != nil {
			return nil, err
		}
		some, err := r.Roots()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		roots = append(roots, some...)
	}
	if len(gone) == 0 {
		return roots, nil
	}
	if !forget {
		return nil, fmt.Errorf("%w: %s", errGone, strings.Join(gone, ", "))
	}
	return roots, changeRegistry(home, func(folders []string) []string {
		return slices.DeleteFunc(folders, func(f string) bool { return slices.Contains(gone, f) })
	})
}

// collect removes blocks that no song needs.
func (a *app) collect(ctx context.Context, forget bool) (finding, error) {
	home, err := a.env.home()
	if err != nil {
		return finding{}, err
	}
	store, err := a.openBlocks()
	if err != nil {
		return finding{}, err
	}
	defer store.Close() //nolint:errcheck // nothing was written that is not flushed
	done, err := store.Collect(ctx, gcGrace, func(context.Context) ([]cid.Cid, error) {
		return allRoots(home, forget)
	})
	if err != nil {
		return finding{}, err
	}
	detail := fmt.Sprintf("%s before, %s after", ui.Bytes(done.Before), ui.Bytes(done.After))
	return finding{Check: "garbage", OK: true, Detail: detail}, nil
}
