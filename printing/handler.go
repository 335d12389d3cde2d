package printing

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Root is the path below which a Server is an http.Handler.
const Root = "/ipp/print/"

// request is one IPP request on its way through the Server.
type request struct {
	http    *http.Request
	msg     *goipp.Message
	op      ipp.Attrs // operation attributes
	printer *printer  // the state at the beginning of the request
	path    int       // job ID in the URL; 0 for none
	caller  Caller
	party   party
	body    io.Reader // the document
	base    string    // URI of the printer as this client knows it
}

// answer is what a request gets.
type answer struct {
	status      goipp.Status
	message     string
	operation   goipp.Attributes // beside charset and language
	unsupported goipp.Attributes
	groups      goipp.Groups
	document    *os.File // that follows, and is closed then; or nil
}

func refuse(status goipp.Status, message string) answer {
	return answer{status: status, message: message}
}

var errGone = refuse(goipp.StatusErrorNotFound, "no such printer or job")

// handlers are the operations, each with what the gate must allow for it. What isn't here isn't there.
var handlers = map[goipp.Op]struct {
	verb Verb
	run  func(*Server, *request) answer
}{
	goipp.OpPrintJob:             {Print, (*Server).printJob},
	goipp.OpValidateJob:          {Print, (*Server).validateJob},
	goipp.OpCreateJob:            {Print, (*Server).createJob},
	goipp.OpSendDocument:         {Print, (*Server).sendDocument},
	goipp.OpCloseJob:             {Print, (*Server).closeJob},
	goipp.OpCancelJob:            {Print, (*Server).cancelJob},
	goipp.OpCancelMyJobs:         {Print, (*Server).cancelMyJobs},
	goipp.OpHoldJob:              {Print, (*Server).holdJob},
	goipp.OpReleaseJob:           {Print, (*Server).releaseJob},
	goipp.OpRestartJob:           {Print, (*Server).restartJob},
	goipp.OpResubmitJob:          {Print, (*Server).resubmitJob},
	goipp.OpCupsMoveJob:          {Print, (*Server).moveJob}, // asks for the other printer itself
	goipp.OpCupsGetDocument:      {Print, (*Server).getDocument},
	goipp.OpSetJobAttributes:     {Print, (*Server).setJobAttributes},
	goipp.OpGetJobAttributes:     {See, (*Server).getJobAttributes},
	goipp.OpGetJobs:              {See, (*Server).getJobs},
	goipp.OpGetPrinterAttributes: {See, (*Server).getPrinterAttributes},
	goipp.OpIdentifyPrinter:      {Print, (*Server).identifyPrinter},

	// These ask for Manage themselves: who sees the printer is told that it isn't theirs.
	goipp.OpPausePrinter:              {See, (*Server).pausePrinter},
	goipp.OpResumePrinter:             {See, (*Server).resumePrinter},
	goipp.OpEnablePrinter:             {See, (*Server).enablePrinter},
	goipp.OpDisablePrinter:            {See, (*Server).disablePrinter},
	goipp.OpPurgeJobs:                 {See, (*Server).purgeJobs},
	goipp.OpSetPrinterAttributes:      {See, (*Server).setPrinterAttributes},
	goipp.OpGetPrinterSupportedValues: {See, (*Server).getPrinterSupportedValues},

	goipp.OpCreatePrinterSubscriptions: {See, (*Server).createPrinterSubscriptions},
	goipp.OpCreateJobSubscriptions:     {See, (*Server).createJobSubscriptions},
	goipp.OpGetSubscriptionAttributes:  {See, (*Server).getSubscriptionAttributes},
	goipp.OpGetSubscriptions:           {See, (*Server).getSubscriptions},
	goipp.OpRenewSubscription:          {See, (*Server).renewSubscription},
	goipp.OpCancelSubscription:         {See, (*Server).cancelSubscription},
	goipp.OpGetNotifications:           {See, (*Server).getNotifications},
}

// ServeHTTP answers IPP requests to Root + printer and Root + printer/job, and with a page about the printer and its picture.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Root), "/")
	switch {
	case !strings.HasPrefix(r.URL.Path, Root):
		turnAway(w, r, "404 page not found", http.StatusNotFound)
	case r.Method == http.MethodGet && rest == iconName:
		s.serveIcon(w, r, name)
	case (r.Method == http.MethodGet || r.Method == http.MethodHead) && rest == "" && name != "":
		s.servePage(w, r, name)
	case isIPP(w, r):
		s.serveIPP(w, r, name, rest)
	}
}

func (s *Server) serveIPP(w http.ResponseWriter, r *http.Request, name, rest string) {
	in := &request{http: r, caller: s.caller(r)}
	in.party = partyOf(in.caller, r)
	if !s.crowd.enter(in.party, s.opt.Limits.Requests) {
		w.Header().Set("Retry-After", "2")
		turnAway(w, r, "too many requests at once", http.StatusServiceUnavailable)
		return
	}
	defer s.crowd.leave(in.party)
	control := http.NewResponseController(w)
	timed := newTimedBody(r.Body, control)
	body := bufio.NewReaderSize(timed, 32<<10)
	msg, err := ipp.ReadRequest(body)
	a := refuse(goipp.StatusErrorBadRequest, "")
	switch {
	case errors.Is(err, ipp.ErrTooLarge):
		a.status = goipp.StatusErrorRequestEntity
	case err == nil:
		timed.document()
		in.msg, in.op, in.body = msg, ipp.Attrs(msg.Operation), body
		a = s.answer(in, name, rest)
	}
	if a.status >= goipp.StatusRedirectionOtherSite {
		timed.drain(body)
	}
	if err := reply(w, a.encodeFor(msg), a.document); err != nil {
		s.log.Warn("answer can't be encoded", "operation", goipp.Op(msg.Code).String(), "error", err)
	}
}

// answer checks what every request must have (RFC 8011 section 4.1), asks the gate and runs the operation.
func (s *Server) answer(r *request, name, rest string) answer {
	msg, op := r.msg, r.op
	if v := msg.Version.Major(); v < 1 || v > 2 {
		return refuse(goipp.StatusErrorVersionNotSupported, "")
	}
	if msg.RequestID == 0 || msg.RequestID > 1<<31-1 {
		return refuse(goipp.StatusErrorBadRequest, "request-id must be 1 to 2147483647")
	}
	if problem := checkOperationGroup(msg); problem != "" {
		return refuse(goipp.StatusErrorBadRequest, problem)
	}
	if c := strings.ToLower(op.String("attributes-charset")); c != "utf-8" && c != "us-ascii" {
		return refuse(goipp.StatusErrorCharset, "")
	}
	h, known := handlers[goipp.Op(msg.Code)]
	verb := h.verb
	if !known {
		verb = See
	}
	allowed := s.allowed(r.http, name, verb)
	s.mu.Lock()
	shared := s.printers[name]
	var p printer
	if shared != nil {
		p = s.shownLocked(shared)
	}
	s.mu.Unlock()
	id, ok := jobID(rest)
	switch {
	case !allowed || shared == nil || !ok:
		return errGone
	case !known:
		return refuse(goipp.StatusErrorOperationNotSupported, "")
	case p.caps == nil:
		return refuse(goipp.StatusErrorServiceUnavailable, p.message)
	}
	if r.party.guest {
		p.caps = guestCaps(p.caps)
	}
	r.printer, r.path, r.base = &p, id, baseURI(r.http, op, name, s.opt.Secure(r.http))
	return h.run(s, r)
}

// caller is who sent a request.
func (s *Server) caller(r *http.Request) Caller {
	if local, ok := r.Context().Value(localCaller{}).(Caller); ok {
		return local
	}
	return s.opt.Caller(r)
}

// allowed asks the gate. What comes from inside this process has passed it.
func (s *Server) allowed(r *http.Request, name string, verb Verb) bool {
	_, local := r.Context().Value(localCaller{}).(Caller)
	return local || s.opt.Allow(r, name, verb)
}

// localCaller is the key for the Caller of a request made inside this process (Server.Local).
type localCaller struct{}

// checkOperationGroup tells what is wrong with the order of a request; "" for nothing.
func checkOperationGroup(msg *goipp.Message) string {
	if len(msg.Groups) == 0 || msg.Groups[0].Tag != goipp.TagOperationGroup {
		return "the operation attributes must come first"
	}
	last := goipp.Tag(0)
	for _, g := range msg.Groups {
		if g.Tag < last || g.Tag == last && g.Tag != goipp.TagSubscriptionGroup { // of which there may be several
			return "attribute groups are out of order"
		}
		last = g.Tag
		seen := map[string]bool{}
		for _, attr := range g.Attrs {
			if attr.Name == "" || seen[attr.Name] {
				return "attributes must have a name, and each its own"
			}
			seen[attr.Name] = true
		}
	}
	op := msg.Groups[0].Attrs
	if len(op) < 3 || op[0].Name != "attributes-charset" || op[0].Values[0].T != goipp.TagCharset ||
		op[1].Name != "attributes-natural-language" || op[1].Values[0].T != goipp.TagLanguage {
		return "attributes-charset and attributes-natural-language must come first"
	}
	for _, attr := range op[2:] {
		if attr.Name == "printer-uri" || attr.Name == "job-uri" {
			if len(attr.Values) == 1 && attr.Values[0].T == goipp.TagURI {
				return ""
			}
		}
	}
	return "printer-uri or job-uri is missing"
}

func jobID(s string) (id int, ok bool) {
	if s == "" {
		return 0, true
	}
	id, err := strconv.Atoi(s)
	return id, err == nil && id > 0
}

// encodeFor is the answer as a message, groups in the order of RFC 8011 section 4.1.4.
func (a answer) encodeFor(req *goipp.Message) *goipp.Message {
	version := goipp.MakeVersion(2, 0)
	if major, minor := req.Version.Major(), req.Version.Minor(); major == 1 && minor <= 1 || major == 2 && minor <= 2 {
		version = req.Version
	}
	op := goipp.Group{Tag: goipp.TagOperationGroup, Attrs: goipp.Attributes{
		goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")),
	}}
	if a.message != "" {
		op.Add(goipp.MakeAttr("status-message", goipp.TagText, goipp.String(ipp.Clean(a.message, 255))))
	}
	op.Attrs = append(op.Attrs, a.operation...)
	groups := goipp.Groups{op}
	if len(a.unsupported) > 0 {
		groups.Add(goipp.Group{Tag: goipp.TagUnsupportedGroup, Attrs: a.unsupported})
	}
	return goipp.NewMessageWithGroups(version, goipp.Code(a.status), req.RequestID, append(groups, a.groups...))
}
