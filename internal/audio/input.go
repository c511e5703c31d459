package audio

import (
	"io"

	"github.com/parrots-music/parrots/internal/audio/iff"
)

// input is a file that is probed.
type input struct {
	r    io.ReaderAt
	size int64
}

// at returns n bytes of the file from an offset, or those that are there.
func (in input) at(offset int64, n int) ([]byte, error) {
	if offset < 0 || offset >= in.size {
		return nil, nil
	}
	p := make([]byte, min(int64(n), in.size-offset))
	return p, iff.ReadFull(in.r, p, offset)
}

// need returns n bytes of the file from an offset. It is damaged if they are not there.
func (in input) need(offset int64, n int, what string) ([]byte, error) {
	p, err := in.at(offset, n)
	if err == nil && len(p) < n {
		err = iff.Errorf(in.size, "the file ends in %s", what)
	}
	return p, err
}

// headSize is how much of a file the kinds are told by.
const headSize = 64

// begin returns the first bytes of the file, after tags that stand before them.
func (in input) begin() (at int64, head []byte, err error) {
	for range maxTags {
		if head, err = in.at(at, headSize); err != nil {
			return 0, nil, err
		}
		length := id3Length(head)
		if length == 0 {
			break
		}
		at += length
	}
	if at >= in.size && at > 0 {
		// Nothing but tags: it is told by them.
		at = 0
		head, err = in.at(0, headSize)
	}
	return at, head, err
}

// maxTags bounds how many ID3 tags are skipped.
const maxTags = 16

// id3Length returns the length of the ID3v2 tag that head begins with, 0 if none.
func id3Length(head []byte) int64 {
	if len(head) < 10 || string(head[:3]) != "ID3" || head[3] == 0xff || head[4] == 0xff {
		return 0
	}
	var n int64
	for _, b := range head[6:10] {
		if b >= 0x80 {
			return 0
		}
		n = n<<7 | int64(b)
	}
	if head[5]&0x10 != 0 {
		n += 10 // a footer
	}
	return n + 10
}
