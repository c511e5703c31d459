// Package compare says how two versions of audio differ, in a musician's words: what
// was kept, replaced, inserted, deleted, moved or copied, exact to the frame; gain,
// polarity, exchanged channels and fades where one of them explains a difference;
// that a bounce was only rendered again; and else how loud the difference is.
//
// # What counts as rendered again
//
// Two bounces of one session that were dithered share hardly a frame. Their
// difference is noise of one level all along. Frames are compared in windows of
// Window frames. A window is near if the RMS of its difference is no more than 6 dB
// above the level that is usual for the pair, and no more than ShapedLSB steps of the
// coarser of both bit depths: -70 dBFS for 16 bits, 6 dB less for each bit more. Plain
// triangular dither on both sides stands at -93 dBFS for 16 bits and noise-shaped
// dither at about -72, so both pass. The same holds after a gain or an exchange of
// channels was taken out.
//
// Where near windows end, the border is set to the first frame that differs by more
// than noise does. What is quieter than that beyond the border is not seen; where no
// frame is that loud, the border is that of a window.
//
// A merge goes by what is said here of frames that were rendered again. So every product
// that is added to something is converted explicitly: the language then forbids to fuse
// the two, and all machines find the same.
//
// It is pure, and of ours imports the rooms of frames, scripts and alignment only.
package compare
