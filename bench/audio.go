package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/intake"
	"github.com/parrots-music/parrots/internal/ipfs"
)

// benchImport times reading one file of ten stems' length for its chunks, CIDs, pcm
// hash and peaks, against its chunks and CIDs alone, alternating, in this process, on
// two cores, storing nothing.
func benchImport(b *bench) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	path := filepath.Join(b.dir, "import.wav")
	defer os.Remove(path)
	if err := writeStem(path, 3, stemCount*b.seconds*rate); err != nil {
		return err
	}
	var whole, chunks []result
	for range b.runs {
		for _, way := range []struct {
			read func(*os.File, int64) error
			into *[]result
		}{{importChunks, &chunks}, {importWhole, &whole}} {
			took, err := timeRead(path, way.read)
			if err != nil {
				return err
			}
			*way.into = append(*way.into, result{wall: took})
		}
	}
	fmt.Printf("chunks and CIDs           %.2f s median of %d, file of %.0f MB\n", median(chunks).Seconds(), b.runs, float64(stemCount*b.seconds*rate*frameBytes)/1e6)
	fmt.Printf("with pcm hash and peaks   %.2f s\n", median(whole).Seconds())
	fmt.Printf("ratio                     %.2f (bar: 1.60)\n", median(whole).Seconds()/median(chunks).Seconds())
	return nil
}

func timeRead(path string, read func(*os.File, int64) error) (time.Duration, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	err = read(f, info.Size())
	return time.Since(start), err
}

func importChunks(f *os.File, _ int64) error {
	_, err := ipfs.Add(context.Background(), ipfs.Discard, f)
	return err
}

func importWhole(f *os.File, size int64) error {
	ctx := context.Background()
	pass := intake.Begin(ctx, f, size, f.Name(), intake.Options{Peaks: true})
	if _, err := ipfs.Add(ctx, ipfs.Discard, pass.Reader(f)); err != nil {
		pass.Stop()
		return err
	}
	if r := pass.Finish(); r.PCM == nil || r.Peaks == nil {
		return fmt.Errorf("nothing was learnt of the audio: %q", r.Warnings)
	}
	return nil
}

// benchFLAC times decoding a stem against flac(1), alternating.
func benchFLAC(b *bench) error {
	wav, path := filepath.Join(b.dir, "flac.wav"), filepath.Join(b.dir, "flac.flac")
	defer os.Remove(wav)
	defer os.Remove(path)
	if err := writeStem(wav, 3, b.seconds*rate); err != nil {
		return err
	}
	if _, err := command(b.dir, nil, "flac", "-s", "-8", "-o", path, wav); err != nil {
		return fmt.Errorf("%w (is flac installed?)", err)
	}
	var ours, theirs []result
	for range b.runs {
		took, err := timeRead(path, readFLAC)
		if err != nil {
			return err
		}
		ours = append(ours, result{wall: took})
		r, err := command(b.dir, nil, "sh", "-c", "exec flac -d -c -s flac.flac >/dev/null")
		if err != nil {
			return err
		}
		theirs = append(theirs, r)
	}
	fmt.Printf("reading a FLAC stem       %.2f s median of %d\n", median(ours).Seconds(), b.runs)
	fmt.Printf("flac -d -c                %.2f s\n", median(theirs).Seconds())
	fmt.Printf("ratio                     %.2f (bar: 4.00)\n", median(ours).Seconds()/median(theirs).Seconds())
	return nil
}

func readFLAC(f *os.File, size int64) error {
	file, err := flac.Open(f, size)
	if err != nil {
		return err
	}
	return file.Decode(context.Background(), io.Discard)
}
