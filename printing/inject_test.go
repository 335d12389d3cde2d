package printing_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// tripwires makes every program that is looked up by its name one that leaves a mark, and returns the folder of marks
// and texts that try to leave one.
func tripwires(t *testing.T) (marks string, texts []string) {
	t.Helper()
	marks, err := os.MkdirTemp("", "marks") // where the users that filters run as get at it too
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(marks) })
	if err := os.Chmod(marks, 0o777); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	for _, name := range []string{"sh", "bash", "id", "touch", "lp", "lpr", "lpadmin", "gs", "perl", "python3", "cupsctl", "foomatic-rip"} {
		script := "#!/bin/sh\necho \"$@\" > '" + marks + "/program-" + name + "'\n"
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	mark := func(format string) string {
		return strings.ReplaceAll(format, "CMD", "touch "+marks+"/"+strconv.Itoa(len(texts)))
	}
	for _, format := range []string{";CMD;", "`CMD`", "$(CMD)", "${7*7}$(CMD)", "{.exec|CMD.}", "%{CMD}", "| CMD |", "x\nCMD\n", "x\r\n\tCMD", "'; CMD; '", `"; CMD; "`,
		`\"; CMD; \"`, "&& CMD &", "x' -o y='$(CMD)", "x} -o raw {", "--x=$(CMD)", ") (/" + marks + "/ps) (w) file closefile (", "*FoomaticRIPCommandLine: \"CMD\"", "<%= CMD %>", "{{CMD}}"} {
		texts = append(texts, mark(format))
	}
	return marks, texts
}

// injected is a request that says text wherever something can be said, in the right type and in others.
func injected(op goipp.Op, text string) *goipp.Message {
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), op, 1)
	name := func(group *goipp.Attributes, tag goipp.Tag, names ...string) {
		for _, n := range names {
			group.Add(goipp.MakeAttr(n, tag, goipp.String(text)))
		}
	}
	m.Operation.Add(goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
	name(&m.Operation, goipp.TagLanguage, "attributes-natural-language")
	m.Operation.Add(goipp.MakeAttr("printer-uri", goipp.TagURI, goipp.String("ipp://x/ipp/print/Laser")))
	name(&m.Operation, goipp.TagName, "job-name", "document-name", "requesting-user-name", text)
	name(&m.Job, goipp.TagKeyword, "sides", "media", "print-color-mode", "output-bin", "job-sheets", "job-hold-until", "multiple-document-handling", "print-scaling")
	name(&m.Job, goipp.TagName, "copies", "finishings", "job-billing", "job-account-id", "job-message-to-operator", "raw", "filter", "x;"+text)
	name(&m.Job, goipp.TagText, "print-quality", "page-ranges", "printer-resolution", "number-up", "orientation-requested", "job-priority")
	col := goipp.Collection{}
	name((*goipp.Attributes)(&col), goipp.TagKeyword, "media-source", "media-type", "media-size", text)
	m.Job.Add(goipp.MakeAttr("media-col", goipp.TagBeginCollection, col))
	return m
}

// harmless is all that may be in the options that filters get.
var harmless = regexp.MustCompile(`^[A-Za-z0-9_.,:+/ {}=-]*$`)

// TestT23NothingSaidIsExecuted: names and options that are commands, templates or PostScript stay words, through the
// whole of a real print system, and of options only those come through that the printer has.
func TestT23NothingSaidIsExecuted(t *testing.T) {
	for _, model := range []string{printingtest.Direct, printingtest.PostScript} {
		t.Run(model, func(t *testing.T) {
			marks, texts := tripwires(t)
			cups := printingtest.NewCUPS(t)
			cups.AddUSBQueue("laser", model)
			desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser", Info: texts[0], Location: texts[2]}}, func(o *printing.Options) {
				o.System = printing.NewCUPS(cups.Socket)
			})
			content := pages(1)
			sent := 0
			for i, text := range texts {
				b, err := injected(goipp.OpPrintJob, text).EncodeBytes()
				if err != nil {
					t.Fatal(err)
				}
				// Whose PC it is has a name that its owner chose.
				a := desk.post(regexp.MustCompile(`[\r\n]+`).ReplaceAllString(text, " "), printing.Root+"Laser", strings.NewReader(string(b)+content))
				if a.Code == goipp.Code(goipp.StatusOkIgnoredOrSubstituted) {
					sent++
				} else {
					t.Errorf("%q: %v", text, goipp.Status(a.Code))
				}
				if _, err := desk.as("ann").Print(t.Context(), "Laser", printing.Document{Name: text, Reader: strings.NewReader(content), Size: int64(len(content))},
					map[string]string{"sides": text}, 1); err == nil {
					t.Errorf("printed with sides=%q", text)
				}
				if model != printingtest.Direct && i == 4 {
					break // each takes the filters half a second
				}
			}
			for _, p := range cups.WaitPrinted(sent, 25*time.Second) {
				if strings.ContainsAny(p.Title, "`$\\\"'|&;<>(){}[]*?!%\n\r") || strings.HasPrefix(p.Title, "-") {
					t.Errorf("filters got the title %q", p.Title)
				}
				for name, value := range p.Options {
					if !harmless.MatchString(name) || !harmless.MatchString(value) || strings.Contains(value, "touch") || strings.Contains(name, "touch") {
						t.Errorf("filters got the option %q=%q", name, value)
					}
				}
			}
			if got := files(t, marks); len(got) != 0 {
				t.Errorf("executed: %q", got)
			}
		})
	}
}

// TestT23NoFileNameIsExecuted: a job's name becomes the name of a file, and no more.
func TestT23NoFileNameIsExecuted(t *testing.T) {
	marks, texts := tripwires(t)
	dir := t.TempDir()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir, Info: texts[1]}})
	for _, text := range texts {
		job, err := desk.as("ann").Print(t.Context(), "Folder", document(text), nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	}
	if got := files(t, dir); len(got) != len(texts) || slices.ContainsFunc(got, func(s string) bool { return strings.ContainsAny(s, "/\\\n\r") }) {
		t.Errorf("files are %q", got)
	}
	if got := files(t, marks); len(got) != 0 {
		t.Errorf("executed: %q", got)
	}
}

// TestT23NothingCanBeExecuted: printing starts no programs and fills in no templates, so that nothing of what strangers
// say can get into one; nor does it decode pictures or pages in this process.
func TestT23NothingCanBeExecuted(t *testing.T) {
	forbidden := []string{"os/exec", "plugin", "text/template", "html/template", "image/jpeg", "image/gif", "debug/elf"}
	seen := 0
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() && e.Name() == "printingtest" {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		seen++
		for _, i := range f.Imports {
			if name, _ := strconv.Unquote(i.Path.Value); slices.Contains(forbidden, name) {
				t.Errorf("%s imports %s", path, name)
			}
		}
		for _, call := range []string{"os.StartProcess", "syscall.Exec", "syscall.ForkExec", "unix.Exec", "png.Decode", "image.Decode"} {
			if bytes.Contains(src, []byte(call+"(")) {
				t.Errorf("%s calls %s", path, call)
			}
		}
		return nil
	})
	if err != nil || seen < 20 {
		t.Errorf("looked at %d files: %v", seen, err)
	}
}
