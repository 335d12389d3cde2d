package ipp

import (
	"maps"
	"slices"

	"github.com/OpenPrinting/goipp"
)

// encode turns go-ipp's request into goipp's: the charset, the language and the target first (RFC 8011 section
// 4.1.4), the target in the form that the other side knows, every value with its right tag.
func (a *call) encode(operation goipp.Op, id uint32, attributes map[string]any) *goipp.Message {
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), operation, id)
	op := &m.Operation
	op.Add(goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
	op.Add(goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")))
	op.Add(goipp.MakeAttr("printer-uri", goipp.TagURI, goipp.String(a.printerURI())))
	if a.request.JobID != 0 {
		op.Add(goipp.MakeAttr("job-id", goipp.TagInteger, goipp.Integer(a.request.JobID)))
	}
	op.Add(goipp.MakeAttr("requesting-user-name", goipp.TagName, goipp.String(a.conn.User)))
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if attr, ok := operationAttr(name, attributes[name]); ok && !Attrs(a.request.Operation).Has(name) {
			op.Add(attr)
		}
	}
	*op = append(*op, a.request.Operation...)
	m.Job = a.request.Job
	m.Subscription = a.request.Subscription
	m.Printer = a.request.Set
	return m
}

func (a *call) printerURI() string {
	u := *a.conn.Base.JoinPath(a.conn.Path(a.request.Printer)) // #nosec G125 -- Path escapes slashes, and ".." meets no printer
	if u.Scheme = "ipp"; a.conn.Base.Scheme == "https" {
		u.Scheme = "ipps"
	}
	return u.String()
}

// operationAttr types what go-ipp sets by itself. What it would set in the wrong group (copies, job-priority) and the
// targets that encode has set are left out.
func operationAttr(name string, value any) (goipp.Attribute, bool) {
	tag, ok := map[string]goipp.Tag{
		"job-name": goipp.TagName, "document-name": goipp.TagName, "document-format": goipp.TagMimeType,
		"requested-attributes": goipp.TagKeyword, "which-jobs": goipp.TagKeyword, "my-jobs": goipp.TagBoolean,
		"limit": goipp.TagInteger, "first-job-id": goipp.TagInteger, "last-document": goipp.TagBoolean,
	}[name]
	if !ok {
		return goipp.Attribute{}, false
	}
	switch v := value.(type) {
	case string:
		return goipp.MakeAttr(name, tag, goipp.String(v)), v != ""
	case bool:
		return goipp.MakeAttr(name, tag, goipp.Boolean(v)), true
	case int:
		return goipp.MakeAttr(name, tag, goipp.Integer(v)), true
	case []string:
		attr := goipp.Attribute{Name: name}
		for _, s := range v {
			attr.Values.Add(tag, goipp.String(s))
		}
		return attr, len(v) > 0
	}
	return goipp.Attribute{}, false
}
