package preview

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Span is a run of pages, from 1. Last may be beyond the end.
type Span struct{ First, Last int }

// Spans are pages of a document, in ascending order and apart. None at all are all pages.
type Spans []Span

const (
	// toTheEnd is the last page of a span without one, as IPP writes it.
	toTheEnd = 1<<31 - 1
	// maxSpans bounds what is typed to what printers take.
	maxSpans = 100
)

// What is wrong with pages that a person typed.
var (
	ErrPages    = errors.New("that is no list of pages")
	ErrManyRuns = errors.New("there are too many parts")
)

// ParsePages reads pages as people write them: "1-3, 5, 8-". Nothing is all pages. They come in the order of the
// document however they were typed, since no printer has them in another.
func ParsePages(text string) (Spans, error) {
	var all Spans
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		s, err := parseSpan(strings.ReplaceAll(part, "–", "-"))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Span) int { return a.First - b.First })
	var merged Spans
	for _, s := range all {
		if n := len(merged); n > 0 && s.First-1 <= merged[n-1].Last {
			merged[n-1].Last = max(merged[n-1].Last, s.Last)
		} else {
			merged = append(merged, s)
		}
	}
	switch {
	case len(merged) > maxSpans:
		return nil, ErrManyRuns
	case len(merged) == 0 && strings.TrimSpace(text) != "":
		return nil, ErrPages
	}
	return merged, nil
}

func parseSpan(text string) (Span, error) {
	from, to, isRun := strings.Cut(text, "-")
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	s := Span{First: 1, Last: toTheEnd}
	var err error
	if from != "" || !isRun || to == "" {
		s.First, err = number(from)
	}
	switch {
	case err != nil:
	case !isRun:
		s.Last = s.First
	case to != "":
		s.Last, err = number(to)
	}
	if err != nil || s.Last < s.First {
		return s, ErrPages
	}
	return s, nil
}

// number reads the number of a page.
func number(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n == 0 {
		return 0, ErrPages
	}
	return int(n), nil
}

// String returns them as the attribute page-ranges has them (RFC 8011 section 5.2.7).
func (s Spans) String() string {
	parts := make([]string, len(s))
	for i, p := range s {
		switch {
		case p.First == p.Last:
			parts[i] = strconv.Itoa(p.First)
		case p.Last == toTheEnd:
			parts[i] = strconv.Itoa(p.First) + "-"
		default:
			parts[i] = strconv.Itoa(p.First) + "-" + strconv.Itoa(p.Last)
		}
	}
	return strings.Join(parts, ",")
}

// Count returns how many of the pages of a document are among them.
func (s Spans) Count(pages int) int {
	if len(s) == 0 {
		return pages
	}
	n := 0
	for _, p := range s {
		n += max(min(p.Last, pages)-p.First+1, 0)
	}
	return n
}

// page returns the n-th (from 0) of the pages of a document that are among them, from 0.
func (s Spans) page(n int) int {
	for _, p := range s {
		if long := p.Last - p.First + 1; n >= long {
			n -= long
		} else {
			return p.First - 1 + n
		}
	}
	return n
}
