package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"
)

// link moves a large file over a link of one rate, of which iperf3 says what it carries.
func (b *bench) link(ctx context.Context) error {
	from, err := b.makeLarge(b.size / 2)
	if err != nil {
		return err
	}
	hub, leaves, err := b.star(ctx, "link", 1, true)
	if err != nil {
		return err
	}
	server, clients, err := b.pair(ctx, hub, leaves...)
	if err != nil {
		return err
	}
	others, err := b.others(ctx, hub, leaves[0], "nginx, curl")
	if err != nil {
		return err
	}
	for _, put := range []bool{false, true} {
		j := job{work: fmt.Sprintf("%s a file of %d MiB over a link of %s/s", word(put), b.size>>21, rate), from: from, files: 1, bytes: b.size / 2, put: put}
		if _, err := b.measure(ctx, j, append([]*peer{asPeer(server, clients[0])}, others...)); err != nil {
			return err
		}
		carries, err := b.iperf(ctx, hub, leaves[0], put)
		if err != nil || carries == 0 {
			return err
		}
		for _, r := range b.report.table(j.work).Rows {
			b.report.fact(j.work, "%s: %.1f %% of what iperf3 gets there (%.1f MB/s)", r.Program, 100*r.Speed/carries, carries)
		}
	}
	return nil
}

// iperf returns the MB/s that TCP gets.
func (b *bench) iperf(ctx context.Context, hub, leaf place, put bool) (float64, error) {
	if !installed("iperf3") {
		b.leave("the reference for the link (not installed: iperf3)")
		return 0, nil
	}
	c, err := b.listen(ctx, "iperf3", hub, iperfPort, "iperf3", "-s", "-1", "-p", fmt.Sprint(iperfPort))
	if err != nil {
		return 0, err
	}
	args := []string{"iperf3", "-J", "-t", "6", "-O", "1", "-p", fmt.Sprint(iperfPort), "-c", hub.reach()}
	if !put {
		args = append(args, "-R")
	}
	out, err := output(ctx, leaf.command(args...)...)
	if err != nil {
		return 0, err
	}
	<-c.ended
	var said struct {
		End struct {
			Received struct {
				Rate float64 `json:"bits_per_second"`
			} `json:"sum_received"`
		}
	}
	err = json.Unmarshal([]byte(out), &said)
	return said.End.Received.Rate / 8e6, err
}

// office has many PCs get the same from one at the same time.
func (b *bench) office(ctx context.Context) error {
	size := b.size / 2
	from, err := b.makeLarge(size)
	if err != nil {
		return err
	}
	hub, leaves, err := b.star(ctx, "office", b.clients, false)
	if err != nil {
		return err
	}
	server, clients, err := b.pair(ctx, hub, leaves...)
	if err != nil {
		return err
	}
	var alone, together, fairness []float64
	var peaks []int64
	for range max(1, b.rounds-1) {
		one, err := b.fetch(ctx, from, clients[:1])
		if err != nil {
			return err
		}
		stop := watch([]*child{server.child})
		each, err := b.fetch(ctx, from, clients)
		peaks = append(peaks, stop()[0])
		if err != nil {
			return err
		}
		alone = append(alone, float64(size)/1e6/one[0])
		together = append(together, float64(size)/1e6*float64(len(each))/slices.Max(each))
		fairness = append(fairness, slices.Min(each)/slices.Max(each))
	}
	work := fmt.Sprintf("%d PCs get the same %d MiB from one", len(clients), size>>20)
	b.report.fact(work, "One alone got %.0f MB/s, all together %.0f MB/s (%.0f %%); the slowest had %.0f %% of the fastest one's speed; the server took %.0f MB of memory at most.",
		median(alone), median(together), 100*median(together)/median(alone), 100*median(fairness), float64(median(peaks))/1e6)
	return nil
}

// fetch has PCs get a file at the same time, and returns the seconds that each took, to the disk.
func (b *bench) fetch(ctx context.Context, from string, clients []*pc) ([]float64, error) {
	unixSync()
	took, errs, to := make([]float64, len(clients)), make([]error, len(clients)), make([]string, len(clients))
	for i := range clients {
		below, err := b.to("large", "to")
		if err != nil {
			return nil, err
		}
		to[i] = b.data(below)
	}
	var wg sync.WaitGroup
	began := time.Now()
	for i, c := range clients {
		wg.Go(func() {
			_, errs[i] = output(ctx, c.get(from, to[i])...)
			took[i] = time.Since(began).Seconds()
		})
	}
	wg.Wait()
	for _, dir := range to {
		errs = append(errs, os.RemoveAll(dir))
	}
	return took, errors.Join(errs...)
}
