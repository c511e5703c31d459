package worktree

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

// broadcast is a WAV file of one second at a rate, with a time reference.
func broadcast(rate uint32, reference uint64) string {
	bext := make([]byte, 602)
	binary.LittleEndian.PutUint64(bext[338:], reference)
	format := binary.LittleEndian.AppendUint16(nil, 1)
	format = binary.LittleEndian.AppendUint16(format, 1)
	format = binary.LittleEndian.AppendUint32(format, rate)
	format = binary.LittleEndian.AppendUint32(format, 2*rate)
	format = binary.LittleEndian.AppendUint16(format, 2)
	format = binary.LittleEndian.AppendUint16(format, 16)
	body := []byte("WAVE")
	for _, c := range []struct {
		id   string
		data []byte
	}{{"bext", bext}, {"fmt ", format}, {"data", make([]byte, 2*rate)}} {
		body = append(body, c.id...)
		body = binary.LittleEndian.AppendUint32(body, uint32(len(c.data)))
		body = append(body, c.data...)
	}
	return "RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + string(body)
}

func TestStartsCountFromTheEarliest(t *testing.T) {
	const hour = 3600
	s := newSong(t, map[string]string{
		"a.wav": broadcast(48000, 48000*hour), "b.wav": broadcast(48000, 48000*hour+24000),
		"c.wav": broadcast(44100, 44100*(hour+2)+1), "no.wav": "no audio", "plain.flac": "",
	})
	files, err := s.Audio(t.Context(), object.Tree{})
	require.NoError(t, err)
	require.Len(t, files, 5)
	require.Equal(t, map[string]uint64{
		"b.wav": object.TicksPerSecond / 2, "c.wav": 2*object.TicksPerSecond + object.TicksPerSecond/44100,
	}, s.Starts(files))
	require.Empty(t, s.Starts(nil))
}
