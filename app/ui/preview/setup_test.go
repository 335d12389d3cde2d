package preview

import (
	"image"
	"image/color"
	"slices"
	"testing"

	"lanyard/app/ui/uitest"
)

func TestPagesAsPeopleTypeThem(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  string // as page-ranges has it
		pages []int  // of a document of ten, from 1
		err   error
	}{
		{text: "", pages: []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{text: "  ", pages: []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{text: "1-3, 5", want: "1-3,5", pages: []int{1, 2, 3, 5}},
		{text: "8-", want: "8-", pages: []int{8, 9, 10}},
		{text: "-2", want: "1-2", pages: []int{1, 2}},
		{text: "2 – 4;9", want: "2-4,9", pages: []int{2, 3, 4, 9}},
		{text: "5,1,2,2-3", want: "1-3,5", pages: []int{1, 2, 3, 5}},
		{text: "9-300", want: "9-300", pages: []int{9, 10}},
		{text: "11", want: "11"},
		{text: "1,", want: "1", pages: []int{1}},
		{text: ",", err: ErrPages},
		{text: "0", err: ErrPages},
		{text: "5-3", err: ErrPages},
		{text: "-", err: ErrPages},
		{text: "1-2-3", err: ErrPages},
		{text: "all", err: ErrPages},
		{text: "99999999999999999999", err: ErrPages},
		{text: "+1", err: ErrPages},
	} {
		got, err := ParsePages(c.text)
		if err != c.err || got.String() != c.want {
			t.Errorf("%q: %q, %v, want %q, %v", c.text, got, err, c.want, c.err)
		}
		if err != nil {
			continue
		}
		var pages []int
		for n := range got.Count(10) {
			pages = append(pages, got.page(n)+1)
		}
		if !slices.Equal(pages, c.pages) {
			t.Errorf("%q: pages %v, want %v", c.text, pages, c.pages)
		}
	}
}

// FuzzParsePages: whatever is typed is refused, or is what IPP takes, ascending and apart, and means the same when it is
// read again.
func FuzzParsePages(f *testing.F) {
	for _, seed := range []string{"1-3, 5", "8-", "-2", "5,1,2,2-3", "2 – 4;9", "2147483647", "0-", ",,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		spans, err := ParsePages(text)
		if err != nil {
			return
		}
		last := -1
		for _, s := range spans {
			if s.First < 1 || s.Last < s.First || s.First <= last+1 && last >= 0 {
				t.Fatalf("%q became %v", text, spans)
			}
			last = s.Last
		}
		if again, err := ParsePages(spans.String()); err != nil || !slices.Equal(again, spans) {
			t.Errorf("%q became %v, then %v (%v)", text, spans, again, err)
		}
	})
}

var (
	a4       = Size{Width: 21_000, Height: 29_700}
	lying    = Size{Width: 29_700, Height: 21_000}
	a5       = Size{Width: 14_800, Height: 21_000}
	photo    = Size{Width: 3, Height: 2, Loose: true}
	paper    = Paper{Size: a4, Top: 500, Bottom: 1000, Left: 500, Right: 500}
	standing = image.Pt(21_000, 29_700)
	onSide   = image.Pt(29_700, 21_000)
)

func TestFacesOfASheet(t *testing.T) {
	for _, c := range []struct {
		rule          string
		setup         Setup
		pages         int
		faces, sheets int
		last          Face
	}{
		{"a page on a sheet", Setup{}, 5, 5, 5, Face{5, false, []int{4}}},
		{"both sides", Setup{Sides: LongEdge}, 4, 4, 2, Face{2, true, []int{3}}},
		{"an empty back", Setup{Sides: ShortEdge}, 5, 5, 3, Face{3, false, []int{4}}},
		{"four on a side", Setup{NumberUp: 4}, 6, 2, 2, Face{2, false, []int{4, 5}}},
		{"four on both sides", Setup{NumberUp: 4, Sides: LongEdge}, 6, 2, 1, Face{1, true, []int{4, 5}}},
		{"some pages, two on a side", Setup{NumberUp: 2, Pages: Spans{{2, 3}, {7, 20}}}, 8, 2, 2, Face{2, false, []int{6, 7}}},
		{"none of the pages", Setup{Pages: Spans{{9, 9}}}, 8, 0, 0, Face{}},
	} {
		faces, sheets := c.setup.Faces(c.pages), c.setup.Sheets(c.pages)
		if faces != c.faces || sheets != c.sheets {
			t.Errorf("%s: %d faces on %d sheets, want %d on %d", c.rule, faces, sheets, c.faces, c.sheets)
		}
		if faces > 0 {
			if got := c.setup.Face(c.pages, faces-1); got.Sheet != c.last.Sheet || got.Back != c.last.Back || !slices.Equal(got.Pages, c.last.Pages) {
				t.Errorf("%s: the last is %+v, want %+v", c.rule, got, c.last)
			}
		}
	}
}

func TestPagesOnPaper(t *testing.T) {
	for _, c := range []struct {
		rule  string
		setup Setup
		pages []Size
		paper image.Point
		want  []image.Rectangle
	}{
		{"a page of the paper's size stays as it is", Setup{}, []Size{a4}, standing, []image.Rectangle{image.Rect(0, 0, 21_000, 29_700)}},
		{"it is made smaller when that is asked", Setup{Scaling: ScaleFit}, []Size{a4}, standing, []image.Rectangle{image.Rect(529, 500, 20_471, 28_700)}},
		{"a smaller one stays as it is, in the middle", Setup{}, []Size{a5}, standing, []image.Rectangle{image.Rect(3100, 4350, 17_900, 25_350)}},
		{"a larger one is made smaller", Setup{}, []Size{{Width: 42_000, Height: 59_400}}, standing, []image.Rectangle{image.Rect(529, 500, 20_471, 28_700)}},
		{"or cut off", Setup{Scaling: ScaleNone}, []Size{{Width: 42_000, Height: 59_400}}, standing, []image.Rectangle{image.Rect(-10_500, -14_850, 31_500, 44_550)}},
		{"a page on its side turns the paper", Setup{}, []Size{lying}, onSide, []image.Rectangle{image.Rect(0, 0, 29_700, 21_000)}},
		{"unless it is to stand", Setup{Turn: Upright}, []Size{lying}, standing, []image.Rectangle{image.Rect(500, 7529, 20_500, 21_671)}},
		{"a picture is as large as the paper", Setup{}, []Size{photo}, onSide, []image.Rectangle{image.Rect(1000, 1100, 29_200, 19_900)}},
		{"or covers it", Setup{Scaling: ScaleFill}, []Size{photo}, onSide, []image.Rectangle{image.Rect(-900, 0, 30_600, 21_000)}},
		{"two pages lie beside each other", Setup{NumberUp: 2}, []Size{a4, a4}, onSide, []image.Rectangle{image.Rect(1000, 671, 14_900, 20_329), image.Rect(15_300, 671, 29_200, 20_329)}},
		{"two that lie, below each other", Setup{NumberUp: 2}, []Size{lying, lying}, standing, []image.Rectangle{image.Rect(671, 500, 20_329, 14_400), image.Rect(671, 14_800, 20_329, 28_700)}},
		{"a last one stays in its corner", Setup{NumberUp: 4}, []Size{a4}, standing, []image.Rectangle{image.Rect(500, 520, 10_300, 14_380)}},
		{"nothing on a side", Setup{}, nil, standing, nil},
	} {
		c.setup.Paper = paper
		got := c.setup.Layout(c.pages)
		if got.Paper != c.paper || len(got.Pages) != len(c.want) {
			t.Errorf("%s: %+v", c.rule, got)
			continue
		}
		for i, r := range got.Pages {
			if d := r.Min.Sub(c.want[i].Min).Add(r.Max.Sub(c.want[i].Max)); abs(d.X) > 200 || abs(d.Y) > 200 {
				t.Errorf("%s: page %d at %v, want %v", c.rule, i+1, r, c.want[i])
			}
		}
	}
	for _, odd := range []Paper{{}, {Size: Size{Width: -5, Height: 7}}, {Size: Size{Width: 1 << 40, Height: 1}}} {
		if got := (Setup{Paper: odd}).Layout([]Size{a4}); got.Paper != standing {
			t.Errorf("paper %+v became %+v", odd, got)
		}
	}
	thick := paper
	thick.Left, thick.Right, thick.Top, thick.Bottom = 1<<40, 21_000, -7, 29_700
	if got := (Setup{Paper: thick, NumberUp: 16}).Layout([]Size{a4}); got.Printable.Empty() || !got.Printable.In(image.Rectangle{Max: got.Paper}) {
		t.Errorf("impossible margins leave %v", got.Printable)
	}
}

func TestSheetsAreDrawnAsTheyComeOut(t *testing.T) {
	v := newViewer(t)
	// The whole page is blue but for a red square in its lower left corner.
	blue := uitest.Sheet{Width: 595.28, Height: 841.89, Draws: "0 0 1 rg 0 0 600 850 re f 1 0 0 rg 0 0 60 60 re f"}
	d, err := v.Open(t.Context(), write(t, "a.pdf", uitest.PDF("", []uitest.Sheet{blue, blue, blue})), PDF)
	if err != nil {
		t.Fatal(err)
	}
	white, full, red, dark := color.RGBA{0xff, 0xff, 0xff, 0xff}, color.RGBA{0, 0, 0xff, 0xff}, color.RGBA{0xff, 0, 0, 0xff}, color.RGBA{0x1d, 0x1d, 0x1d, 0xff}
	for _, c := range []struct {
		rule  string
		setup Setup
		face  int
		size  image.Point
		at    map[image.Point]color.RGBA
	}{
		{"what lies in the margin is not printed", Setup{}, 0, image.Pt(210, 297), map[image.Point]color.RGBA{{2, 150}: white, {7, 150}: full, {207, 150}: white, {100, 2}: white, {100, 290}: white, {8, 284}: red}},
		{"black and white", Setup{Gray: true}, 2, image.Pt(210, 297), map[image.Point]color.RGBA{{2, 150}: white, {100, 150}: dark}},
		{"two on a side, the last alone", Setup{NumberUp: 2}, 1, image.Pt(297, 210), map[image.Point]color.RGBA{{80, 100}: full, {220, 100}: white}},
		{"a back is bound at its right", Setup{Sides: LongEdge}, 1, image.Pt(210, 297), map[image.Point]color.RGBA{{205, 7}: seam, {3, 7}: white}},
		{"a calendar at its top", Setup{Sides: ShortEdge}, 0, image.Pt(210, 297), map[image.Point]color.RGBA{{7, 3}: seam, {7, 292}: white}},
	} {
		c.setup.Paper = paper
		img, err := v.Sheet(t.Context(), d, c.setup, c.face, image.Pt(297, 297))
		if err != nil || img.Rect.Size() != c.size {
			t.Fatalf("%s: %v, %v", c.rule, img, err)
		}
		for at, want := range c.at {
			if got := img.RGBAAt(at.X, at.Y); got != want {
				t.Errorf("%s: at %v it is %v, want %v", c.rule, at, got, want)
			}
		}
	}
	if _, err := v.Sheet(t.Context(), d, Setup{Paper: paper}, 3, image.Pt(9, 9)); err == nil {
		t.Error("a side that isn't there was drawn")
	}
	// A huge page, uncut on small paper: a corner of it, and no memory for the rest.
	huge, err := v.Open(t.Context(), write(t, "b.pdf", uitest.PDF("", []uitest.Sheet{{Width: 14_400, Height: 14_400, Draws: "0 0 1 rg 0 0 14400 14400 re f"}})), PDF)
	if err != nil {
		t.Fatal(err)
	}
	img, err := v.Sheet(t.Context(), huge, Setup{Paper: Paper{Size: Size{Width: 5000, Height: 5000}}, Scaling: ScaleNone}, 0, image.Pt(500, 500))
	if err != nil || img.RGBAAt(250, 250) != full {
		t.Errorf("a huge page: %v", err)
	}
}

// What was looked at is not drawn again, up to a bound.
func TestSheetsAreKept(t *testing.T) {
	v := newViewer(t)
	d, err := v.Open(t.Context(), write(t, "a.pdf", uitest.Offer(2)), PDF)
	if err != nil {
		t.Fatal(err)
	}
	sheet := func(n int, s Setup) *image.RGBA {
		img, err := v.Sheet(t.Context(), d, s, n, image.Pt(100, 100))
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	first := sheet(0, Setup{})
	if sheet(0, Setup{}) != first || sheet(0, Setup{Gray: true}) == first || sheet(1, Setup{}) == first {
		t.Error("a sheet is drawn twice, or taken for another one")
	}
	for n := range 100 {
		v.kept.put(sheetKey{face: n}, image.NewRGBA(image.Rect(0, 0, 1000, 1000)))
	}
	if v.kept.bytes > maxKept || v.kept.bytes < maxKept/2 || len(v.kept.sheets)*4_000_000 != v.kept.bytes {
		t.Errorf("%d sheets of %d bytes are kept", len(v.kept.sheets), v.kept.bytes)
	}
	if sheet(0, Setup{}) == first {
		t.Error("the oldest is still there")
	}
}
