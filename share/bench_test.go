package share

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

// benchOffice works on a disk, where the temporary folder may be memory; LANYARD_BENCH_DIR says which.
func benchOffice(b *testing.B) *office {
	b.Helper()
	dir, err := os.MkdirTemp(cmp.Or(os.Getenv("LANYARD_BENCH_DIR"), "/var/tmp"), "lanyard-bench-")
	if err != nil {
		dir = b.TempDir()
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	return newOfficeIn(b, dir)
}

// largeSize is 2 GiB, or LANYARD_BENCH_MB.
func largeSize(b *testing.B) int64 {
	if mb, err := strconv.ParseInt(os.Getenv("LANYARD_BENCH_MB"), 10, 64); err == nil {
		return mb << 20
	}
	return 2 << 30
}

func writeLarge(b *testing.B, at string, size int64) {
	b.Helper()
	f, err := os.Create(at)
	if err != nil {
		b.Fatal(err)
	}
	block := make([]byte, 64<<10)
	for n := range block {
		block[n] = byte(n * n >> 3)
	}
	for left := size; left > 0; left -= int64(len(block)) {
		if _, err := f.Write(block); err != nil {
			b.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkGet2GiB(b *testing.B) {
	o := benchOffice(b)
	size := largeSize(b)
	writeLarge(b, filepath.Join(o.shared, "large"), size)
	b.SetBytes(size)
	for b.Loop() {
		_, err := o.get(o.desk, "large")
		o.check(err)
		b.StopTimer()
		o.check(os.Remove(filepath.Join(o.desk, "large")))
		b.StartTimer()
	}
	reportMemory(b)
}

func BenchmarkPut2GiB(b *testing.B) {
	o := benchOffice(b)
	size := largeSize(b)
	file := filepath.Join(o.desk, "large")
	writeLarge(b, file, size)
	b.SetBytes(size)
	for b.Loop() {
		_, err := o.put("", file)
		o.check(err)
		b.StopTimer()
		o.check(os.Remove(filepath.Join(o.shared, "large")))
		b.StartTimer()
	}
	reportMemory(b)
}

// BenchmarkContent2GiB is the plain download of the same file, into nothing.
func BenchmarkContent2GiB(b *testing.B) {
	o := benchOffice(b)
	size := largeSize(b)
	writeLarge(b, filepath.Join(o.shared, "large"), size)
	b.SetBytes(size)
	for b.Loop() {
		answer, err := o.client.HTTP.Get(o.web.URL + "/v1/files/Team/large")
		o.check(err)
		_, err = io.Copy(io.Discard, answer.Body)
		o.check(err)
		answer.Body.Close()
	}
}

func smallFiles(b *testing.B, o *office, dir string) {
	b.Helper()
	content := string(make([]byte, 4096))
	for n := range 10_000 {
		o.write(dir, fmt.Sprintf("d/%02d/file%05d", n%20, n), content)
	}
}

func BenchmarkGetSmallFiles(b *testing.B) {
	o := benchOffice(b)
	smallFiles(b, o, o.shared)
	for b.Loop() {
		_, err := o.get(o.desk, "d")
		o.check(err)
		b.StopTimer()
		o.check(os.RemoveAll(filepath.Join(o.desk, "d")))
		b.StartTimer()
	}
}

func BenchmarkPutSmallFiles(b *testing.B) {
	o := benchOffice(b)
	smallFiles(b, o, o.desk)
	for b.Loop() {
		_, err := o.put("", filepath.Join(o.desk, "d"))
		o.check(err)
		b.StopTimer()
		o.check(os.RemoveAll(filepath.Join(o.shared, "d")))
		b.StartTimer()
	}
}

func BenchmarkGetAgain10000(b *testing.B) {
	o := benchOffice(b)
	smallFiles(b, o, o.shared)
	_, err := o.get(o.desk, "d")
	o.check(err)
	for b.Loop() {
		_, err := o.get(o.desk, "d")
		o.check(err)
	}
}

func BenchmarkList100k(b *testing.B) {
	o := benchOffice(b)
	for n := range 100_000 {
		o.write(o.shared, fmt.Sprintf("d/file %06d.txt", n), "")
	}
	for b.Loop() {
		list, err := o.client.List(b.Context(), "Team", "d")
		o.check(err)
		if len(list) != 100_000 {
			b.Fatal(len(list))
		}
	}
}

// reportMemory tells how much memory the process has from the system.
func reportMemory(b *testing.B) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/(1<<20), "MiB")
}
