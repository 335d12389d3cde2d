package ui

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
	"lanyard/assets"
)

// speaks makes the window speak a language for the time of a test.
func speaks(t *testing.T, tag string) {
	t.Helper()
	if err := speak(tag); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { speak("en") })
}

func TestTheWindowSpeaksTheSystemsLanguage(t *testing.T) {
	for system, want := range map[string]string{
		"de_AT.UTF-8": "Drucker", "fr_CA.UTF-8": "Imprimantes", "es_MX.UTF-8": "Impresoras", "zh_CN.UTF-8": "打印机", "zh_SG.UTF-8": "打印机",
		"en_GB.UTF-8": "Printers", "it_IT.UTF-8": "Printers", "C": "Printers", "POSIX": "Printers",
	} {
		t.Run(system, func(t *testing.T) {
			t.Setenv("LC_ALL", system)
			speaks(t, "")
			if got := tr("Printers"); got != want {
				t.Errorf("it says %q, want %q (the system's is %s)", got, want, lang.SystemLocale())
			}
		})
	}
}

func TestAPersonChoosesTheLanguage(t *testing.T) {
	for _, system := range []string{"C", "en_US.UTF-8", "de_DE.UTF-8", "zh_CN.UTF-8", "pt_BR.UTF-8"} {
		t.Setenv("LC_ALL", system)
		for _, l := range Languages {
			speaks(t, l.Tag)
			if got := spoken(); got != l.Tag {
				t.Errorf("on a system in %s it speaks %s, want %s", system, got, l.Tag)
			}
		}
	}
}

// The node's sentences are known again, with what is in them, and one in another.
func TestWhatTheNodeSaysIsTranslated(t *testing.T) {
	speaks(t, "de")
	for said, want := range map[string]string{
		"":                                    "",
		"workshop is off or can't be reached": "workshop ist aus oder nicht erreichbar",
		`can't set connections to "x": want a number from 1 to 512, or off`: `connections kann nicht auf "x" gesetzt werden: erwartet wird eine Zahl von 1 bis 512 oder off`,
		"Printers":                             "Printers", // the name of a PC
		"something that an older Lanyard says": "something that an older Lanyard says",
	} {
		if got := heard(said); got != want {
			t.Errorf("%q is %q, want %q", said, got, want)
		}
	}
}

// FuzzHeard: whatever another PC says, it is heard, and names in it stay what they are.
func FuzzHeard(f *testing.F) {
	f.Add("workshop is off or can't be reached")
	f.Add("{{.Name}} is off")
	f.Add("%s%s%[9]d")
	f.Fuzz(func(t *testing.T, text string) {
		if err := speak("de"); err != nil {
			t.Fatal(err)
		}
		heard(text)
	})
}

// In no language does a text stand out of its place, in a window of the size that it first has.
func TestEveryLanguageFits(t *testing.T) {
	// Each takes seconds, most of it drawn by nobody: they run one after the other, since the language is the process's.
	for _, system := range []string{"de_DE.UTF-8", "es_ES.UTF-8", "fr_FR.UTF-8", "zh_CN.UTF-8"} {
		t.Run(system[:2], func(t *testing.T) {
			t.Setenv("LC_ALL", system)
			defer speak("en")
			d := everything(t, "Customers")
			if spoken() == "en" {
				t.Fatalf("the window speaks English on a system in %s", lang.SystemLocale())
			}
			check := func(where string) {
				t.Helper()
				for _, o := range uitest.Overflow(d.window.Canvas()) {
					t.Errorf("%s: %s", where, o)
				}
			}
			fixed := fixedTexts(t)
			whole := func(where string) {
				t.Helper()
				check(where)
				uitest.Shown(d.window.Canvas().Content(), func(o fyne.CanvasObject) {
					if text, ok := o.(*look.Text); ok && fixed[text.Text()] && text.Size().Width+1 < text.Whole() {
						t.Errorf("%s: there is no room for the whole of %q", where, text.Text())
					}
				})
			}
			d.everyPage("Customers", whole)
			d.everyDialog("Customers", check)
		})
	}
}

// fixedTexts are those of the spoken language that nothing is put into.
func fixedTexts(t *testing.T) map[string]bool {
	t.Helper()
	data, err := assets.Translations.ReadFile(assets.TranslationsDir + "/" + spoken() + ".json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	fixed := map[string]bool{}
	for _, text := range all {
		fixed[text] = !strings.Contains(text, "{{")
	}
	return fixed
}

func TestTheLanguageIsChosen(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.SetSettings(uitest.Settings())
	defer speak("en")
	d.visit(place{kind: atSettings})
	d.reads("Language")
	choice, ok := find(d.window.Canvas().Content(), offering("As the system", "Français"))
	if !ok {
		t.Fatal("there is no choice of languages")
	}
	choice.SetSelected("Français")
	d.reads("Imprimantes")
	d.visit(place{kind: atTransfers})
	d.reads("Customers and 3 more")
	if d.prefs.Language != "fr" {
		t.Errorf("%q is kept", d.prefs.Language)
	}
	again := Open(d.app, d.opt).Fill(d.svc)
	if spoken() != "fr" || again.prefs.Language != "fr" {
		t.Error("it is forgotten at the next start")
	}
}

// offering tells which choice has one thing chosen and offers another.
func offering(chosen, offers string) func(*choice) bool {
	return func(s *choice) bool { return s.Selected == chosen && slices.Contains(s.Options, offers) }
}
