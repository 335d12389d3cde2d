package printing

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"lanyard/printing/ipp"
)

const (
	// deviceTime bounds a look at a printer: with deviceAgain it keeps within the three seconds in which a sender is to
	// see what a printer says, also of one that was unplugged.
	deviceTime = 1500 * time.Millisecond
	// maxFollowed bounds how many jobs are remembered that devices were asked about.
	maxFollowed = 1000
)

// devices asks printers that speak IPP themselves how they are while a job is at them. CUPS asks them too, but the
// longer a job takes the less often, up to every eight seconds. Which printers there are, whoever set up this PC's print
// system has said: no address from the network is ever asked.
type devices struct {
	transport *http.Transport

	mu   sync.Mutex     // guards the below
	jobs map[string]int // number that a job of CUPS, by its reference, has at the device
}

func newDevices() *devices {
	return &devices{jobs: map[string]int{}, transport: &http.Transport{
		DialContext: (&net.Dialer{Timeout: deviceTime}).DialContext, MaxConnsPerHost: 2, MaxIdleConnsPerHost: 1, IdleConnTimeout: 5 * time.Second,
		DisableCompression: true,
		// Printers sign their certificates themselves. Only words for troubles are read, and believed as a stranger's.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // #nosec G402 -- see above
	}}
}

// deviceReport is what a printer says.
type deviceReport struct {
	reasons []string
	job     ipp.Attrs // how our job is; nil when it isn't known there
	away    bool      // it doesn't answer
}

// asks tells whether a printer at uri can be asked. A name that only DNS-SD can resolve is left to CUPS.
func (d *devices) asks(uri *url.URL) bool {
	return (uri.Scheme == "ipp" || uri.Scheme == "ipps") && uri.Host != "" && !strings.Contains(uri.Host, "._tcp")
}

func (d *devices) conn(uri *url.URL, user string) *ipp.Conn {
	base := &url.URL{Scheme: "http", Host: uri.Host}
	if uri.Scheme == "ipps" {
		base.Scheme = "https"
	}
	if uri.Port() == "" {
		base.Host = net.JoinHostPort(uri.Hostname(), "631")
	}
	return &ipp.Conn{Transport: d.transport, Base: base, User: user, Path: func(string) string { return uri.Path }}
}

// look asks the printer at uri how it is and how the job of CUPS called ref, by that name and of that user, is there.
func (d *devices) look(ctx context.Context, uri *url.URL, ref, name, user string) deviceReport {
	ctx, done := context.WithTimeout(ctx, deviceTime)
	defer done()
	conn := d.conn(uri, user)
	attrs, err := conn.PrinterAttributes(ctx, "", "printer-state", "printer-state-reasons")
	if err != nil {
		return deviceReport{away: true}
	}
	report := deviceReport{reasons: reasonsOf(attrs, "printer-state-reasons")}
	if n, _ := attrs.Int("printer-state"); n == 5 && len(blocking(report.reasons)) == 0 {
		report.reasons = append(report.reasons, "other-error") // it has stopped and doesn't say why
	}
	report.job = d.job(ctx, conn, ref, name, user)
	return report
}

// never tells whether a printer has never had a job that CUPS says is completed: the filters of CUPS take a document of
// which no page is left to print for done.
func (d *devices) never(ctx context.Context, uri *url.URL, ref, name, user string) bool {
	d.mu.Lock()
	id := d.jobs[ref]
	d.mu.Unlock()
	if id != 0 {
		return false
	}
	ctx, done := context.WithTimeout(ctx, deviceTime)
	defer done()
	all, err := d.conn(uri, user).Jobs(ctx, "", "completed", "job-id", "job-name")
	return err == nil && !slices.ContainsFunc(all, func(a ipp.Attrs) bool { return a.String("job-name") == name })
}

// job finds our job at a printer: the newest that has not ended, has its name and is this PC's, and from then on the
// job with that number.
func (d *devices) job(ctx context.Context, conn *ipp.Conn, ref, name, user string) ipp.Attrs {
	wanted := []string{"job-id", "job-name", "job-originating-user-name", "job-state", "job-state-reasons", "job-impressions-completed", "job-media-sheets-completed"}
	d.mu.Lock()
	id := d.jobs[ref]
	d.mu.Unlock()
	if id != 0 {
		attrs, _ := conn.JobAttributes(ctx, "", id, wanted...)
		return attrs
	}
	all, err := conn.Jobs(ctx, "", "not-completed", wanted...)
	if err != nil {
		return nil
	}
	var found ipp.Attrs
	for _, attrs := range all {
		n, _ := attrs.Int("job-id")
		by := attrs.String("job-originating-user-name")
		if n > id && attrs.String("job-name") == name && (by == "" || by == user) {
			found, id = attrs, n
		}
	}
	if id != 0 {
		d.mu.Lock()
		if len(d.jobs) >= maxFollowed {
			clear(d.jobs)
		}
		d.jobs[ref] = id
		d.mu.Unlock()
	}
	return found
}

func (d *devices) forget(ref string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.jobs, ref)
}

// take puts what the printer itself said into a job's state, in the place of what CUPS last heard from it. A job of which
// there may be several there, one for each copy, ends when CUPS says so.
func (st *SystemState) take(report deviceReport, several bool) {
	st.Device = true
	if report.away {
		st.Printer = append(st.Printer, "offline-report")
		return
	}
	st.Printer = append(slices.DeleteFunc(st.Printer, func(r string) bool { return r != "paused" && !strings.HasPrefix(r, "cups-") }), report.reasons...)
	if report.job == nil {
		st.Pages, st.Sheets = 0, 0 // CUPS counts what it has made ready
		return
	}
	pages, counts := report.job.Int("job-impressions-completed")
	sheets, _ := report.job.Int("job-media-sheets-completed")
	if !counts {
		pages = sheets
	}
	st.Pages, st.Sheets = max(0, pages), max(0, sheets)
	// What a printer has aborted, the print system may try again.
	if n, _ := report.job.Int("job-state"); !several && (JobState(n) == JobCompleted || JobState(n) == JobCanceled) {
		st.State, st.Confirmed, st.Reasons, st.Message = JobState(n), true, nil, ""
	}
}

// confirms tells whether CUPS, for a queue with this address, says that a job is completed because the printer said so.
// With all others it means that the last byte has left.
func confirms(uri *url.URL) bool {
	switch uri.Scheme {
	case "ipp", "ipps":
		return uri.Query().Get("waitjob") != "false" // an option of CUPS' ipp backend
	case "dnssd":
		return strings.Contains(uri.Host, "_ipp")
	case "file", "cups-pdf":
		return true
	}
	return false
}
