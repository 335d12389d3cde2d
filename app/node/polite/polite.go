// Package polite has this process give way to the owner's other programs, at the processor and at the disk. It makes
// nothing slower where nobody else wants them, and doesn't limit bandwidth.
package polite

// nice is how far the processor's time goes to others first, on the scale of nice(2): at 10 a program of the usual priority
// gets about nine times as much as a thread of ours, when both want all of one processor.
const nice = 10

// Process is this process. Its methods may be called from any goroutine.
type Process struct {
	spare bool // the main thread, which draws the window, keeps its priority
	usual int  // on the scale of nice, before anything was done
}

// This returns the process that asks. window says that its main thread shows one, which must answer a click at once.
func This(window bool) *Process { return &Process{spare: window, usual: usual()} }

// GiveWay lowers the priority of all threads, also of those that are new since the last call.
func (p *Process) GiveWay() error { return p.giveWay() }

// TakeBack gives all threads the priority back that they had at first. Some systems don't let a program without privileges do
// that: the error says so, and a new start will do.
func (p *Process) TakeBack() error { return p.takeBack() }
