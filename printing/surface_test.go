package printing_test

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// TestT33NoDriverCrossesTheWire: the operations are those listed, none of which takes or gives anything but documents
// and attributes; no attribute has a driver, filter or program, or says where one is; and there are no files to get.
func TestT33NoDriverCrossesTheWire(t *testing.T) {
	desk, cups := laserPC(t, printingtest.PostScript)
	cups.Run("/usr/sbin/lpadmin", "-p", "laser", "-o", "job-sheets-default=none")
	a := desk.send("ann", printing.Root+"Laser", goipp.OpGetPrinterAttributes, "", text(goipp.TagKeyword, "requested-attributes", "all"))
	listed, _ := ipp.Attrs(a.Printer).Get("operations-supported")
	var can []goipp.Op
	for _, v := range listed.Values {
		n, _ := v.V.(goipp.Integer)
		can = append(can, goipp.Op(n))
	}
	want := []goipp.Op{goipp.OpPrintJob, goipp.OpValidateJob, goipp.OpCreateJob, goipp.OpSendDocument, goipp.OpCancelJob, goipp.OpGetJobAttributes, goipp.OpGetJobs,
		goipp.OpGetPrinterAttributes, goipp.OpHoldJob, goipp.OpReleaseJob, goipp.OpRestartJob, goipp.OpResubmitJob, goipp.OpSetJobAttributes,
		// a document goes back to who brought it, as it came
		goipp.OpCupsGetDocument, goipp.OpCupsMoveJob,
		goipp.OpCancelMyJobs, goipp.OpCloseJob, goipp.OpIdentifyPrinter,
		// of these, only names of states, numbers and the words "not settable" come back
		goipp.OpPausePrinter, goipp.OpResumePrinter, goipp.OpEnablePrinter, goipp.OpDisablePrinter, goipp.OpPurgeJobs,
		goipp.OpSetPrinterAttributes, goipp.OpGetPrinterSupportedValues,
		// events are waited for by who wants them: nothing is sent to anybody
		goipp.OpCreatePrinterSubscriptions, goipp.OpCreateJobSubscriptions, goipp.OpGetSubscriptionAttributes, goipp.OpGetSubscriptions,
		goipp.OpRenewSubscription, goipp.OpCancelSubscription, goipp.OpGetNotifications}
	slices.Sort(can)
	if slices.Sort(want); !slices.Equal(can, want) {
		t.Errorf("operations are %v, want %v: a new one needs a look at what it carries", can, want)
	}
	for _, from := range []goipp.Op{0, 0x3fff} { // the standard's and CUPS', which has CUPS-Get-PPD and CUPS-Add-Modify-Printer
		for op := from; op < from+0x102; op++ {
			status := goipp.Status(desk.send("owner", printing.Root+"Laser", op, "").Code)
			if known := status != goipp.StatusErrorOperationNotSupported; known != slices.Contains(want, op) {
				t.Errorf("%v: %v", op, status)
			}
		}
	}
	for _, attr := range a.Printer {
		for _, part := range []string{"driver", "ppd", "filter", "command", "install", "software", "firmware", "device-uri", "cups", "program", "binary"} {
			if strings.Contains(attr.Name, part) {
				t.Errorf("there is an attribute %s", attr.Name)
			}
		}
		for _, v := range attr.Values {
			if s, _ := ipp.Text(v.V); v.T == goipp.TagURI && attr.Name != "printer-uuid" {
				if u, err := url.Parse(s); err != nil || u.Hostname() != "pc.local" {
					t.Errorf("%s points to %s", attr.Name, s)
				}
			}
		}
	}
	for _, path := range []string{"/printers/Laser.ppd", "/printers/laser.ppd", printing.Root + "Laser.ppd", printing.Root + "Laser/driver", printing.Root + "Laser/Laser.ppd",
		printing.Root + "Laser/icon.png/../laser.ppd", printing.Root, "/admin", "/ppd/", "/drivers", "/print$/x64/3/unidrv.dll", printing.Root + "..%2f..%2fetc%2fcups%2fppd%2flaser.ppd"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost, "PROPFIND"} {
			r, err := http.NewRequestWithContext(t.Context(), method, desk.http.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Caller", "owner")
			resp, err := desk.http.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode < 400 || strings.Contains(string(b), "PPD") || !strings.HasPrefix(path, printing.Root) && resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s %s: %s", method, path, resp.Status)
			}
		}
	}
}
