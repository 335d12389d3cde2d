package share

import (
	"regexp"
	"strings"
	"unicode"
)

// Names that start by themselves, or show as something other than they are, on some system: not only on this one, as files
// travel on. Programs as such are not among them, .exe, .msi, .sh and .jar: people do copy those, and see what they are.
// Nor are sources that some system happens to run, .js and .py: a web site has thousands.
var (
	riskyNames = map[string]string{
		"autorun.inf": "Windows acts on it when the disk is put in",
		"desktop.ini": "Windows shows the folder as it says",
		"folder.htt":  "Windows shows the folder as it says",
	}

	// A file in a folder of such a name, wherever that is, may find itself where programs are started from.
	riskyFolders = map[string]string{
		"startup":       "what is in a folder of that name starts with Windows",
		"autostart":     "what is in a folder of that name starts with the desktop",
		"launchagents":  "what is in a folder of that name starts with macOS",
		"launchdaemons": "what is in a folder of that name starts with macOS",
	}

	riskyEndings = byEnding(map[string]string{
		// Explorer never shows these endings, whatever its settings, and lets the file choose its icon.
		"it is a link, and looks like what it says it leads to": "lnk url website scf appref-ms webloc inetloc fileloc desktop",
		// Merely to see them in a folder can make Windows sign in at another computer.
		"Windows may connect to another computer to show it": "library-ms searchconnector-ms search-ms theme themepack deskthemepack",
		// To open one is to run it, though few know it for a program.
		"it runs when it is opened, and doesn't look like a program": "bat cmd ps1 vbs vbe jse wsf wsh hta scr pif cpl settingcontent-ms terminal",
	})

	programs  = words("exe com scr pif bat cmd ps1 vbs vbe js jse wsf hta msi msix jar app command cpl sh run appimage")
	documents = words("pdf doc docx xls xlsx ppt pptx odt ods odp rtf txt csv jpg jpeg png gif heic webp tif tiff mp3 mp4 mov avi mkv zip")
)

func byEnding(list map[string]string) map[string]string {
	all := map[string]string{}
	for why, endings := range list {
		for ending := range words(endings) {
			all[ending] = why
		}
	}
	return all
}

func words(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// classID is an ending that has Windows show a file or folder as a part of itself, such as the recycle bin.
var classID = regexp.MustCompile(`\.\{[0-9a-f-]{36}\}$`)

// Risky tells why a person should see the name of a file before it is taken along with others: "" if there is no reason.
// name is a name or a slash-separated path, each part of which is looked at; that of a folder ends in a slash.
func Risky(name string) string {
	parts := strings.Split(name, "/")
	for n, part := range parts {
		if why := riskyPart(part, n == len(parts)-1); why != "" {
			return why
		}
	}
	return ""
}

func riskyPart(part string, last bool) string {
	if hidden(part) {
		return "its name is hidden"
	}
	if strings.ContainsFunc(part, reorders) {
		return "its name is written in another order than it is shown"
	}
	// Windows and macOS don't care about case, and Windows not about dots and spaces at the end.
	part = strings.TrimRight(strings.ToLower(strings.ToUpper(part)), ". ")
	if classID.MatchString(part) {
		return "Windows shows it as a part of itself"
	}
	if why := riskyFolders[part]; why != "" {
		return why
	}
	stem, ending := cutEnding(part)
	if _, before := cutEnding(stem); programs[ending] && documents[before] {
		return "it looks like a document and is a program" // where the last ending is not shown, or far to the right
	}
	if !last {
		return ""
	}
	if why := riskyNames[part]; why != "" {
		return why
	}
	return riskyEndings[ending]
}

// cutEnding takes the ending off a name, without the spaces around it.
func cutEnding(name string) (stem, ending string) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return name, ""
	}
	return strings.TrimRightFunc(name[:dot], unicode.IsSpace), strings.TrimSpace(name[dot+1:])
}

// reorders tells whether a character has the text after it shown in another order (Unicode Standard Annex 9, section 2).
// The marks that letters of Arabic and Hebrew names need are not among them.
func reorders(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }
