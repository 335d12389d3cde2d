//go:build amd64 || arm64

package camera

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"path/filepath"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The part of Video4Linux2 (linux/videodev2.h) that is needed, as it is laid out on 64-bit machines: requests, and where fields
// are in their arguments.
const (
	queryCap, setFormat                       = 0x80685600, 0xc0d05605
	reqBufs, queryBuf, enqueue, dequeue       = 0xc0145608, 0xc0585609, 0xc058560f, 0xc0585611
	streamOn, streamOff                       = 0x40045612, 0x40045613
	capSize, formatSize, reqBufsSize, bufSize = 0x68, 0xd0, 0x14, 0x58
	capCapture, capStreaming, capDevice       = 1, 0x04000000, 0x80000000
	typeCapture, memoryMmap, fieldAny         = 1, 1, 0
	formatYUYV                                = 0x56595559
	atCard, atCaps, atDeviceCaps              = 0x10, 0x54, 0x58
	atFormat                                  = 8 // width, height, pixelformat, field, bytesperline, sizeimage, 4 bytes each
	atBytesUsed, atMemory, atOffset, atLength = 8, 0x3c, 0x40, 0x48
	wantWidth, wantHeight                     = 640, 480   // every camera has it, and a code in it is read in 50 ms
	maxDevices, buffers, pollWait             = 16, 3, 200 // pollWait in ms
	maxFrame                                  = 32 << 20   // bytes
)

func ioctl(fd int, request uintptr, arg []byte) error {
	for {
		_, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(&arg[0]))) // #nosec G103 -- the kernel's own way in
		if e == 0 {
			return nil
		}
		if e != unix.EINTR {
			return e
		}
	}
}

func get(b []byte, at int) uint32    { return binary.NativeEndian.Uint32(b[at:]) }
func put(b []byte, at int, v uint32) { binary.NativeEndian.PutUint32(b[at:], v) }

// Cameras returns the cameras that there are now.
func Cameras() []Camera {
	paths, err := filepath.Glob("/dev/video*")
	if err != nil {
		return nil
	}
	slices.Sort(paths)
	var all []Camera
	for _, path := range paths[:min(len(paths), maxDevices)] {
		fd, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if err != nil {
			continue
		}
		about := make([]byte, capSize)
		err = ioctl(fd, queryCap, about)
		unix.Close(fd)
		can := get(about, atCaps)
		if can&capDevice != 0 {
			can = get(about, atDeviceCaps)
		}
		if err == nil && can&capCapture != 0 && can&capStreaming != 0 {
			name, _, _ := bytes.Cut(about[atCard:atCard+32], []byte{0})
			all = append(all, Camera{Name: string(name), Open: func() (Source, error) { return open(path) }})
		}
	}
	return all
}

// device is a camera that is streaming.
type device struct {
	fd                    int
	maps                  [][]byte
	width, height, stride int
}

func open(path string) (Source, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the camera %s: %w", path, err)
	}
	d := &device{fd: fd}
	if err := d.begin(); err != nil {
		d.Close()
		if errors.Is(err, unix.EBUSY) {
			err = errors.New("another program uses it")
		}
		return nil, fmt.Errorf("open the camera %s: %w", path, err)
	}
	return d, nil
}

// begin agrees on a form, maps the buffers and starts.
func (d *device) begin() error {
	format := make([]byte, formatSize)
	put(format, 0, typeCapture)
	for i, v := range []uint32{wantWidth, wantHeight, formatYUYV, fieldAny} {
		put(format, atFormat+4*i, v)
	}
	if err := ioctl(d.fd, setFormat, format); err != nil {
		return err
	}
	if get(format, atFormat+8) != formatYUYV {
		return errors.New("it gives no plain pictures")
	}
	d.width, d.height, d.stride = int(get(format, atFormat)), int(get(format, atFormat+4)), int(get(format, atFormat+16))
	request := make([]byte, reqBufsSize)
	put(request, 0, buffers)
	put(request, 4, typeCapture)
	put(request, 8, memoryMmap)
	if err := ioctl(d.fd, reqBufs, request); err != nil {
		return err
	}
	for i := range get(request, 0) {
		b := buffer(i)
		if err := ioctl(d.fd, queryBuf, b); err != nil {
			return err
		}
		m, err := unix.Mmap(d.fd, int64(get(b, atOffset)), int(min(get(b, atLength), maxFrame)), unix.PROT_READ, unix.MAP_SHARED)
		if err != nil {
			return err
		}
		d.maps = append(d.maps, m)
		if err := ioctl(d.fd, enqueue, b); err != nil {
			return err
		}
	}
	return ioctl(d.fd, streamOn, capture())
}

func buffer(i uint32) []byte {
	b := make([]byte, bufSize)
	put(b, 0, i)
	put(b, 4, typeCapture)
	put(b, atMemory, memoryMmap)
	return b
}

func capture() []byte { return binary.NativeEndian.AppendUint32(nil, typeCapture) }

// Frame implements Source.
func (d *device) Frame(ctx context.Context) (image.Image, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		ready := []unix.PollFd{{Fd: int32(d.fd), Events: unix.POLLIN}}
		if n, err := unix.Poll(ready, pollWait); err != nil && !errors.Is(err, unix.EINTR) {
			return nil, fmt.Errorf("read the camera: %w", err)
		} else if n == 0 || err != nil {
			continue
		}
		b := buffer(0)
		if err := ioctl(d.fd, dequeue, b); errors.Is(err, unix.EAGAIN) {
			continue
		} else if err != nil {
			return nil, fmt.Errorf("read the camera: %w", err)
		}
		i, used := int(get(b, 0)), int(get(b, atBytesUsed))
		if i >= len(d.maps) || used > len(d.maps[i]) {
			return nil, errors.New("read the camera: its frame is damaged")
		}
		img, err := yuyv(d.maps[i][:used], d.width, d.height, d.stride)
		if again := ioctl(d.fd, enqueue, b); again != nil {
			return nil, fmt.Errorf("read the camera: %w", again)
		}
		if err == nil { // the first ones of some cameras are cut off
			return img, nil
		}
	}
}

// Close implements Source.
func (d *device) Close() error {
	_ = ioctl(d.fd, streamOff, capture()) // closing ends it, too
	for _, m := range d.maps {
		_ = unix.Munmap(m)
	}
	return unix.Close(d.fd)
}
