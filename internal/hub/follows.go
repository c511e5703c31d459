package hub

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
)

// operator stands where a wallet does, for what the hub's own people want kept. It
// has no quota, and no wallet is called so.
const operator = "hub"

// follows remembers the songs that a hub keeps whole, also when somebody pushes to
// them by way of another hub: those that its people push to, and those that it was
// started with. On disk it is a text file that only grows, a line for each song:
//
//	<song> <wallet whose quota it counts to>
//
// Half a line is cut off by a crash at worst, and its song's next push writes it anew.
type follows struct {
	path string

	mu    sync.Mutex
	songs map[string]string // song to wallet
}

func openFollows(dir string, own []string) (*follows, error) {
	f := &follows{path: filepath.Join(dir, "songs"), songs: map[string]string{}}
	if err := f.load(); err != nil {
		return nil, err
	}
	for _, song := range own {
		f.songs[song] = operator
	}
	return f, nil
}

func (f *follows) load() error {
	file, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	for r := bufio.NewReader(file); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil // the end, with or without half a line
		}
		song, wallet, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if _, err := chain.ParseAddress(wallet); err == nil {
			f.songs[song] = wallet
		}
	}
}

// of returns whose quota a followed song counts to.
func (f *follows) of(song string) (wallet string, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	wallet, ok = f.songs[song]
	return wallet, ok
}

func (f *follows) all() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.songs)
}

// add follows a song, unless it is followed.
func (f *follows) add(song, wallet string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.songs[song]; ok {
		return nil
	}
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "\n%s %s\n", song, wallet) // after half a line, perhaps
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	f.songs[song] = wallet
	return nil
}

// followSongOf follows the song that a wallet has pushed a commit to.
func (h *Hub) followSongOf(commit cid.Cid, wallet string) {
	h.background.Go(func() {
		info, err := h.chain.Commit(h.ctx, commit)
		if err == nil && info.Song != "" {
			err = h.follows.add(info.Song, wallet)
		}
		if err != nil && h.ctx.Err() == nil {
			h.log.Warn("follow a song", "commit", commit.String(), "error", err)
		}
	})
}

// followAll looks at every followed song, where it is not known what has happened.
func (h *Hub) followAll() {
	for song, wallet := range h.follows.all() {
		h.mirror.follow(song, wallet)
	}
}
