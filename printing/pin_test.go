package printing_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
)

func password(value, encryption string) []goipp.Attribute {
	return []goipp.Attribute{goipp.MakeAttr("job-password", goipp.TagString, goipp.Binary(value)), text(goipp.TagKeyword, "job-password-encryption", encryption)}
}

func withPIN(name, pin string) printing.Document {
	d := document(name)
	d.PIN = pin
	return d
}

// TestT31AJobWaitsForItsPIN: it is let go by its sender's PC, or by the PIN on the PC with the printer, and by nothing else
// that there is; nobody but its sender learns its name, and nothing on the disk says what the PIN is.
func TestT31AJobWaitsForItsPIN(t *testing.T) {
	dir := t.TempDir()
	set := []printing.Shared{{Name: "Folder", Dir: dir}, {Name: "Second", Dir: t.TempDir()}}
	desk := newPC(t, set)
	ann := desk.as("ann")
	can, err := ann.Capabilities(t.Context(), "Folder")
	if err != nil || !can.PIN {
		t.Fatalf("it takes PINs: %+v, %v", can, err)
	}
	if _, err := ann.Print(t.Context(), "Folder", withPIN("x", "12a4"), nil, 1); !errors.Is(err, printing.ErrBadPIN) {
		t.Errorf("no PIN: %v", err)
	}
	job, err := ann.Print(t.Context(), "Folder", withPIN("Kündigung Meier", "471147"), map[string]string{"job-retain-until-interval": "600"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	waits := func(what string) {
		t.Helper()
		j := desk.await(job.ID, time.Second, "held", state(printing.JobHeld))
		if !j.PIN || !slices.Contains(j.Reasons, "job-password-wait") || j.Message == "" || j.Name != "Untitled" {
			t.Errorf("after %s: %+v", what, j)
		}
	}
	waits("it came")
	if mine, err := ann.Job(t.Context(), "Folder", job.ID); err != nil || !mine.PIN || mine.Name != "Kündigung Meier" {
		t.Errorf("its sender sees %+v, %v", mine, err)
	}
	record := slurp(t, filepath.Join(desk.opt.Spool, "1.json"))
	sum := sha256.Sum256([]byte("471147"))
	if strings.Contains(record, "471147") || strings.Contains(record, base64.StdEncoding.EncodeToString(sum[:])) || !strings.Contains(record, `"pin":{`) {
		t.Errorf("on the disk: %s", record)
	}
	ask := func(caller string, op goipp.Op, attrs ...goipp.Attribute) *goipp.Message {
		return desk.send(caller, printing.Root+"Folder", op, "", append([]goipp.Attribute{jobNumber(job.ID)}, attrs...)...)
	}
	for _, tt := range []struct {
		what, caller string
		op           goipp.Op
		attrs        []goipp.Attribute
	}{
		{"a release by the printer's owner", "owner", goipp.OpReleaseJob, nil},
		{"a release in the sender's name", "owner", goipp.OpReleaseJob, []goipp.Attribute{text(goipp.TagName, "requesting-user-name", "ann")}},
		{"a release by another", "bob", goipp.OpReleaseJob, password("471147", "none")},
		{"a hold that is none", "owner", goipp.OpHoldJob, []goipp.Attribute{text(goipp.TagKeyword, "job-hold-until", "no-hold")}},
		{"a restart", "owner", goipp.OpRestartJob, nil},
		{"a copy", "owner", goipp.OpResubmitJob, nil},
		{"a look at it", "owner", goipp.OpCupsGetDocument, nil},
		{"a look by its sender, who has it", "ann", goipp.OpCupsGetDocument, nil},
	} {
		if a := ask(tt.caller, tt.op, tt.attrs...); goipp.Status(a.Code) < goipp.StatusErrorBadRequest {
			t.Errorf("%s: %v", tt.what, goipp.Status(a.Code))
		}
		waits(tt.what)
	}
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpSetJobAttributes, 1)
	m.Operation = goipp.Attributes{goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")), text(goipp.TagURI, "printer-uri", "ipp://x/ipp/print/Folder"), jobNumber(job.ID)}
	m.Job = goipp.Attributes{text(goipp.TagKeyword, "job-hold-until", "no-hold")}
	b, _ := m.EncodeBytes()
	if a := desk.post("owner", printing.Root+"Folder", bytes.NewReader(b)); goipp.Status(a.Code) != goipp.StatusErrorNotAuthorized {
		t.Errorf("another job-hold-until: %v", goipp.Status(a.Code))
	}
	waits("another job-hold-until")
	if err := desk.Move(t.Context(), "Folder", job.ID, "Second", owner); err != nil {
		t.Fatal(err)
	}
	waits("it was moved")
	if err := desk.Move(t.Context(), "Second", job.ID, "Folder", owner); err != nil {
		t.Fatal(err)
	}
	if err := desk.as("owner").Fetch(t.Context(), "Folder", job.ID, io.Discard, 1<<20); err == nil {
		t.Error("it was fetched")
	}
	desk.stop()
	desk.start(set)
	waits("a restart of the PC")
	if err := desk.as("owner").Release(t.Context(), "Folder", job.ID, "471147"); err != nil {
		t.Errorf("the right PIN: %v", err)
	}
	if j := desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted)); j.Name != "Untitled" || j.PIN {
		t.Errorf("it was printed as %+v", j)
	}
	if err := desk.Restart(t.Context(), "Folder", job.ID, owner); err != nil {
		t.Fatal(err)
	}
	waits("it is to be printed again")
	if err := desk.as("ann").Release(t.Context(), "Folder", job.ID, ""); err != nil {
		t.Errorf("its sender's PC: %v", err)
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	// Who prints it again in the name of its sender can't give it a PIN of his own.
	again := ask("owner", goipp.OpResubmitJob, password("0000", "none")...)
	if again.Code != 0 {
		t.Fatal(goipp.Status(again.Code))
	}
	job.ID = idOf(again)
	waits("it was copied")
	if err := desk.Release(t.Context(), "Folder", job.ID, "0000", owner); !errors.Is(err, printing.ErrPIN) {
		t.Errorf("a PIN of his own: %v", err)
	}
}

// TestT31APINIsNotGuessed: after five wrong ones only the sender's PC lets a job go, over a restart; those who may not touch
// it don't even use a guess up.
func TestT31APINIsNotGuessed(t *testing.T) {
	set := []printing.Shared{{Name: "Folder", Dir: t.TempDir()}}
	desk := newPC(t, set)
	var ids []int
	for range 2 {
		job, err := desk.as("ann").Print(t.Context(), "Folder", withPIN("x", "1234"), nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, job.ID)
	}
	var denied *printing.Denial
	guess := func(caller, pin string) error { return desk.as(caller).Release(t.Context(), "Folder", ids[0], pin) }
	for range 10 {
		if err := guess("bob", "0000"); !errors.Is(err, printing.ErrNotFound) {
			t.Errorf("bob guesses: %v", err)
		}
	}
	for i, pin := range []string{"0000", "1111", "12345", "0000", "9999"} {
		if err := guess("owner", pin); !errors.As(err, &denied) || strings.Contains(denied.Words, "tries left") != (i < 4) {
			t.Errorf("guess %d: %v", i+1, err)
		}
		if i == 2 {
			desk.stop()
			desk.start(set)
		}
	}
	desk.stop()
	desk.start(set)
	if err := guess("owner", "1234"); !errors.As(err, &denied) || !strings.Contains(denied.Words, "too many") {
		t.Errorf("the right PIN too late: %v", err)
	}
	if err := desk.as("owner").Release(t.Context(), "Folder", ids[1], "1234"); err != nil {
		t.Errorf("another job: %v", err)
	}
	if err := guess("ann", ""); err != nil {
		t.Errorf("its sender: %v", err)
	}
	for _, id := range ids {
		desk.await(id, 5*time.Second, "completed", state(printing.JobCompleted))
	}
}

// TestT31ForgedPasswords: what is no PIN is refused before there is a job.
func TestT31ForgedPasswords(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	for name, attrs := range map[string][]goipp.Attribute{
		"empty": password("", "none"), "three digits": password("123", "none"), "nine digits": password("123456789", "none"), "letters": password("abcd", "none"),
		"other digits": password("٤٧١١", "none"), "white space": password(" 1234", "none"), "a long one": password(strings.Repeat("1", 255), "none"),
		"a hash that is none": password("1234", "sha2-256"), "half a hash": password(strings.Repeat("x", 16), "sha2-256"), "an old hash": password(strings.Repeat("x", 16), "md5"),
		"an encryption that is none": password("1234", "`id`"), "a text": {text(goipp.TagText, "job-password", "1234")},
		"a number": {goipp.MakeAttr("job-password", goipp.TagInteger, goipp.Integer(1234))},
		"two":      {goipp.MakeAttr("job-password", goipp.TagString, goipp.Binary("1234"), goipp.Binary("4321"))},
	} {
		for _, op := range []goipp.Op{goipp.OpPrintJob, goipp.OpCreateJob, goipp.OpValidateJob, goipp.OpReleaseJob} {
			if a := desk.send("ann", printing.Root+"Folder", op, pdf, attrs...); goipp.Status(a.Code) != goipp.StatusErrorAttributesOrValues {
				t.Errorf("%s, %v: %v", name, op, goipp.Status(a.Code))
			}
		}
	}
	if jobs := desk.Jobs(owner); len(jobs) != 0 {
		t.Errorf("there are jobs: %+v", jobs)
	}
	a := desk.send("ann", printing.Root+"Folder", goipp.OpPrintJob, pdf, goipp.MakeAttr("job-password", goipp.TagString, goipp.Binary("1234")))
	if states, _ := ipp.Attrs(a.Job).Get("job-state-reasons"); a.Code != 0 || states.Values.String() != "job-password-wait" {
		t.Errorf("a PIN as most clients send it: %v, %v", goipp.Status(a.Code), states.Values)
	}
}

// TestEachJobWaitsToBeReleased at a printer whose owner wants that: members' until they let them go, guests' for the PIN
// that they have to give them.
func TestEachJobWaitsToBeReleased(t *testing.T) {
	dir := t.TempDir()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir}})
	if err := desk.SetRule("Folder", printing.Rule{Release: true}); err != nil {
		t.Fatal(err)
	}
	job, err := desk.as("ann").Print(t.Context(), "Folder", document("letter"), map[string]string{"job-hold-until": "no-hold"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	j := desk.await(job.ID, time.Second, "held", state(printing.JobHeld))
	if j.PIN || !slices.Contains(j.Reasons, "job-hold-until-specified") || !strings.Contains(j.Message, "its sender lets it go") || j.Name != "letter" {
		t.Errorf("it waits as %+v", j)
	}
	for _, op := range []goipp.Op{goipp.OpPrintJob, goipp.OpCreateJob, goipp.OpValidateJob} {
		a := desk.guest("10.0.0.1", op, pdf)
		if words := ipp.Attrs(a.Operation).String("status-message"); goipp.Status(a.Code) != goipp.StatusErrorNotPossible || !strings.Contains(words, "PIN") {
			t.Errorf("a guest's %v: %v %q", op, goipp.Status(a.Code), words)
		}
	}
	a := desk.guest("10.0.0.1", goipp.OpPrintJob, pdf, password("1234", "none")...)
	if a.Code != 0 {
		t.Fatalf("a guest's with a PIN: %v", goipp.Status(a.Code))
	}
	guests := idOf(a)
	if a := desk.guest("10.0.0.1", goipp.OpReleaseJob, "", jobNumber(guests)); goipp.Status(a.Code) != goipp.StatusErrorNotAuthorized {
		t.Errorf("it is let go from the guest's address: %v", goipp.Status(a.Code))
	}
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("printed: %q", got)
	}
	if err := desk.Release(t.Context(), "Folder", guests, "1234", owner); err != nil {
		t.Error(err)
	}
	if err := desk.as("ann").Release(t.Context(), "Folder", job.ID, ""); err != nil {
		t.Error(err)
	}
	for _, id := range []int{job.ID, guests} {
		desk.await(id, 5*time.Second, "completed", state(printing.JobCompleted))
	}
}
