package worktree

import "io/fs"

// stat is what the system says of a file without reading it.
type stat struct {
	size  int64
	mtime int64 // ns
	inode uint64
	ctime int64 // ns; 0 where the system does not tell cheaply
}

func statOf(info fs.FileInfo) stat {
	s := stat{size: info.Size(), mtime: info.ModTime().UnixNano()}
	s.inode, s.ctime = identity(info)
	return s
}

// changedSince says whether the file may have been changed at or after a moment
// of the file system's clock, or so shortly before that its clock cannot tell.
// The change time is the better witness: programs set the other as they like.
func (s stat) changedSince(moment int64) bool {
	if s.ctime != 0 {
		return s.ctime >= moment
	}
	return s.mtime >= moment
}
