package main

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	smallSize   = 4 << 10
	crowd       = 10 // times as many files are in the large folder
	scratchSize = 64 << 30
	topDir      = 0x20000 // FS_TOPDIR_FL (ioctl_iflags(2))
)

// bench is one run.
type bench struct {
	settings
	dir      string // everything of it
	children []*child
	report   report
	lastTo   int // destinations are numbered

	home    *pairOf          // on this program's own network
	running map[string]*peer // by name and network of its server
}

type pairOf struct{ server, client *pc }

// run measures everything that is wanted. All that it started has ended when it returns.
func run(ctx context.Context, s settings) (r *report, err error) {
	b := &bench{settings: s, running: map[string]*peer{}}
	b.dir, err = os.MkdirTemp(s.dir, "lanyard-bench-")
	if err != nil {
		return nil, err
	}
	scratch := ""
	defer func() {
		for _, c := range slices.Backward(b.children) {
			c.end()
		}
		if scratch != "" {
			_ = unix.Unmount(scratch, unix.MNT_DETACH)
		}
		if rerr := os.RemoveAll(b.dir); err == nil {
			err = rerr
		}
	}()
	if err := all(ctx, []string{"ip", "link", "set", "lo", "up"}); err != nil {
		return nil, err
	}
	if err := os.Chmod(b.dir, 0o755); err != nil { // servers may read as another user
		return nil, err
	}
	for _, dir := range []string{"homes", "data/large/from", "data/large/in", "data/large/to", "data/small", "conf"} {
		if err := os.MkdirAll(filepath.Join(b.dir, dir), 0o755); err != nil {
			return nil, err
		}
	}
	if scratch, err = b.mountScratch(ctx); err != nil {
		return nil, err
	}
	for _, dir := range []string{"from", "in", "to"} {
		dir = b.data("small", dir)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		spread(dir)
	}
	for _, w := range works {
		if b.only.MatchString(w.name) {
			if err := w.do(b, ctx); err != nil {
				return &b.report, fmt.Errorf("%s: %w", w.name, err)
			}
		}
	}
	return &b.report, nil
}

// data is a path below what is shared.
func (b *bench) data(below ...string) string {
	return filepath.Join(append([]string{b.dir, "data"}, below...)...)
}

// serve starts a program that runs to the end.
func (b *bench) serve(name string, args ...string) (*child, error) {
	c, err := spawn(name, args...)
	if err == nil {
		b.children = append(b.children, c)
	}
	return c, err
}

// mountScratch gives small files a file system of their own, in a file on the disk, where that is allowed: to remove some
// hundred thousand of them would take longer than to measure, and ext4 makes files slowly where many were just removed.
func (b *bench) mountScratch(ctx context.Context) (string, error) {
	image, at := filepath.Join(b.dir, "scratch"), b.data("small")
	if len(have("mkfs.ext4", "losetup", "mount")) > 0 || os.Getenv(inside) == "" {
		return "", nil
	}
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		return "", err
	}
	if err := os.Truncate(image, scratchSize); err != nil {
		return "", err
	}
	if _, err := output(ctx, "mkfs.ext4", "-q", "-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=1", "-m", "0", "-N", "6000000", image); err != nil {
		return "", err
	}
	loop, err := output(ctx, "losetup", "--direct-io=on", "--find", "--show", image)
	loop = strings.TrimSpace(loop)
	if err == nil {
		// The kernel would go on to prepare it while things are measured.
		_, err = output(ctx, "mount", "-o", "noatime,nodiscard,noinit_itable", loop, at)
		_, _ = output(ctx, "losetup", "--detach", loop) // once it is unmounted
	}
	if err != nil { // not allowed: then a folder does
		b.log("Small files go to a folder, since no file system can be mounted: %v", err)
		return "", os.Remove(image)
	}
	return at, nil
}

// spread asks ext4 to keep the folders in a folder far from each other, as those of different people would be.
func spread(dir string) {
	if f, err := os.Open(dir); err == nil {
		defer f.Close()
		if flags, err := unix.IoctlGetInt(int(f.Fd()), unix.FS_IOC_GETFLAGS); err == nil {
			_ = unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags|topDir)
		}
	}
}

// makeLarge makes a file of random bytes, which can't be made smaller on the way, and returns its path below the data.
func (b *bench) makeLarge(size int64) (string, error) {
	at := fmt.Sprintf("large/from/%dMiB", size>>20)
	if info, err := os.Stat(b.data(at)); err == nil && info.Size() == size {
		return at, nil
	}
	f, err := os.Create(b.data(at))
	if err != nil {
		return "", err
	}
	defer f.Close()
	piece := make([]byte, 128<<10)
	for source := rand.NewChaCha8([32]byte{1}); size > 0 && err == nil; size -= int64(len(piece)) {
		_, _ = source.Read(piece)
		_, err = f.Write(piece[:min(size, int64(len(piece)))])
	}
	if err == nil {
		err = f.Sync()
	}
	return at, err
}

// makeSmall makes a folder of small files of random bytes.
func (b *bench) makeSmall(files int) (string, error) {
	at := fmt.Sprintf("small/from/%d", files)
	if _, err := os.Stat(b.data(at)); err == nil {
		return at, nil
	}
	if err := os.Mkdir(b.data(at), 0o755); err != nil {
		return "", err
	}
	content, source := make([]byte, smallSize), rand.NewChaCha8([32]byte{2})
	for i := range files {
		_, _ = source.Read(content)
		if err := os.WriteFile(b.data(at, fmt.Sprintf("file %06d.dat", i)), content, 0o600); err != nil {
			return "", err
		}
	}
	return at, syncDisk(b.data(at))
}

// to makes a new folder to put files in, for one measurement.
func (b *bench) to(area, kind string) (string, error) {
	b.lastTo++
	below := filepath.Join(area, kind, fmt.Sprint(b.lastTo))
	return below, os.Mkdir(b.data(below), 0o777) // #nosec G301 -- a server may write as another user
}

// count tells how many files a folder holds, and their bytes.
func count(dir string) (files int, bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			files++
			bytes += info.Size()
		}
		return err
	})
	return files, bytes, err
}

// syncDisk waits until everything written to the disk of a folder is there.
func syncDisk(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}

// lanyards returns two PCs on this program's own network.
func (b *bench) lanyards(ctx context.Context) (*pairOf, error) {
	if b.home == nil {
		server, clients, err := b.pair(ctx, place{}, place{})
		if err != nil {
			return nil, err
		}
		b.home = &pairOf{server, clients[0]}
	}
	return b.home, nil
}

func installed(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}
