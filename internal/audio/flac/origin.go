package flac

// findOrigin looks at the first frame, from which the others count.
func (f *File) findOrigin() error {
	var buf [maxHeader]byte
	n := min(maxHeader, f.size-f.audio.offset)
	if n == 0 {
		return nil
	}
	if err := readAt(f.r, buf[:n], f.audio.offset, f.size); err != nil {
		return err
	}
	h, err := parseHeader(buf[:n])
	if err != nil {
		if isTag(buf[:n]) {
			return nil
		}
		return invalid(f.audio.offset, "the audio should begin here, and %v", err)
	}
	if err := h.check(f.info.format); err != nil {
		return invalid(f.audio.offset, "%v", err)
	}
	if !h.variable && f.info.varying {
		if f.samples, err = f.countsSamples(h); err != nil {
			return err
		}
	}
	f.fixed = int64(h.blockSize)
	f.origin = f.frameOf(h)
	return nil
}

// countsSamples says whether the frame behind the first one, whose header is h, is
// numbered by the samples before it. Encoders older than FLAC 1.2, which gave the
// header a bit for it, told a block size that varies in STREAMINFO alone; others put
// the shorter last block there, and number their frames.
func (f *File) countsSamples(h header) (bool, error) {
	d := f.decoders.Get().(*decoder)
	defer f.decoders.Put(d)
	for window := int64(64 << 10); ; window *= 8 {
		buf := make([]byte, min(window, f.size-f.audio.offset))
		if err := readAt(f.r, buf, f.audio.offset, f.size); err != nil {
			return false, err
		}
		all := int64(len(buf)) < window || window > maxFrameBytes
		size, _, err := d.frame(buf, h, nil)
		if err == nil && (all || size+maxHeader <= len(buf)) {
			next, err := parseHeader(buf[size:])
			return err == nil && h.blockSize > 1 && next.number == h.number+uint64(h.blockSize), nil
		}
		if all {
			return false, nil // reading on will tell what is wrong
		}
	}
}
