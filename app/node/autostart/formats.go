package autostart

import (
	"bufio"
	"encoding/xml"
	"strings"
)

// The forms in which systems want to be told what to start.

// desktopEntry is an entry for the session of a desktop (Desktop Application Autostart Specification).
func desktopEntry(args []string) string {
	return "[Desktop Entry]\nType=Application\nName=Lanyard\nComment=Share files and printers with the PCs around you\n" +
		"TryExec=" + strings.ReplaceAll(args[0], `\`, `\\`) + "\nExec=" + desktopExec(args) + "\nIcon=" + appID + "\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
}

// desktopExec quotes a command line twice: each argument as the key Exec wants it, and the whole as the value of a string
// (Desktop Entry Specification 1.5, "The Exec key" and "Possible value types").
func desktopExec(args []string) string {
	inner := strings.NewReplacer(`"`, `\"`, "`", "\\`", `$`, `\$`, `\`, `\\`, `%`, `%%`)
	quoted := make([]string, len(args))
	for i, a := range args {
		quoted[i] = `"` + inner.Replace(a) + `"`
	}
	return strings.ReplaceAll(strings.Join(quoted, " "), `\`, `\\`)
}

// desktopStarts tells whether an entry is one that a desktop would start, if the program that it names is there: people switch
// entries off in place, too.
func desktopStarts(text string) (program string, starts bool) {
	group := ""
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		line := strings.TrimSpace(s.Text())
		if strings.HasPrefix(line, "[") {
			group = line
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		if group != "[Desktop Entry]" {
			continue
		}
		switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
		case "Exec":
			starts = value != ""
		case "TryExec":
			program = strings.ReplaceAll(value, `\\`, `\`)
		case "Hidden":
			if value == "true" {
				return "", false
			}
		case "X-GNOME-Autostart-enabled":
			if value == "false" {
				return "", false
			}
		}
	}
	return program, starts
}

// unit is a service of systemd for one user.
func unit(args []string) string {
	inner := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `%`, `%%`, `$`, `$$`)
	quoted := make([]string, len(args))
	for i, a := range args {
		quoted[i] = `"` + inner.Replace(a) + `"`
	}
	return "[Unit]\nDescription=Lanyard: shares this PC's folders and printers with its workgroup\nStartLimitIntervalSec=60\nStartLimitBurst=5\n\n" +
		"[Service]\nExecStart=" + strings.Join(quoted, " ") + "\nRestart=on-failure\nRestartSec=2\nTimeoutStopSec=10\nCPUWeight=20\nIOWeight=20\nNoNewPrivileges=yes\n\n" +
		"[Install]\nWantedBy=default.target\n"
}

// launchAgent is a property list for macOS (launchd.plist).
func launchAgent(label string, args []string) string {
	var b strings.Builder
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n" +
		"<plist version=\"1.0\">\n<dict>\n\t<key>Label</key>\n\t<string>" + label + "</string>\n\t<key>ProgramArguments</key>\n\t<array>\n")
	for _, a := range args {
		b.WriteString("\t\t<string>")
		_ = xml.EscapeText(&b, []byte(a)) // a Builder takes all
		b.WriteString("</string>\n")
	}
	b.WriteString("\t</array>\n\t<key>RunAtLoad</key>\n\t<true/>\n</dict>\n</plist>\n")
	return b.String()
}

// windowsLine joins arguments as Windows' programs take them apart again (CommandLineToArgvW).
func windowsLine(args []string) string {
	quoted := make([]string, len(args))
	for i, a := range args {
		var b strings.Builder
		slashes := 0
		for _, r := range a {
			switch r {
			case '\\':
				slashes++
				continue
			case '"':
				b.WriteString(strings.Repeat(`\`, 2*slashes+1))
			default:
				b.WriteString(strings.Repeat(`\`, slashes))
			}
			slashes = 0
			b.WriteRune(r)
		}
		b.WriteString(strings.Repeat(`\`, 2*slashes))
		quoted[i] = `"` + b.String() + `"`
	}
	return strings.Join(quoted, " ")
}
