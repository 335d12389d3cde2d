package polite

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// roles are what the test's own program is in another process: this one keeps its priorities.
var roles = map[string]func([]string) error{"threads": threads, "serve": serve, "work": work}

func init() {
	if os.Getenv("POLITE_ROLE") != "" {
		runtime.LockOSThread() // as a window does: new threads then come from none that keeps its priority
	}
}

func TestMain(m *testing.M) {
	if role := roles[os.Getenv("POLITE_ROLE")]; role != nil {
		if err := role(os.Args[1:]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func play(ctx context.Context, role string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0], args...)
	c.Env = append(os.Environ(), "POLITE_ROLE="+role, "GORACE=atexit_sleep_ms=0")
	c.Stderr = os.Stderr
	return c
}

// priorities are those of all threads of this process.
func priorities() (list map[int][2]int, err error) {
	tasks, err := os.ReadDir("/proc/self/task")
	list = map[int][2]int{}
	for _, t := range tasks {
		id, _ := strconv.Atoi(t.Name())
		v, err := unix.Getpriority(unix.PRIO_PROCESS, id)
		io, _, e := unix.Syscall(unix.SYS_IOPRIO_GET, ofThread, uintptr(id), 0)
		if err == nil && e == 0 {
			list[id] = [2]int{kernelZero - v, int(io)}
		}
	}
	return list, err
}

func want(p *Process, nice, io int) error {
	list, err := priorities()
	if err != nil || len(list) < 8 {
		return fmt.Errorf("%d threads: %v", len(list), err)
	}
	for id, got := range list {
		expected := [2]int{nice, io}
		if p.spare && id == os.Getpid() {
			expected = [2]int{p.usual, ioUsual}
		}
		if got[0] != expected[0] || got[1] != expected[1] && (io != ioUsual || got[1]>>classShift > bestEffort) {
			return fmt.Errorf("thread %d of %d has %v, want %v", id-os.Getpid(), len(list), got, expected)
		}
	}
	return nil
}

// crowd makes threads that stay until the process ends.
func crowd(n int) {
	var ready sync.WaitGroup
	ready.Add(n)
	for range n {
		go func() {
			runtime.LockOSThread()
			ready.Done()
			select {}
		}()
	}
	ready.Wait()
}

func threads(args []string) error {
	p := This(args[0] == "window")
	crowd(8)
	if err := p.GiveWay(); err != nil {
		return err
	}
	if err := want(p, p.usual+nice, ioLast); err != nil {
		return fmt.Errorf("at first: %w", err)
	}
	crowd(8)
	if err := p.GiveWay(); err != nil {
		return err
	}
	if err := want(p, p.usual+nice, ioLast); err != nil {
		return fmt.Errorf("with new threads: %w", err)
	}
	if err := p.TakeBack(); err != nil {
		if os.Geteuid() != 0 { // it needs a privilege
			return nil
		}
		return err
	}
	if err := want(p, p.usual, ioUsual); err != nil {
		return fmt.Errorf("taken back: %w", err)
	}
	return nil
}

func TestAllThreadsGiveWayButTheWindows(t *testing.T) {
	for _, as := range []string{"window", "windowless"} {
		if out, err := play(t.Context(), "threads", as).Output(); err != nil {
			t.Errorf("%s: %v: %s", as, err, out)
		}
	}
}

// pin keeps all threads of this process, and those to come, on one processor.
func pin(cpu string) error {
	n, err := strconv.Atoi(cpu)
	if err != nil {
		return err
	}
	var set unix.CPUSet
	set.Set(n)
	tasks, err := os.ReadDir("/proc/self/task")
	for _, t := range tasks {
		id, _ := strconv.Atoi(t.Name())
		if err := unix.SchedSetaffinity(id, &set); err != nil && err != unix.ESRCH {
			return err
		}
	}
	return err
}

// serve sends without end to each that connects, encrypted, as a PC does of which much is fetched.
func serve(args []string) error {
	if err := pin(args[0]); err != nil {
		return err
	}
	if args[1] == "polite" {
		if err := This(false).GiveWay(); err != nil {
			return err
		}
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}}})
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			for block := make([]byte, 128<<10); ; {
				if _, err := c.Write(block); err != nil {
					return
				}
			}
		}()
	}
}

// work is the owner's own program: it wants all of the processor, and says what it and another process got of it in a while.
func work(args []string) error {
	if err := pin(args[0]); err != nil {
		return err
	}
	own, other := cpu("self"), cpu(args[1])
	for begun := time.Now(); time.Since(begun) < 2*time.Second; {
	}
	fmt.Println(cpu("self")-own, cpu(args[1])-other)
	return nil
}

// cpu is how much of a processor a process has used, in clock ticks (proc(5)).
func cpu(pid string) int {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(b), ") ")
	f := strings.Fields(after)
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return user + system
}

// TestTheOwnersWorkGoesFirst has a PC serve two others at full speed on the one processor that its owner works on.
func TestTheOwnersWorkGoesFirst(t *testing.T) {
	var allowed unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		t.Fatal(err)
	}
	on := 0
	for !allowed.IsSet(on) {
		on++
	}
	server := play(t.Context(), "serve", strconv.Itoa(on), "polite")
	out, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	defer server.Process.Kill()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	defer clients.Wait()
	for range 2 {
		c, err := tls.Dial("tcp", strings.TrimSpace(address), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		clients.Go(func() { io.Copy(io.Discard, c) })
	}
	got, err := play(t.Context(), "work", strconv.Itoa(on), strconv.Itoa(server.Process.Pid)).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, got)
	}
	var worked, served int
	if _, err := fmt.Sscan(string(got), &worked, &served); err != nil {
		t.Fatalf("%v: %s", err, got)
	}
	t.Logf("the owner's program got %d ticks, serving %d", worked, served)
	if worked < 2*served { // with nice 10 it is four times and more, without it at most as much
		t.Errorf("the owner's program got %d ticks of the processor, serving %d", worked, served)
	}
	if served == 0 {
		t.Error("nothing was served meanwhile: this shows nothing")
	}
}
