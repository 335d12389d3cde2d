package printing

import (
	"cmp"
	"errors"
	"slices"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

var errPagesFit = errors.New("the printer can't pick these pages and put several on one side")

// setJobAttributes is RFC 3380 section 4.2: other options for a job that is not being printed yet, all or none.
func (s *Server) setJobAttributes(r *request) answer {
	if len(r.msg.Job) == 0 {
		return refuse(goipp.StatusErrorBadRequest, "job attributes are missing")
	}
	var fixed, wanted goipp.Attributes
	var gone []string
	name := ""
	for _, attr := range r.msg.Job {
		_, option := findOption(attr.Name)
		switch {
		case attr.Name == "job-name":
			name = ipp.Clean(ipp.Attrs(r.msg.Job).String("job-name"), 255)
		case !option:
			fixed.Add(goipp.MakeAttr(attr.Name, goipp.TagNotSettable, goipp.Void{}))
		case attr.Values[0].T == goipp.TagDeleteAttr:
			gone = append(gone, attr.Name)
		default:
			wanted.Add(attr)
		}
	}
	if len(fixed) > 0 {
		return answer{status: goipp.StatusErrorAttributesNotSettable, unsupported: fixed}
	}
	taken, unsupported := checkTemplate(wanted, r.printer.caps)
	if len(unsupported) > 0 {
		return answer{status: goipp.StatusErrorAttributesOrValues, unsupported: unsupported}
	}
	return s.onJob(r, func(j *job) error {
		if j.Stage != stageIncoming && j.Stage != stageWaiting && j.Stage != stageHeld || j.stop != nil {
			return ErrPrinting
		}
		left := slices.DeleteFunc(decodeTemplate(j.Template), func(a goipp.Attribute) bool { return slices.Contains(gone, a.Name) })
		template := overlaid(left, taken)
		if !pagesFit(template) {
			return errPagesFit
		}
		return s.changeLocked(j, r.sent(j), cmp.Or(name, j.Name), template)
	})
}

// changeLocked gives a job another name and other options, for its sender or for somebody else.
func (s *Server) changeLocked(j *job, sender bool, name string, template goipp.Attributes) error {
	hold := ipp.Attrs(template).String("job-hold-until")
	b, err := encodeTemplate(withoutHold(template))
	if err != nil {
		return err
	}
	if hold == "no-hold" && j.Hold {
		if err := s.releaseForLocked(j, sender, nil); err != nil {
			return err
		}
	}
	j.Name, j.Template = name, b
	switch {
	case hold == "indefinite":
		err = s.holdForLocked(j)
	default:
		s.moveLocked(j, j.Stage, j.State, j.Message, j.Reasons...)
	}
	s.tellJobLocked(j, "job-config-changed")
	return err
}

// withoutHold is a template without job-hold-until, which is kept as record.Hold: it changes by itself.
func withoutHold(template goipp.Attributes) goipp.Attributes {
	return slices.DeleteFunc(slices.Clone(template), func(a goipp.Attribute) bool { return a.Name == "job-hold-until" })
}
