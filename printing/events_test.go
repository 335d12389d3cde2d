package printing_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// subscribe asks a printer for events and returns the answer.
func (p *pc) subscribe(caller string, op goipp.Op, groups ...goipp.Attributes) *goipp.Message {
	p.t.Helper()
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), op, 1)
	m.Operation = goipp.Attributes{
		goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")),
		text(goipp.TagURI, "printer-uri", "ipp://pc.local/ipp/print/Laser"),
	}
	m.Groups = goipp.Groups{{Tag: goipp.TagOperationGroup, Attrs: m.Operation}}
	for _, attrs := range groups {
		m.Groups.Add(goipp.Group{Tag: goipp.TagSubscriptionGroup, Attrs: attrs})
	}
	b, err := m.EncodeBytes()
	if err != nil {
		p.t.Fatal(err)
	}
	return p.post(caller, printing.Root+"Laser", bytes.NewReader(b))
}

func subscription(m *goipp.Message) int {
	id, _ := ipp.Attrs(m.Subscription).Int("notify-subscription-id")
	return id
}

func eventsWanted(names ...string) goipp.Attributes {
	attr := goipp.Attribute{Name: "notify-events"}
	for _, name := range names {
		attr.Values.Add(goipp.TagKeyword, goipp.String(name))
	}
	return goipp.Attributes{text(goipp.TagKeyword, "notify-pull-method", "ippget"), attr}
}

// notifications asks for the events of a subscription from a number on, and waits for them.
func (p *pc) notifications(caller string, id, from int) *goipp.Message {
	p.t.Helper()
	return p.send(caller, printing.Root+"Laser", goipp.OpGetNotifications, "",
		goipp.MakeAttr("notify-subscription-ids", goipp.TagInteger, goipp.Integer(id)),
		goipp.MakeAttr("notify-sequence-numbers", goipp.TagInteger, goipp.Integer(from)),
		goipp.MakeAttr("notify-wait", goipp.TagBoolean, goipp.Boolean(true)))
}

// follow collects events, one line each, until done is among them.
func (p *pc) follow(caller string, id int, done string) (lines []string) {
	p.t.Helper()
	next := 1
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		m := p.notifications(caller, id, next)
		if s := goipp.Status(m.Code); s != goipp.StatusOk && s != goipp.StatusOkEventsComplete {
			p.t.Fatalf("get events: %v", s)
		}
		for _, g := range m.Groups {
			if g.Tag != goipp.TagEventNotificationGroup {
				continue
			}
			attrs := ipp.Attrs(g.Attrs)
			number, _ := attrs.Int("notify-sequence-number")
			if number != next {
				p.t.Errorf("event %d comes where %d was due", number, next)
			}
			next = number + 1
			state, _ := attrs.Int("job-state")
			lines = append(lines, fmt.Sprintf("%s %v %s", attrs.String("notify-subscribed-event"), printing.JobState(state), strings.Join(attrs.Strings("job-state-reasons"), ",")))
			if attrs.String("notify-subscribed-event") == done {
				return lines
			}
		}
	}
	p.t.Fatalf("no %s in %q", done, lines)
	return nil
}

// TestEventsTellHowAJobGoes, each when it happens, without asking again and again.
func TestEventsTellHowAJobGoes(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	made := desk.subscribe("ann", goipp.OpCreatePrinterSubscriptions, eventsWanted("job-created", "job-state-changed", "job-stopped", "job-completed"),
		append(eventsWanted("printer-stopped", "printer-state-changed"), goipp.MakeAttr("notify-user-data", goipp.TagString, goipp.Binary("mine"))),
		goipp.Attributes{text(goipp.TagURI, "notify-recipient-uri", "http://169.254.169.254/")})
	if got := goipp.Status(made.Code); got != goipp.StatusOkIgnoredSubscriptions || len(made.Groups) != 4 {
		t.Fatalf("subscribe: %v, %v", got, made.Groups)
	}
	jobs, _ := ipp.Attrs(made.Groups[1].Attrs).Int("notify-subscription-id")
	printers, _ := ipp.Attrs(made.Groups[2].Attrs).Int("notify-subscription-id")
	if code, _ := ipp.Attrs(made.Groups[3].Attrs).Int("notify-status-code"); goipp.Status(code) != goipp.StatusErrorURIScheme {
		t.Errorf("a subscription that calls somebody: %v", goipp.Status(code))
	}
	began := time.Now()
	cups.SetReasons("media-empty-error")
	if _, err := desk.as("ann").Print(t.Context(), "Laser", document("letter"), nil, 1); err != nil {
		t.Fatal(err)
	}
	lines := desk.follow("ann", jobs, "job-stopped")
	if took := time.Since(began); took > 3*time.Second+air || lines[0] != "job-created pending none" {
		t.Errorf("after %v: %q", took, lines)
	}
	if last := lines[len(lines)-1]; last != "job-stopped processing-stopped printer-stopped,media-empty-error" {
		t.Errorf("the last is %q", last)
	}
	for { // which is told by itself, a moment before or after the job
		m := desk.notifications("ann", printers, 1)
		last := ipp.Attrs(m.Groups[len(m.Groups)-1].Attrs)
		if slices.Contains(last.Strings("printer-state-reasons"), "media-empty-error") && last.Has("notify-user-data") {
			break
		}
		if time.Since(began) > 3*time.Second+air {
			t.Errorf("the printer says %v", last)
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	cups.SetReasons()
	lines = desk.follow("ann", jobs, "job-completed")
	if last := lines[len(lines)-1]; last != "job-completed completed queued-in-device" {
		t.Errorf("the last is %q", last)
	}
}

// TestT31EventsOfOthers: who subscribes to a printer hears of the jobs of others what everybody may know, and no
// guest hears of any.
func TestT31EventsOfOthers(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Laser", Dir: t.TempDir()}})
	ids := map[string]int{}
	for _, who := range []string{"ann", "bob", "", "owner"} {
		if ids[who] = subscription(desk.subscribe(who, goipp.OpCreatePrinterSubscriptions, eventsWanted("job-state-changed", "job-created"))); ids[who] == 0 {
			t.Fatalf("%q may not subscribe", who)
		}
	}
	job, err := desk.as("ann").Print(t.Context(), "Laser", document("salary of bob"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	for who, want := range map[string]struct{ hears, name bool }{"ann": {true, true}, "owner": {true, true}, "bob": {true, false}, "": {false, false}} {
		m := desk.send(who, printing.Root+"Laser", goipp.OpGetNotifications, "", goipp.MakeAttr("notify-subscription-ids", goipp.TagInteger, goipp.Integer(ids[who])))
		b, err := m.EncodeBytes()
		if err != nil || m.Code != 0 {
			t.Fatal(err, goipp.Status(m.Code))
		}
		if got := bytes.Contains(b, []byte("salary")); got != want.name {
			t.Errorf("%q hears the name: %v", who, got)
		}
		if got := len(m.EventNotification) > 0; got != want.hears {
			t.Errorf("%q hears that there is a job: %v", who, got)
		}
	}
	one := goipp.MakeAttr("notify-subscription-id", goipp.TagInteger, goipp.Integer(ids["ann"]))
	many := goipp.MakeAttr("notify-subscription-ids", goipp.TagInteger, goipp.Integer(ids["ann"]))
	for _, who := range []string{"bob", ""} {
		for _, op := range []goipp.Op{goipp.OpGetSubscriptionAttributes, goipp.OpRenewSubscription, goipp.OpCancelSubscription, goipp.OpGetNotifications} {
			if a := desk.send(who, printing.Root+"Laser", op, "", one, many); goipp.Status(a.Code) != goipp.StatusErrorNotFound {
				t.Errorf("%q, %v of ann's: %v", who, op, goipp.Status(a.Code))
			}
		}
		if a := desk.send(who, printing.Root+"Laser", goipp.OpCreateJobSubscriptions, "", goipp.MakeAttr("notify-job-id", goipp.TagInteger, goipp.Integer(job.ID))); goipp.Status(a.Code) != goipp.StatusErrorNotFound {
			t.Errorf("%q subscribes to ann's job: %v", who, goipp.Status(a.Code))
		}
		if a := desk.send(who, printing.Root+"Laser", goipp.OpGetSubscriptions, ""); subscription(a) != ids[who] {
			t.Errorf("%q is told of subscription %d", who, subscription(a))
		}
	}
	if a := desk.send("ann", printing.Root+"Laser", goipp.OpCancelSubscription, "", one); a.Code != 0 {
		t.Errorf("ann ends hers: %v", goipp.Status(a.Code))
	}
	if a := desk.send("ann", printing.Root+"Laser", goipp.OpRenewSubscription, "", one); goipp.Status(a.Code) != goipp.StatusErrorNotFound {
		t.Errorf("ann renews what she has ended: %v", goipp.Status(a.Code))
	}
}

// TestSubscriptionToAJob ends with it, and says so.
func TestSubscriptionToAJob(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Laser", Dir: t.TempDir()}})
	job, err := desk.as("ann").Print(t.Context(), "Laser", document("minutes"), map[string]string{"job-hold-until": "indefinite"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpCreateJobSubscriptions, 1)
	m.Groups = goipp.Groups{{Tag: goipp.TagOperationGroup, Attrs: goipp.Attributes{
		goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")),
		text(goipp.TagURI, "printer-uri", "ipp://pc.local/ipp/print/Laser"),
		goipp.MakeAttr("notify-job-id", goipp.TagInteger, goipp.Integer(job.ID))}}, {Tag: goipp.TagSubscriptionGroup, Attrs: eventsWanted("job-completed")}}
	b, err := m.EncodeBytes()
	if err != nil {
		t.Fatal(err)
	}
	id := subscription(desk.post("ann", printing.Root+"Laser", bytes.NewReader(b)))
	if id == 0 {
		t.Fatal("no subscription to a job")
	}
	if err := desk.Release(t.Context(), "Laser", job.ID, "", owner); err != nil {
		t.Fatal(err)
	}
	desk.follow("ann", id, "job-completed")
	if a := desk.notifications("ann", id, 2); goipp.Status(a.Code) != goipp.StatusOkEventsComplete {
		t.Errorf("after the end: %v", goipp.Status(a.Code))
	}
	if a := desk.send("ann", printing.Root+"Laser", goipp.OpRenewSubscription, "", goipp.MakeAttr("notify-subscription-id", goipp.TagInteger, goipp.Integer(id))); goipp.Status(a.Code) != goipp.StatusErrorNotPossible {
		t.Errorf("renewed: %v", goipp.Status(a.Code))
	}
}

// TestT32SubscriptionsAreFew: what can be asked for is bounded, for each and for all guests, in number, time and size.
func TestT32SubscriptionsAreFew(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	made := 0
	for i := range 10 {
		for range 25 {
			a := desk.guestSubscribes(fmt.Sprintf("10.0.0.%d", i))
			if id := subscription(a); id != 0 {
				made++
				if lease, _ := ipp.Attrs(a.Subscription).Int("notify-lease-duration"); lease != 3600 {
					t.Fatalf("a guest's lasts %d s", lease)
				}
			} else if goipp.Status(a.Code) != goipp.StatusErrorTooManySubscriptions {
				t.Fatalf("refused with %v", goipp.Status(a.Code))
			}
		}
		if i == 0 && made != 20 {
			t.Errorf("one guest has %d", made)
		}
	}
	if made != 100 {
		t.Errorf("all guests have %d", made)
	}
	if a := desk.subscribe("ann", goipp.OpCreatePrinterSubscriptions, append(eventsWanted("job-created"),
		goipp.MakeAttr("notify-user-data", goipp.TagString, goipp.Binary(strings.Repeat("x", 64))))); subscription(a) != 0 {
		t.Error("64 bytes of data are kept")
	}
}

// guestSubscribes makes a subscription for ever, of a guest.
func (p *pc) guestSubscribes(address string) *goipp.Message {
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpCreatePrinterSubscriptions, 1)
	m.Subscription = append(eventsWanted("job-created"), goipp.MakeAttr("notify-lease-duration", goipp.TagInteger, goipp.Integer(0)))
	return p.serveMessage("", address+":50000", m, "")
}

// TestWhoWaitsForEvents holds no more than a few connections, and none for long.
func TestWhoWaitsForEvents(t *testing.T) {
	inside(t, printing.Limits{}, func(t *testing.T, server *printing.Server, _ *pipes, _ string) {
		desk := &pc{Server: server, t: t}
		id := subscription(desk.guestSubscribes("10.0.0.1"))
		took := make(chan time.Duration, 6)
		for range cap(took) {
			go func() {
				began := time.Now()
				desk.guest("10.0.0.1", goipp.OpGetNotifications, "", goipp.MakeAttr("notify-subscription-ids", goipp.TagInteger, goipp.Integer(id)),
					goipp.MakeAttr("notify-wait", goipp.TagBoolean, goipp.Boolean(true)))
				took <- time.Since(began)
			}()
		}
		count := map[time.Duration]int{}
		for range cap(took) {
			count[<-took]++
		}
		if count[0] != 2 || count[10*time.Second] != 4 {
			t.Errorf("waits are %v", count)
		}
	})
}
