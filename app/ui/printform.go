package ui

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/app/ui/preview"
)

// maxCopies bounds the copies where a printer doesn't say how many it makes.
const maxCopies = 99

// printOptions are the options offered, in order, if the printer takes more than one value. They are IPP Job Template
// attributes (RFC 8011 5.2, PWG 5100.13).
var printOptions = []string{"media", "media-source", "media-type", "sides", "print-color-mode", "print-quality", "orientation-requested", "number-up",
	"print-scaling", "finishings", "printer-resolution"}

// The ways in which copies come out (RFC 8011 5.2.4 of multiple-document-handling).
const (
	handling   = "multiple-document-handling"
	collated   = "separate-documents-collated-copies"
	uncollated = "separate-documents-uncollated-copies"
)

// formKeys is what the fields of a form do with keys that they have no use for.
type formKeys struct {
	escape func()
	other  func(fyne.KeyName) bool
	reveal func(fyne.CanvasObject) // brings a field into view
}

// printForm lets a person choose how to print. It is made from what a printer can do.
type printForm struct {
	content *fyne.Container
	can     *node.PrinterOptions
	printer node.Printer
	keys    formKeys
	changed func() // something was chosen
	count   *input
	most    int
	collate *check
	pages   *input // nil where the printer can't print some pages only
	fields  []*printField
	hold    *check
	pin     *input
	wrong   map[*input]*look.Text
	quiet   bool // fields are set by the program
}

// printField is an option with its values; "" among them leaves it to the printer.
type printField struct {
	name   string
	values []string
	choice *choice
}

func (f *printField) value() string {
	if i := f.choice.SelectedIndex(); i >= 0 {
		return f.values[i]
	}
	return ""
}

// newPrintForm makes the fields.
func newPrintForm(can *node.PrinterOptions, printer node.Printer, keys formKeys, changed func()) *printForm {
	f := &printForm{content: container.New(&look.Column{Gap: 7}), can: can, printer: printer, keys: keys, most: can.Copies, wrong: map[*input]*look.Text{}}
	if f.most <= 0 {
		f.most = maxCopies
	}
	f.addCopies()
	if len(can.Values["page-ranges"]) > 0 {
		f.pages = f.addInput(tr("Pages"), tr("All, or for example 1-3, 5"))
	}
	for _, name := range printOptions {
		if values := offeredValues(can, name); len(values) > 1 {
			f.addField(name, values)
		}
	}
	f.addHold()
	f.changed = changed
	return f
}

func (f *printForm) change() {
	if f.changed != nil && !f.quiet {
		f.changed()
	}
}

func (f *printForm) add(label string, field fyne.CanvasObject) {
	f.content.Add(formLine(label, field))
}

func (f *printForm) addCopies() {
	f.count = f.input("")
	f.count.SetText("1")
	f.count.OnChanged = func(string) { f.change() }
	step := func(text string, by int) *button {
		b := newButton(text, f.keys.escape, func() { f.setCopies(f.copies() + by) })
		b.onKey = func(k fyne.KeyName) bool { return k != fyne.KeyReturn && k != fyne.KeyEnter && f.keys.other(k) }
		return b
	}
	f.collate = newCheck(tr("Sorted"), f.keys.escape)
	f.collate.SetChecked(true)
	f.collate.onKey = f.keys.other
	f.collate.OnChanged = func(bool) { f.change() }
	f.collate.Hide()
	f.add(tr("Copies"), look.VBox(2, container.NewHBox(step("–", -1), container.New(atLeast{width: 52}, f.count), step("+", 1), f.collate), f.wrongOf(f.count)))
}

// input is a line to type in with room for what is wrong with it.
func (f *printForm) input(placeholder string) *input {
	i := newInput(placeholder, f.keys.escape)
	i.onKey = f.keys.other
	i.onFocus = func() { f.keys.reveal(i) }
	return i
}

func (f *printForm) addInput(label, placeholder string) *input {
	i := f.input(placeholder)
	i.OnChanged = func(string) { f.change() }
	f.add(label, look.VBox(2, i, f.wrongOf(i)))
	return i
}

// wrongOf makes the text that says what is wrong with a line.
func (f *printForm) wrongOf(i *input) *look.Text {
	f.wrong[i] = look.NewText("").In(theme.ColorNameError, theme.SizeNameCaptionText).Shrink(60)
	f.wrong[i].Hide()
	return f.wrong[i]
}

func (f *printForm) addField(name string, values []string) {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = valueText(f.can, name, v)
	}
	field := &printField{name: name, values: values, choice: newChoice(texts, f.keys.escape)}
	field.choice.SetSelectedIndex(max(slices.Index(values, f.can.Defaults[name]), 0))
	field.choice.onKey = f.keys.other
	field.choice.onFocus = func() { f.keys.reveal(field.choice) }
	field.choice.OnChanged = func(string) { f.change() }
	f.fields = append(f.fields, field)
	f.add(optionName(name), field.choice)
}

// addHold offers to keep the job until a PIN is typed at the printer, where the printer can or its owner wants it.
func (f *printForm) addHold() {
	if !f.can.PIN && !f.printer.Rule.Release {
		return
	}
	f.hold = newCheck(tr("Wait until I type a PIN there"), f.keys.escape)
	f.hold.onKey = f.keys.other
	f.hold.onFocus = func() { f.keys.reveal(f.hold) }
	f.add(tr("Release"), flush(f.hold))
	hint := tr("4 to 8 digits")
	if f.printer.Rule.Release {
		hint = tr("None: release it from this PC")
	}
	f.pin = f.addInput(tr("PIN"), hint)
	line := f.content.Objects[len(f.content.Objects)-1]
	line.Hide()
	f.hold.OnChanged = func(on bool) {
		visible(line, on)
		f.content.Refresh()
		f.keys.reveal(line)
		f.change()
	}
	if f.printer.Rule.Release {
		f.hold.SetChecked(true)
		f.hold.Disable()
	}
}

func formLine(label string, field fyne.CanvasObject) fyne.CanvasObject {
	text := container.New(layout.NewCustomPaddedLayout(8, 0, 0, 8), look.NewQuiet(label).Shrink(60))
	return container.NewBorder(nil, nil, container.New(atLeast{width: 92}, container.NewVBox(text)), nil, field)
}

func (f *printForm) copies() int {
	n, err := strconv.Atoi(strings.TrimSpace(f.count.Text))
	if err != nil {
		return 1
	}
	return min(max(n, 1), f.most)
}

func (f *printForm) setCopies(n int) { f.count.SetText(strconv.Itoa(min(max(n, 1), f.most))) }

// spans are the pages that were typed; none are all.
func (f *printForm) spans() (preview.Spans, error) {
	if f.pages == nil {
		return nil, nil
	}
	return preview.ParsePages(f.pages.Text)
}

// heldPIN is the PIN that the job is to wait for, or "".
func (f *printForm) heldPIN() string {
	if f.hold == nil || !f.hold.Checked {
		return ""
	}
	return strings.TrimSpace(f.pin.Text)
}

// check says beside the fields what is wrong with them, and tells whether all is well. pages is how many the document has
// that is shown; 0 when nobody knows.
func (f *printForm) check(pages int) bool {
	good := true
	say := func(i *input, text string) {
		good = good && text == ""
		f.wrong[i].SetText(text)
		visible(f.wrong[i], text != "")
	}
	if n, err := strconv.Atoi(strings.TrimSpace(f.count.Text)); err != nil || n != f.copies() {
		say(f.count, tr("A number from 1 to {{.N}}", "N", formatCount(f.most)))
	} else {
		say(f.count, "")
	}
	if f.pages != nil {
		spans, err := f.spans()
		switch {
		case err == preview.ErrManyRuns:
			say(f.pages, tr("Too many parts"))
		case err != nil:
			say(f.pages, tr("Not pages. Write 1-3, 5"))
		case pages > 0 && spans.Count(pages) == 0:
			say(f.pages, trn("It has one page only", "It has {{.N}} pages only", pages))
		default:
			say(f.pages, "")
		}
	}
	if f.pin != nil {
		text := ""
		if none := f.heldPIN() == ""; f.hold.Checked && !goodPIN(f.heldPIN()) && !(none && f.printer.Rule.Release) {
			text = tr("Choose 4 to 8 digits")
		}
		say(f.pin, text)
	}
	visible(f.collate, f.copies() > 1 && f.sorts())
	return good
}

// goodPIN tells whether a text can be a PIN.
func goodPIN(text string) bool {
	return len(text) >= 4 && len(text) <= 8 && strings.Trim(text, "0123456789") == ""
}

// sorts tells whether the printer can do both: copy after copy, and page after page.
func (f *printForm) sorts() bool {
	values := f.can.Values[handling]
	return slices.Contains(values, collated) && slices.Contains(values, uncollated)
}

// chosen returns the options that differ from the printer's defaults, so that its own stay in force for the rest.
func (f *printForm) chosen() map[string]string {
	options := map[string]string{}
	for _, field := range f.fields {
		if v := field.value(); v != "" && v != f.can.Defaults[field.name] {
			options[field.name] = v
		}
	}
	return options
}

// request is what the node is asked for.
func (f *printForm) request() node.PrintRequest {
	r := node.PrintRequest{Copies: f.copies(), Options: f.chosen(), PIN: f.heldPIN()}
	if spans, err := f.spans(); err == nil && len(spans) > 0 {
		r.Options["page-ranges"] = spans.String()
	}
	if f.copies() > 1 && f.sorts() && !f.collate.Checked {
		r.Options[handling] = uncollated
	}
	return r
}

// apply sets the fields to options that were kept, as far as the printer still has them, and the others as the printer is set.
func (f *printForm) apply(options map[string]string) {
	f.quiet = true
	for _, field := range f.fields {
		at := slices.Index(field.values, options[field.name])
		if at < 0 || options[field.name] == "" {
			at = max(slices.Index(field.values, f.can.Defaults[field.name]), 0)
		}
		field.choice.SetSelectedIndex(at)
	}
	f.quiet = false
	f.change()
}
