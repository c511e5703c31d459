package align

// What bounds an alignment, and what its promises rest on.
const (
	// MinKept is how many frames in a row have to be the same for them to count as
	// kept between two changes, in files of up to maxBlocks blocks. Where two takes of
	// a bar agree on a few samples by chance, a punch-in stays one change.
	MinKept = 1024

	// grid is the distance of the blocks of base that are indexed. A run of
	// MinKept frames holds at least three of them wherever it begins.
	grid = MinKept / 4

	// maxBlocks bounds the index: beyond it, an hour and a half at 48 kHz, blocks
	// grow, and with them what counts as kept.
	maxBlocks = 1 << 20

	// maxRuns bounds the runs that a script is chosen from. Of more, the longest are taken.
	maxRuns = 4096

	// maxCopies is how often a block may be found in base. What repeats oftener,
	// like silence, vouches for nothing by itself: it is kept only where the frames
	// around it, or those before or after the change that it is in, say where.
	maxCopies = 512

	// maxSeeds bounds how often a block that was found is looked into for
	// another place that it may have come from.
	maxSeeds = 1 << 24
)

// limits are the constants above for one pair. Tests choose others.
type limits struct {
	kept, grid          int64
	runs, copies, seeds int
}

func limitsFor(frames int64) limits {
	l := limits{MinKept, grid, maxRuns, maxCopies, maxSeeds}
	for frames/l.grid > maxBlocks {
		l.grid *= 2
		l.kept *= 2
	}
	return l
}

// blocks returns the number of whole blocks that are in every run that may be kept.
func (l limits) blocks() int64 { return max(l.kept/l.grid-1, 1) }
