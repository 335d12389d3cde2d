package officetest

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"lanyard/discovery/discoverytest"
)

// clockVariable carries by how much the clock of a desk is wrong.
const clockVariable = "OFFICETEST_CLOCK"

// Clock is for New: a PC whose clock is set to another time. Only the time of day is, and only for Lanyard there. It
// works where the kernel's vDSO, the code by which programs read the clock, is that of amd64.
func Clock(t testing.TB, at time.Time) string {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		discoverytest.Unavailable(t, "set the clock of one program on %s", runtime.GOARCH)
	}
	return fmt.Sprintf("%s=%d", clockVariable, at.Unix()-time.Now().Unix())
}

// shiftClock makes this process read the time of day with so many seconds added. Go calls __vdso_clock_gettime; a
// process may change its own copy of that. The new code goes where __vdso_gettimeofday is, which Go doesn't call; then
// one aligned write turns the old way in into a jump there, so that no thread sees half of it.
func shiftClock(by string) error {
	var seconds int64
	if _, err := fmt.Sscan(by, &seconds); err != nil {
		return err
	}
	begin, image, err := vdso()
	if err != nil {
		return fmt.Errorf("find vDSO: %w", err)
	}
	file, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		return fmt.Errorf("read vDSO: %w", err)
	}
	symbols, err := file.DynamicSymbols()
	if err != nil {
		return fmt.Errorf("read vDSO: %w", err)
	}
	at := map[string]elf.Symbol{}
	for _, s := range symbols {
		at[s.Name] = s
	}
	entry, room := at["__vdso_clock_gettime"], at["__vdso_gettimeofday"]
	code := []byte{
		0xb8, 0xe4, 0, 0, 0, // mov eax, SYS_clock_gettime
		0x0f, 0x05, // syscall
		0x85, 0xff, // test edi, edi: CLOCK_REALTIME is 0
		0x75, 0x0d, // jne to ret
		0x48, 0xba, 0, 0, 0, 0, 0, 0, 0, 0, // mov rdx, seconds
		0x48, 0x01, 0x16, // add [rsi], rdx
		0xc3, // ret
	}
	binary.LittleEndian.PutUint64(code[13:], uint64(seconds))
	if entry.Value == 0 || entry.Value%8 != 0 || room.Value == 0 || room.Size < uint64(len(code)) {
		return errors.New("this vDSO is not as expected")
	}
	jump := bytes.Clone(image[entry.Value : entry.Value+8])
	jump[0] = 0xe9 // jmp
	binary.LittleEndian.PutUint32(jump[1:], uint32(room.Value-entry.Value-5))
	memory, err := os.OpenFile("/proc/self/mem", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer memory.Close()
	if _, err := memory.WriteAt(code, int64(begin+room.Value)); err != nil {
		return err
	}
	_, err = memory.WriteAt(jump, int64(begin+entry.Value))
	return err
}

// vdso finds the code that the kernel gives to this process.
func vdso() (begin uint64, image []byte, err error) {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return 0, nil, err
	}
	for line := range strings.Lines(string(maps)) {
		if !strings.HasSuffix(strings.TrimSpace(line), "[vdso]") {
			continue
		}
		var end uint64
		if _, err := fmt.Sscanf(line, "%x-%x", &begin, &end); err != nil {
			return 0, nil, err
		}
		memory, err := os.Open("/proc/self/mem")
		if err != nil {
			return 0, nil, err
		}
		defer memory.Close()
		image = make([]byte, end-begin)
		_, err = memory.ReadAt(image, int64(begin))
		return begin, image, err
	}
	return 0, nil, errors.New("there is none")
}
