package guest

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// tree is what an archive is made of in a test: file contents by name, folders with a slash.
type tree map[string][]byte

// lay writes a tree to a folder and lays out the archive of it.
func (tr tree) lay(t testing.TB, s *sums) *archive {
	t.Helper()
	dir := memory(t)
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	var members []*member
	k := 0
	for _, name := range slices.Sorted(maps.Keys(tr)) {
		content := tr[name]
		if strings.HasSuffix(name, "/") {
			members = append(members, &member{name: name, mod: time.Unix(1700000000, 0)})
			continue
		}
		file := fmt.Sprint(k)
		k++
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o644); err != nil {
			t.Fatal(err)
		}
		mod := time.Unix(1700000000+int64(k), 5e8)
		if err := os.Chtimes(filepath.Join(dir, file), mod, mod); err != nil {
			t.Fatal(err)
		}
		members = append(members, &member{name: name, path: file, size: int64(len(content)), mod: mod})
	}
	return newArchive("Plans", members, func(p string) (*os.File, fs.FileInfo, error) {
		f, err := root.Open(p)
		if err != nil {
			return nil, nil, err
		}
		info, err := f.Stat()
		return f, info, err
	}, s)
}

// bytesOf returns content that comes again after a prime number of bytes: what got out of its place is seen.
func bytesOf(n int) []byte {
	const period = 65_521
	b := make([]byte, n)
	for k := range b[:min(n, period)] {
		b[k] = byte(k * k >> 3)
	}
	for at := period; at < n; at *= 2 {
		copy(b[at:], b[:at])
	}
	return b
}

// special is a tree with every size that is special somewhere.
var special = tree{
	"empty.txt": nil, "one.bin": {7}, "block.bin": bytesOf(maxBlock), "block+1.bin": bytesOf(maxBlock + 1), "blocks.bin": bytesOf(3 * maxBlock),
	"large.bin": bytesOf(700_001), "Bücher & <b>Bilder</b>/": nil, "Bücher & <b>Bilder</b>/日本語.txt": []byte("kanji"), "leer/": nil, "a/b/c/d.txt": []byte("deep"),
}

// opens has the standard library read an archive, and compares.
func opens(t testing.TB, content []byte, want tree) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != len(want) {
		t.Errorf("%d files in it, want %d", len(z.File), len(want))
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, want[f.Name]) {
			t.Errorf("%q: %d bytes, %v", f.Name, len(got), err)
		}
		if d := f.Modified.Unix() - 1700000000; d < 0 || d > 100_000 {
			t.Errorf("%q: of %v", f.Name, f.Modified)
		}
	}
}

func TestAnArchiveOpens(t *testing.T) {
	for name, tr := range map[string]tree{"empty": {}, "one": {"a": []byte("a")}, "special": special} {
		t.Run(name, func(t *testing.T) {
			a := tr.lay(t, &sums{})
			content, err := io.ReadAll(a)
			if err != nil || int64(len(content)) != a.Size() {
				t.Fatalf("read %d bytes of %d: %v", len(content), a.Size(), err)
			}
			opens(t, content, tr)
		})
	}
}

// TestAnArchiveIsAReaderLikeAnyOther: any piece at any place, read in any pieces, is that of the whole.
func TestAnArchiveIsAReaderLikeAnyOther(t *testing.T) {
	whole, err := io.ReadAll(special.lay(t, &sums{}))
	if err != nil {
		t.Fatal(err)
	}
	small := tree{"a": []byte("aa"), "b/": nil, "c": nil}
	a := small.lay(t, &sums{})
	content, _ := io.ReadAll(a)
	if _, err := a.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(a, content); err != nil {
		t.Error(err)
	}
	fresh := special.lay(t, &sums{}) // knows no checksum beforehand
	for range 300 {
		from := rand.IntN(len(whole))
		n := rand.IntN(len(whole) - from + 1)
		got := make([]byte, n)
		if _, err := fresh.Seek(int64(from), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(fresh, got); err != nil || !bytes.Equal(got, whole[from:from+n]) {
			t.Fatalf("%d bytes at %d: %v", n, from, err)
		}
	}
}

// TestEveryByteOfAnArchiveIsAPlaceToGoOn begins at each.
func TestEveryByteOfAnArchiveIsAPlaceToGoOn(t *testing.T) {
	tr := tree{"a.txt": []byte("hello"), "b/": nil, "b/ü": []byte("x"), "c": nil}
	whole, _ := io.ReadAll(tr.lay(t, &sums{}))
	a := tr.lay(t, &sums{})
	for from := range whole {
		_, _ = a.Seek(int64(from), io.SeekStart)
		if got, err := io.ReadAll(a); err != nil || !bytes.Equal(got, whole[from:]) {
			t.Fatalf("from %d: %v", from, err)
		}
	}
}

// TestOtherProgramsOpenAnArchive has those of the system do it.
func TestOtherProgramsOpenAnArchive(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.zip")
	a := special.lay(t, &sums{})
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, a); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := exec.LookPath("unzip"); err != nil {
		lacking(t, "unzip")
	}
	if out, err := exec.Command("unzip", "-t", name).CombinedOutput(); err != nil || !strings.Contains(string(out), "No errors detected") {
		t.Errorf("unzip: %v\n%s", err, out)
	}
	if _, err := exec.LookPath("bsdtar"); err != nil {
		lacking(t, "bsdtar")
	}
	c := exec.Command("bsdtar", "-x", "-O", "-f", "-", "large.bin") // a stream: there is no way back in it
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c.Stdin = bytes.NewBuffer(whole)
	if out, err := c.Output(); err != nil || !bytes.Equal(out, special["large.bin"]) {
		t.Errorf("bsdtar: %v, %d bytes", err, len(out))
	}
}

// lacking skips a test loudly for want of something, and fails it where CI promises to have all.
func lacking(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("this test needs %s", what)
	}
	t.Skipf("SKIPPED: this test needs %s", what)
}

func TestAFileThatChangesBreaksItsArchive(t *testing.T) {
	for name, change := range map[string]func(string) error{
		"shorter": func(p string) error { return os.Truncate(p, 1000) },
		"longer": func(p string) error {
			f, err := os.OpenFile(p, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("more")
			return errors.Join(err, f.Close())
		},
		"newer": func(p string) error { return os.Chtimes(p, time.Now(), time.Now()) },
		"gone":  os.Remove,
	} {
		for _, when := range []int64{0, 300_000} {
			a := tree{"large.bin": bytesOf(700_000)}.lay(t, &sums{})
			if _, err := io.CopyN(io.Discard, a, when); err != nil {
				t.Fatal(err)
			}
			f, _, err := a.open(a.members[0].path)
			if err != nil {
				t.Fatal(err)
			}
			f.Close()
			root := filepath.Dir(f.Name())
			if err := change(filepath.Join(root, a.members[0].path)); err != nil {
				t.Fatal(err)
			}
			_, err = io.Copy(io.Discard, a)
			if name == "gone" && when > 0 {
				continue // it is open: all of it is still there
			}
			if err == nil {
				t.Errorf("%s after %d bytes: the archive was finished", name, when)
			}
			a.Close()
		}
	}
}

// TestGoingOnReadsLittle: who has nine tenths does not have the PC read these again.
func TestGoingOnReadsLittle(t *testing.T) {
	tr := tree{}
	for k := range 20 {
		tr[fmt.Sprintf("%02d.bin", k)] = bytesOf(200_000)
	}
	s := &sums{}
	a := tr.lay(t, s)
	opened := map[string]int{}
	open := a.open
	a.open = func(p string) (*os.File, fs.FileInfo, error) {
		opened[p]++
		return open(p)
	}
	cut := a.Size() * 9 / 10
	if _, err := io.CopyN(io.Discard, a, cut); err != nil {
		t.Fatal(err)
	}
	clear(opened)
	if _, err := a.Seek(cut, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, a); err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, n := range opened {
		total += n
	}
	if total > 4 {
		t.Errorf("opened %d files to go on: %v", total, opened)
	}
}

// TestHugeArchivesAreLaidOutRight, without the bytes in them: files above 4 GiB, offsets above that, and more files than 16
// bits count.
func TestHugeArchivesAreLaidOutRight(t *testing.T) {
	const huge = 5 << 30
	s := &sums{}
	var members []*member
	add := func(name string, size int64) {
		m := &member{name: name, path: name, size: size, mod: time.Unix(1700000000, 0)}
		members = append(members, m)
		s.put(m.key("Plans"), uint32(size))
	}
	add("a.bin", 1<<32-400_000) // which needs the long form only as packed
	add("b.bin", huge)
	add("c.bin", 1)
	for k := range 70_000 {
		add(fmt.Sprintf("d/%05d", k), 0)
	}
	a := newArchive("Plans", members, func(p string) (*os.File, fs.FileInfo, error) { return nil, nil, errors.New("read " + p) }, s)
	z, err := zip.NewReader(readerAt{a}, a.Size())
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != len(members) {
		t.Errorf("%d files", len(z.File))
	}
	for k, f := range z.File[:3] {
		m := members[k]
		at, err := f.DataOffset()
		if err != nil || at != m.at+m.headSize() || f.UncompressedSize64 != uint64(m.size) || f.CompressedSize64 != uint64(packed(m.size)) || f.CRC32 != uint32(m.size) {
			t.Errorf("%s: at %d, %v: %+v", f.Name, at, err, f.FileHeader)
		}
		d := make([]byte, m.descriptorSize())
		if _, err := (readerAt{a}).ReadAt(d, at+packed(m.size)); err != nil || binary.LittleEndian.Uint32(d) != 0x08074b50 || binary.LittleEndian.Uint32(d[8:]) != uint32(packed(m.size)) {
			t.Errorf("%s: descriptor %x, %v", f.Name, d, err)
		}
	}
}

type readerAt struct{ io.ReadSeeker }

func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	if _, err := r.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r, p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

func TestChecksumsRememberedAreBounded(t *testing.T) {
	s := &sums{}
	for k := range maxSums + 10 {
		var key [16]byte
		binary.BigEndian.PutUint64(key[:], uint64(k))
		s.put(key, 1)
	}
	if n := len(s.m); n > maxSums {
		t.Errorf("%d checksums", n)
	}
}

// FuzzArchive makes any tree into an archive that opens, any part of which is that of the whole.
func FuzzArchive(f *testing.F) {
	f.Add([]byte("abc"), "a.txt", "b/ü", uint32(0), uint32(70_000))
	f.Add(bytesOf(maxBlock+1), "x", "x/y", uint32(65_580), uint32(3))
	f.Add([]byte{}, "", "/", uint32(1), uint32(0))
	f.Fuzz(func(t *testing.T, content []byte, first, second string, from, n uint32) {
		if len(content) > 1<<18 || len(first) > 1<<12 || len(second) > 1<<12 {
			return
		}
		var members []*member
		s := &sums{}
		for k, name := range []string{first, second, "fixed", "folder/"} {
			if name == "" || k > 0 && name == first {
				continue
			}
			m := &member{name: name, mod: time.Unix(1700000000, 0)}
			if !m.folder() {
				m.text = content[:len(content)*(k+1)/4]
				if len(m.text) > maxBlock || len(m.text) == 0 {
					m.text = nil
				}
				m.size = int64(len(m.text))
			}
			members = append(members, m)
		}
		a := newArchive("Plans", members, nil, s)
		whole, err := io.ReadAll(a)
		if err != nil || int64(len(whole)) != a.Size() {
			t.Fatalf("read %d bytes of %d: %v", len(whole), a.Size(), err)
		}
		z, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
		if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
			t.Fatal(err)
		}
		for k, file := range z.File {
			if file.Name != members[k].name {
				t.Errorf("%q is called %q", members[k].name, file.Name)
			}
			if members[k].folder() {
				continue
			}
			r, err := file.Open()
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, members[k].text) || file.CRC32 != crc32.ChecksumIEEE(got) {
				t.Errorf("%q: %v", file.Name, err)
			}
		}
		at := int64(from) % (a.Size() + 1)
		part := make([]byte, min(int64(n), a.Size()-at))
		if _, err := (readerAt{a}).ReadAt(part, at); len(part) > 0 && (err != nil || !bytes.Equal(part, whole[at:at+int64(len(part))])) {
			t.Errorf("%d bytes at %d: %v", len(part), at, err)
		}
	})
}

// FuzzArchiveOfFiles does the same with files on a disk, of any sizes.
func FuzzArchiveOfFiles(f *testing.F) {
	f.Add(uint32(0), uint32(maxBlock), uint32(1), uint32(100), uint32(70_000))
	f.Add(uint32(maxBlock*2), uint32(maxBlock+1), uint32(77), uint32(65_540), uint32(5))
	f.Fuzz(func(t *testing.T, x, y, z, from, n uint32) {
		const most = 4 * maxBlock
		tr := tree{"x": bytesOf(int(x % most)), "y/y": bytesOf(int(y % most)), "y/z": bytesOf(int(z % most)), "y/": nil}
		a := tr.lay(t, &sums{})
		at := int64(from) % (a.Size() + 1)
		part := make([]byte, min(int64(n), a.Size()-at))
		if _, err := (readerAt{a}).ReadAt(part, at); len(part) > 0 && err != nil { // before any checksum is known
			t.Fatal(err)
		}
		_, _ = a.Seek(0, io.SeekStart)
		whole, err := io.ReadAll(a)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(part, whole[at:at+int64(len(part))]) {
			t.Errorf("%d bytes at %d differ", len(part), at)
		}
		opens(t, whole, tr)
	})
}

// Who goes on far behind, and then hangs up, leaves nobody reading.
func TestAnArchiveThatNobodyWaitsForIsNotRead(t *testing.T) {
	gone, read := false, 0
	m := &member{name: "a.bin", path: "a.bin", size: 1 << 24, mod: time.Unix(1700000000, 0)}
	a := newArchive("Plans", []*member{m}, func(string) (*os.File, fs.FileInfo, error) {
		f, err := os.Create(filepath.Join(t.TempDir(), "a.bin"))
		if err == nil {
			err = errors.Join(f.Truncate(m.size), os.Chtimes(f.Name(), m.mod, m.mod))
		}
		if err != nil {
			return nil, nil, err
		}
		info, err := f.Stat()
		return f, info, err
	}, &sums{})
	a.ended = func() error {
		if read++; read > 100 {
			gone = true
			return context.Canceled
		}
		return nil
	}
	if _, err := a.Seek(a.begin, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if n, err := a.Read(make([]byte, 10)); n > 0 || !errors.Is(err, context.Canceled) || !gone {
		t.Errorf("%d bytes, %v", n, err)
	}
}
