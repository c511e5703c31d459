package flac

import (
	"bytes"
	"io"
)

// How much is read, and decoded, at a time.
const (
	readSize    = 512 << 10 // bytes of the file
	groupBytes  = 64 << 10  // of the file, in one group
	groupOutput = 256 << 10 // of canonical frames, in one group
)

// maxFrameBytes bounds a frame: 8 channels of 65,536 samples of 33 bits, which no
// encoder lets grow further, and something to spare.
const maxFrameBytes = 4 << 20

// mark is a place in the stream: the frame of audio that begins at a byte.
type mark struct {
	frame  int64 // of audio, counted from the first one of the file
	offset int64 // in the file
}

// group is some of the file's frames on their way through the decoder.
type group struct {
	start  mark
	frames []span
	length int64  // frames of audio
	out    []byte // canonical frames
	err    error
	done   chan struct{} // closed when out and err are set
}

// span is one frame of the file.
type span struct {
	header header
	data   []byte
	last   bool // data ends where the file does, perhaps with something behind the frame
}

// splitter takes a file apart at its frames.
type splitter struct {
	f   *File
	buf []byte // from offset on
	at  mark   // of the next frame, which buf begins with
	eof bool   // buf ends where the file does
}

// next returns the frames from s.at on that make a group; io.EOF at the end of the
// audio.
func (s *splitter) next() (*group, error) {
	g := &group{start: s.at, done: make(chan struct{})}
	for s.wants(g) {
		sp, err := s.span()
		if err != nil && len(g.frames) > 0 {
			return g, nil // the next call comes here again
		}
		if err != nil {
			return nil, err
		}
		s.take(g, sp)
		if sp.last {
			return g, nil // where it really ends, the decoder will tell
		}
	}
	return g, nil
}

// wants says that a group is to have more frames.
func (s *splitter) wants(g *group) bool {
	return s.at.offset-g.start.offset < groupBytes && g.length*int64(s.f.info.format.FrameSize()) < groupOutput
}

// take moves the frame that buf begins with into a group.
func (s *splitter) take(g *group, sp span) {
	g.frames = append(g.frames, sp)
	g.length += int64(sp.header.blockSize)
	s.at.frame += int64(sp.header.blockSize)
	s.at.offset += int64(len(sp.data))
	s.buf = s.buf[len(sp.data):]
}

// decoded returns the frames from s.at on that make a group, decoded one after the
// other; with an error those before it, and io.EOF at the end of the audio.
func (s *splitter) decoded(d *decoder) (*group, error) {
	g := &group{start: s.at}
	for s.wants(g) {
		sp, out, err := s.frame(d, g.out)
		if err != nil {
			return g, err
		}
		g.out = out
		s.take(g, sp)
	}
	return g, nil
}

// frame decodes the frame that begins at s.at and appends its audio to out.
func (s *splitter) frame(d *decoder, out []byte) (span, []byte, error) {
	if len(s.buf) < maxHeader {
		if err := s.fill(); err != nil {
			return span{}, out, err
		}
	}
	h, err := s.f.header(s.buf, s.at)
	if err != nil {
		return span{}, out, err
	}
	for {
		size, more, err := d.frame(s.buf, h, out)
		if err == nil {
			return span{header: h, data: s.buf[:size]}, more, nil
		}
		if s.eof || len(s.buf) >= maxFrameBytes {
			return span{}, out, invalid(s.at.offset, "%v", err)
		}
		if err := s.fill(); err != nil {
			return span{}, out, err
		}
	}
}

// span finds the frame that begins at s.at and where the next one begins.
func (s *splitter) span() (span, error) {
	if len(s.buf) < maxHeader {
		if err := s.fill(); err != nil {
			return span{}, err
		}
	}
	h, err := s.f.header(s.buf, s.at)
	if err != nil {
		return span{}, err
	}
	next := mark{frame: s.at.frame + int64(h.blockSize)}
	for from := h.size; ; {
		end := s.find(from, next.frame)
		if end > 0 {
			return span{header: h, data: s.buf[:end]}, nil
		}
		if s.eof || len(s.buf) > maxFrameBytes {
			return span{header: h, data: s.buf, last: true}, nil
		}
		from = max(h.size, len(s.buf)-maxHeader)
		if err := s.fill(); err != nil {
			return span{}, err
		}
	}
}

// find returns where in buf the frame of audio begins whose number that is, or 0.
func (s *splitter) find(from int, frame int64) int {
	for from < len(s.buf) {
		i := bytes.IndexByte(s.buf[from:], 0xff)
		if i < 0 {
			return 0
		}
		from += i
		if h, err := parseHeader(s.buf[from:]); err == nil && s.f.frameOf(h) == frame && h.check(s.f.info.format) == nil {
			return from
		}
		from++
	}
	return 0
}

// fill reads on, into a new buffer: groups hold on to the old one.
func (s *splitter) fill() error {
	from := s.at.offset + int64(len(s.buf))
	n := min(int64(max(readSize, len(s.buf))), s.f.size-from)
	if n <= 0 {
		s.eof = true
		return nil
	}
	buf := make([]byte, len(s.buf)+int(n))
	copy(buf, s.buf)
	if err := readAt(s.f.r, buf[len(s.buf):], from, s.f.size); err != nil {
		return err
	}
	s.buf, s.eof = buf, from+n == s.f.size
	return nil
}

// header reads the header of the frame that stands at a place. It returns io.EOF if
// the audio ends there.
func (f *File) header(b []byte, at mark) (header, error) {
	h, err := parseHeader(b)
	if err == nil {
		if err := h.check(f.info.format); err != nil {
			return header{}, invalid(at.offset, "%v", err)
		}
		if n := f.frameOf(h); n != at.frame {
			return header{}, invalid(at.offset, "the audio goes on with frame %d instead of %d", n, at.frame)
		}
		if at.frame+int64(h.blockSize) > f.frames {
			return header{}, invalid(at.offset, "the audio goes on beyond its last frame, which ends with %d", f.frames)
		}
		return h, nil
	}
	switch {
	case f.info.frames > 0 && at.frame < f.info.frames && len(b) == 0:
		return header{}, invalid(at.offset, "the file ends after %d of %d frames of audio", at.frame, f.info.frames)
	case len(b) == 0, f.info.frames > 0 && at.frame >= f.info.frames, isTag(b):
		return header{}, io.EOF
	}
	return header{}, invalid(at.offset, "%v", err)
}

// isTag says whether a tag begins that some programs put behind the audio.
func isTag(b []byte) bool {
	return bytes.HasPrefix(b, []byte("TAG")) || bytes.HasPrefix(b, []byte("APETAGEX")) || bytes.HasPrefix(b, []byte("LYRICSBEGIN"))
}
