package ui

import (
	"slices"
	"strings"

	"lanyard/app/node"
)

// settingValue is one of the values that a setting can have, in words.
type settingValue struct{ value, text string }

// settingWord is how a setting reads in the window. Values are only there where a person chooses one of a few.
type settingWord struct {
	name, help string
	values     []settingValue
	onOff      bool // its values are on and off
}

// settingGroup is settings that stand together.
type settingGroup struct {
	title    string
	settings []node.Setting
}

// groupSettings orders settings as people look for them. Ones that this window has no words for come last.
func groupSettings(all []node.Setting) []settingGroup {
	groups := []struct {
		title string
		keys  []string
	}{
		{tr("What it offers"), []string{"files", "printers", "print-folder", "guests", "sending"}},
		{tr("Inbox"), []string{"inbox", "always"}},
		{tr("Speed"), []string{"upload", "download", "upload-per-pc", "download-per-pc", "polite"}},
		{tr("Bin and protection"), []string{"bin-days", "bin-share", "brake"}},
		{tr("Network"), []string{"quiet", "only", avoidKey, "interfaces", "port", "connections", "connections-per-pc"}},
	}
	var shown []settingGroup
	taken := map[string]bool{"name": true, "user": true, "color": true, "picture": true, loginKey: true} // they have places of their own
	for _, g := range groups {
		now := settingGroup{title: g.title}
		for _, key := range g.keys {
			if i := slices.IndexFunc(all, func(s node.Setting) bool { return s.Key == key }); i >= 0 {
				now.settings = append(now.settings, all[i])
				taken[key] = true
			}
		}
		if len(now.settings) > 0 {
			shown = append(shown, now)
		}
	}
	rest := settingGroup{title: tr("More")}
	for _, s := range all {
		if !taken[s.Key] {
			rest.settings = append(rest.settings, s)
		}
	}
	if len(rest.settings) > 0 {
		shown = append(shown, rest)
	}
	return shown
}

// wordsOf puts a setting for people. One that is not known here is called by its key, "max-upload" as "Max upload".
func wordsOf(s node.Setting) settingWord {
	switch s.Key {
	case "print-folder":
		return settingWord{name: tr("Folder for “Print to folder”"), help: tr("Where that printer puts the documents.")}
	case "files":
		return settingWord{name: tr("Shared folders"), help: tr("Off, nobody reaches the folders of this PC; who may do what is kept.")}
	case "printers":
		return settingWord{name: tr("Shared printers"), help: tr("Off, nobody else prints on the printers of this PC.")}
	case "guests":
		return settingWord{name: tr("Guests"), help: tr("By links to folders, and on printers that are open to guests. Off, all links rest.")}
	case "quiet":
		return settingWord{name: tr("Announce the names"), help: tr("Of this PC and its workgroup, for everybody on the network to see."),
			values: []settingValue{{"off", tr("Always")}, {"strange", tr("Only where the workgroup is")}, {"on", tr("Never")}}}
	case "only":
		return settingWord{name: tr("Connect only to"), help: tr("Names of PCs, with commas between. Empty means all.")}
	case avoidKey:
		return settingWord{name: tr("Avoid"), help: tr("Names of PCs to have nothing to do with, with commas between.")}
	case "interfaces":
		return settingWord{name: tr("Network interfaces"), help: tr("With commas between, such as eth0. Empty means those of the local network, without VPNs.")}
	case "port":
		return settingWord{name: tr("Port"), help: tr("0 means 4720, or any free one. It changes with the next start.")}
	case "connections":
		return settingWord{name: tr("Connections at once"), help: tr("The most in all. 0 leaves it to Lanyard.")}
	case "connections-per-pc":
		return settingWord{name: tr("Connections at once from one PC"), help: tr("The most. 0 leaves it to Lanyard.")}
	}
	if words, ok := transferWords(s.Key); ok {
		return words
	}
	return settingWord{name: plain(sentence(strings.NewReplacer("-", " ", "_", " ", ".", " ").Replace(s.Key))), help: told(s.Help)}
}

// transferWords are those of the settings about what moves between PCs.
func transferWords(key string) (settingWord, bool) {
	speed := tr("Such as 10 MB/s or 500 kB/s; off means no limit. It holds for what is running too.")
	w, ok := map[string]settingWord{
		"sending":         {name: tr("Files and texts from people"), help: tr("Off, nobody can send anything to the person at this PC."), onOff: true},
		"inbox":           {name: tr("Folder of the inbox"), help: tr("Where files that people send to you are put.")},
		"always":          {name: tr("Always accept from"), help: tr("Names of PCs, with commas between. What they send is accepted without asking.")},
		"upload":          {name: tr("Upload at most"), help: speed},
		"download":        {name: tr("Download at most"), help: speed},
		"upload-per-pc":   {name: tr("Upload at most, to one PC"), help: speed},
		"download-per-pc": {name: tr("Download at most, from one PC"), help: speed},
		"polite":          {name: tr("Give way to your own work"), help: tr("Lanyard leaves the processor and the disk to other programs of this PC first."), onOff: true},
		"bin-days":        {name: tr("Days in the bin"), help: tr("How long what other PCs replace or delete can be brought back. With off it is gone at once.")},
		"bin-share":       {name: tr("Room for the bin"), help: tr("How many percent of the disk it may take. The oldest goes first. With off there is no bin.")},
		"brake":           {name: tr("Stop a PC after"), help: tr("So many files that it replaces, deletes or renames here within a minute. With off, no PC is stopped.")},
	}[key]
	return w, ok
}
