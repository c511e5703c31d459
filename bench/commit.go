package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// home makes a fresh user's home with a key, so that commits need no prompt.
func (b *bench) home(name string) (env []string, err error) {
	dir := filepath.Join(b.dir, name)
	env = []string{"PARROTS_HOME=" + dir, "PARROTS_KEYRING_BACKEND=test"}
	_, err = command(b.dir, env, b.parrots, "key", "new", "bench")
	return env, err
}

// benchCommit times the first commit of a 500 MB folder against Kubo's add of
// the same folder with the same chunker, alternating, each into a fresh store.
func benchCommit(b *bench) error {
	song := filepath.Join(b.dir, "song")
	if err := b.writeSong(song); err != nil {
		return err
	}
	size, err := treeBytes(song)
	if err != nil {
		return err
	}
	var ours, theirs []result
	for i := range b.runs {
		r, err := b.commitOnce(song, fmt.Sprintf("home-%d", i))
		if err != nil {
			return err
		}
		ours = append(ours, r)
		if r, err = b.addOnce(song, fmt.Sprintf("ipfs-%d", i)); err != nil {
			return err
		}
		theirs = append(theirs, r)
	}
	fmt.Printf("folder                    %.0f MB, %d stems\n", float64(size)/1e6, stemCount)
	fmt.Printf("parrots commit            %.2f s median of %d, peak %.0f MB\n", median(ours).Seconds(), b.runs, peak(ours))
	fmt.Printf("ipfs add -r               %.2f s median of %d, peak %.0f MB\n", median(theirs).Seconds(), b.runs, peak(theirs))
	fmt.Printf("ratio                     %.2f (bar: 1.00)\n", median(ours).Seconds()/median(theirs).Seconds())
	return os.RemoveAll(song)
}

func (b *bench) commitOnce(song, home string) (result, error) {
	env, err := b.home(home)
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(filepath.Join(b.dir, home))
	defer os.RemoveAll(filepath.Join(song, ".parrots"))
	if _, err := command(song, env, b.parrots, "init"); err != nil {
		return result{}, err
	}
	return command(song, env, b.parrots, "commit", "-m", "first take")
}

func (b *bench) addOnce(song, repo string) (result, error) {
	dir := filepath.Join(b.dir, repo)
	env := []string{"IPFS_PATH=" + dir}
	defer os.RemoveAll(dir)
	if _, err := command(b.dir, env, b.ipfs, "init", "--empty-repo"); err != nil {
		return result{}, err
	}
	return command(b.dir, env, b.ipfs, "add", "-r", "-Q", "--cid-version=1", "--raw-leaves",
		"--chunker=buzhash", "--max-file-links=1024", song)
}

// benchMemory commits one very large file and reports the peak memory.
func benchMemory(b *bench) error {
	song := filepath.Join(b.dir, "big")
	if err := os.MkdirAll(song, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(song)
	frames := b.bigGB * 1_000_000_000 / frameBytes
	if err := writeStem(stemPath(song, 0), 7, min(frames, (1<<32-64)/frameBytes)); err != nil {
		return err
	}
	r, err := b.commitOnce(song, "home-big")
	if err != nil {
		return err
	}
	fmt.Printf("commit of one %d GB file   %.1f s, peak %.0f MB (bar: 300 MB)\n", b.bigGB, r.wall.Seconds(), r.peakMB)
	return nil
}
