package align

// slide moves every insertion and every deletion as far to the left as the frames
// allow, where the same audio repeats. matches are in order and keep what is kept;
// the first one may be empty, as the last one, so that there are two at least.
//
// A match may lose all its frames to the next one, and two changes become one; but
// unless audio begins with it, it keeps no fewer than kept.
func (p *pair) slide(matches []run, kept int64) ([]run, error) {
	list := matches[:1]
	for _, m := range matches[1:] {
		for {
			last := &list[len(list)-1]
			if baseEnd(*last) != m.Base && otherEnd(*last) != m.Other {
				break
			}
			n := last.Len // where one goes on with the other, its frames are known to be the same
			if diagonal(*last) != diagonal(m) {
				var err error
				if n, err = p.backward(m.Base, m.Other, last.Len); err != nil {
					return nil, err
				}
			}
			if begins := last.Base == 0 && last.Other == 0; !begins && n < last.Len {
				n = max(min(n, last.Len-kept), 0)
			}
			last.Len -= n
			m = run{Base: m.Base - n, Other: m.Other - n, Len: m.Len + n}
			if last.Len > 0 || len(list) == 1 {
				break
			}
			list = list[:len(list)-1]
		}
		list = append(list, m)
	}
	return list, nil
}
