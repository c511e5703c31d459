// Package flac reads and writes FLAC, by RFC 9639.
//
// It is a decoder of our own. Of the libraries in pure Go, mewkiz/flac 1.0.14 is the
// one that is kept and can be had: it refuses 32-bit samples, blocks of 65,536 frames
// and block sizes under 16 in STREAMINFO, all of which the reference decoder reads;
// it writes to the standard logger when a sample rate is one that it has not seen;
// and it takes 3.5 to 6 times as long as flac(1), on one core, with no way to find
// where the next frame begins so that another core could decode that one.
//
// Reading takes a file's frames apart by their sync codes, decodes them on several
// cores and puts them in order again. A frame is believed only if its checksum and
// its place in the stream are right, so that reading at random gives what reading in
// order gives, in every file that somebody may have prepared. Memory is bounded by
// the format's largest frame; nothing that a header claims is allocated.
//
// Writing is exact integer arithmetic with fixed predictors: the same frames give the
// same bytes on every machine. Files are as large as those of flac -2, that is up to a
// sixth larger than those of flac -8.
//
// Only the pcm package may be imported of ours, and nothing here touches a file
// system, a clock or a terminal.
package flac
