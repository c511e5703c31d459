package object

// CheckText says whether s is text that may be shown on one line: at most max
// bytes of valid UTF-8 without control, bidi or invisible characters. The rules
// are those of an object's own texts, for texts that stand beside objects.
func CheckText(field, s string, max int) error { return checkText(field, s, max) }

// CheckLines is CheckText for text of several lines: line feeds and tabs may stand
// in it.
func CheckLines(field, s string, max int) error { return checkLines(field, s, max) }
