package printing

import (
	"context"
	"time"
)

// ipp-usb tells nobody of printers that come and go, and printers on USB nobody of anything: a request that waits would
// hold one of the two lines that they have. So the kernel is asked who listens, which wakes no printer, and a printer
// only while a job is at it.
const (
	// usbSoon is the pace right after a job was submitted, growing to usbBusy while it is followed; usbIdle else.
	usbSoon = 50 * time.Millisecond
	usbBusy = time.Second
	usbIdle = time.Second
)

// Watch looks for printers that come and go, and makes who follows a job look how it is.
func (u *IPPUSB) Watch(ctx context.Context, soon <-chan struct{}, _ func() bool, changed func()) error {
	u.watch(true)
	defer u.watch(false)
	defer u.transport.CloseIdleConnections()
	timer := time.NewTimer(0)
	defer timer.Stop()
	pace, was := usbIdle, false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-soon:
			pace = usbSoon
			timer.Reset(pace)
			continue
		case <-timer.C:
		}
		busy := u.busy()
		if was && !busy {
			u.expire() // they may say now what kept the last job
		}
		was = busy
		news, unready := u.look(ctx)
		if ctx.Err() == nil && (news || busy) {
			changed()
		}
		if pace = min(pace*3/2, usbBusy); !busy && !unready {
			pace = usbIdle
		}
		timer.Reset(pace)
	}
}

// busy tells whether a job is being followed.
func (u *IPPUSB) busy() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return time.Since(u.followed) < lookAgain+time.Second
}

// expire has all printers asked anew.
func (u *IPPUSB) expire() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, p := range u.printers {
		p.stale = true
	}
}
