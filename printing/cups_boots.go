package printing

import "sync"

// boots counts how often CUPS was found to have been started anew, from 1, and remembers when it got which job: one that
// it has begun since, it may have begun before too.
type boots struct {
	mu    sync.Mutex // guards the below
	anew  int32
	pid   int32            // of who listens; 0 for not known
	given map[string]int32 // by the reference of the job
}

func (b *boots) now() int32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.anew + 1
}

// found takes note that CUPS has said, or looked like, it was started anew. Where it is known who listens, that has been
// counted already, and once.
func (b *boots) found() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pid == 0 {
		b.anew++
	}
}

// met takes note of who listens. It tells nothing where that is the first process, which starts CUPS when it is needed.
func (b *boots) met(pid int32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if pid == 1 {
		pid = 0
	}
	if b.pid != 0 && b.pid != pid {
		b.anew++
	}
	b.pid = pid
}

func (b *boots) gave(ref string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.given) >= maxFollowed {
		clear(b.given)
	}
	b.given[ref] = b.anew + 1
}

func (b *boots) since(ref string) int32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.given[ref]
}

func (b *boots) forget(ref string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.given, ref)
}
