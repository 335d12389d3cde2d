package printing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// usbPC is a PC with a printer on USB behind ipp-usb and no print system that runs.
func usbPC(t *testing.T, first int) (*pc, *printingtest.IPPUSB, *printingtest.Device) {
	device := printingtest.NewDevice(t)
	usb := printingtest.StartIPPUSB(t, device, first, nil)
	usb.Plug()
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: usbQueue}}, func(o *printing.Options) {
		o.System = printing.Systems(printing.Part{System: printing.NewCUPS("/nowhere/cups.sock")}, printing.Part{Mark: "@usb", System: printing.NewIPPUSB(usb.State)})
	})
	return desk, usb, device
}

const usbQueue = "Lab-Colour-600-0600@usb"

func TestPrinterOnUSBWithoutAPrintSystem(t *testing.T) {
	t.Parallel()
	desk, usb, device := usbPC(t, 61100)
	ann := desk.as("ann")
	began := time.Now()
	desk.awaitPrinter("found", func(p printing.Printer) bool {
		return p.State == printing.StateIdle && p.Accepting && p.Duplex && p.Color
	})
	t.Logf("found after %v", time.Since(began))
	queues, err := desk.Queues(t.Context())
	if err != nil || len(queues) != 1 || queues[0].Name != usbQueue || queues[0].Info != "Lab Colour 600" {
		t.Fatalf("the printers of this PC are %+v, %v", queues, err)
	}
	job, err := ann.Print(t.Context(), "Laser", document("letter"), map[string]string{"sides": "two-sided-long-edge"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	j := seen(t, ann, job.ID, "completed", state(printing.JobCompleted))
	if !slices.Contains(j.Reasons, "job-completed-successfully") || j.Message != "" {
		t.Errorf("the sender is told %q %q", j.Reasons, j.Message)
	}
	_ = usb
	_ = device
	_ = strings.Contains
}
