//go:build linux

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/app/node"
	"lanyard/printing/printingtest"
)

func keyword(name string, tag goipp.Tag, value string) goipp.Attribute {
	return goipp.MakeAttribute(name, tag, goipp.String(value))
}

// Somebody outside the workgroup asks a printer for everything, in the name of everybody. Where guests may not print that
// is as if there were no printer; where they may, nobody's job is theirs to see or to end but their own.
func TestT31WhoIsOutsideTouchesNobodysJobs(t *testing.T) {
	front, back, cups := printOffice(t, printingtest.Direct)
	cups.SetReasons("media-empty-error") // so that the job waits
	back.Must("print", "-P", "front/Laser", document(t, "Kündigung Meier.pdf"))
	job(back, 5*time.Second, "waits", inState("processing-stopped"))
	id := state(back).Jobs[0].ID
	eve := newAttacker(t, front.PC) // also from the printer's own PC, which is nearer than any other
	names := []string{"root", "back", state(back).Self.ID, state(front).Self.ID, "anonymous", ""}
	uri := "ipp://localhost:4720/ipp/print/Laser"

	ask := func(config *tls.Config, op goipp.Op, name string, more ...goipp.Attribute) (int, *goipp.Message) {
		t.Helper()
		attrs := goipp.Attributes{keyword("requesting-user-name", goipp.TagName, name)}
		if op != goipp.OpGetJobs && op != goipp.OpPrintJob && op != goipp.OpGetPrinterAttributes {
			attrs.Add(goipp.MakeAttribute("job-id", goipp.TagInteger, goipp.Integer(id)))
		}
		attrs = append(attrs, more...)
		var job goipp.Attributes
		switch op {
		case goipp.OpCupsMoveJob:
			job.Add(keyword("job-printer-uri", goipp.TagURI, "ipp://localhost:4720/ipp/print/Print-to-folder"))
		case goipp.OpHoldJob:
			attrs.Add(goipp.MakeAttribute("lanyard-recall", goipp.TagBoolean, goipp.Boolean(true)))
		}
		r := eve.ask(at(front), config, post("/ipp/print/Laser", at(front), goipp.ContentType, ipp(op, uri, attrs, job...)+pdf))
		if strings.Contains(r.body, pdf) {
			t.Errorf("%v: the document comes back", op)
		}
		var m goipp.Message
		if r.status == http.StatusOK && m.DecodeBytes([]byte(r.body)) != nil {
			t.Errorf("%v: what came is no IPP", op)
		}
		return r.status, &m
	}
	operations := []goipp.Op{
		goipp.OpPrintJob, goipp.OpPrintURI, goipp.OpValidateJob, goipp.OpCreateJob, goipp.OpSendDocument, goipp.OpSendURI, goipp.OpCancelJob,
		goipp.OpGetJobAttributes, goipp.OpGetJobs, goipp.OpGetPrinterAttributes, goipp.OpHoldJob, goipp.OpReleaseJob, goipp.OpRestartJob,
		goipp.OpPausePrinter, goipp.OpPurgeJobs, goipp.OpCancelMyJobs, goipp.OpCancelJobs, goipp.OpSetPrinterAttributes, goipp.OpSetJobAttributes,
		goipp.OpIdentifyPrinter, goipp.OpCupsGetPrinters, goipp.OpCupsGetDocument, goipp.OpCupsGetPpd, goipp.OpCupsMoveJob, goipp.OpCupsAddModifyPrinter,
		goipp.OpResubmitJob, goipp.OpPromoteJob, goipp.OpScheduleJobAfter, goipp.OpResumePrinter, goipp.OpEnablePrinter, goipp.OpDisablePrinter,
	}
	still := func(after string) {
		t.Helper()
		jobs := state(back).Jobs
		if i := slices.IndexFunc(jobs, func(j node.Job) bool { return j.ID == id }); i < 0 || jobs[i].State != "processing-stopped" || jobs[i].Printer != "Laser" {
			t.Fatalf("after %s the member's job is %+v", after, jobs)
		}
	}

	t.Run("no guests", func(t *testing.T) {
		for door, config := range doors(eve) {
			for _, op := range operations {
				for _, name := range names {
					if status, _ := ask(config, op, name); status != 0 && status != http.StatusNotFound {
						t.Errorf("%s: %v as %q is answered %d", door, op, name, status)
					}
				}
				still(op.String())
			}
		}
		// And by the tools that people have.
		file := document(t, "tool.pdf")
		for _, c := range [][2]string{{"ipps", "print-job.test"}, {"ipps", "get-jobs.test"}, {"ipps", "cancel-current-job.test"}, {"ipp", "print-job.test"}} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second) // it tries again and again where it is hung up on
			out, err := eve.pc.Command(ctx, "ipptool", "-tf", file, c[0]+"://127.0.0.1:4720/ipp/print/Laser", "/usr/share/cups/ipptool/"+c[1]).CombinedOutput()
			cancel()
			if err == nil {
				t.Errorf("ipptool %s over %s works:\n%s", c[1], c[0], out)
			}
		}
		request := filepath.Join(t.TempDir(), "request")
		os.WriteFile(request, []byte(ipp(goipp.OpGetJobs, uri, goipp.Attributes{keyword("requesting-user-name", goipp.TagName, "back")})), 0o600)
		out, err := eve.pc.Command(t.Context(), "curl", "-sk", "-w", "%{http_code}", "-H", "Content-Type: application/ipp", "--data-binary", "@"+request,
			"https://127.0.0.1:4720/ipp/print/Laser").CombinedOutput()
		if err != nil || !strings.HasSuffix(string(out), "404") {
			t.Errorf("curl: %v\n%s", err, out)
		}
		if n := len(cups.Printed()); n != 0 {
			t.Errorf("%d documents came out", n)
		}
	})

	t.Run("guests", func(t *testing.T) {
		front.Must("printer", "share", "Laser", "--guests")
		front.Must("printer", "share", "Print-to-folder", "--guests") // where jobs could go
		for door, config := range doors(eve) {
			for _, op := range operations {
				for _, name := range names {
					if op == goipp.OpPrintJob || op == goipp.OpCreateJob || op == goipp.OpValidateJob || op == goipp.OpIdentifyPrinter || op == goipp.OpGetPrinterAttributes {
						continue // what guests are there for
					}
					which := keyword("which-jobs", goipp.TagKeyword, "not-completed")
					status, m := ask(config, op, name, which)
					what := fmt.Sprintf("%s: %v as %q", door, op, name)
					if status != http.StatusOK {
						t.Errorf("%s: %d", what, status)
						continue
					}
					refused := goipp.Status(m.Code) >= goipp.StatusErrorBadRequest
					if op != goipp.OpGetJobs && op != goipp.OpCancelMyJobs && op != goipp.OpGetJobAttributes && !refused {
						t.Errorf("%s: %v", what, goipp.Status(m.Code))
					}
					var shown strings.Builder
					m.Print(&shown, false)
					for _, private := range []string{"Meier", "back", state(back).Self.ID} {
						if strings.Contains(strings.ReplaceAll(shown.String(), name, ""), private) {
							t.Errorf("%s shows %q:\n%s", what, private, shown.String())
						}
					}
				}
				still(op.String())
			}
		}
		// A guest's job is a guest's, whatever name it gives itself.
		status, m := ask(browser(), goipp.OpPrintJob, "back", keyword("job-name", goipp.TagName, "from back"))
		if status != http.StatusOK || goipp.Status(m.Code) >= goipp.StatusErrorBadRequest {
			t.Fatalf("a guest's job: %d %v", status, goipp.Status(m.Code))
		}
		for _, j := range state(back).Jobs {
			if j.Name == "from back" {
				t.Errorf("back takes it for its own: %+v", j)
			}
		}
		for _, j := range state(front).Jobs {
			if j.Name == "from back" && j.Owner != "" {
				t.Errorf("it is said to be of %s", j.Owner)
			}
		}
	})
	back.Must("jobs", "cancel", "front/Laser/"+strconv.Itoa(id))
	job(back, 5*time.Second, "is cancelled by who it belongs to", func(j node.Job) bool { return j.State == "canceled" })
}
