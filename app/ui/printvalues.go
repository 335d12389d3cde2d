package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lanyard/app/node"
	"lanyard/app/ui/preview"
)

// What a printer offers, and what its options mean for the paper.

// setup is what comes out, as far as it shows.
func (f *printForm) setup() preview.Setup {
	is := map[string]string{}
	for _, name := range printOptions {
		is[name] = f.can.Defaults[name]
	}
	for _, field := range f.fields {
		is[field.name] = cmp.Or(field.value(), is[field.name])
	}
	s := preview.Setup{Paper: paperOf(f.can, is["media"]), Scaling: is["print-scaling"]}
	s.Pages, _ = f.spans()
	s.NumberUp, _ = strconv.Atoi(is["number-up"])
	s.Sides = map[string]preview.Sides{"two-sided-long-edge": preview.LongEdge, "two-sided-short-edge": preview.ShortEdge}[is["sides"]]
	s.Turn = map[string]preview.Turn{"portrait": preview.Upright, "reverse-portrait": preview.Upright,
		"landscape": preview.Sideways, "reverse-landscape": preview.Sideways}[is["orientation-requested"]]
	mode := is["print-color-mode"]
	s.Gray = !f.printer.Color && mode != "color" || strings.Contains(mode, "monochrome") || mode == "bi-level"
	return s
}

// offeredValues are the values of an option to choose from.
func offeredValues(can *node.PrinterOptions, name string) []string {
	values := slices.DeleteFunc(slices.Clone(can.Values[name]), func(v string) bool { return strings.HasPrefix(v, "custom_m") })
	switch name {
	case "media":
		values = inTrayFirst(can, values)
	case "number-up":
		values = perSide(values)
	}
	if len(values) > 1 && !slices.Contains(values, can.Defaults[name]) {
		values = append([]string{""}, values...)
	}
	return values
}

// inTrayFirst puts the papers that lie in the printer before the others.
func inTrayFirst(can *node.PrinterOptions, names []string) []string {
	slices.SortStableFunc(names, func(a, b string) int {
		rank := func(name string) int {
			if isReady(can, name) {
				return 0
			}
			return 1
		}
		return rank(a) - rank(b)
	})
	return slices.Compact(names)
}

func isReady(can *node.PrinterOptions, name string) bool {
	return slices.ContainsFunc(can.Media, func(m node.Medium) bool { return m.Name == name && m.Ready })
}

// perSide are the counts of pages on one side that people know, where a printer takes any.
func perSide(values []string) []string {
	var all []string
	for _, v := range values {
		var from, to int
		if n, _ := fmt.Sscanf(v, "%d-%d", &from, &to); n != 2 {
			all = append(all, v)
			continue
		}
		for _, n := range []int{1, 2, 4, 6, 9, 16} {
			if n >= from && n <= to {
				all = append(all, strconv.Itoa(n))
			}
		}
	}
	return all
}

// valueText says what a value means at a printer.
func valueText(can *node.PrinterOptions, name, value string) string {
	text := optionText(name, value)
	if name == "media" && isReady(can, value) {
		text += "   ·   " + tr("loaded")
	}
	return text
}
