package wav

import (
	"encoding/binary"
	"fmt"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// Tags of codings that this package decodes or knows.
const (
	tagPCM        = 1
	tagFloat      = 3
	tagExtensible = 0xfffe
)

// codecs names the codings that are kept opaque, as trees name them.
var codecs = map[uint16]string{
	0x0002: "adpcm-ms", 0x0006: "alaw", 0x0007: "ulaw", 0x0011: "adpcm-ima", 0x0017: "adpcm-oki",
	0x0020: "adpcm-yamaha", 0x0031: "gsm", 0x0040: "adpcm-g721", 0x0045: "adpcm-g726",
	0x0050: "mp2", 0x0055: "mp3", 0x0092: "ac3", 0x00ff: "aac", 0x0160: "wma", 0x0161: "wma",
	0x0162: "wma", 0x0163: "wma", 0x0270: "atrac3", 0x1610: "aac", 0x2000: "ac3", 0x2001: "dts",
	0x674f: "vorbis", 0x6750: "vorbis", 0x6751: "vorbis", 0x676f: "vorbis", 0x6770: "vorbis",
	0x6771: "vorbis", 0x704f: "opus", 0x706d: "aac", 0xf1ac: "flac",
}

// claims is what a fmt chunk says.
type claims struct {
	tag        uint16
	channels   int
	rate       uint32
	blockAlign int
	bits       int
	valid      int // of an extensible one, else 0
	mask       uint32
	big        bool
	other      bool // extensible by a GUID that stands for no tag
}

// parseClaims reads a fmt chunk that begins at an offset.
func parseClaims(body []byte, order binary.ByteOrder, offset int64) (claims, error) {
	if len(body) < 14 {
		return claims{}, iff.Errorf(offset, "the fmt chunk has %d bytes, and needs 16", len(body))
	}
	c := claims{
		tag:        order.Uint16(body),
		channels:   int(order.Uint16(body[2:])),
		rate:       order.Uint32(body[4:]),
		blockAlign: int(order.Uint16(body[12:])),
		big:        order == binary.BigEndian,
	}
	if len(body) >= 16 {
		c.bits = int(order.Uint16(body[14:]))
	} else if c.tag == tagPCM && c.channels > 0 {
		c.bits = 8 * c.blockAlign / c.channels // WAVEFORMAT, before there was a field for it
	}
	if c.tag != tagExtensible {
		return c, nil
	}
	if len(body) < 40 {
		return c, iff.Errorf(offset, "the fmt chunk is extensible and has %d bytes of 40", len(body))
	}
	c.valid, c.mask = int(order.Uint16(body[18:])), order.Uint32(body[20:])
	c.tag, c.other = parseSubformat(body[24:40], order)
	return c, nil
}

// The ends of the GUIDs that stand for a tag: Microsoft's, and that of B-format,
// whose channels are not loudspeakers.
const (
	microsoft = "\x80\x00\x00\xaa\x00\x38\x9b\x71"
	ambisonic = "\x86\x44\xc8\xc1\xca\x00\x00\x00"
)

// parseSubformat returns the tag that a GUID stands for, or that it stands for none.
// Some write it into big-endian files as into others (sox: but for the tag itself).
func parseSubformat(guid []byte, order binary.ByteOrder) (tag uint16, other bool) {
	if order == binary.BigEndian && guid[4] == 0 && guid[5] == 0 && guid[6] == 0x10 && guid[7] == 0 {
		if guid[0] == 0 && guid[2] == 0 {
			guid = append([]byte{guid[1], guid[0]}, guid[2:]...)
		}
		order = binary.LittleEndian
	}
	first, second, third := order.Uint32(guid), order.Uint16(guid[4:]), order.Uint16(guid[6:])
	known := second == 0 && third == 0x10 && string(guid[8:]) == microsoft ||
		second == 0x721 && third == 0x11d3 && string(guid[8:]) == ambisonic
	return uint16(first), !known || first > 0xffff
}

// codec names the coding as trees do.
func (c claims) codec() string {
	switch {
	case c.other:
		return "wav-other"
	case c.tag == tagPCM:
		return "pcm"
	case c.tag == tagFloat:
		return "float"
	case codecs[c.tag] != "":
		return codecs[c.tag]
	}
	return fmt.Sprintf("wav-%04x", c.tag)
}

// depth is how many bits of a sample are said to count.
func (c claims) depth() int {
	if c.valid > 0 && c.valid < c.bits {
		return c.valid
	}
	return c.bits
}

// coding returns how samples lie in the file. offset is that of the fmt chunk.
func (c claims) coding(offset int64) (pcm.Coding, error) {
	if c.other || c.tag != tagPCM && c.tag != tagFloat {
		return pcm.Coding{}, fmt.Errorf("%w: at byte %d: samples coded as %s", pcm.ErrFormat, offset, c.codec())
	}
	if c.channels == 0 || c.rate == 0 {
		return pcm.Coding{}, iff.Errorf(offset, "%d channels at %d Hz", c.channels, c.rate)
	}
	if c.blockAlign == 0 || c.blockAlign%c.channels != 0 || 8*c.blockAlign/c.channels < c.bits {
		return pcm.Coding{}, iff.Errorf(offset, "a frame of %d bytes cannot hold %d channels of %d bits", c.blockAlign, c.channels, c.bits)
	}
	coding := pcm.Coding{
		Format: pcm.Format{
			SampleRate: int(min(c.rate, pcm.MaxSampleRate+1)),
			Channels:   c.channels,
			BitDepth:   c.depth(),
			Float:      c.tag == tagFloat,
		},
		Container: c.blockAlign / c.channels,
		BigEndian: c.big,
	}
	coding.Unsigned = coding.Container == 1 && !coding.Float
	if err := coding.Check(); err != nil {
		return pcm.Coding{}, fmt.Errorf("at byte %d: %w", offset, err)
	}
	return coding, nil
}
