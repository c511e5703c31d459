package flac

// CRC-8 with polynomial x^8+x^2+x+1 of frame headers, CRC-16 with x^16+x^15+x^2+1
// of whole frames; both begin at zero. The second goes over every byte of a file,
// so it takes eight at a time.
var (
	crc8Table  [256]byte
	crc16Table [8][256]uint16
)

func init() {
	for i := range 256 {
		c8, c16 := byte(i), uint16(i)<<8
		for range 8 {
			c8 = c8<<1 ^ 0x07&-(c8>>7)
			c16 = c16<<1 ^ 0x8005&-(c16>>15)
		}
		crc8Table[i], crc16Table[0][i] = c8, c16
	}
	for i := range 256 {
		for k := 1; k < 8; k++ {
			c := crc16Table[k-1][i]
			crc16Table[k][i] = c<<8 ^ crc16Table[0][c>>8]
		}
	}
}

func crc8(p []byte) (c byte) {
	for _, b := range p {
		c = crc8Table[c^b]
	}
	return c
}

func crc16(p []byte) (c uint16) {
	t := &crc16Table
	for ; len(p) >= 8; p = p[8:] {
		c = t[7][p[0]^byte(c>>8)] ^ t[6][p[1]^byte(c)] ^ t[5][p[2]] ^ t[4][p[3]] ^
			t[3][p[4]] ^ t[2][p[5]] ^ t[1][p[6]] ^ t[0][p[7]]
	}
	for _, b := range p {
		c = c<<8 ^ t[0][byte(c>>8)^b]
	}
	return c
}
