package repo

// SyncDir does nothing: Windows has no way to sync a folder, and NTFS journals
// the names itself.
func SyncDir(string) error { return nil }
