package printing_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// TestTheTestPage is one page of the paper's size in the fonts that everybody has, on every paper and whatever printer and PC
// are called: what the fonts lack is there in another way, and nothing of a name is a command.
func TestTheTestPage(t *testing.T) {
	t.Parallel()
	printingtest.Need(t, "/usr/bin/gs")
	for _, tt := range []struct {
		name string
		page printing.TestPage
		size string
		says []string
	}{
		{"A4", printing.TestPage{PC: "Büro – 2. OG", Printer: "HP (Flur) \\ Q Q", Model: "HP Color LaserJet", Medium: printing.Medium{Name: "iso_a4_210x297mm", Width: 21000, Height: 29700, Top: 423}},
			"595.28 841.89", []string{"Büro – 2. OG", `HP (Flur) \ Q Q`, "HP Color LaserJet", "A4, 210 × 297 mm", "top 4.2 mm, bottom 0.0 mm", "28 November 2026, 17:05", "äöü ÄÖÜ ß é ñ €"}},
		{"no Latin letters", printing.TestPage{PC: "工作室", Printer: "Žlutý kůň", Model: "\x1b]0;x\x07\u202egpj"}, "595.28 841.89", []string{"U+5DE5 U+4F5C U+5BA4", "Žlutý kun", "]0;x U+202E gpj"}},
		{"a label", printing.TestPage{PC: strings.Repeat("Büro ", 100), Medium: printing.Medium{Name: "custom_label_62x29mm", Width: 6200, Height: 2900, Left: 150, Right: 150}}, "175.75 82.20", []string{"62 × 29 mm", "…"}},
		{"A3", printing.TestPage{Medium: printing.Medium{Name: "iso_a3_297x420mm", Width: 29700, Height: 42000}}, "841.89 1190.55", []string{"A3, 297 × 420 mm"}},
	} {
		tt.page.When = time.Date(2026, 11, 28, 17, 5, 0, 0, time.UTC)
		file := filepath.Join(t.TempDir(), "page.pdf")
		write(t, file, string(tt.page.PDF()))
		out, err := exec.Command("gs", "-dNOPAUSE", "-dBATCH", "-dPDFSTOPONERROR", "-sDEVICE=txtwrite", "-sOutputFile=-", file).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Processing pages 1 through 1.") || strings.Contains(string(out), "Error") {
			t.Errorf("%s: %v\n%s", tt.name, err, out)
		}
		text := strings.Join(strings.Fields(string(out)), " ")
		for _, says := range tt.says {
			if !strings.Contains(text, says) {
				t.Errorf("%s: it doesn't say %q:\n%s", tt.name, says, text)
			}
		}
		if pdf := slurp(t, file); !strings.Contains(pdf, "/MediaBox[0 0 "+tt.size+"]") || strings.Contains(pdf, "FontFile") {
			t.Errorf("%s: not %s, or with fonts of its own", tt.name, tt.size)
		}
	}
}
