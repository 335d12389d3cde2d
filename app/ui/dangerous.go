package ui

import (
	"path/filepath"
	"strings"
)

// dangerous tells whether opening a file of that name could run something, on any system: a copy may travel on. Names
// without an ending are refused too, because desktops look into those and may find a program; so are those with a
// colon, which on Windows lead to another stream of the file.
func dangerous(name string) bool {
	shown := strings.ToLower(strings.Trim(name, " .")) // Windows drops those at the end; a hidden file has no ending
	ext := filepath.Ext(shown)
	return ext == "" || plain(name) != name || strings.ContainsAny(name, ":/\\") || runnable[ext[1:]]
}

// runnable are the endings of what runs, installs, redirects or changes settings when it is opened.
var runnable = words(`
	exe com scr pif bat cmd msi msp mst msix msixbundle appx appxbundle appinstaller application cpl dll ocx sys drv
	ps1 ps1xml ps2 psc1 psd1 psm1 vb vbe vbs js jse mjs ws wsf wsc wsh hta sct shb shs
	lnk url scf library-ms search-ms searchconnector-ms settingcontent-ms diagcab desktopthemepackfile theme themepack
	reg inf ins isp job gadget chm hlp msc msh msh1 msh2 mshxml ade adp mde mda accde xll xlam xlm slk iqy oqy rqy
	docm dotm xlsm xltm xlsb pptm potm ppam ppsm sldm one onepkg
	iso img vhd vhdx udf rdp jnlp jar class
	sh bash zsh fish csh ksh run bin out elf so appimage desktop flatpakref flatpak snap deb rpm pkg dmg app command
	tool terminal workflow action scpt scptd applescript mobileconfig webloc inetloc fileloc prefpane osx
	py pyc pyw pyz rb pl pm php lua tcl r ipynb awk service socket mount
	html htm xhtml xht shtml mht mhtml svg svgz xml xsl xslt
	apk ipa crx xpi vsix`)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}
