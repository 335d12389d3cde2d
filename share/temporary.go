package share

import (
	"os"

	"github.com/zeebo/blake3"
)

// A file is written under a name that nobody sees, and dressed as it is to be.

func (r *receiver) writeSmall(i *incoming) {
	if err := r.tryWriteSmall(i); err != nil {
		r.fault(i, err)
		return
	}
	i.free()
	r.commits.add(i)
}

func (r *receiver) tryWriteSmall(i *incoming) error {
	if blake3.Sum256(i.data) != i.sum {
		return errDamaged
	}
	f, err := r.create(i)
	if err != nil {
		return err
	}
	if len(i.data) > 0 {
		_, err = f.Write(i.data)
	}
	if err != nil {
		f.Close()
		return err
	}
	return r.finish(f, i)
}

// create makes the temporary of a file, unless the disk is too full from the start.
func (r *receiver) create(i *incoming) (*os.File, error) {
	root, temp := i.in.at(r.root, i.temp)
	// A file never waits; saying so spares four calls by which Go finds that out.
	f, err := root.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL|noWait, 0o666)
	if err != nil {
		return nil, err
	}
	mark(f)
	if r.reserve || i.Size > pieceSize {
		err = r.room(f, i.Size)
	}
	if err == nil {
		r.dress(f, i)
		return f, nil
	}
	f.Close()
	_ = root.Remove(temp)
	return nil, err
}

// room is for so many bytes more, once the bin and halves that nobody works on have given way.
func (r *receiver) room(f *os.File, size int64) error {
	err := room(f, size, r.reserve)
	if err != nil && r.yield != nil {
		r.yield(f, size)
	}
	for err != nil {
		if err = room(f, size, r.reserve); err == nil || !r.reserve || !giveWay(r.root, r.halves.ledgerName()) {
			break
		}
	}
	return err
}

// dress gives a temporary its permissions: those of the file that it replaces, as what was private stays so.
func (r *receiver) dress(f *os.File, i *incoming) {
	perm, runs := os.FileMode(0), i.Runs && !r.careful && Risky(i.at) == ""
	if i.replaces && !i.alone {
		root, name := i.in.at(r.root, i.at)
		old, err := root.Lstat(name)
		switch {
		case err != nil:
		case old.Mode().IsRegular():
			perm = old.Mode().Perm() &^ runBits
		default:
			_, _, err := look(r.root, i.at, nil)
			i.veiled = err != nil
		}
	}
	if perm == 0 && !runs {
		return
	}
	if perm == 0 {
		info, err := f.Stat()
		if err != nil {
			return
		}
		perm = info.Mode().Perm()
	}
	if runs {
		perm |= perm >> 2 & runBits // who may read it may run it
	}
	_ = f.Chmod(perm) // which some disks don't have
}

// runBits are the permissions that make a file a program.
const runBits os.FileMode = 0o111

// finish gives a written temporary its time and closes it.
func (r *receiver) finish(f *os.File, i *incoming) error {
	root, temp := i.in.at(r.root, i.temp)
	return finish(root, f, temp, i.Modified, !groupSync)
}
