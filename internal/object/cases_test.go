package object_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

type validCase struct {
	name, kind, rule string
	value            any
}

func hash(s string) multihash.Multihash {
	mh, err := multihash.Sum([]byte(s), multihash.SHA2_256, -1)
	if err != nil {
		panic(err)
	}
	return mh
}

func raw(s string) cid.Cid   { return cid.NewCidV1(cid.Raw, hash(s)) }
func pb(s string) cid.Cid    { return cid.NewCidV1(cid.DagProtobuf, hash(s)) }
func block(s string) cid.Cid { return object.CIDOf([]byte(s)) }

func stem(path string) object.Entry {
	return object.Entry{Path: path, CID: raw("audio"), Size: 5, Kind: object.KindStem}
}

func tree(entries ...object.Entry) object.Tree { return object.Tree{Entries: entries} }

func fullEntry() object.Entry {
	return object.Entry{
		Path: "takes/bass.wav", CID: pb("bass"), Size: object.MaxInt, Kind: object.KindTake, Codec: "pcm",
		SampleRate: 192000, Channels: 2, BitDepth: 24, Frames: 1 << 32, Instrument: "Bass guitar",
		Start: 3 * object.TicksPerSecond, PCM: hash("samples"),
	}
}

func validTrees() []validCase {
	all := make([]object.Entry, 0, 12)
	for _, k := range object.Kinds() {
		e := stem(string(k))
		e.Kind = k
		if k == object.KindSession {
			e.CID = block("folder")
		}
		all = append(all, e)
	}
	every := object.Tree{Entries: all}
	every.Sort()
	var most object.Tree
	for i := range object.MaxTreeEntries {
		most.Entries = append(most.Entries, stem(fmt.Sprintf("stems/%04d.wav", i)))
	}
	empty := object.Entry{Path: "empty.wav", CID: raw(""), Kind: object.KindStem}
	return []validCase{
		{"empty tree", "tree", "", object.Tree{}},
		{"one stem", "tree", "", tree(stem("bass.wav"))},
		{"every optional field", "tree", "", tree(fullEntry())},
		{"every kind", "tree", "", every},
		{"empty file", "tree", "", tree(empty)},
		{"bytewise order: upper case, punctuation, lower case", "tree", "", tree(stem("B"), stem("_"), stem("a b"), stem("a-b"), stem("a/b"), stem("é"))},
		{"unicode paths and instruments", "tree", "", tree(
			object.Entry{Path: "가야금.wav", CID: raw("k"), Size: 1, Kind: object.KindStem, Instrument: "가야금"},
			object.Entry{Path: "🥁/킥 №1.wav", CID: raw("d"), Size: 1, Kind: object.KindStem, Instrument: "👩‍🎤"},
		)},
		{"decomposed letters are not the format's business", "tree", "", tree(stem("e\u0301.wav"), stem("\u00e9.wav"))},
		{"longest path", "tree", "", tree(stem(strings.Repeat("x", object.MaxPathBytes)))},
		{"1,024 entries", "tree", "entries stems/0000.wav to stems/1023.wav, each with the other fields of the vector \"one stem\"", most},
	}
}

func validSessions() []validCase {
	file := stem("Song.als")
	file.Kind, file.Mtime = object.KindProject, 1_700_000_000_000
	folder := object.Entry{Path: "Samples", CID: block("samples"), Size: 1 << 30, Kind: object.KindSession, Mtime: 1}
	return []validCase{
		{"empty folder", "session", "", object.Tree{}},
		{"a file and a folder", "session", "", tree(folder, file)},
	}
}

func contribution(n byte, roles ...string) object.Contribution {
	return object.Contribution{Contributor: bytes.Repeat([]byte{n}, 20), Roles: roles}
}

func simpleCommit() object.Commit {
	return object.Commit{Tree: block("tree"), Author: bytes.Repeat([]byte{1}, 20), Created: 1_700_000_000_000, Message: "First take"}
}

func guestCommit() object.Commit {
	c := simpleCommit()
	key := append([]byte{3}, bytes.Repeat([]byte{7}, 32)...)
	c.Contributions = []object.Contribution{{Guest: &object.Guest{Key: key, Name: "Mina"}, Roles: []string{"LeadVocalist"}}}
	return c
}

func validCommits() []validCase {
	bare := object.Commit{Tree: block("tree"), Author: bytes.Repeat([]byte{1}, 20)}
	merge := simpleCommit()
	for i := range object.MaxParents {
		merge.Parents = append(merge.Parents, block(fmt.Sprint(i)))
	}
	every := simpleCommit()
	every.Parents = []cid.Cid{block("parent")}
	every.Contributions = append(guestCommit().Contributions, object.Contribution{
		Contributor: bytes.Repeat([]byte{2}, 32), Roles: []string{"StudioMusician", "Composer"}, Instrument: "Bass guitar",
		Paths: []string{"bass.wav", "takes/bass.wav"},
	})
	long := simpleCommit()
	long.Message = strings.Repeat("가", object.MaxMessageBytes/3) + "!"
	lines := simpleCommit()
	lines.Message = "One\n\n\tTwo\n"
	multisig := simpleCommit()
	multisig.Author, multisig.Created = bytes.Repeat([]byte{9}, 32), object.MaxInt
	crowd := simpleCommit()
	for i := range object.MaxContributions {
		crowd.Contributions = append(crowd.Contributions, contribution(byte(i+1), "Composer"))
	}
	alone := simpleCommit()
	alone.Contributions = []object.Contribution{
		contribution(1, "Composer", "Producer"),
		{Contributor: bytes.Repeat([]byte{1}, 20), Roles: []string{"StudioMusician"}, Instrument: "Guitar", Paths: []string{"guitar.wav"}},
		{Contributor: bytes.Repeat([]byte{1}, 20), Roles: []string{"StudioMusician"}, Instrument: "Bass", Paths: []string{"bass.wav"}},
	}
	again := guestCommit()
	again.Contributions = append(again.Contributions, again.Contributions[0])
	again.Contributions[1].Instrument = "Violin"
	return []validCase{
		{"no optional field", "commit", "", bare},
		{"a root commit", "commit", "", simpleCommit()},
		{"every optional field", "commit", "", every},
		{"merge of 16 parents", "commit", "", merge},
		{"a guest", "commit", "", guestCommit()},
		{"one person who composed and played two instruments", "commit", "", alone},
		{"a guest who sang and played", "commit", "", again},
		{"longest message", "commit", "message is U+AC00 1,365 times and !, the rest as in the vector \"a root commit\"", long},
		{"line feeds and tabs", "commit", "", lines},
		{"an author of 32 bytes at the end of time", "commit", "", multisig},
		{"64 contributions", "commit", "contributors are the bytes 1 to 64, each 20 times, role Composer; the rest as in the vector \"a root commit\"", crowd},
	}
}

var goodPaths = []string{
	"a", "bass.wav", "drums/kick 1.wav", "...a", ".hidden", "a..b", "com", "com10", "console.wav", "null", "parrots/x", ".parrotsignore",
	"-x", "~x", "a'b", "가야금/테이크.wav", "é", "é", "🥁", strings.Repeat("a/", 127) + "a",
}

func badPaths() []string {
	list := []string{
		"", "/a", "a/", "a//b", ".", "..", "a/..", "a/./b", "../a", "a\\b", "c:", "a:b", "a*", "a?", "a\"b", "a<b", "a>b", "a|b",
		"a.", "a ", "a./b", "a /b", "CON", "nul.wav", "a/aux", "Com1", "lpt9.txt", "com0", "com¹.wav", "conin$", "prn .wav",
		".parrots", ".Parrots/config.yaml", "a/.parrots/config.yaml", ".parrotſ/x", "PARROT~1/x", strings.Repeat("x", 256),
		"\xff", "a\xc0\xaf", "\xed\xa0\x80", "a\xe2\x82",
	}
	for _, r := range []rune{
		0, '\n', 0x1f, 0x7f, 0x85, 0x9f, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180f, 0x200b, 0x200d, 0x200f, 0x2028,
		0x202e, 0x2060, 0x2066, 0x206f, 0x3164, 0xfdd0, 0xfdef, 0xfeff, 0xffa0, 0xfff0, 0xfffd, 0xffff, 0x1d173, 0x1d17a, 0x1fffe, 0x10ffff, 0xe0000, 0xe007f,
	} {
		list = append(list, "a"+string(r)+"b")
	}
	return list
}

type invalidCase struct {
	name, kind, rule string
	block            []byte
}

// bin is CBOR in hex, spaces allowed.
func bin(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err, s)
	return b
}

// text is a short CBOR text in hex.
func text(s string) string { return hex.EncodeToString(append([]byte{0x60 + byte(len(s))}, s...)) }

func link(c cid.Cid) string {
	b := c.Bytes()
	if len(b)+1 < 24 {
		return fmt.Sprintf("d82a%02x00%x", 0x40+len(b)+1, b)
	}
	return fmt.Sprintf("d82a58%02x00%x", len(b)+1, b)
}

func invalidCases(t *testing.T) []invalidCase {
	t.Helper()
	entries, version := text("entries"), text("version")
	// entry is one with these fields after cid; oneEntry a tree of it.
	entry := func(c cid.Cid, n int, rest string) string {
		return fmt.Sprintf("%02x", 0xa0+n) + text("cid") + link(c) + rest
	}
	rest := func(kind, path string) string {
		p := hex.EncodeToString(append([]byte{0x78, byte(len(path))}, path...))
		if len(path) < 24 {
			p = text(path)
		}
		return text("kind") + text(kind) + text("path") + p + text("size") + "05"
	}
	treeOf := func(es ...string) string {
		n := fmt.Sprintf("%02x", 0x80+len(es))
		return "a2" + entries + n + strings.Join(es, "") + version + "01"
	}
	good := func(path string) string { return entry(raw("audio"), 4, rest("stem", path)) }
	long, err := multihash.Sum([]byte("audio"), multihash.SHA2_512, -1)
	require.NoError(t, err)
	ident, err := multihash.Sum([]byte("audio"), multihash.IDENTITY, -1)
	require.NoError(t, err)
	list := []invalidCase{}
	add := func(kind, name, h string) {
		list = append(list, invalidCase{name: name, kind: kind, block: bin(t, h)})
	}
	add("tree", "nothing", "")
	add("tree", "an array", "80")
	add("tree", "keys out of order", "a2"+version+"01"+entries+"80")
	add("tree", "a key twice", "a3"+entries+"80"+entries+"80"+version+"01")
	add("tree", "version is missing", "a1"+entries+"80")
	add("tree", "entries are missing", "a1"+version+"01")
	add("tree", "version 2", "a2"+entries+"80"+version+"02")
	add("tree", "version 0", "a2"+entries+"80"+version+"00")
	add("tree", "version in two bytes", "a2"+entries+"80"+version+"1801")
	add("tree", "version a float", "a2"+entries+"80"+version+"f93c00")
	add("tree", "version null", "a2"+entries+"80"+version+"f6")
	add("tree", "version negative", "a2"+entries+"80"+version+"20")
	add("tree", "entries null", "a2"+entries+"f6"+version+"01")
	add("tree", "map of indefinite length", "bf"+entries+"80"+version+"01ff")
	add("tree", "array of indefinite length", "a2"+entries+"9fff"+version+"01")
	add("tree", "length of the array in two bytes", "a2"+entries+"9800"+version+"01")
	add("tree", "array longer than the block", "a2"+entries+"9903ff")
	add("tree", "array of 2^64-1", "a2"+entries+"9bffffffffffffffff")
	add("tree", "trailing byte", treeOf(good("a"))+"00")
	add("tree", "cut off", treeOf(good("a"))[:60])
	add("tree", "unknown field of a tree", "a3"+text("a")+"01"+entries+"80"+version+"01")
	add("tree", "unknown field of an entry", treeOf(entry(raw("audio"), 5, rest("stem", "a")+text("colour")+"01")))
	add("tree", "a key that is a byte string", "a2"+"47"+entries[2:]+"80"+version+"01")
	add("tree", "present zero", treeOf(entry(raw("audio"), 5, rest("stem", "a")+text("start")+"00")))
	add("tree", "present empty text", treeOf(entry(raw("audio"), 5, rest("stem", "a")+text("codec")+"60")))
	add("tree", "frames over 2^53-1", treeOf(entry(raw("audio"), 5, rest("stem", "a")+text("frames")+"1b0020000000000000")))
	add("tree", "mtime outside a session", treeOf(entry(raw("audio"), 5, rest("stem", "a")+text("mtime")+"01")))
	add("tree", "size is missing", treeOf(entry(raw("audio"), 3, text("kind")+text("stem")+text("path")+text("a"))))
	add("tree", "kind is unknown", treeOf(entry(raw("audio"), 4, rest("loop", "a"))))
	add("tree", "codec in upper case", treeOf(entry(raw("audio"), 5, rest("stem", "a")+text("codec")+text("PCM"))))
	add("tree", "pcm with an identity hash", treeOf("a5"+text("cid")+link(raw("audio"))+text("pcm")+"52"+"0010"+strings.Repeat("00", 16)+rest("stem", "a")))
	add("tree", "pcm cut short", treeOf("a5"+text("cid")+link(raw("audio"))+text("pcm")+"43122001"+rest("stem", "a")))
	for _, pcm := range [][2]string{
		{"a code that is not minimal", "53" + "920010" + strings.Repeat("00", 16)},
		{"a code of 5 bytes", "56" + "818080800110" + strings.Repeat("00", 16)},
		{"a length that is not minimal", "53" + "129000" + strings.Repeat("00", 16)},
		{"a digest of 15 bytes", "51" + "120f" + strings.Repeat("00", 15)},
		{"a digest of 65 bytes", "5843" + "1241" + strings.Repeat("00", 65)},
	} {
		add("tree", "pcm with "+pcm[0], treeOf("a5"+text("cid")+link(raw("audio"))+text("pcm")+pcm[1]+rest("stem", "a")))
	}
	add("tree", "identity link", treeOf(entry(cid.NewCidV1(cid.Raw, ident), 4, rest("stem", "a"))))
	add("tree", "sha2-512 link", treeOf(entry(cid.NewCidV1(cid.Raw, long), 4, rest("stem", "a")))) // 69 bytes
	add("tree", "link of CID version 0", treeOf(entry(cid.NewCidV0(hash("audio")), 4, rest("stem", "a"))))
	add("tree", "link of codec dag-json", treeOf(entry(cid.NewCidV1(cid.DagJSON, hash("audio")), 4, rest("stem", "a"))))
	add("tree", "link without its prefix", strings.Replace(treeOf(good("a")), "d82a582500", "d82a582501", 1))
	add("tree", "link under another tag", strings.Replace(treeOf(good("a")), "d82a", "d82b", 1))
	add("tree", "link is a text", treeOf("a4"+text("cid")+text("bafy")+rest("stem", "a")))
	add("tree", "dag-cbor that is no session", treeOf(entry(block("x"), 4, rest("stem", "a"))))
	add("tree", "session that is no dag-cbor", treeOf(entry(raw("audio"), 4, rest("session", "a"))))
	add("tree", "entries out of order", treeOf(good("b"), good("a")))
	add("tree", "a path twice", treeOf(good("a"), good("a")))
	add("tree", "paths that differ in case only", treeOf(good("A"), good("a")))
	add("tree", "folders that differ in case only", treeOf(good("A/x"), good("a/y")))
	add("tree", "a file that is also a folder", treeOf(good("a"), good("a/b")))
	add("tree", "a file that is also a folder, in another case", treeOf(good("A"), good("a/b")))
	for _, p := range []string{"/a", "..", "a/../b", "a//b", "a\\b", "c:x", "a\nb", "a\u202eb", "a\u200bb", "a.", "a ", "nul.wav", ".parrots/x", "\xff", strings.Repeat("x", 255) + "y"} {
		if len(p) > 255 {
			h := treeOf(entry(raw("audio"), 4, text("kind")+text("stem")+text("path")+"790100"+hex.EncodeToString([]byte(p))+text("size")+"05"))
			add("tree", "path of 256 bytes", h)
			continue
		}
		add("tree", fmt.Sprintf("path %+q", p), treeOf(good(p)))
	}
	add("session", "path with a folder", treeOf(good("a/b")))
	list = append(list, invalidBulk(t)...)
	return append(list, invalidCommits(t, link)...)
}

// invalidBulk are trees and commits over a limit, too large to write out.
func invalidBulk(t *testing.T) []invalidCase {
	t.Helper()
	var b bytes.Buffer
	b.Write(bin(t, "a2"+text("entries")+"990401"))
	for i := range object.MaxTreeEntries + 1 {
		b.Write(bin(t, "a4"+text("cid")+link(raw("audio"))+text("kind")+text("stem")+text("path")+text(fmt.Sprintf("stems/%04d.wav", i))+text("size")+"05"))
	}
	b.Write(bin(t, text("version")+"01"))
	return []invalidCase{
		{"1,025 entries", "tree", "as the valid vector of 1,024 entries, with stems/1024.wav", b.Bytes()},
		{"a tree over 256 KiB", "tree", "262,145 bytes of zero", make([]byte, object.MaxTreeBytes+1)},
		{"a session's folder over 1 MiB", "session", "1,048,577 bytes of zero", make([]byte, object.MaxSessionBytes+1)},
		{"a commit over 64 KiB", "commit", "65,537 bytes of zero", make([]byte, object.MaxCommitBytes+1)},
	}
}

func invalidCommits(t *testing.T, link func(cid.Cid) string) []invalidCase {
	t.Helper()
	var list []invalidCase
	author := "54" + strings.Repeat("01", 20)
	head := func(n int) string {
		return fmt.Sprintf("%02x", 0xa0+n) + text("tree") + link(block("tree")) + text("author") + author + text("created") + "01"
	}
	tail := text("version") + "01"
	contributions := func(s string) string { return head(5) + tail + text("contributions") + s }
	person := func(n int, s string) string {
		return fmt.Sprintf("%02x", 0xa0+n) + text("roles") + s + text("contributor") + author
	}
	key := "5821" + "02" + strings.Repeat("07", 32)
	add := func(name, h string) {
		list = append(list, invalidCase{name: name, kind: "commit", block: bin(t, h)})
	}
	parents := ""
	for i := range object.MaxParents + 1 {
		parents += link(block(fmt.Sprint(i)))
	}
	add("17 parents", head(5)+text("parents")+"91"+parents+tail)
	add("a parent twice", head(5)+text("parents")+"82"+link(block("a"))+link(block("a"))+tail)
	add("a parent that is raw", head(5)+text("parents")+"81"+link(raw("a"))+tail)
	add("present empty parents", head(5)+text("parents")+"80"+tail)
	add("tree is raw", strings.Replace(head(4)+tail, "0001711220", "0001551220", 1))
	add("author of 21 bytes", strings.Replace(head(4)+tail, "54"+strings.Repeat("01", 20), "55"+strings.Repeat("01", 21), 1))
	add("author is missing", "a3"+text("tree")+link(block("tree"))+text("created")+"01"+tail)
	add("message with an escape", head(5)+text("message")+text("a\x1b[2J")+tail)
	add("message with a carriage return", head(5)+text("message")+text("a\r\n")+tail)
	add("message whose bytes are text only without the line feed", head(5)+text("message")+text("\xe2\n\x82\xac")+tail)
	add("message of 4,097 bytes", head(5)+text("message")+"791001"+strings.Repeat("61", 4097)+tail)
	add("contribution without roles", contributions("81"+"a1"+text("contributor")+author))
	add("contribution of nobody", contributions("81"+"a1"+text("roles")+"81"+text("Composer")))
	add("contribution of a wallet and a guest", contributions("81"+"a3"+text("guest")+"a2"+text("key")+key+text("name")+text("Mina")+text("roles")+"81"+text("Composer")+text("contributor")+author))
	add("a role twice", contributions("81"+person(2, "82"+text("Composer")+text("Composer"))))
	add("a role with a space", contributions("81"+person(2, "81"+text("Lead Vocalist"))))
	add("a contributor twice", contributions("82"+person(2, "81"+text("Composer"))+person(2, "81"+text("Lyricist"))))
	played := "a3" + text("roles") + "81" + text("StudioMusician") + text("instrument") + text("Bass") + text("contributor") + author
	add("a contributor twice with one instrument", contributions("82"+played+played))
	guest := func(name string) string {
		return text("guest") + "a2" + text("key") + key + text("name") + text(name) + text("roles") + "81" + text("Composer")
	}
	add("a guest twice", contributions("82"+"a2"+guest("Mina")+"a2"+guest("Mina")))
	add("a guest with two names", contributions("82"+"a2"+guest("Mina")+"a3"+guest("Hana")+text("instrument")+text("Bass")))
	add("a contribution's paths out of order", contributions("81"+"a3"+text("paths")+"82"+text("b")+text("a")+person(2, "81"+text("Composer"))[2:]))
	add("guest without a name", contributions("81"+"a2"+text("guest")+"a1"+text("key")+key+text("roles")+"81"+text("Composer")))
	add("guest's name of spaces", contributions("81"+"a2"+text("guest")+"a2"+text("key")+key+text("name")+text(" \u3000\u2003")+text("roles")+"81"+text("Composer")))
	add("guest's key uncompressed", contributions("81"+"a2"+text("guest")+"a2"+text("key")+strings.Replace(key, "582102", "582104", 1)+text("name")+text("Mina")+text("roles")+"81"+text("Composer")))
	return list
}
