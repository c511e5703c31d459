package compare

import (
	"math"
	mathbits "math/bits"
	"math/cmplx"
)

// fourier is the Fourier transform of a power of two of points, in place.
type fourier struct{ roots []complex128 }

func newFourier(points int) fourier {
	f := fourier{make([]complex128, points/2)}
	for i := range f.roots {
		f.roots[i] = cmplx.Exp(complex(0, -2*math.Pi*float64(i)/float64(points)))
	}
	return f
}

// transform replaces x, of as many points, by its transform.
func (f fourier) transform(x []complex128) {
	shift := 64 - mathbits.Len(uint(len(x)-1))
	for i := range x {
		if j := int(mathbits.Reverse64(uint64(i)) >> shift); i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for size := 2; size <= len(x); size *= 2 {
		half, stride := size/2, len(x)/size
		for from := 0; from < len(x); from += size {
			low, high := x[from:from+half], x[from+half:from+size]
			for k := range low {
				v := product(high[k], f.roots[k*stride])
				low[k], high[k] = low[k]+v, low[k]-v
			}
		}
	}
}

// inverse replaces x by what it is the transform of.
func (f fourier) inverse(x []complex128) {
	for i, v := range x {
		x[i] = cmplx.Conj(v)
	}
	f.transform(x)
	scale := 1 / float64(len(x))
	for i, v := range x {
		x[i] = complex(real(v)*scale, -imag(v)*scale)
	}
}

// product multiplies in the same way on all machines.
func product(a, b complex128) complex128 {
	return complex(
		float64(real(a)*real(b))-float64(imag(a)*imag(b)),
		float64(real(a)*imag(b))+float64(imag(a)*real(b)))
}
