package packstore

import (
	"os"
	"path/filepath"
	"sync"
)

// maxOpenPacks bounds the packs held open for reading. Some systems allow a
// process no more than 256 files.
const maxOpenPacks = 64

// fileCache keeps recently read packs open.
type fileCache struct {
	dir string

	mu     sync.Mutex
	byName map[string]*openPack
}

type openPack struct {
	file  *os.File
	users int
	stale bool // close when the last user is done
}

func newFileCache(dir string) *fileCache {
	return &fileCache{dir: dir, byName: map[string]*openPack{}}
}

// open returns the pack's file; the caller calls release when it is done.
func (c *fileCache) open(name string) (f *os.File, release func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.byName[name]
	if p == nil {
		f, err := os.Open(filepath.Join(c.dir, name))
		if err != nil {
			return nil, nil, err
		}
		p = &openPack{file: f}
		c.evict()
		c.byName[name] = p
	}
	p.users++
	return p.file, func() { c.release(p) }, nil
}

func (c *fileCache) release(p *openPack) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.users--
	p.closeIfDone()
}

// evict makes room for one more. Any pack nobody reads will do.
func (c *fileCache) evict() {
	for name, p := range c.byName {
		if len(c.byName) < maxOpenPacks {
			return
		}
		if p.users == 0 {
			c.discard(name, p)
		}
	}
}

func (c *fileCache) discard(name string, p *openPack) {
	delete(c.byName, name)
	p.stale = true
	p.closeIfDone()
}

func (p *openPack) closeIfDone() {
	if p.stale && p.users == 0 {
		p.file.Close()
	}
}

// drop forgets a pack that is gone.
func (c *fileCache) drop(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.byName[name]; p != nil {
		c.discard(name, p)
	}
}

func (c *fileCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, p := range c.byName {
		c.discard(name, p)
	}
}
