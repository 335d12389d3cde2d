package share

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"sync/atomic"
	"syscall"
	"time"

	"lanyard/share/bin"
)

// What a Server keeps, and lets pass, where it isn't told otherwise.
const (
	DefaultBinAge   = 30 * 24 * time.Hour
	DefaultBinShare = 0.1
	DefaultBrake    = 300
)

// wholeFolder is as how many files a folder counts that nobody has counted.
const wholeFolder = 100

// lookEvery is how long the size of a disk is believed.
const lookEvery = time.Minute

// Bin says what is kept of what others replace and remove, and how much of that they may do. Zero values are the defaults.
type Bin struct {
	Age   time.Duration // how long; negative: nothing is kept, what goes is gone at once
	Share float64       // of its disk that the bin of a folder may take up, from 0 to 1; negative: nothing is kept
	Brake int           // files that one other may replace, remove or rename in a minute, in all folders; negative: any number
}

// keeps tells whether there is a bin at all.
func (b Bin) keeps() bool { return b.Age >= 0 && b.Share >= 0 }

// deeds is what all folders of a Server have in common for what others do there.
type deeds struct {
	bin   atomic.Pointer[Bin]
	brake *bin.Brake
}

func newDeeds(o Options) *deeds {
	d := &deeds{brake: bin.NewBrake(o.Braked)}
	d.set(o.Bin)
	return d
}

func (d *deeds) set(b Bin) {
	if b.Age == 0 {
		b.Age = DefaultBinAge
	}
	if b.Share == 0 {
		b.Share = DefaultBinShare
	}
	if b.Brake == 0 {
		b.Brake = DefaultBrake
	}
	d.bin.Store(&b)
	d.brake.SetLimit(b.Brake)
}

// ask counts a deed. The owner of this PC is not braked.
func (d *deeds) ask(who string, deed bin.Deed) error {
	if who == "" {
		return nil
	}
	return d.brake.Ask(who, deed)
}

// stopped is the error of who may change nothing now.
func (d *deeds) stopped(who string) error {
	if who != "" && d.brake.Stops(who) {
		return errBraked
	}
	return nil
}

var (
	errBraked  = &Error{Code: Braked, Text: "so much was changed there in a short time that the owner must allow more first"}
	errBlocked = &Error{Code: Denied, Text: "something else has the place of the folder's bin there: " + bin.Name}
	errFarBin  = &Error{Code: Denied, Text: "it is on another disk, which can't have a bin"}
)

// deedError puts what is known to the bin alone in words.
func deedError(err error) error {
	switch {
	case errors.Is(err, bin.ErrBraked):
		return errBraked
	case errors.Is(err, bin.ErrBlocked):
		return errBlocked
	case errors.Is(err, syscall.EXDEV):
		return errFarBin
	}
	return err
}

// remove takes a file, or a folder with all that is in it, away from a shared folder, into its bin. who is whose doing that
// is: "" is the owner of this PC; see Options.Who.
func (f *folder) remove(root *os.Root, p, who string) error {
	if !f.deeds.bin.Load().keeps() {
		files := 1
		if info, err := root.Lstat(p); err == nil && info.IsDir() {
			files = wholeFolder
		}
		if err := f.deeds.ask(who, bin.Deed{Files: files, Removes: true}); err != nil {
			return deedError(err)
		}
		return root.RemoveAll(p)
	}
	b := f.binOf(root)
	err := b.Remove(p, who, func(files int) error { return f.deeds.ask(who, bin.Deed{Files: files, Removes: true}) })
	if err == nil {
		f.tendIfDue(b)
	}
	return deedError(err)
}

// replace gives the complete file temp, or another one of the folder, the name p, in one step, whether or not something has
// it already: that goes to the bin.
func (f *folder) replace(root *os.Root, temp, p, who string) error {
	b, isNew, moves := f.binOf(root), false, !hidden(path.Base(temp))
	may := func(there fs.FileInfo) error {
		if there == nil {
			isNew = true
			return nil
		}
		if !moves && there.Mode().IsRegular() && there.Size() == 0 { // many programs make a file so before they fill it
			return f.deeds.stopped(who)
		}
		d := bin.Deed{Files: 1, Unreadable: who != "" && f.deeds.brake.On() && encrypted(root, temp) && !encrypted(root, p)}
		if moves {
			d.NewEnd = bin.NewEnd(temp, p)
		}
		return f.deeds.ask(who, d)
	}
	var err error
	if f.deeds.bin.Load().keeps() {
		err = b.Replace(temp, p, who, may)
	} else {
		err = b.Overwrite(temp, p, may)
	}
	if err != nil {
		return deedError(err)
	}
	switch {
	case moves:
		f.moved(root, temp, p, who)
	case isNew:
		f.added(root, p, who)
	}
	if !isNew {
		f.tendIfDue(b)
	}
	return nil
}

// added looks at a new file: a virus may write those and then remove the old ones.
func (f *folder) added(root *os.Root, p, who string) {
	if who == "" || !f.deeds.brake.Watches(who) || !encrypted(root, p) {
		return
	}
	f.deeds.brake.Suspect(who)
	if f.deeds.bin.Load().keeps() {
		_ = f.binOf(root).Added(p, who) // for a roll-back: it can do without
	}
}

func (f *folder) moved(root *os.Root, from, to, who string) {
	if f.deeds.bin.Load().keeps() {
		_ = f.binOf(root).Moved(from, to, who) // the move is done, and loses nothing
	}
}

// move renames a file or folder, and fails with fs.ErrExist rather than replace what is there. A temporary gets its name so
// where it must be a new one.
func (f *folder) move(root *os.Root, from, to, who string) error {
	if hidden(path.Base(from)) {
		err := moveNew(root, from, to)
		if err == nil {
			f.added(root, to, who)
		}
		return err
	}
	if err := f.deeds.ask(who, bin.Deed{Files: 1, NewEnd: bin.NewEnd(from, to)}); err != nil {
		return deedError(err)
	}
	if err := moveNew(root, from, to); err != nil {
		return err
	}
	f.moved(root, from, to, who)
	return nil
}

// encrypted tells whether a file looks so.
func encrypted(root *os.Root, p string) bool {
	file, _, err := openFile(root, p)
	if err != nil {
		return false
	}
	defer file.Close()
	return bin.Encrypted(file)
}

// binOf is the bin of the folder, which is its own for each root: a disk that was pulled may be another one.
func (f *folder) binOf(root *os.Root) *bin.Bin {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.bin == nil || f.bin.Root() != root {
		f.closeBinLocked()
		f.bin = bin.New(root, bin.Names{Beside: beside, Move: moveNew})
	}
	return f.bin
}

func (f *folder) closeBinLocked() {
	if f.bin != nil {
		f.bin.Close()
		f.bin = nil
	}
}

// keep is what the bin of the folder may keep now.
func (f *folder) keep(b *bin.Bin) bin.Keep {
	rule := f.deeds.bin.Load()
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := time.Now(); f.disk == 0 || now.Sub(f.looked).Abs() > lookEvery {
		f.looked = now
		if d, err := b.Root().Open("."); err == nil {
			if s, err := spaceOf(d); err == nil {
				f.disk = s.total
			}
			d.Close()
		}
	}
	if f.disk <= 0 { // a disk that can't tell
		return bin.Keep{Age: rule.Age, Bytes: 1 << 62}
	}
	return bin.Keep{Age: rule.Age, Bytes: int64(float64(f.disk) * min(rule.Share, 1))}
}

// tendIfDue looks after the bin now and then.
func (f *folder) tendIfDue(b *bin.Bin) {
	k := f.keep(b)
	if !b.Due(k) {
		return
	}
	_ = b.Tend(k) // what can't go now goes the next time
}

// makeRoom is room for so many bytes more on the disk of an open file of another's, for which the bin gives way. Guests don't
// come here: what they bring pushes nothing out.
func (f *folder) makeRoom(root *os.Root, file *os.File, size int64) error {
	err := room(file, size, true)
	if err == errFull {
		f.binOf(root).GiveWay(func() bool { return room(file, size, true) == nil })
		err = room(file, size, true)
	}
	return err
}
