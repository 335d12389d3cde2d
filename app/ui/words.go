package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"golang.org/x/text/language"

	"lanyard/assets"
)

// Languages are the tags of the languages (BCP 47) that the window speaks, with their own names for themselves.
var Languages = []struct{ Tag, Name string }{
	{"de", "Deutsch"}, {"en", "English"}, {"es", "Español"}, {"fr", "Français"}, {"zh-Hans", "简体中文"},
}

// speak makes the window speak a language from now on; "" is that of the system, as far as there are texts in it. Pages that
// stand already keep theirs.
func speak(tag string) error {
	lately.Lock()
	clear(lately.texts)
	lately.Unlock()
	system := lang.SystemLocale()
	if tag == "" {
		tag = closest(system)
	}
	texts, err := assets.Translations.ReadFile(assets.TranslationsDir + "/" + tag + ".json")
	if err != nil {
		return err
	}
	if system.LanguageString() == "und" { // LANG=C
		system = "en"
	}
	// Fyne knows no choice but the system's, so the texts take that one's place; the others needn't be read.
	return lang.AddTranslationsForLocale(texts, system)
}

// closest is the language to speak to who prefers one.
func closest(to fyne.Locale) string {
	tags := []language.Tag{language.English} // for all that are far from any
	for _, l := range Languages {
		tags = append(tags, language.Make(l.Tag))
	}
	_, i, _ := language.NewMatcher(tags).Match(language.Make(to.LanguageString()))
	return tags[i].String()
}

// spoken is the tag of the language that is spoken.
func spoken() string { return tr("en") }

// tr returns a text in the person's language. English texts are the keys. pairs are names and values for the
// {{.Name}} places in it.
func tr(text string, pairs ...string) string {
	if len(pairs) == 0 {
		return lang.L(text)
	}
	return lang.L(text, placed(pairs))
}

// trn is tr for a count: one is used for 1, many for the rest; {{.N}} is the count.
func trn(one, many string, n int, pairs ...string) string {
	values := placed(pairs)
	values["N"] = formatCount(n)
	if n == 1 {
		return lang.L(one, values)
	}
	return lang.L(many, values)
}

func placed(pairs []string) map[string]string {
	values := make(map[string]string, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return values
}
