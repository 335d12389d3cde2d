package ole

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"lanyard/app/ui/exchange"
)

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")
	shell32  = windows.NewLazySystemDLL("shell32.dll")

	openClipboard    = user32.NewProc("OpenClipboard")
	closeClipboard   = user32.NewProc("CloseClipboard")
	emptyClipboard   = user32.NewProc("EmptyClipboard")
	setClipboardData = user32.NewProc("SetClipboardData")
	getClipboardData = user32.NewProc("GetClipboardData")
	globalAlloc      = kernel32.NewProc("GlobalAlloc")
	globalFree       = kernel32.NewProc("GlobalFree")
	globalLock       = kernel32.NewProc("GlobalLock")
	globalUnlock     = kernel32.NewProc("GlobalUnlock")
	moveMemory       = kernel32.NewProc("RtlMoveMemory")
	dragQueryFile    = shell32.NewProc("DragQueryFileW")
)

const (
	hdrop    = 15  // CF_HDROP
	moveable = 0x2 // GMEM_MOVEABLE
	allFiles = ^uintptr(0)
	maxPath  = 1 << 15 // of Windows' longest paths, in UTF-16 units
)

// clipboardWait is how long another program may have the clipboard open: one that looks at it takes milliseconds.
const clipboardWait = 2 * time.Second

// Desktop is the desktop around a window of this program.
type Desktop struct {
	Window uintptr // its HWND
}

var _ exchange.Desktop = Desktop{}

// Receive is for exchange.Desktop: the toolkit takes the drops.
func (Desktop) Receive(context.Context, exchange.Receiver) error { return exchange.ErrUnavailable }

// Copy is for exchange.Desktop. Windows keeps the list, so it returns at once.
func (d Desktop) Copy(ctx context.Context, paths []string, ready func()) error {
	err := d.withClipboard(ctx, func() error {
		memory, err := globalList(paths)
		if err != nil {
			return err
		}
		if ok, _, err := emptyClipboard.Call(); ok == 0 {
			globalFree.Call(memory)
			return err
		}
		if taken, _, err := setClipboardData.Call(hdrop, memory); taken == 0 {
			globalFree.Call(memory)
			return err
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("copy files: %w", err)
	}
	ready()
	return nil
}

// Paste is for exchange.Desktop.
func (d Desktop) Paste(ctx context.Context) (paths []string, err error) {
	err = d.withClipboard(ctx, func() error {
		list, _, _ := getClipboardData.Call(hdrop)
		if list == 0 {
			return nil // something else
		}
		count, _, _ := dragQueryFile.Call(list, allFiles&0xffffffff, 0, 0)
		if count > exchange.MaxFiles {
			return exchange.ErrTooMany
		}
		name := make([]uint16, maxPath)
		for i := range count {
			n, _, _ := dragQueryFile.Call(list, i, uintptr(unsafe.Pointer(&name[0])), maxPath) // #nosec G103 -- the one way to hand over memory
			if n > 0 && n < maxPath {
				paths = append(paths, windows.UTF16ToString(name[:n]))
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("paste files: %w", err)
	}
	return paths, nil
}

// withClipboard does something with the clipboard open, which belongs to a thread.
func (d Desktop) withClipboard(ctx context.Context, do func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ctx, cancel := context.WithTimeout(ctx, clipboardWait)
	defer cancel()
	for {
		if ok, _, _ := openClipboard.Call(d.Window); ok != 0 {
			break
		}
		select {
		case <-ctx.Done():
			return errors.New("another program doesn't let go of the clipboard")
		case <-time.After(10 * time.Millisecond):
		}
	}
	defer closeClipboard.Call()
	return do()
}

// globalList makes a DROPFILES with a list of files, in memory that Windows can take over.
func globalList(paths []string) (uintptr, error) {
	const header = 20
	list := make([]byte, header)
	binary.LittleEndian.PutUint32(list, header) // where the names begin
	list[16] = 1                                // they are UTF-16
	for _, p := range paths {
		name, err := windows.UTF16FromString(p)
		if err != nil {
			return 0, fmt.Errorf("name %q: %w", p, err)
		}
		for _, unit := range name {
			list = binary.LittleEndian.AppendUint16(list, unit)
		}
	}
	list = append(list, 0, 0)
	memory, _, err := globalAlloc.Call(moveable, uintptr(len(list)))
	if memory == 0 {
		return 0, err
	}
	at, _, err := globalLock.Call(memory)
	if at == 0 {
		globalFree.Call(memory)
		return 0, err
	}
	moveMemory.Call(at, uintptr(unsafe.Pointer(&list[0])), uintptr(len(list))) // #nosec G103 -- the one way to hand over memory
	globalUnlock.Call(memory)
	return memory, nil
}

// Picture is for exchange.Desktop: bitmaps aren't read here.
func (Desktop) Picture(context.Context) ([]byte, error) { return nil, exchange.ErrUnavailable }
