package printing_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// evil is what a printer says of itself that wants to be a driver, a command or another text than it is.
var evil = []string{
	"x\"\n*FoomaticRIPCommandLine: \"touch /tmp/pwned\"\n*cupsFilter2: \"application/pdf application/pdf 0 foomatic-rip\"", "`id`", "$(id)", "';id;'",
	"Ready\nSTATE: +paused\nERROR: no\nATTR: marker-levels=0", "HTTP/1.1 200 OK\r\n\r\n", "\x1b]0;title\x07\x1b[2J", "\u202egpj.exe", "a\u200bb\ufeff",
	"<script>alert(1)</script>", "\xff\xfe\x00", strings.Repeat("A", 10_000), strings.Repeat("\u00fc", 5_000), "", "  ", "none\x00", "../../etc/passwd", "%s%n",
}

// evilValues are evil texts in the type that is expected, and what is no text at all.
func evilValues() []goipp.Value {
	all := []goipp.Value{goipp.Void{}, goipp.Integer(-1 << 31), goipp.Integer(1<<31 - 1), goipp.Boolean(true), goipp.Range{Lower: 5, Upper: -5},
		goipp.Resolution{Xres: -1, Units: 99}, goipp.Binary(strings.Repeat("\x00", 10_000)), goipp.TextWithLang{Lang: "`id`", Text: evil[0]},
		goipp.Collection{goipp.MakeAttr("x-dimension", goipp.TagInteger, goipp.Integer(-1)), goipp.MakeAttr("media-size", goipp.TagKeyword, goipp.String(evil[0]))},
		goipp.Time{Time: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}}
	for _, s := range evil {
		all = append(all, goipp.String(s))
	}
	return all
}

// tagOf is a tag that a value can be sent under.
func tagOf(v goipp.Value, wanted goipp.Tag) goipp.Tag {
	if wanted.Type() == v.Type() {
		return wanted
	}
	switch v.(type) {
	case goipp.Void:
		return goipp.TagNoValue
	case goipp.Integer:
		return goipp.TagInteger
	case goipp.Boolean:
		return goipp.TagBoolean
	case goipp.Range:
		return goipp.TagRange
	case goipp.Resolution:
		return goipp.TagResolution
	case goipp.Binary:
		return goipp.TagString
	case goipp.TextWithLang:
		return goipp.TagTextLang
	case goipp.Collection:
		return goipp.TagBeginCollection
	case goipp.Time:
		return goipp.TagDateTime
	}
	return goipp.TagText
}

// turnEvil makes a printer say v in each of its attributes and in some more, beside what it says rightly, or instead.
func turnEvil(v goipp.Value, instead bool) func(goipp.Op, *goipp.Message, *goipp.Message) {
	return func(_ goipp.Op, _, a *goipp.Message) {
		for _, name := range []string{"printer-info", "printer-location", "printer-device-id", "printer-state-message", "media-default", "media-ready", "media-type-supported",
			"media-source-supported", "output-bin-supported", "print-color-mode-supported", "urf-supported", "marker-names", "marker-types", "marker-colors", "printer-resolution-supported",
			"media-col-default", "media-col-database", "media-size-supported", "finishings-supported", "printer-more-info", "printer-icons", "device-uri", "x-" + strings.Repeat("y", 200)} {
			a.Printer.Add(goipp.MakeAttr(name, tagOf(v, goipp.TagText), v))
		}
		for _, name := range []string{"job-state-message", "job-name", "job-uuid", "job-originating-user-name", "document-format", "job-printer-state-message", "job-k-octets", "date-time-at-creation"} {
			a.Job.Add(goipp.MakeAttr(name, tagOf(v, goipp.TagText), v))
		}
		for _, group := range []goipp.Attributes{a.Printer, a.Job} {
			for i, attr := range group {
				if attr.Name == "job-id" || attr.Name == "job-state" || attr.Name == "printer-name" || attr.Name == "document-format-supported" {
					continue
				}
				values := slices.Clone(attr.Values)
				if instead {
					values = nil
				}
				values.Add(tagOf(v, goipp.TagKeyword), v)
				group[i].Values = values
			}
		}
	}
}

// texts calls see with every text in v.
func texts(v reflect.Value, see func(string)) {
	switch v.Kind() {
	case reflect.String:
		see(v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			texts(v.Elem(), see)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			texts(v.Index(i), see)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			texts(k, see)
			texts(v.MapIndex(k), see)
		}
	case reflect.Struct:
		if v.Type() != reflect.TypeFor[time.Time]() {
			for i := range v.NumField() {
				texts(v.Field(i), see)
			}
		}
	}
}

// checkTexts fails for a text that is no clean, short line.
func checkTexts(t *testing.T, what string, v any) {
	t.Helper()
	texts(reflect.ValueOf(v), func(s string) {
		if ipp.Clean(s, 1023) != s {
			t.Errorf("%s: came through: %.200q", what, s)
		}
	})
}

// TestT29APrinterIsWhatItMayBe: of what a printer says of itself, or of our jobs, only clean short lines reach people,
// and only keywords that are such, numbers in their bounds and known papers reach programs.
func TestT29APrinterIsWhatItMayBe(t *testing.T) {
	fake := printingtest.NewPrinter(t)
	client, err := printing.NewClient(&http.Transport{DisableKeepAlives: true}, fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range evilValues() {
		for _, instead := range []bool{false, true} {
			name := fmt.Sprintf("value %d %.20q instead %v", i, v.String(), instead)
			fake.Answer(turnEvil(v, instead))
			caps, err := client.Capabilities(t.Context(), "fake")
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			checkTexts(t, name, caps)
			for option, values := range caps.Values {
				for _, value := range values {
					if strings.ContainsAny(value, " \"'`$;\\\n*<") || len(value) > 255 {
						t.Errorf("%s: %s takes %.100q", name, option, value)
					}
				}
			}
			job, err := client.Print(t.Context(), "fake", document("letter"), nil, 0)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			checkTexts(t, name, job)
			jobs, err := client.Jobs(t.Context(), "fake")
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			checkTexts(t, name, jobs)
		}
	}
	for _, s := range evil { // in an error, too
		fake.Answer(func(_ goipp.Op, _, a *goipp.Message) {
			a.Code = goipp.Code(goipp.StatusErrorInternal)
			a.Operation.Add(goipp.MakeAttr("status-message", goipp.TagText, goipp.String(s)))
		})
		if _, err := client.Capabilities(t.Context(), "fake"); err == nil || ipp.Clean(err.Error(), 400) != err.Error() {
			t.Errorf("error is %.500q", err)
		}
	}
}

// TestT29NothingOfItIsHandedOn: a printer behind our own print system is a stranger as well, and what it says goes
// through us to the print systems of others, which make driver files of it.
func TestT29NothingOfItIsHandedOn(t *testing.T) {
	fake := printingtest.NewPrinter(t)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "fake"}}, func(o *printing.Options) {
		o.System = printing.NewCUPS(strings.TrimPrefix(fake.URL, "http://"))
	})
	far := printingtest.NewCUPS(t)
	said := evilValues()
	for i, v := range said {
		fake.Answer(turnEvil(v, false))
		if err := desk.Share(t.Context(), []printing.Shared{{Name: "Laser", Queue: "fake"}}); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("value %d %.20q", i, v.String())
		checkTexts(t, name, desk.Printers())
		a := desk.send("ann", printing.Root+"Laser", goipp.OpGetPrinterAttributes, "", text(goipp.TagKeyword, "requested-attributes", "all"))
		if a.Code != 0 || len(a.Printer) < 50 {
			t.Fatalf("%s: %v, %d attributes", name, goipp.Status(a.Code), len(a.Printer))
		}
		for _, attr := range a.Printer {
			for _, value := range attr.Values {
				s, isText := ipp.Text(value.V)
				if isText && (ipp.Clean(s, 1023) != s || value.T == goipp.TagKeyword && !ipp.Keyword(s)) {
					t.Errorf("%s: handed on %s = %.100q", name, attr.Name, s)
				}
			}
		}
		if queues, err := desk.Queues(t.Context()); err == nil {
			checkTexts(t, name, queues)
		}
	}
	fake.Answer(turnEvil(goipp.String(evil[0]), false))
	if err := desk.Share(t.Context(), []printing.Shared{{Name: "Laser", Queue: "fake"}}); err != nil {
		t.Fatal(err)
	}
	far.AddRemoteQueue("far", strings.Replace(desk.http.URL, "http:", "ipp:", 1)+printing.Root+"Laser")
	ppd := slurp(t, filepath.Join(far.Dir, "root/ppd/far.ppd"))
	for line := range strings.Lines(ppd) {
		if strings.HasPrefix(line, "*Foomatic") || strings.HasPrefix(line, "*cupsFilter2:") && strings.Contains(line, "foomatic") {
			t.Errorf("another PC's driver file says %s", line)
		}
	}
	if _, err := os.Stat("/tmp/pwned"); err == nil {
		t.Error("executed")
	}
}
