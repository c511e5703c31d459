package wav

import (
	"encoding/binary"
	"slices"

	"github.com/parrots-music/parrots/internal/audio/iff"
)

// Kind is the container that a file is.
type Kind string

// The kinds of file that this package reads and writes.
const (
	RIFF   Kind = "wav"
	RIFX   Kind = "rifx" // the same, big-endian
	RF64   Kind = "rf64" // EBU Tech 3306, beyond 4 GiB
	BW64   Kind = "bw64" // ITU-R BS.2088
	Wave64 Kind = "w64"  // Sony's
)

// magics are what files begin with.
var magics = map[string]Kind{"RIFF": RIFF, "RIFX": RIFX, "RF64": RF64, "BW64": BW64}

// byteOrder reads and writes.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// order is the byte order of a kind of file.
func (k Kind) order() byteOrder {
	if k == RIFX {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// layout is how its chunks are written.
func (k Kind) layout() iff.Layout {
	if k == Wave64 {
		return iff.Layout{Head: 24, Align: 8, Parse: parseWave64, Known: isUsual}
	}
	return iff.Classic(k.order(), isUsual)
}

// start is where the first chunk begins.
func (k Kind) start() int64 {
	if k == Wave64 {
		return 40
	}
	return 12
}

// usual are the names of chunks that WAV files have.
var usual = []string{
	"DISP", "FLLR", "ID3 ", "JUNK", "LGWV", "LIST", "MD5 ", "PAD ", "PEAK", "ResU", "SNDM",
	"_PMX", "acid", "adtl", "afsp", "axml", "bext", "bxml", "cart", "chna", "clm ", "cue ",
	"data", "ds64", "elm1", "fact", "fmt ", "iXML", "id3 ", "inst", "junk", "labl", "levl",
	"link", "ltxt", "mext", "minf", "note", "ovwf", "plst", "qlty", "regn", "slnt", "smpl",
	"strc", "sxml", "umid", "ubxt",
}

func isUsual(id string) bool {
	_, ok := slices.BinarySearch(usual, id)
	return ok
}

// Wave64 names chunks by GUIDs. Most are the four characters and this end.
const (
	guidEnd     = "\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
	guidRIFF    = "riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
	guidLIST    = "list\x2f\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
	guidWAVE    = "wave" + guidEnd
	wave64Magic = guidRIFF
)

// parseWave64 reads the head of a chunk: a GUID, and a size that counts the head.
func parseWave64(head []byte) (string, uint64, bool) {
	size := binary.LittleEndian.Uint64(head[16:])
	if size < 24 {
		return "", 0, false
	}
	id := string(head[:16])
	switch {
	case id == guidLIST:
		id = "LIST"
	case id[4:] == guidEnd && iff.Printable(id[:4]):
		id = id[:4]
	}
	return id, size - 24, true
}

// wave64ID is the GUID of a chunk.
func wave64ID(id string) string {
	switch {
	case id == "LIST":
		return guidLIST
	case len(id) == 4:
		return id + guidEnd
	}
	return id
}
