//go:build linux

package discoverytest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/discovery/discoverytest"
)

func TestMain(m *testing.M) {
	discoverytest.Setup(discoverytest.Roles{"answer": answer, "fail": fail})
	goleak.VerifyTestMain(m)
}

// answer listens on TCP port 9 and answers every caller with the host's name.
func answer(ctx context.Context, args []string) error {
	listener, err := net.Listen("tcp", ":9")
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	fmt.Println("ready", strings.Join(args, " "))
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Println("bye")
			return nil
		}
		host, _ := os.Hostname()
		io.WriteString(conn, host)
		conn.Close()
	}
}

func fail(context.Context, []string) error { return errors.New("out of paper") }

// call returns what answer says at an address, called from a PC.
func call(from *discoverytest.PC, to netip.Addr) (string, error) {
	var text []byte
	var err error
	from.Do(func() {
		var conn net.Conn
		conn, err = net.DialTimeout("tcp", netip.AddrPortFrom(to, 9).String(), 300*time.Millisecond)
		if err != nil {
			return
		}
		defer conn.Close()
		text, err = io.ReadAll(conn)
	})
	return string(text), err
}

func startAnswer(t *testing.T, pc *discoverytest.PC) *discoverytest.Cmd {
	t.Helper()
	cmd := pc.Self(t.Context(), "answer", "front", "desk")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready front desk\n" {
		t.Fatalf("the process in the PC said %q, %v", line, err)
	}
	return cmd
}

func TestPCsReachEachOtherAndCablesCanBePulled(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	desk, store := lan.Join("front desk"), lan.Join("store")
	cmd := startAnswer(t, desk)

	steps := []struct {
		what    string
		do      func()
		reached bool
	}{
		{"at first", func() {}, true},
		{"cable pulled", desk.Unplug, false},
		{"cable back", desk.Plug, true},
		{"silenced", func() { lan.Silence(desk) }, false},
		{"heard again", func() { lan.Unsilence(desk) }, true},
		{"filtered", func() { lan.Filter("ip protocol tcp drop") }, false},
		{"not filtered", func() { lan.Filter() }, true},
		{"multicast blocked", lan.BlockMulticast, true},
		{"all lost", func() { lan.Lose(100) }, false},
	}
	for _, step := range steps {
		step.do()
		text, err := call(store, desk.Addr())
		for range 10 { // the kernel asks for a neighbour that was away only once a second
			if !step.reached || err == nil {
				break
			}
			text, err = call(store, desk.Addr())
		}
		if reached := err == nil && text == "front-desk"; reached != step.reached {
			t.Errorf("%s: reached is %v (%q, %v), want %v", step.what, reached, text, err, step.reached)
		}
	}
	if err := cmd.Stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestCarrierIsLostWithTheCableOnly(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	desk := lan.Join("front desk", discoverytest.Unplugged())
	running := func() (up bool) {
		desk.Do(func() {
			card, err := net.InterfaceByName(desk.Interface)
			up = err == nil && card.Flags&net.FlagRunning != 0
		})
		return up
	}
	eventually := func(what string, want bool) {
		t.Helper()
		for range 100 {
			if running() == want {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%s: carrier is %v", what, !want)
	}
	eventually("cable out", false)
	desk.Plug()
	eventually("cable in", true)
	lan.Silence(desk)
	eventually("silenced", true)
	desk.Unplug()
	eventually("cable pulled", false)
}

func TestLinkLocalIPv6(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	desk, store := lan.Join("desk", discoverytest.NoIPv4()), lan.Join("store", discoverytest.NoIPv4())
	startAnswer(t, desk)
	if desk.Addr().IsValid() {
		t.Errorf("a PC without IPv4 has %v", desk.Addr())
	}
	store.LinkLocal() // so that it can send
	if text, err := call(store, desk.LinkLocal().WithZone(store.Interface)); text != "desk" {
		t.Errorf("got %q, %v", text, err)
	}
}

func TestTwoNetworksAndARouter(t *testing.T) {
	office, shop := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	desk, till := office.Join("desk"), shop.Join("till")
	startAnswer(t, desk)
	if _, err := call(desk, till.Addr()); err == nil {
		t.Error("two networks are one")
	}
	discoverytest.Route(office, shop)
	var text string
	for range 10 { // the kernel asks for a missing router once a second
		if text, _ = call(till, desk.Addr()); text == "desk" {
			return
		}
	}
	t.Errorf("over the router: got %q", text)
}

func TestCardsOfAPC(t *testing.T) {
	lan, other := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	pc := lan.Join("desk", discoverytest.NoIPv6())
	pc.Attach(other, discoverytest.Address(netip.MustParsePrefix("169.254.7.7/16")))
	pc.AddDocker()
	pc.AddVPN()
	want := map[string]string{"eth0": lan.Prefix().Addr().String()[:6], "eth1": "169.254.7.7", "docker0": "172.17.0.1", "tun0": "10.8.0.2"}
	for name, prefix := range want {
		out, err := pc.Command(t.Context(), "ip", "-br", "addr", "show", "dev", name).Output()
		if err != nil || !strings.Contains(string(out), prefix) {
			t.Errorf("%s: %s, %v", name, out, err)
		}
		if strings.HasPrefix(name, "eth0") && strings.Contains(string(out), "fe80") {
			t.Errorf("IPv6 is on: %s", out)
		}
	}
}

func TestProcessesEndWithTheTestAndErrorsAreSeen(t *testing.T) {
	var sleep *discoverytest.Cmd
	t.Run("a test that forgets its process", func(t *testing.T) {
		pc := discoverytest.NewLAN(t).Join("desk")
		sleep = pc.Command(context.Background(), "sleep", "1000")
		if err := sleep.Start(); err != nil {
			t.Fatal(err)
		}
		_, err := pc.Self(t.Context(), "fail").Output()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || string(exit.Stderr) != "out of paper\n" {
			t.Errorf("got %v", err)
		}
		out, err := pc.Command(t.Context(), "sh", "-c", "hostname; cat /etc/resolv.conf; ls /run").Output()
		if string(out) != "desk\nnameserver 127.0.0.1\n" || err != nil {
			t.Errorf("inside: %q, %v", out, err)
		}
	})
	if sleep.ProcessState == nil {
		t.Error("it still runs")
	}
}

func TestPacketsAreCountedAndSlowed(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	desk, store := lan.Join("desk"), lan.Join("store")
	startAnswer(t, desk)
	before := desk.Packets()
	if _, err := call(store, desk.Addr()); err != nil {
		t.Fatal(err)
	}
	if desk.Packets() == before {
		t.Error("packets aren't counted")
	}
	desk.Limit(100_000)
	if _, err := call(store, desk.Addr()); err != nil {
		t.Error(err)
	}
}

func TestTwelvePCs(t *testing.T) {
	begin := time.Now()
	lan := discoverytest.NewLAN(t)
	for i := range 12 {
		lan.Join(fmt.Sprintf("pc %d", i))
	}
	t.Logf("12 PCs in %v", time.Since(begin))
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("12 PCs took %v", took)
	}
}
