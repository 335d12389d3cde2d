package awake

import (
	"context"
	"fmt"
	"io"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	kernel32           = windows.NewLazySystemDLL("kernel32.dll")
	powerCreateRequest = kernel32.NewProc("PowerCreateRequest")
	powerSetRequest    = kernel32.NewProc("PowerSetRequest")
)

// Of winnt.h and minwinbase.h.
const (
	powerRequestSystemRequired      = 1
	powerRequestContextVersion      = 0
	powerRequestContextSimpleString = 1
	invalidHandle                   = ^uintptr(0)
)

// reasonContext is REASON_CONTEXT with a simple string.
type reasonContext struct {
	version uint32
	flags   uint32
	reason  *uint16
	_       [3]uintptr // the union's other member is larger: a module, two numbers and a list of strings
}

// hold makes a power request (PowerCreateRequest), which `powercfg /requests` shows with its reason. It ends with its handle.
func hold(context.Context) (io.Closer, error) {
	text, err := windows.UTF16PtrFromString(reason)
	if err != nil {
		return nil, err
	}
	c := reasonContext{version: powerRequestContextVersion, flags: powerRequestContextSimpleString, reason: text}
	h, _, err := powerCreateRequest.Call(uintptr(unsafe.Pointer(&c))) // #nosec G103 -- the one way to hand over a structure
	if h == 0 || h == invalidHandle {
		return nil, fmt.Errorf("make a power request: %w", err)
	}
	r := request(h)
	if ok, _, err := powerSetRequest.Call(h, powerRequestSystemRequired); ok == 0 {
		_ = r.Close()
		return nil, fmt.Errorf("set a power request: %w", err)
	}
	return r, nil
}

type request windows.Handle

func (r request) Close() error { return windows.CloseHandle(windows.Handle(r)) }
