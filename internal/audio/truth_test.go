package audio_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// The programs whose samples are the truth here. .ci/run installs them.
func need(t *testing.T, programs ...string) {
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed, and nothing to compare with", p)
		}
	}
}

// run returns what a program writes.
func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	var out, diagnosis bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &diagnosis
	require.NoError(t, cmd.Run(), "%s %v: %s", name, args, &diagnosis)
	return out.Bytes()
}

// noise is frames of every value, and for floats of numbers beyond full scale too.
func noise(f pcm.Format, frames int) []byte {
	p := make([]byte, frames*f.FrameSize())
	source := rand.NewChaCha8([32]byte{byte(f.BitDepth)})
	_, _ = source.Read(p)
	if !f.Float {
		return p
	}
	// Neither infinite nor no number: programs may change those.
	size := f.SampleSize()
	for i := size - 1; i < len(p); i += size {
		p[i] = p[i]&0x80 | 0x3f
	}
	return p
}

// store writes a file of a container and returns its name.
func store(t *testing.T, container string, f pcm.Format, frames []byte) string {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "a."+container))
	require.NoError(t, err)
	defer out.Close()
	w, err := audio.NewWriter(out, container, f, int64(len(frames)/f.FrameSize()))
	require.NoError(t, err)
	_, err = w.Write(frames)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Name()
}

// load opens a file and returns its format and frames.
func load(t *testing.T, name string) (*audio.File, []byte) {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	f, err := audio.Open(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	p := make([]byte, f.Frames()*int64(f.Format().FrameSize()))
	n, err := f.ReadFrames(p, 0)
	require.NoError(t, err)
	require.EqualValues(t, f.Frames(), n)
	return f, p
}

// raw is how programs name samples: integers in 32 bits, floats as they are.
func raw(f pcm.Format) (name string, c pcm.Coding) {
	if f.Float {
		return fmt.Sprintf("f%dle", f.BitDepth), pcm.Coding{Format: f, Container: f.SampleSize()}
	}
	return "s32le", pcm.Coding{Format: f, Container: 4}
}

// sameAsFFmpeg fails unless ffmpeg and we find the same samples in a file.
func sameAsFFmpeg(t *testing.T, name string) *audio.File {
	t.Helper()
	f, frames := load(t, name)
	kind, coding := raw(f.Format())
	ours := make([]byte, f.Frames()*int64(coding.Stride()))
	coding.Encode(ours, frames)
	theirs := run(t, "ffmpeg", "-v", "error", "-i", name, "-f", kind, "-c:a", "pcm_"+kind, "-")
	require.NotEmpty(t, theirs)
	require.True(t, bytes.Equal(ours, theirs), "%d bytes of ours, %d of ffmpeg's", len(ours), len(theirs))
	return f
}

func stereo(depth int, float bool) pcm.Format {
	return pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: depth, Float: float}
}

// What we write, ffmpeg reads as it was.
func TestWritesForFFmpeg(t *testing.T) {
	need(t, "ffmpeg")
	surround := pcm.Format{SampleRate: 96000, Channels: 6, BitDepth: 24}
	for _, c := range []struct {
		container string
		format    pcm.Format
	}{
		{"wav", stereo(8, false)}, {"wav", stereo(16, false)}, {"wav", stereo(20, false)}, {"wav", surround},
		{"wav", stereo(32, true)}, {"wav", stereo(64, true)}, {"rf64", stereo(24, false)}, {"bw64", stereo(24, false)},
		{"w64", stereo(24, false)}, {"aiff", stereo(8, false)}, {"aiff", surround}, {"aiff", stereo(32, true)}, {"flac", stereo(24, false)},
	} {
		t.Run(c.container+" "+c.format.String(), func(t *testing.T) {
			frames := noise(c.format, 1001)
			if c.format.BitDepth == 20 {
				for i := 0; i < len(frames); i += 3 {
					frames[i] &= 0xf0
				}
			}
			name := store(t, c.container, c.format, frames)
			_, back := load(t, name)
			require.True(t, bytes.Equal(frames, back))
			sameAsFFmpeg(t, name)
		})
	}
}

// What ffmpeg writes, into a file and into a pipe, we read as it does.
func TestReadsAsFFmpeg(t *testing.T) {
	need(t, "ffmpeg")
	whole := store(t, "wav", stereo(24, false), noise(stereo(24, false), 1001))
	broken := store(t, "wav", stereo(64, true), noise(stereo(64, true), 1001))
	for _, c := range []struct{ container, codec, options, name string }{
		{"wav", "pcm_u8", "", "a.wav"}, {"wav", "pcm_s16le", "", "a.wav"}, {"wav", "pcm_s24le", "", "pipe.wav"}, {"wav", "pcm_f32le", "", "a.wav"},
		{"wav", "pcm_f64le", "-write_bext 1 -metadata time_reference=4711", "a.wav"}, {"wav", "pcm_s32le", "-rf64 always", "pipe.wav"},
		{"wav", "pcm_s24le", "-ac 6", "a.wav"}, {"w64", "pcm_s24le", "", "pipe.w64"}, {"aiff", "pcm_s8", "", "a.aiff"},
		{"aiff", "pcm_s24be", "", "pipe.aiff"}, {"aiff", "pcm_f32be", "", "pipe.aifc"}, {"aiff", "pcm_f64be", "", "a.aifc"},
		{"aiff", "pcm_s16le", "", "a.aifc"}, {"flac", "flac", "", "a.flac"},
	} {
		t.Run(c.container+" "+c.codec+" "+c.options, func(t *testing.T) {
			source := whole
			if strings.Contains(c.codec, "_f") {
				source = broken
			}
			args := append([]string{"-v", "error", "-i", source}, strings.Fields(c.options)...)
			args = append(args, "-c:a", c.codec, "-f", c.container)
			name := filepath.Join(t.TempDir(), c.name)
			run(t, "ffmpeg", append(args, name)...)
			f := sameAsFFmpeg(t, name)
			require.Empty(t, f.Facts.Warnings)
			if strings.Contains(c.options, "4711") {
				require.EqualValues(t, 4711, f.Facts.TimeReference)
			}
			if !strings.HasPrefix(c.name, "pipe") {
				return
			}
			_, frames := load(t, name)
			streamed := filepath.Join(t.TempDir(), c.name)
			require.NoError(t, os.WriteFile(streamed, run(t, "ffmpeg", append(args, "-")...), 0o600))
			s, again := load(t, streamed)
			require.Equal(t, f.Format(), s.Format())
			require.True(t, bytes.Equal(frames, again), "streamed")
		})
	}
}

// The same of sox, which writes RIFX and other lengths into pipes.
func TestReadsAsSox(t *testing.T) {
	need(t, "sox")
	source := store(t, "wav", stereo(24, false), noise(stereo(24, false), 1001))
	for _, c := range []struct{ options, container, is string }{
		{"-b 8", "wav", "wav"}, {"-b 16", "wav", "wav"}, {"-b 24", "wav", "wav"}, {"-b 32", "wav", "wav"}, {"-b 32 -e floating-point", "wav", "wav"},
		{"-b 16 -B", "wav", "rifx"}, {"-b 24 -B", "wav", "rifx"}, {"-b 32 -B -e floating-point", "wav", "rifx"},
		{"-b 8", "aiff", "aiff"}, {"-b 24", "aiff", "aiff"}, {"-b 24", "aifc", "aifc"}, {"-b 16", "flac", "flac"},
	} {
		t.Run(c.is+" "+c.options, func(t *testing.T) {
			args := append([]string{"-D", "-V1", source}, strings.Fields(c.options)...)
			name := filepath.Join(t.TempDir(), "a."+c.container)
			run(t, "sox", append(args, name)...)
			f, frames := load(t, name)
			require.Equal(t, c.is, f.Facts.Container)
			kind := []string{"-t", "raw", "-b", "32", "-e", "signed-integer", "-"}
			coding := pcm.Coding{Format: f.Format(), Container: 4}
			if f.Format().Float {
				kind[5] = "floating-point"
			}
			ours := make([]byte, f.Frames()*int64(coding.Stride()))
			coding.Encode(ours, frames)
			require.True(t, bytes.Equal(ours, run(t, "sox", append([]string{"-D", "-V1", name}, kind...)...)))
			if c.container == "flac" {
				return
			}
			streamed := filepath.Join(t.TempDir(), "a")
			require.NoError(t, os.WriteFile(streamed, run(t, "sox", append(args, "-t", c.container, "-")...), 0o600))
			_, again := load(t, streamed)
			require.True(t, bytes.Equal(frames, again), "streamed")
		})
	}
}

// What is kept opaque has the facts that ffprobe finds, and the length that it decodes.
func TestKnowsWhatFFmpegKnows(t *testing.T) {
	need(t, "ffmpeg", "ffprobe")
	source := store(t, "wav", stereo(16, false), make([]byte, 4*50001))
	encoders := string(run(t, "ffmpeg", "-v", "error", "-encoders"))
	for _, c := range []struct {
		name, encoder, codec string
		exact                bool
	}{
		{"a.mp3", "libmp3lame", "mp3", true}, {"a.mp2", "mp2", "mp2", false}, {"a.aac", "aac", "aac", false},
		{"a.ogg", "libvorbis", "vorbis", true}, {"a.opus", "libopus", "opus", true}, {"a.oga", "flac", "flac", true},
		{"a.m4a", "aac", "aac", false}, {"b.m4a", "alac", "alac", true}, {"a.caf", "pcm_s16be", "pcm", false},
		{"a.wv", "wavpack", "wavpack", true}, {"a.tta", "tta", "tta", false}, {"a.au", "pcm_s16be", "pcm", true},
		{"a.wav", "pcm_mulaw", "ulaw", true}, {"b.wav", "adpcm_ima_wav", "adpcm-ima", false}, {"c.wav", "pcm_alaw", "alaw", true},
	} {
		t.Run(c.name+" "+c.encoder, func(t *testing.T) {
			if !strings.Contains(encoders, " "+c.encoder+" ") {
				t.Skipf("this ffmpeg has no encoder %s", c.encoder)
			}
			name := filepath.Join(t.TempDir(), c.name)
			run(t, "ffmpeg", "-v", "error", "-i", source, "-c:a", c.encoder, name)
			in, err := os.Open(name)
			require.NoError(t, err)
			defer in.Close()
			size, err := in.Seek(0, io.SeekEnd)
			require.NoError(t, err)
			f, err := audio.Probe(in, size, "")
			require.NoError(t, err)
			require.Equal(t, c.codec, f.Codec)
			require.ErrorIs(t, f.Opaque, audio.ErrOpaque)
			if c.name == "a.tta" {
				return // known by its first bytes only
			}
			said := run(t, "ffprobe", "-v", "error", "-of", "csv=p=0", "-show_entries", "stream=sample_rate,channels", name)
			require.Equal(t, fmt.Sprintf("%d,%d", f.SampleRate, f.Channels), strings.TrimSpace(string(said)))
			if c.exact {
				require.EqualValues(t, 50001, f.Frames)
			}
		})
	}
}
