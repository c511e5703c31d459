package object

// fields reads a map and hands each key to read, which reads the value and
// returns false for a key it does not know. Keys must rise in canonical order, so
// that a repeated key cannot make us read a list twice.
func (r *reader) fields(what string, max int, read func(key string) bool) {
	n := r.mapOf(max)
	last := ""
	for range n {
		key := r.key()
		if r.err != nil {
			return
		}
		if len(key) < len(last) || len(key) == len(last) && key <= last {
			r.fail("key %q of %s is repeated or out of order", key, what)
			return
		}
		last = key
		if !read(key) {
			r.fail("%s has an unknown field %q", what, key)
		}
	}
}

func (r *reader) version() {
	if v := r.uint(); r.err == nil && v != Version {
		r.fail("format version %d; this program knows version %d (is there a newer one?)", v, Version)
	}
}

func (r *reader) texts(maxCount, maxBytes int) []string {
	n := r.array(maxCount)
	if n == 0 {
		return nil
	}
	list := make([]string, 0, n)
	for range n {
		list = append(list, r.text(maxBytes))
	}
	return list
}

// minEntryBytes is less than the shortest entry: a link alone takes 41.
const minEntryBytes = 64

func decodeTree(block []byte, maxBytes, maxEntries int) (Tree, error) {
	if len(block) > maxBytes {
		return Tree{}, invalid("tree", "is %d bytes long, over the limit of %d", len(block), maxBytes)
	}
	r := &reader{b: block}
	var t Tree
	r.fields("tree", 2, func(key string) bool {
		switch key {
		case "entries":
			n := r.array(maxEntries)
			if n > 0 {
				// No more room than what follows can fill: a head of a few bytes
				// must not make us take a megabyte.
				t.Entries = make([]Entry, 0, min(n, (len(r.b)-r.off)/minEntryBytes+1))
			}
			for i := 0; i < n && r.err == nil; i++ {
				t.Entries = append(t.Entries, r.entry())
			}
		case "version":
			r.version()
		default:
			return false
		}
		return true
	})
	return t, r.end()
}

func (r *reader) entry() Entry {
	var e Entry
	r.fields("entry", 13, func(key string) bool {
		switch key {
		case "cid":
			e.CID = r.link()
		case "pcm":
			e.PCM = r.bytes(80)
		case "kind":
			e.Kind = Kind(r.text(MaxTokenBytes))
		case "path":
			e.Path = r.text(MaxPathBytes)
		case "size":
			e.Size = r.uint()
		case "codec":
			e.Codec = r.text(MaxTokenBytes)
		case "mtime":
			e.Mtime = r.uint()
		case "start":
			e.Start = r.uint()
		case "frames":
			e.Frames = r.uint()
		case "channels":
			e.Channels = r.uint()
		case "bit_depth":
			e.BitDepth = r.uint()
		case "instrument":
			e.Instrument = r.text(MaxNameBytes)
		case "sample_rate":
			e.SampleRate = r.uint()
		default:
			return false
		}
		return true
	})
	return e
}

func decodeCommit(block []byte) (Commit, error) {
	if len(block) > MaxCommitBytes {
		return Commit{}, invalid("commit", "is %d bytes long, over the limit of %d", len(block), MaxCommitBytes)
	}
	r := &reader{b: block}
	var c Commit
	r.fields("commit", 7, func(key string) bool {
		switch key {
		case "tree":
			c.Tree = r.link()
		case "author":
			c.Author = r.bytes(32)
		case "created":
			c.Created = r.uint()
		case "message":
			c.Message = r.text(MaxMessageBytes)
		case "parents":
			for range r.array(MaxParents) {
				c.Parents = append(c.Parents, r.link())
			}
		case "version":
			r.version()
		case "contributions":
			n := r.array(MaxContributions)
			for i := 0; i < n && r.err == nil; i++ {
				c.Contributions = append(c.Contributions, r.contribution())
			}
		default:
			return false
		}
		return true
	})
	return c, r.end()
}

func (r *reader) contribution() Contribution {
	var c Contribution
	r.fields("contribution", 5, func(key string) bool {
		switch key {
		case "guest":
			c.Guest = r.guest()
		case "paths":
			c.Paths = r.texts(MaxContributionPaths, MaxPathBytes)
		case "roles":
			c.Roles = r.texts(MaxRoles, MaxTokenBytes)
		case "instrument":
			c.Instrument = r.text(MaxNameBytes)
		case "contributor":
			c.Contributor = r.bytes(32)
		default:
			return false
		}
		return true
	})
	return c
}

func (r *reader) guest() *Guest {
	var g Guest
	r.fields("guest", 2, func(key string) bool {
		switch key {
		case "key":
			g.Key = r.bytes(33)
		case "name":
			g.Name = r.text(MaxNameBytes)
		default:
			return false
		}
		return true
	})
	return &g
}
