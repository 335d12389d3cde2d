package share

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// zone is what Windows keeps beside a file from elsewhere (MS-FSCC section 5.6.1): with it Explorer asks before a program
// starts, and Office opens a document for reading only. Zone 3 is the internet. Another PC of the workgroup might pass for
// zone 1, the intranet, but for that Windows asks nothing. Whence the file came isn't said: it would go with each copy.
const zone = "[ZoneTransfer]\r\nZoneId=3\r\n"

// mark notes on a file just made that it is from another PC. Disks that can't note it (FAT) don't.
func mark(f *os.File) {
	name, err := windows.NewNTUnicodeString(":Zone.Identifier")
	if err != nil {
		return
	}
	// By way of the open file, so that a folder that is swapped meanwhile leads nowhere.
	where := windows.OBJECT_ATTRIBUTES{RootDirectory: windows.Handle(f.Fd()), ObjectName: name}
	where.Length = uint32(unsafe.Sizeof(where))
	var h windows.Handle
	var status windows.IO_STATUS_BLOCK
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	if windows.NtCreateFile(&h, windows.FILE_GENERIC_WRITE, &where, &status, nil, windows.FILE_ATTRIBUTE_NORMAL, share,
		windows.FILE_OVERWRITE_IF, windows.FILE_SYNCHRONOUS_IO_NONALERT|windows.FILE_NON_DIRECTORY_FILE, 0, 0) != nil {
		return
	}
	stream := os.NewFile(uintptr(h), "zone")
	defer stream.Close()
	_, _ = stream.WriteString(zone)
}
