package worktree

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"
)

// A store that cannot be written is not the fault of the file that is read into it.
func TestReadProblemTellsTheFileFromTheStore(t *testing.T) {
	f := found{real: "takes/bass.wav"}
	own := &fs.PathError{Op: "open", Path: "takes/bass.wav", Err: fs.ErrPermission}
	problem, err := readProblem(f, own)
	require.NoError(t, err)
	require.Contains(t, problem.Reason, "cannot be read")
	for _, cause := range []error{fs.ErrPermission, fs.ErrNotExist} {
		_, err = readProblem(f, &fs.PathError{Op: "open", Path: "/home/blocks/new.lock", Err: cause})
		require.ErrorIs(t, err, cause)
	}
}
