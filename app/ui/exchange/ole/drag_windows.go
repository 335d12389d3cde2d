package ole

import (
	"context"
	"errors"
	"fmt"
	"image"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"lanyard/app/ui/exchange"
)

var (
	ole32 = windows.NewLazySystemDLL("ole32.dll")

	oleInitialize     = ole32.NewProc("OleInitialize")
	oleUninitialize   = ole32.NewProc("OleUninitialize")
	doDragDrop        = ole32.NewProc("DoDragDrop")
	coTaskMemFree     = ole32.NewProc("CoTaskMemFree")
	createData        = shell32.NewProc("CIDLData_CreateFromIDArray")
	parseName         = shell32.NewProc("SHParseDisplayName")
	findLastID        = shell32.NewProc("ILFindLastID")
	attachThreadInput = user32.NewProc("AttachThreadInput")
	windowThread      = user32.NewProc("GetWindowThreadProcessId")
	windowRect        = user32.NewProc("GetWindowRect")
	cursorPos         = user32.NewProc("GetCursorPos")
	keyState          = user32.NewProc("GetAsyncKeyState")
	systemMetrics     = user32.NewProc("GetSystemMetrics")
)

// What OLE answers and is asked with (winerror.h, oleidl.h).
const (
	done              = 0
	noInterface       = 0x80004002
	droppedHere       = 0x00040100 // DRAGDROP_S_DROP
	cancelled         = 0x00040101 // DRAGDROP_S_CANCEL
	useDefaultCursors = 0x00040102
	effectCopy        = 1
	leftButton        = 1
	rightButton       = 2
	swapButton        = 23 // SM_SWAPBUTTON (winuser.h)
)

// step is how often the pointer is looked at while it is in the window: once a frame.
const step = 16 * time.Millisecond

// Drag drags files out of the window with the button that is down. OLE asks for them while they hover, so they are fetched
// when they leave the window; who has let go by then drags them once more.
func (d Desktop) Drag(ctx context.Context, files exchange.Drag) (exchange.Outcome, error) {
	if out, err := d.leaves(ctx); !out || err != nil {
		return exchange.Outcome{}, err
	}
	var out exchange.Outcome
	local := files.Local
	if local == nil {
		var err error
		if local, err = files.Fetch(ctx, func(image.Image) {}); err != nil {
			return out, err
		}
		out.Fetched = true
	}
	if len(local) == 0 || !pressed(leftButton) {
		return out, nil
	}
	taken, err := d.drop(local)
	out.Taken = taken
	if err != nil {
		err = fmt.Errorf("drag files: %w", err)
	}
	return out, err
}

// leaves waits until the pointer leaves the window, and tells whether it does before the button is let go.
func (d Desktop) leaves(ctx context.Context) (bool, error) {
	beat := time.NewTicker(step)
	defer beat.Stop()
	for pressed(leftButton) {
		var at struct{ x, y int32 }
		var rect struct{ left, top, right, bottom int32 }
		cursorPos.Call(uintptr(unsafe.Pointer(&at)))              // #nosec G103 -- the one way to hand over a structure
		windowRect.Call(d.Window, uintptr(unsafe.Pointer(&rect))) // #nosec G103 -- the one way to hand over a structure
		if at.x < rect.left || at.x >= rect.right || at.y < rect.top || at.y >= rect.bottom {
			return true, nil
		}
		select {
		case <-beat.C:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	return false, nil
}

// pressed tells whether a mouse button is down, by what it does: the state of keys is that of the hardware.
func pressed(button uintptr) bool {
	if swapped, _, _ := systemMetrics.Call(swapButton); swapped != 0 {
		button = leftButton + rightButton - button
	}
	state, _, _ := keyState.Call(button)
	return state&0x8000 != 0
}

// drop runs OLE's drag, on a thread that shares the keyboard and mouse with the window's, and tells whether the files were taken.
func (d Desktop) drop(paths []string) (taken bool, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if r, _, _ := oleInitialize.Call(0); int32(r) < 0 { // #nosec G115 -- an HRESULT
		return false, syscall.Errno(r)
	}
	defer oleUninitialize.Call()
	theirs, _, _ := windowThread.Call(d.Window, 0)
	ours := uintptr(windows.GetCurrentThreadId())
	attachThreadInput.Call(ours, theirs, 1)
	defer attachThreadInput.Call(ours, theirs, 0)
	data, err := dataObject(paths)
	if err != nil {
		return false, err
	}
	defer release(data)
	var effect uint32
	r, _, _ := doDragDrop.Call(data, uintptr(unsafe.Pointer(&source)), effectCopy, uintptr(unsafe.Pointer(&effect))) // #nosec G103 -- the one way to hand over a structure
	switch {
	case r == droppedHere:
		return effect != 0, nil
	case r == cancelled:
		return false, nil
	}
	return false, syscall.Errno(r)
}

// dataObject makes the shell's own object for files, which must be in one folder: theirs is the work of answering in every
// format there is.
func dataObject(paths []string) (uintptr, error) {
	var lists, children []uintptr
	defer func() {
		for _, l := range lists {
			coTaskMemFree.Call(l)
		}
	}()
	parse := func(path string) (uintptr, error) {
		name, err := windows.UTF16PtrFromString(path)
		if err != nil {
			return 0, err
		}
		var list uintptr
		if r, _, _ := parseName.Call(uintptr(unsafe.Pointer(name)), 0, uintptr(unsafe.Pointer(&list)), 0, 0); r != done { // #nosec G103 -- the one way to hand over a structure
			return 0, fmt.Errorf("find %q: %w", path, syscall.Errno(r))
		}
		lists = append(lists, list)
		return list, nil
	}
	folder, err := parse(filepath.Dir(paths[0]))
	if err != nil {
		return 0, err
	}
	for _, p := range paths {
		list, err := parse(p)
		if err != nil {
			return 0, err
		}
		child, _, _ := findLastID.Call(list)
		children = append(children, child)
	}
	var data uintptr
	if r, _, _ := createData.Call(folder, uintptr(len(children)), uintptr(unsafe.Pointer(&children[0])), uintptr(unsafe.Pointer(&data))); r != done || data == 0 { // #nosec G103 -- the one way to hand over a structure
		return 0, errors.New("the shell makes no object of the files")
	}
	return data, nil
}

// release lets go of an object of COM: the third of its functions.
func release(object uintptr) {
	table := **(***[3]uintptr)(unsafe.Pointer(&object)) // #nosec G103 -- the one way to hand over a structure
	syscall.SyscallN(table[2], object)
}

// source is our side of every drag (IDropSource): it has no state, so that there is one for all, for ever.
var source = struct{ table *[5]uintptr }{&[5]uintptr{
	syscall.NewCallback(func(this uintptr, id *windows.GUID, object *uintptr) uintptr { // QueryInterface
		if !isSource(id) {
			*object = 0
			return noInterface
		}
		*object = this
		return done
	}),
	syscall.NewCallback(func(uintptr) uintptr { return 2 }), // AddRef
	syscall.NewCallback(func(uintptr) uintptr { return 1 }), // Release
	syscall.NewCallback(func(_, escape, keys uintptr) uintptr { // QueryContinueDrag
		switch {
		case uint32(escape) != 0: // #nosec G115 -- a BOOL
			return cancelled
		case keys&leftButton == 0:
			return droppedHere
		}
		return done
	}),
	syscall.NewCallback(func(_, _ uintptr) uintptr { return useDefaultCursors }), // GiveFeedback
}}

// isSource tells whether an interface is IUnknown or IDropSource.
func isSource(id *windows.GUID) bool {
	unknown := windows.GUID{Data4: [8]byte{0xc0, 0, 0, 0, 0, 0, 0, 0x46}}
	dropSource := unknown
	dropSource.Data1 = 0x121
	return *id == unknown || *id == dropSource
}
