package main

import (
	"fmt"
	"strings"
)

// printSample is one job: seconds from when the sender began.
type printSample struct {
	first  float64 // until the first byte was at the printer
	device float64 // until all of it was
	done   float64 // until the sender was told
}

// printRow is what one way to print needed, as medians of seconds.
type printRow struct {
	Program string  `json:"program"`
	Note    string  `json:"note,omitempty"`
	Rounds  int     `json:"rounds"`
	First   float64 `json:"first"`
	Device  float64 `json:"device"`
	Done    float64 `json:"done"`
	Ratio   float64 `json:"ratio,omitempty"` // of Device to that through CUPS' sharing; above 1 is slower than that
	Told    float64 `json:"told,omitempty"`  // of Done
}

func (t *table) addPrint(p printer, samples []printSample) {
	of := func(which func(printSample) float64) float64 {
		var list []float64
		for _, s := range samples {
			list = append(list, which(s))
		}
		return median(list)
	}
	t.Prints = append(t.Prints, printRow{
		Program: p.name, Note: p.note, Rounds: len(samples), First: of(func(s printSample) float64 { return s.first }),
		Device: of(func(s printSample) float64 { return s.device }), Done: of(func(s printSample) float64 { return s.done }),
	})
	for _, other := range t.Prints {
		if other.Program == cupsName {
			for i := range t.Prints {
				t.Prints[i].Ratio, t.Prints[i].Told = t.Prints[i].Device/other.Device, t.Prints[i].Done/other.Done
			}
		}
	}
}

func (t *table) prints(b *strings.Builder) {
	if len(t.Prints) == 0 {
		return
	}
	b.WriteString("| | first byte at the printer | whole document there | ÷ CUPS sharing | sender told | ÷ CUPS sharing |\n|---|--:|--:|--:|--:|--:|\n")
	for _, r := range t.Prints {
		fmt.Fprintf(b, "| %s (%s) | %.0f ms | %.0f ms | %.2f | %.0f ms | %.2f |\n", r.Program, r.Note, 1000*r.First, 1000*r.Device, r.Ratio, 1000*r.Done, r.Told)
	}
	b.WriteString("\n")
}
