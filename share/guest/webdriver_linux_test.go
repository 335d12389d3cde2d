package guest

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// How long a browser gets: machines that build and test everything at once are slow.
const (
	browserStart = 60 * time.Second
	browserWait  = 45 * time.Second
)

// name is what the test's PC is called in the browser: unlike a loopback address, to which browsers give rights that only
// encrypted pages have, it is what a PC of the network is.
const name = "lanyard-test.local"

// chromium is a real browser, driven by the WebDriver protocol (W3C).
type chromium struct {
	t       testing.TB
	session string // its URL
	http    *http.Client
	saved   string // where downloads go
}

func newChromium(t testing.TB) *chromium {
	t.Helper()
	driver, err := exec.LookPath("chromedriver")
	if err != nil {
		lacking(t, "chromedriver")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		if browser, err = exec.LookPath("chromium-browser"); err != nil {
			lacking(t, "chromium")
		}
	}
	c := &chromium{t: t, http: &http.Client{Transport: &http.Transport{}, Timeout: 2 * browserStart}, saved: t.TempDir()}
	address := c.start(driver)
	var made struct{ SessionID string }
	err = c.call("POST", address+"/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"browserName": "chrome", "acceptInsecureCerts": true,
		"goog:loggingPrefs": map[string]string{"browser": "ALL", "performance": "ALL"},
		"goog:chromeOptions": map[string]any{
			"binary": browser,
			"args": []string{
				"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--ignore-certificate-errors",
				"--disable-dev-shm-usage", "--user-data-dir=" + userData(t), "--host-resolver-rules=MAP " + name + " 127.0.0.1",
			},
			"prefs": map[string]any{"download.default_directory": c.saved, "download.prompt_for_download": false},
		},
	}}}, &made)
	if err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	c.session = address + "/session/" + made.SessionID
	t.Cleanup(func() { _ = c.call("DELETE", c.session, nil, nil) })
	c.cdp("Browser.setDownloadBehavior", map[string]any{"behavior": "allow", "downloadPath": c.saved})
	return c
}

// userData is a folder for the browser, which goes on writing for a moment after its end.
func userData(t testing.TB) string {
	dir, err := os.MkdirTemp("", "lanyard-chromium")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 20 {
			if os.RemoveAll(dir) == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	return dir
}

// start starts the driver, in a process group of its own that ends with the test, and returns its address.
func (c *chromium) start(driver string) string {
	c.t.Helper()
	cmd := exec.Command(driver, "--port=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, in, err := os.Pipe()
	if err != nil {
		c.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = in, in
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	in.Close()
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			select {
			case lines <- s.Text():
			default:
			}
		}
	}()
	c.t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		out.Close()
		for range lines {
		}
		c.http.CloseIdleConnections()
	})
	timeout := time.After(browserStart)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				c.t.Fatal("chromedriver ended")
			}
			if _, port, found := strings.Cut(line, "successfully on port "); found {
				return "http://127.0.0.1:" + strings.TrimSuffix(port, ".")
			}
		case <-timeout:
			c.t.Fatal("chromedriver does not start")
		}
	}
}

// call makes one request of the protocol.
func (c *chromium) call(method, url string, body, result any) error {
	var in io.Reader
	if method == "POST" {
		if body == nil {
			body = struct{}{}
		}
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, url, in)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var v struct{ Value json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %.300s", method, url, v.Value)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(v.Value, result)
}

// do is a call that has to work.
func (c *chromium) do(method, path string, body, result any) {
	c.t.Helper()
	if err := c.call(method, c.session+path, body, result); err != nil {
		c.t.Fatal(err)
	}
}

// cdp is a command of the browser's own protocol.
func (c *chromium) cdp(command string, params any) {
	c.t.Helper()
	c.do("POST", "/goog/cdp/execute", map[string]any{"cmd": command, "params": params}, nil)
}

func (c *chromium) visit(url string) {
	c.t.Helper()
	c.do("POST", "/url", map[string]string{"url": url}, nil)
}

func (c *chromium) url() (url string) {
	c.t.Helper()
	c.do("GET", "/url", nil, &url)
	return url
}

// run runs a script in the page and returns its result as text.
func (c *chromium) run(script string) (result string) {
	c.t.Helper()
	c.do("POST", "/execute/sync", map[string]any{"script": "return String((() => { " + script + " })())", "args": []any{}}, &result)
	return result
}

func (c *chromium) text() string { c.t.Helper(); return c.run("return document.body.innerText") }

// find returns an element.
func (c *chromium) find(css string) string {
	c.t.Helper()
	var element map[string]string
	c.do("POST", "/element", map[string]string{"using": "css selector", "value": css}, &element)
	for _, id := range element {
		return "/element/" + id
	}
	c.t.Fatalf("%s is not on the page", css)
	return ""
}

// click clicks an element, brought to where nothing hides it.
func (c *chromium) click(css string) {
	c.t.Helper()
	element := c.find(css)
	c.run(fmt.Sprintf("document.querySelector(%q).scrollIntoView({block: 'nearest'})", css))
	c.do("POST", element+"/click", nil, nil)
}

func (c *chromium) keys(css, text string) {
	c.t.Helper()
	c.do("POST", c.find(css)+"/value", map[string]string{"text": text}, nil)
}

// await waits until a condition of the page holds.
func (c *chromium) await(condition string) {
	c.t.Helper()
	deadline := time.Now().Add(browserWait)
	for c.run("return "+condition) != "true" {
		if time.Now().After(deadline) {
			c.t.Fatalf("it never came to %s; the page says:\n%s", condition, c.text())
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// download waits for a file to be saved, and returns it.
func (c *chromium) download(file string) []byte {
	c.t.Helper()
	deadline := time.Now().Add(browserWait)
	at := filepath.Join(c.saved, file)
	for time.Now().Before(deadline) {
		if _, err := os.Stat(at); err == nil {
			if left, _ := filepath.Glob(filepath.Join(c.saved, "*.crdownload")); len(left) == 0 {
				b, err := os.ReadFile(at)
				if err != nil {
					c.t.Fatal(err)
				}
				if err := os.Remove(at); err != nil {
					c.t.Fatal(err)
				}
				return b
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	list, _ := os.ReadDir(c.saved)
	c.t.Fatalf("%s was not saved; there is %v", file, list)
	return nil
}

// drop drops files and folders of this PC into the middle of an element, as a person with a mouse does.
func (c *chromium) drop(css string, paths ...string) {
	c.t.Helper()
	var at struct{ X, Y, Width, Height float64 }
	c.do("GET", c.find(css)+"/rect", nil, &at)
	for _, kind := range []string{"dragEnter", "dragOver", "drop"} {
		c.cdp("Input.dispatchDragEvent", map[string]any{
			"type": kind, "x": at.X + at.Width/2, "y": at.Y + at.Height/2, "data": map[string]any{"items": []any{}, "files": paths, "dragOperationsMask": 1},
		})
	}
}

// look makes the browser one of a size, in pixels of a page, and a colour scheme.
func (c *chromium) look(width, height int, scheme string) {
	c.t.Helper()
	c.cdp("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 2, "mobile": width < 600})
	c.cdp("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{
		{"name": "prefers-color-scheme", "value": scheme}, {"name": "hover", "value": map[bool]string{true: "none", false: "hover"}[width < 600]},
	}})
}

// shoot takes a picture for people to look at, where LANYARD_SHOTS says where to.
func (c *chromium) shoot(file string) {
	c.t.Helper()
	dir := os.Getenv("LANYARD_SHOTS")
	if dir == "" {
		return
	}
	var picture string
	c.do("GET", "/screenshot", nil, &picture)
	b, err := base64.StdEncoding.DecodeString(picture)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, file+".png"), b, 0o644)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// entry is one of a log.
type entry struct{ Level, Message string }

func (c *chromium) log(kind string) (entries []entry) {
	c.t.Helper()
	c.do("POST", "/se/log", map[string]string{"type": kind}, &entries)
	return entries
}

// requested returns the URLs of all that pages have asked for. The browser's own pages (chrome://, such as the one that
// a new tab shows before the first visit) are not asked after.
func (c *chromium) requested() (urls []string) {
	c.t.Helper()
	for _, e := range c.log("performance") {
		var m struct {
			Message struct {
				Method string
				Params struct {
					DocumentURL string
					Request     struct{ URL string }
				}
			}
		}
		if err := json.Unmarshal([]byte(e.Message), &m); err != nil {
			c.t.Fatal(err)
		}
		if m.Message.Method == "Network.requestWillBeSent" && strings.HasPrefix(m.Message.Params.DocumentURL, "http") {
			urls = append(urls, m.Message.Params.Request.URL)
		}
	}
	return urls
}
