package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func say(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

func TestReplaceFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "picture.png")
	require.NoError(t, replaceFile(path, say("one")))
	require.NoError(t, replaceFile(path, say("two")))
	failed := errors.New("failed")
	require.ErrorIs(t, replaceFile(path, func(w io.Writer) error { return errors.Join(say("thr")(w), failed) }), failed)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "two", string(data))
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.ErrorIs(t, replaceFile(filepath.Dir(path), say("x")), errUsage)
}
