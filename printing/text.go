package printing

import (
	"slices"
	"strings"
	"unicode"

	"lanyard/printing/ipp"
)

// maxName bounds a printer's name. CUPS takes queue names up to 127 bytes.
const maxName = 127

// Slug makes the name of a shared printer out of any text: letters, digits and - _ . stay, all else becomes a dash.
// It is "printer" when nothing is left.
func Slug(s string) string {
	slug := strings.Map(func(r rune) rune {
		if slugRune(r) {
			return r
		}
		return '-'
	}, s)
	for strings.Contains(slug, "--") {
		slug = strings.ReplaceAll(slug, "--", "-")
	}
	for len(slug) > maxName {
		r := []rune(slug)
		slug = string(r[:len(r)-1])
	}
	if slug = strings.Trim(slug, "-."); slug == "" {
		return "printer"
	}
	return slug
}

func slugRune(r rune) bool {
	return r == '-' || r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// goodName tells whether s can be the name of a shared printer: one URL segment that means the same everywhere.
func goodName(s string) bool {
	return s != "" && s != "." && s != ".." && len(s) <= maxName && strings.IndexFunc(s, func(r rune) bool { return !slugRune(r) }) < 0
}

// reasonTexts says printer-state-reasons (PWG 5100.9, RFC 8011 section 5.4.12) for people.
var reasonTexts = map[string]string{
	"media-empty": "the printer is out of paper", "media-needed": "the printer is out of paper",
	"media-jam": "paper is jammed in the printer", "media-low": "the printer is low on paper",
	"offline": "the printer is switched off or not connected", "connecting-to-device": "the printer doesn't answer",
	"timed-out": "the printer doesn't answer", "shutdown": "the printer is switched off",
	"cover-open": "a cover of the printer is open", "door-open": "a door of the printer is open",
	"interlock-open": "a door of the printer is open", "input-tray-missing": "a paper tray is missing",
	"output-tray-missing": "the output tray is missing", "output-area-full": "the output tray is full",
	"output-area-almost-full": "the output tray is almost full", "toner-empty": "the printer is out of toner",
	"toner-low": "the printer is low on toner", "marker-supply-empty": "the printer is out of ink or toner",
	"marker-supply-low": "the printer is low on ink or toner", "marker-waste-full": "the waste container is full",
	"paused": "the printer is paused", "moving-to-paused": "the printer is being paused",
	"cups-missing-filter": "the printer's driver is not complete on its PC", "spool-area-full": "the printer's PC is out of space",
	"other": "the printer reports an error", "hold-new-jobs": "the printer holds new jobs",
}

// reasonText puts the first of the reasons that people should know into words; "" for none of them.
func reasonText(reasons []string) string {
	for _, r := range reasons {
		if text := reasonTexts[bareReason(r)]; text != "" {
			return text
		}
	}
	if len(reasons) > 0 {
		return ipp.Clean("the printer reports: "+strings.Join(reasons, ", "), 255)
	}
	return ""
}

// bareReason cuts the severity off a reason (RFC 8011 section 5.4.12).
func bareReason(r string) string {
	for _, suffix := range []string{"-error", "-warning", "-report"} {
		if bare, ok := strings.CutSuffix(r, suffix); ok {
			return bare
		}
	}
	return r
}

// Reasons that stop a printer whatever severity they come with, and such that don't even with none: a missing severity
// means error by the standard, but drivers also say offline-report while nothing goes, and connecting-to-device while
// all is well.
var (
	alwaysStop = []string{"offline", "paused", "shutdown", "timed-out"}
	neverStop  = []string{"media-low", "toner-low", "marker-supply-low", "output-area-almost-full", "connecting-to-device", "moving-to-paused", "hold-new-jobs"}
)

// Trouble says for people what keeps a printer with these printer-state-reasons from printing; "" when nothing does.
func Trouble(reasons []string) string { return reasonText(blocking(reasons)) }

// blocking returns the reasons that keep a job from being printed.
func blocking(reasons []string) []string {
	var all []string
	for _, r := range reasons {
		bare := bareReason(r)
		stops := strings.HasSuffix(r, "-error")
		if r == bare { // no severity
			stops = reasonTexts[bare] != "" && !slices.Contains(neverStop, bare)
		}
		if stops || slices.Contains(alwaysStop, bare) {
			all = append(all, r)
		}
	}
	return all
}
