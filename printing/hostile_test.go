package printing_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// message is an IPP request made byte by byte.
func message(op goipp.Op, parts ...string) string {
	return string([]byte{2, 0, byte(op >> 8), byte(op), 0, 0, 0, 1}) + strings.Join(parts, "")
}

func value(tag goipp.Tag, name, v string) string {
	b := []byte{byte(tag)}
	b = binary.BigEndian.AppendUint16(b, uint16(len(name)))
	b = append(b, name...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(v)))
	return string(append(b, v...))
}

var opening = "\x01" + value(goipp.TagCharset, "attributes-charset", "utf-8") + value(goipp.TagLanguage, "attributes-natural-language", "en") +
	value(goipp.TagURI, "printer-uri", "ipp://x/ipp/print/Folder")

// hostile are requests that nobody means well with, and how they are answered.
var hostile = []struct {
	name, body string
	status     goipp.Status
}{
	{"nothing", "", goipp.StatusErrorBadRequest},
	{"one byte", "\x02", goipp.StatusErrorBadRequest},
	{"no end", message(goipp.OpPrintJob, opening), goipp.StatusErrorBadRequest},
	{"a length beyond the end", message(goipp.OpPrintJob, "\x01\x44\x7f\xff"), goipp.StatusErrorBadRequest},
	{"a negative length", message(goipp.OpPrintJob, "\x01\x44\xff\xff", strings.Repeat("x", 70000)), goipp.StatusErrorBadRequest},
	{"attribute before any group", message(goipp.OpPrintJob, value(goipp.TagKeyword, "a", "b"), "\x03"), goipp.StatusErrorBadRequest},
	{"value before any attribute", message(goipp.OpPrintJob, "\x01", value(goipp.TagKeyword, "", "b"), "\x03"), goipp.StatusErrorBadRequest},
	{"integer of three bytes", message(goipp.OpPrintJob, opening, value(goipp.TagInteger, "copies", "abc"), "\x03"), goipp.StatusErrorBadRequest},
	{"collection that never ends", message(goipp.OpPrintJob, opening, value(goipp.TagBeginCollection, "media-col", ""), "\x03"), goipp.StatusErrorBadRequest},
	{"collection that ends twice", message(goipp.OpPrintJob, opening, value(goipp.TagEndCollection, "", ""), "\x03"), goipp.StatusErrorBadRequest},
	{"10,000 nested collections", message(goipp.OpPrintJob, opening, nested(10_000)), goipp.StatusErrorRequestEntity},
	{"more values than anybody needs", message(goipp.OpPrintJob, opening, strings.Repeat(value(goipp.TagKeyword, "a", ""), 100_000), "\x03"), goipp.StatusErrorRequestEntity},
	{"a header without end", message(goipp.OpPrintJob, opening, strings.Repeat(value(goipp.TagText, "a", strings.Repeat("x", 30_000)), 50)), goipp.StatusErrorRequestEntity},
	{"lengths of 0", message(goipp.OpPrintJob, opening, value(goipp.TagKeyword, "", ""), value(goipp.TagInteger, "", ""), "\x03"), goipp.StatusErrorBadRequest},
	{"a length of 65535 with as much behind it", message(goipp.OpPrintJob, opening, "\x44\x00\x01a\xff\xff", strings.Repeat("x", 0xffff), "\x03"), goipp.StatusErrorBadRequest},
	{"a million groups", message(goipp.OpPrintJob, opening, strings.Repeat("\x02", 1_000_000), "\x03"), goipp.StatusErrorRequestEntity},
	{"the same attribute twice", message(goipp.OpGetPrinterAttributes, opening, value(goipp.TagURI, "printer-uri", "ipp://y/"), "\x03"), goipp.StatusErrorBadRequest},
	{"request-id 0", "\x02\x00\x00\x0b\x00\x00\x00\x00" + opening + "\x03", goipp.StatusErrorBadRequest},
	{"version 9", "\x09\x00\x00\x0b\x00\x00\x00\x01" + opening + "\x03", goipp.StatusErrorVersionNotSupported},
	{"events of nothing", message(goipp.OpGetNotifications, opening, "\x03"), goipp.StatusErrorBadRequest},
	{"events of everything", message(goipp.OpGetNotifications, opening, value(goipp.TagInteger, "notify-subscription-ids", "\x00\x00\x00\x01")+
		strings.Repeat(value(goipp.TagInteger, "", "\x00\x00\x00\x01"), 1000), "\x03"), goipp.StatusErrorBadRequest},
	{"events of a subscription by name", message(goipp.OpGetNotifications, opening, value(goipp.TagName, "notify-subscription-ids", "1"), "\x03"), goipp.StatusErrorNotFound},
	{"a subscription to numbers", message(goipp.OpCreatePrinterSubscriptions, opening, "\x06", value(goipp.TagInteger, "notify-events", "\x00\x00\x00\x01"), "\x03"), goipp.StatusErrorIgnoredAllSubscriptions},
	{"a subscription that calls somebody", message(goipp.OpCreatePrinterSubscriptions, opening, "\x06", value(goipp.TagURI, "notify-recipient-uri", "http://169.254.169.254/"), "\x03"),
		goipp.StatusErrorIgnoredAllSubscriptions},
	{"1000 subscriptions", message(goipp.OpCreatePrinterSubscriptions, opening, strings.Repeat("\x06"+value(goipp.TagKeyword, "notify-events", "job-completed"), 900), "\x03"),
		goipp.StatusOkIgnoredSubscriptions},
	{"a subscription to no job", message(goipp.OpCreateJobSubscriptions, opening, value(goipp.TagInteger, "notify-job-id", "\x80\x00\x00\x00"), "\x06",
		value(goipp.TagKeyword, "notify-events", "job-completed"), "\x03"), goipp.StatusErrorNotFound},
	{"a hold until Friday", message(goipp.OpHoldJob, opening, value(goipp.TagInteger, "job-id", "\x00\x00\x00\x01"), value(goipp.TagKeyword, "job-hold-until", "friday`id`"), "\x03"),
		goipp.StatusErrorAttributesOrValues},
	{"a PIN that is a command", message(goipp.OpPrintJob, opening, value(goipp.TagString, "job-password", "`id`"), value(goipp.TagKeyword, "job-password-encryption", "none"), "\x03"),
		goipp.StatusErrorAttributesOrValues},
	{"a PIN for a job that isn't there", message(goipp.OpReleaseJob, opening, value(goipp.TagInteger, "job-id", "\x00\x00\x00\x01"), value(goipp.TagString, "job-password", "1234"), "\x03"),
		goipp.StatusErrorNotFound},
	{"Print-URI to a file", message(goipp.OpPrintURI, opening, value(goipp.TagURI, "document-uri", "file:///etc/passwd"), "\x03"), goipp.StatusErrorOperationNotSupported},
	{"an operation of CUPS", message(goipp.OpCupsDeletePrinter, opening, "\x03"), goipp.StatusErrorOperationNotSupported},
	{"job-id below 0", message(goipp.OpCancelJob, opening, value(goipp.TagInteger, "job-id", "\xff\xff\xff\xff"), "\x03"), goipp.StatusErrorNotFound},
	{"job-id of another type", message(goipp.OpCancelJob, opening, value(goipp.TagKeyword, "job-id", "1"), "\x03"), goipp.StatusErrorNotFound},
	{"charset of Babel", message(goipp.OpGetJobs, "\x01", value(goipp.TagCharset, "attributes-charset", "utf-7"),
		value(goipp.TagLanguage, "attributes-natural-language", "en"), value(goipp.TagURI, "printer-uri", "ipp://x/"), "\x03"), goipp.StatusErrorCharset},
	{"uri that is none", message(goipp.OpGetJobs, "\x01", value(goipp.TagCharset, "attributes-charset", "utf-8"),
		value(goipp.TagLanguage, "attributes-natural-language", "en"), value(goipp.TagURI, "job-uri", "%%%::\x00"), "\x03"), goipp.StatusOk},
}

func nested(depth int) string {
	one := value(goipp.TagMemberName, "", "m") + value(goipp.TagBeginCollection, "", "")
	return "\x02" + value(goipp.TagBeginCollection, "media-col", "") + strings.Repeat(one, depth)
}

// TestT30HostileRequests: nothing that a stranger sends does more than be refused.
func TestT30HostileRequests(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	for _, tt := range hostile {
		a := desk.post("ann", printing.Root+"Folder", strings.NewReader(tt.body))
		if goipp.Status(a.Code) != tt.status {
			t.Errorf("%s: %v, want %v", tt.name, goipp.Status(a.Code), tt.status)
		}
	}
	for _, tt := range []struct {
		method, path, kind string
		code               int
	}{
		{"GET", printing.Root + "Folder", "", 200}, {"GET", printing.Root + "Nothing", "", 404}, {"GET", printing.Root + "Folder/1", "", 405}, {"GET", printing.Root + "Folder/icon.png", "", 200}, {"GET", printing.Root + "Nothing/icon.png", "", 404},
		{"POST", printing.Root + "Folder", "text/plain", 415}, {"POST", printing.Root + "Folder", "application/x-www-form-urlencoded", 415},
		{"DELETE", printing.Root + "Folder/1", "", 405}, {"POST", "/admin", goipp.ContentType, 404}, {"POST", printing.Root, goipp.ContentType, 200},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, desk.http.URL+tt.path, strings.NewReader(hostile[2].body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", tt.kind)
		resp, err := desk.http.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != tt.code {
			t.Errorf("%s %s as %s: %d, want %d", tt.method, tt.path, tt.kind, resp.StatusCode, tt.code)
		}
	}
	if got := desk.Jobs(owner); len(got) != 0 {
		t.Errorf("there are jobs: %+v", got)
	}
}

func FuzzRequest(f *testing.F) {
	for _, tt := range hostile {
		if len(tt.body) < 100_000 {
			f.Add([]byte(tt.body))
		}
	}
	job := "\x02" + value(goipp.TagInteger, "copies", "\x00\x00\x00\x02") + value(goipp.TagKeyword, "sides", "one-sided") +
		value(goipp.TagRange, "page-ranges", "\x00\x00\x00\x01\x00\x00\x00\x03") + value(goipp.TagBeginCollection, "media-col", "") +
		value(goipp.TagMemberName, "", "media-source") + value(goipp.TagKeyword, "", "auto") + value(goipp.TagEndCollection, "", "") +
		value(goipp.TagKeyword, "job-hold-until", "indefinite") + value(goipp.TagInteger, "job-retain-until-interval", "\x7f\xff\xff\xff")
	subscription := "\x06" + value(goipp.TagKeyword, "notify-pull-method", "ippget") + value(goipp.TagKeyword, "notify-events", "job-completed") +
		value(goipp.TagInteger, "notify-lease-duration", "\xff\xff\xff\xff") + value(goipp.TagString, "notify-user-data", "x")
	for op := range goipp.Op(0x40) {
		f.Add([]byte(message(op, opening, value(goipp.TagInteger, "job-id", "\x00\x00\x00\x01"), value(goipp.TagBoolean, "last-document", "\x01"),
			value(goipp.TagName, "job-name", "../x"), value(goipp.TagKeyword, "compression", "gzip"), job, "\x03", gzipped(pdf))))
		f.Add([]byte(message(op, opening, value(goipp.TagInteger, "job-id", "\x00\x00\x00\x01"), value(goipp.TagInteger, "notify-job-id", "\x00\x00\x00\x01"),
			value(goipp.TagInteger, "notify-subscription-id", "\x00\x00\x00\x01"), value(goipp.TagInteger, "notify-subscription-ids", "\x00\x00\x00\x01"),
			value(goipp.TagInteger, "notify-sequence-numbers", "\x80\x00\x00\x00"), value(goipp.TagBoolean, "notify-wait", "\x01"), job, subscription, subscription, "\x03", pdf)))
	}
	server, err := printing.NewServer(printing.Options{Spool: f.TempDir(), Limits: printing.Limits{Document: 1 << 20, Jobs: 50},
		Caller: func(*http.Request) printing.Caller { return printing.Caller{ID: "ann", Owner: true} },
		Allow:  func(*http.Request, string, printing.Verb) bool { return true }})
	if err != nil {
		f.Fatal(err)
	}
	if err := server.Share(context.Background(), []printing.Shared{{Name: "Folder", Dir: f.TempDir()}}); err != nil {
		f.Fatal(err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	f.Fuzz(func(t *testing.T, body []byte) {
		_ = server.SetRule("Folder", printing.Rule{}) // whatever the one before did
		r := httptest.NewRequest(http.MethodPost, printing.Root+"Folder", bytes.NewReader(body))
		r.Header.Set("Content-Type", goipp.ContentType)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r.WithContext(gone)) // nobody waits for events
		var answer goipp.Message
		if err := answer.DecodeBytes(w.Body.Bytes()); err != nil || w.Code != http.StatusOK {
			t.Fatalf("answer %d of %d bytes: %v", w.Code, w.Body.Len(), err)
		}
		for _, j := range server.Jobs(owner) { // make room for the next
			_ = server.Cancel(t.Context(), j.Printer, j.ID, owner)
		}
	})
}

// TestIgnoredOptionsAreNoError: a print system that takes a job and ignores an option has taken it, once.
func TestIgnoredOptionsAreNoError(t *testing.T) {
	fake := printingtest.NewPrinter(t)
	fake.Answer(func(op goipp.Op, _, a *goipp.Message) {
		if op == goipp.OpPrintJob {
			a.Code = goipp.Code(goipp.StatusOkIgnoredOrSubstituted)
		}
	})
	client, err := printing.NewClient(&http.Transport{DisableKeepAlives: true}, fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	job, err := client.Print(t.Context(), "fake", document("letter"), nil, 2)
	if err != nil || job.ID != 7 {
		t.Errorf("job %+v, %v", job, err)
	}
	if n := len(slices.DeleteFunc(fake.Requests(), func(op goipp.Op) bool { return op != goipp.OpPrintJob })); n != 1 {
		t.Errorf("printed %d times", n)
	}
}

// TestNamesOfFiles: the name of a job comes from a stranger and becomes the name of a file.
func TestNamesOfFiles(t *testing.T) {
	dir := t.TempDir()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: filepath.Join(dir, "in")}})
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o755); err != nil {
		t.Fatal(err)
	}
	names := []string{"../../etc/passwd", `..\..\x`, "/etc/x", "con", "COM1.pdf", "nul.tar.pdf", ".bashrc", "...", "a\x00b", "x\u202efdp.exe", "\x1b]0;x", "", "  ",
		strings.Repeat("ü", 300), "c:x", "f::$DATA", "name. ", "<b>|?*", "LPT¹"}
	last := 0
	for _, name := range names {
		job, err := desk.as("ann").Print(t.Context(), "Folder", document(name), nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		last = job.ID
	}
	desk.await(last, 10*time.Second, "completed", state(printing.JobCompleted))
	if got := files(t, dir); !slices.Equal(got, []string{"in"}) {
		t.Errorf("beside the folder there are %q", got)
	}
	got := files(t, filepath.Join(dir, "in"))
	if len(got) != len(names) {
		t.Errorf("%d files of %d: %q", len(got), len(names), got)
	}
	for _, name := range got {
		stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
		if name[0] == '.' || len(name) > 255 || strings.ContainsAny(name, "/\\:*?\"<>|\x1b\u202e") || !strings.HasSuffix(name, ".pdf") ||
			slices.Contains([]string{"CON", "NUL", "COM1", "LPT¹"}, stem) {
			t.Errorf("file %q", name)
		}
	}
}

// TestHalfAHeader: a request that breaks off in its attributes gets an answer that says so.
func TestHalfAHeader(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	conn, err := net.Dial("tcp", desk.http.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "POST %sFolder HTTP/1.1\r\nHost: x\r\nContent-Type: application/ipp\r\nContent-Length: 100\r\n\r\nxxx", printing.Root)
	_ = conn.(*net.TCPConn).CloseWrite()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || len(b) < 8 || goipp.Status(binary.BigEndian.Uint16(b[2:])) != goipp.StatusErrorBadRequest {
		t.Errorf("answer %x, %v", b, err)
	}
}
