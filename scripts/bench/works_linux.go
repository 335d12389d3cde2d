package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"
)

// works are what can be measured, by the names that ONLY knows.
var works = []struct {
	name string
	do   func(*bench, context.Context) error
}{
	{"large", (*bench).large},
	{"small", (*bench).small},
	{"many", (*bench).many},
	{"list", (*bench).list},
	{"link", (*bench).link},
	{"office", (*bench).office},
	{"print", (*bench).print},
}

// large moves one large file.
func (b *bench) large(ctx context.Context) error {
	from, err := b.makeLarge(b.size)
	if err != nil {
		return err
	}
	l, err := b.lanyards(ctx)
	if err != nil {
		return err
	}
	others, err := b.others(ctx, place{}, place{}, "nginx, curl", "rsync daemon", "Samba, smbclient", "rclone WebDAV")
	if err != nil {
		return err
	}
	peers := slices.Concat([]*peer{asPeer(l.server, l.client)}, others, []*peer{b.copying()})
	for _, put := range []bool{false, true} {
		_, err := b.measure(ctx, job{work: fmt.Sprintf("%s a file of %d MiB", word(put), b.size>>20), from: from, files: 1, bytes: b.size, put: put}, peers)
		if err != nil {
			return err
		}
	}
	return nil
}

func word(put bool) string {
	if put {
		return "Put"
	}
	return "Get"
}

// small moves many small files.
func (b *bench) small(ctx context.Context) error {
	from, err := b.makeSmall(b.files)
	if err != nil {
		return err
	}
	tenth, err := b.makeSmall(b.files / 10)
	if err != nil {
		return err
	}
	l, err := b.lanyards(ctx)
	if err != nil {
		return err
	}
	others, err := b.others(ctx, place{}, place{}, "rsync daemon", "Samba, smbclient", "rclone WebDAV")
	if err != nil {
		return err
	}
	peers := slices.Concat([]*peer{asPeer(l.server, l.client)}, others, []*peer{b.copying()})
	for _, put := range []bool{false, true} {
		_, err := b.measure(ctx, job{
			work: fmt.Sprintf("%s %d files of 4 KiB", word(put), b.files), from: from, tenth: tenth,
			files: b.files, bytes: int64(b.files) * smallSize, put: put,
		}, peers)
		if err != nil {
			return err
		}
	}
	return nil
}

// many moves ten times as many, and then again what hasn't changed.
func (b *bench) many(ctx context.Context) error {
	files := crowd * b.files
	from, err := b.makeSmall(files)
	if err != nil {
		return err
	}
	l, err := b.lanyards(ctx)
	if err != nil {
		return err
	}
	others, err := b.others(ctx, place{}, place{}, "rsync daemon")
	if err != nil {
		return err
	}
	peers := append([]*peer{asPeer(l.server, l.client)}, others...)
	j := job{work: fmt.Sprintf("Get %d files of 4 KiB", files), from: from, files: files, bytes: int64(files) * smallSize}
	last, err := b.measure(ctx, j, peers)
	if err != nil {
		return err
	}
	if err := b.again(ctx, j, peers, last); err != nil {
		return err
	}
	j.work, j.put = fmt.Sprintf("Put %d files of 4 KiB", files), true
	_, err = b.measure(ctx, j, peers)
	return err
}

// again gets once more what was got before.
func (b *bench) again(ctx context.Context, j job, peers []*peer, last map[string]sample) error {
	work := fmt.Sprintf("Get the same %d files again", j.files)
	t := b.report.table(work)
	for _, p := range peers {
		if last[p.name].to == "" {
			continue
		}
		var samples []sample
		var moved []int64
		for range b.rounds {
			before := place{}.received("lo")
			s, err := b.timed(ctx, p, p.get(j.from, last[p.name].to), last[p.name].to)
			if err != nil {
				return err
			}
			moved = append(moved, place{}.received("lo")-before)
			samples = append(samples, s)
		}
		t.add(p, j, samples)
		b.report.fact(work, "%s: %.1f MB went over the network, both ways together, where the files have %.0f MB.",
			p.name, float64(median(moved))/1e6, float64(j.bytes)/1e6)
	}
	return nil
}

// list lists a folder with very many entries, as a script does.
func (b *bench) list(ctx context.Context) error {
	files := crowd * b.files
	from, err := b.makeSmall(files)
	if err != nil {
		return err
	}
	l, err := b.lanyards(ctx)
	if err != nil {
		return err
	}
	var first, whole, cpu []float64
	for range b.rounds {
		before := l.server.cpu() + l.client.cpu()
		f, w, err := firstRow(ctx, files, l.client.args("ls", "--json", "server:bench/"+from))
		if err != nil {
			return err
		}
		first, whole = append(first, f), append(whole, w)
		cpu = append(cpu, l.server.cpu()+l.client.cpu()-before)
	}
	work := fmt.Sprintf("List a folder of %d entries", files)
	b.report.fact(work, "%s: the first entry came out of `lanyard ls --json` after %.2f s, all after %.2f s; %.2f s of processor time in both PCs.",
		lanyardName, median(first), median(whole), median(cpu))
	return nil
}

// firstRow runs a command and says when the first entry came and when the last.
func firstRow(ctx context.Context, entries int, args []string) (first, whole float64, err error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) // #nosec G204 -- what this program names
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	r, all := bufio.NewReader(out), bytes.Buffer{}
	buf := make([]byte, 64<<10)
	for err == nil {
		var n int
		n, err = r.Read(buf)
		all.Write(buf[:n])
		if first == 0 && bytes.Contains(buf[:n], []byte(`"name"`)) {
			first = time.Since(began).Seconds()
		}
	}
	if err := cmd.Wait(); err != nil {
		return 0, 0, err
	}
	whole = time.Since(began).Seconds()
	var document struct{ Entries []json.RawMessage }
	if err := json.Unmarshal(all.Bytes(), &document); err != nil {
		return 0, 0, err
	}
	if len(document.Entries) != entries {
		return 0, 0, fmt.Errorf("%d entries were listed, want %d", len(document.Entries), entries)
	}
	return first, whole, nil
}
