package node

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"
)

// A PC that hangs up is one whenever it does: also before the question is on its way.
func TestWhoHangsUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	late := time.Duration(0)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		defer time.Sleep(late)
		return new(net.Dialer).DialContext(ctx, network, address)
	}}}
	for i := range 300 {
		late = time.Duration(i%3) * time.Millisecond
		if _, err := client.Get("http://" + l.Addr().String() + "/"); !isHungUp(err) {
			t.Fatalf("it hung up: %v", err)
		}
	}
}
