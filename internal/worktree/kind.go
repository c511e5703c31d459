package worktree

import (
	"path"
	"slices"
	"strings"

	"github.com/parrots-music/parrots/internal/object"
)

// kindOfExtension is the kind of a file by its extension. What is not here is
// KindOther. docs/reference/song-folder.md shows the same table.
var kindOfExtension = map[string]object.Kind{}

func init() {
	for kind, extensions := range map[object.Kind]string{
		object.KindStem:    "wav wave bwf rf64 w64 aif aiff aifc caf flac alac m4a aac mp3 ogg oga opus wv ape au snd sd2",
		object.KindProject: projectExtensions + " mid midi musicxml mxl omf aaf dawproject",
		object.KindArtwork: "png jpg jpeg gif webp tif tiff svg psd heic avif",
		object.KindLyrics:  "lrc",
	} {
		for _, ext := range strings.Fields(extensions) {
			kindOfExtension["."+ext] = kind
		}
	}
}

// projectExtensions are those of DAWs' project files.
const projectExtensions = "als rpp flp ptx ptf cpr npr song bwproject ardour aup aup3 reason rns sesx xrns mmpz mmp tracktionedit dpdoc qtr"

// bundleExtensions are those of projects that are folders themselves.
const bundleExtensions = "logicx band"

// kindOfFolder is the kind of audio by the folder that it is in, at any depth.
var kindOfFolder = map[string]object.Kind{
	"takes": object.KindTake, "comps": object.KindComp, "tracks": object.KindTrack,
	"stems": object.KindStem, "bounces": object.KindBounce,
	"mixdowns": object.KindMixdown, "mixes": object.KindMixdown,
	"masters": object.KindMaster, "mastering": object.KindMaster,
}

// kindOf returns the kind of a new file by its path.
func kindOf(p string) object.Kind {
	kind, ok := kindOfExtension[strings.ToLower(path.Ext(p))]
	folders := strings.Split(strings.ToLower(path.Dir(p)), "/")
	switch {
	case kind == object.KindStem:
		for _, folder := range slices.Backward(folders) {
			if k, ok := kindOfFolder[folder]; ok {
				return k
			}
		}
		return kind
	case ok:
		return kind
	case slices.Contains(folders, "lyrics") || isLyricsName(path.Base(p)):
		return object.KindLyrics
	}
	return object.KindOther
}

// KindOf returns the kind that a file's place and name give it.
func KindOf(path string) object.Kind { return kindOf(path) }

// IsAudio says whether a file is audio by its name.
func IsAudio(p string) bool { return kindOfExtension[strings.ToLower(path.Ext(p))] == object.KindStem }

// isLyricsName says whether a text file is called after what it holds.
func isLyricsName(base string) bool {
	name, ext, _ := strings.Cut(strings.ToLower(base), ".")
	return strings.Contains(name, "lyric") && (ext == "txt" || ext == "md" || ext == "rtf" || ext == "docx" || ext == "pdf")
}

// assetFolders are what DAWs put beside a project file, in lower case. Beside a
// project file in the song's root they are sessions.
var assetFolders = []string{
	"samples", "ableton project info", "audio files", "audio", "media", "clip groups", "session file backups",
	"video files", "rendered files", "bounced files", "fade files", "plug-in settings", "interchange", "analysis",
	"dead", "export", "externals", "plugins", "mixdown", "edits", "images", "track pictures", "bounces.data", "auto save",
}

var projectExtensionSet, bundleExtensionSet = extensionSet(projectExtensions), extensionSet(bundleExtensions)

func extensionSet(extensions string) map[string]bool {
	set := make(map[string]bool)
	for _, ext := range strings.Fields(extensions) {
		set["."+ext] = true
	}
	return set
}

func isProjectFile(name string) bool { return projectExtensionSet[strings.ToLower(path.Ext(name))] }
func isBundle(name string) bool      { return bundleExtensionSet[strings.ToLower(path.Ext(name))] }

// sessionRoots returns the folders that are sessions, sorted, none inside
// another. Paths are the folder's files, sorted. What base has decided stays:
// its sessions are sessions, and a folder that it lists file by file is none.
func sessionRoots(paths []string, base object.Tree) []string {
	roots := map[string]bool{}
	plain := map[string]bool{}
	for _, e := range base.Entries {
		if e.Kind == object.KindSession {
			roots[e.Path] = true
			continue
		}
		for dir := path.Dir(e.Path); dir != "."; dir = path.Dir(dir) {
			plain[dir] = true
		}
	}
	rootProject := slices.ContainsFunc(paths, func(p string) bool {
		return !strings.Contains(p, "/") && isProjectFile(p)
	})
	for _, p := range paths {
		if dir := detectSession(p, rootProject); dir != "" && !plain[dir] {
			roots[dir] = true
		}
	}
	return outermost(roots)
}

// detectSession returns the outermost folder that is a session because of the
// file at p: a bundle, a folder that holds the project file p, or an asset
// folder beside a project file in the root.
func detectSession(p string, rootProject bool) string {
	for i := range len(p) {
		if p[i] != '/' {
			continue
		}
		folder := p[:i]
		if isBundle(folder) {
			return folder
		}
		if rootProject && !strings.Contains(folder, "/") && slices.Contains(assetFolders, strings.ToLower(folder)) {
			return folder
		}
	}
	if dir := path.Dir(p); dir != "." && isProjectFile(p) {
		return dir
	}
	return ""
}

// outermost drops the folders that are inside another and sorts the rest.
func outermost(roots map[string]bool) []string {
	var list []string
	for root := range roots {
		inside := false
		for dir := path.Dir(root); dir != "."; dir = path.Dir(dir) {
			inside = inside || roots[dir]
		}
		if !inside {
			list = append(list, root)
		}
	}
	slices.Sort(list)
	return list
}
