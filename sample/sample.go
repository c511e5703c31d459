// Package sample holds the sample song of the demo, so that the binary makes it
// without reading anything beside itself. It imports nothing of ours.
package sample

import "embed"

// Song holds the stems: cc0-song/v1/*.flac is the song, cc0-song/v3/*.flac what
// two edits made of its bass and guitar.
//
//go:embed cc0-song
var Song embed.FS
