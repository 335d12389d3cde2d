package printing_test

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// The environment that makes this test binary a PC of its own, which dies at a chosen moment.
const (
	childSpool = "PRINTING_TEST_SPOOL"
	childCUPS  = "PRINTING_TEST_CUPS"
	childDir   = "PRINTING_TEST_DIR"
	childDies  = "PRINTING_TEST_DIES"
	childUSB   = "PRINTING_TEST_USB"
	childQueue = "PRINTING_TEST_QUEUE"
)

// mortal is a System that kills its own process in the middle of Submit.
type mortal struct {
	printing.System
	at string
}

func die() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

func (m mortal) Submit(ctx context.Context, job printing.SystemJob, document io.Reader, accept func(string) error) error {
	if m.at == "before the print system knows" {
		die()
	}
	if m.at == "in the middle of the document" {
		document = io.MultiReader(io.LimitReader(document, 100), dying{})
	}
	err := m.System.Submit(ctx, job, document, func(ref string) error {
		if m.at == "before its number is kept" {
			die()
		}
		err := accept(ref)
		if m.at == "before the document leaves" {
			die()
		}
		return err
	})
	if m.at == "before the answer is kept" {
		die()
	}
	return err
}

func (m mortal) Find(ctx context.Context, ref string) (printing.SystemState, error) {
	if m.at == "while it is followed" {
		die()
	}
	st, err := m.System.Find(ctx, ref)
	if m.at == "before its end is kept" && err == nil && st.State.Ended() {
		die()
	}
	return st, err
}

type dying struct{}

func (dying) Read([]byte) (int, error) { die(); return 0, nil }

// runChild is the main of the PC that dies. It ends when its stdin does.
func runChild() {
	at := os.Getenv(childDies)
	server, err := printing.NewServer(printing.Options{
		Spool: os.Getenv(childSpool), System: mortal{doomedSystem(), at},
		Caller: func(*http.Request) printing.Caller { return printing.Caller{ID: "ann"} },
		Allow:  func(*http.Request, string, printing.Verb) bool { return true },
	})
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := server.Share(ctx, []printing.Shared{{Name: "Laser", Queue: cmp.Or(os.Getenv(childQueue), "laser")}, {Name: "Folder", Dir: os.Getenv(childDir)}}); err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { _ = http.Serve(listener, server) }()
	fmt.Println("http://" + listener.Addr().String())
	if at == "before it is its turn" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		return
	}
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); cancel() }()
	_ = server.Run(ctx)
}

// child is such a PC as the test sees it.
type child struct {
	cmd    *exec.Cmd
	client *printing.Client
	stdin  io.Closer
}

func startChild(t *testing.T, spool, cups, dir, dies string, env ...string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), env...), childSpool+"="+spool, childCUPS+"="+cups, childDir+"="+dir, childDies+"="+dies)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	client, err := printing.NewClient(transport, strings.TrimSpace(url))
	if err != nil {
		t.Fatal(err)
	}
	c := &child{cmd, client, stdin}
	t.Cleanup(func() { c.kill() })
	return c
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// TestKilledWhilePrinting kills the PC with the printer at each step of a job's way. Afterwards every job that was
// taken has been printed exactly once, or is held where nobody can know.
func TestKilledWhilePrinting(t *testing.T) {
	t.Parallel()
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("laser", printingtest.Direct)
	for _, at := range []string{"before it is its turn", "before the print system knows", "before its number is kept", "before the document leaves",
		"in the middle of the document", "before the answer is kept", "while it is followed", "before its end is kept"} {
		t.Run(at, func(t *testing.T) {
			cups := cups.In(t)
			before := len(cups.Printed())
			spool := filepath.Join(t.TempDir(), "spool")
			last := survived(t, spool, cups.Socket, at)
			if last.State != printing.JobCompleted {
				t.Errorf("the job is %v: %s", last.State, last.Message)
			}
			if n := len(cups.Printed()) - before; n != 1 {
				t.Errorf("it came out %d times", n)
			}
			books, err := printing.NewServer(printing.Options{Spool: spool})
			if err != nil {
				t.Fatal(err)
			}
			month := last.Ended.Local().Format("2006-01")
			if got := books.Counts(month); len(got) != 1 || got[0] != (printing.Count{Month: month, Owner: "ann", Printer: "Laser", Jobs: 1, Pages: 1, Sheets: 1}) {
				t.Errorf("counted: %+v", got)
			}
		})
	}
}

// survived has a PC take a job and die at a step of its way, and returns what becomes of the job after it was started
// anew.
func survived(t *testing.T, spool, cups, at string, env ...string) printing.Job {
	t.Helper()
	dir := t.TempDir()
	doomed := startChild(t, spool, cups, dir, at, env...)
	job, err := doomed.client.Print(t.Context(), "Laser", printing.Document{Name: at, Reader: strings.NewReader(pages(20)), Size: -1}, nil, 1)
	if err != nil { // it died before it could answer; the job is the first of its spool
		job.ID = 1
	}
	if at == "before it is its turn" {
		doomed.kill()
	} else {
		late := time.AfterFunc(20*time.Second, func() { _ = doomed.cmd.Process.Kill() })
		if err := doomed.cmd.Wait(); err == nil || !late.Stop() {
			t.Fatalf("the PC didn't die of itself: %v", err)
		}
	}
	heir := startChild(t, spool, cups, dir, "", env...)
	var last printing.Job
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if last, err = heir.client.Job(t.Context(), "Laser", job.ID); err != nil {
			t.Fatal(err)
		}
		if last.State.Ended() || last.State == printing.JobHeld {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the job is still %v: %v %s", last.State, last.Reasons, last.Message)
		}
	}
	_ = heir.stdin.Close()
	if err := heir.cmd.Wait(); err != nil {
		t.Errorf("the PC doesn't end in order: %v", err)
	}
	return last
}

// TestKilledWhileWritingFiles kills a PC again and again while it puts many copies into a folder.
func TestKilledWhileWritingFiles(t *testing.T) {
	t.Parallel()
	spool, dir := filepath.Join(t.TempDir(), "spool"), t.TempDir()
	const copies = 40
	pc := startChild(t, spool, "/nowhere", dir, "before it is its turn")
	job, err := pc.client.Print(t.Context(), "Folder", document("minutes"), nil, copies)
	if err != nil {
		t.Fatal(err)
	}
	pc.kill()
	kills := 0
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); kills++ {
		pc = startChild(t, spool, "/nowhere", dir, "")
		time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
		j, err := pc.client.Job(t.Context(), "Folder", job.ID)
		pc.kill()
		if err == nil && j.State == printing.JobCompleted {
			break
		}
	}
	t.Logf("killed %d times", kills)
	names := files(t, dir)
	if len(names) != copies {
		t.Errorf("%d files, want %d: %q", len(names), copies, names)
	}
	for _, name := range names {
		if slurp(t, filepath.Join(dir, name)) != pdf {
			t.Errorf("%s is not whole", name)
		}
	}
}

// TestSenderGoesAway breaks off in the middle of a document: nothing of it stays and nothing is printed.
func TestSenderGoesAway(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	ctx, cancel := context.WithCancel(t.Context())
	body := io.MultiReader(strings.NewReader(pdf), readerFunc(func([]byte) (int, error) { cancel(); <-ctx.Done(); return 0, ctx.Err() }))
	if _, err := desk.as("ann").Print(ctx, "Folder", printing.Document{Name: "half", Reader: body, Size: 1 << 20}, nil, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("print: %v", err)
	}
	for end := time.Now().Add(5 * time.Second); len(files(t, desk.opt.Spool)) > 0 || len(desk.Jobs(owner)) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the spool keeps %q, jobs %+v", files(t, desk.opt.Spool), desk.Jobs(owner))
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestDamagedSpool: what can't be read is kept aside, and the rest works.
func TestDamagedSpool(t *testing.T) {
	spool := filepath.Join(t.TempDir(), "spool")
	for name, content := range map[string]string{"1.json": "{", "1.doc": pdf, "2.json": `{"id":3,"stage":"waiting","state":3}`, "7.doc": "orphan", "8.part": "x", "9.json.new": "{"} {
		write(t, filepath.Join(spool, name), content)
	}
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}}, func(o *printing.Options) { o.Spool = spool })
	if got := strings.Join(files(t, spool), " "); got != "1.doc 1.json.bak 2.json.bak" {
		t.Errorf("the spool has %s", got)
	}
	job, err := desk.as("ann").Print(t.Context(), "Folder", document("letter"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	if slurp(t, filepath.Join(spool, "1.doc")) != pdf || job.ID < 9 {
		t.Errorf("a new job, %d, has taken the place of a damaged one", job.ID)
	}
	if info, err := os.Stat(spool); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the spool has mode %v, %v", info.Mode(), err)
	}
}
