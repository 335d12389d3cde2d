package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers says what each part of Lanyard may import of the rest of it, besides what lies below itself. A folder has the
// rule of the longest name here that it lies in.
var layers = map[string][]string{
	"discovery":       {},
	"share":           {},
	"printing":        {},
	"assets":          {},
	"scripts":         {},
	"scripts/bench":   {"app/cli", "printing"}, // its test is Lanyard, too; and it runs CUPS as the tests of printing do
	"app/node":        {"discovery", "share", "printing", "assets"},
	"app/picturecost": {},
	"app/qr":          {"app/picturecost"},
	"app/ui":          {"app/node", "app/picturecost", "app/qr", "assets"},
	"app/cli":         {"app/node", "app/qr", "assets"},
	"app/lanyardd":    {"app/node", "app/cli", "assets"},
	"app":             {"app/node", "app/cli", "app/ui", "assets"},
}

// doors says where alone an outside library may be imported: a folder with everything below it, a folder without ("/."),
// and, for those that get a file to themselves, that it is one file.
var doors = []struct {
	library string // with everything below it
	folders []string
	oneFile bool
}{
	{library: "fyne.io", folders: []string{"app/.", "app/ui"}},
	{library: "fyne.io/fyne/v2/app", folders: []string{"app/."}},
	{library: "github.com/grandcat/zeroconf", folders: []string{"discovery"}, oneFile: true},
	{library: "github.com/phin1x/go-ipp", folders: []string{"printing"}, oneFile: true},
	{library: "github.com/klippa-app/go-pdfium", folders: []string{"app/ui/preview"}, oneFile: true},
	{library: "github.com/tetratelabs/wazero", folders: []string{"app/ui/preview"}, oneFile: true},
	{library: "github.com/jezek/xgb", folders: []string{"app/ui/exchange/x11", "app/."}}, // the program's tests press keys and buttons
	{library: "github.com/Microsoft/go-winio", folders: []string{"app/node/control"}, oneFile: true},
	{library: "github.com/skip2/go-qrcode", folders: []string{"app/qr"}, oneFile: true},
	{library: "github.com/makiuchi-d/gozxing", folders: []string{"app/qr/scan"}, oneFile: true},
}

// source is a Go file of the module, on any platform.
type source struct {
	path    string // from the root of the module, with slashes
	pkg     string // the package's name
	comment string // the package comment
	imports []string
}

func (s source) dir() string  { return path.Dir(s.path) }
func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

func sources(t *testing.T) []source {
	t.Helper()
	const root = ".."
	var all []source
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		all = append(all, source{filepath.ToSlash(rel), file.Name.Name, file.Doc.Text(), imported(t, file)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func imported(t *testing.T, file *ast.File) []string {
	t.Helper()
	var paths []string
	for _, spec := range file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}

// within tells whether p is folder, or lies below it.
func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

// layerOf returns the layer that a folder belongs to.
func layerOf(dir string) (string, bool) {
	for ; dir != "."; dir = path.Dir(dir) {
		if _, ok := layers[dir]; ok {
			return dir, true
		}
	}
	return "", false
}

// mayImport tells whether a file may import a package of this module, named from its root.
func mayImport(s source, pkg string) bool {
	layer, _ := layerOf(s.dir())
	target, ok := layerOf(pkg)
	if !ok {
		return false
	}
	if layer == target || slices.Contains(layers[layer], target) {
		return true
	}
	// Tests, and the packages that exist for them, may use the fakes of any layer, and the program's own tests play other
	// people's programs.
	return (s.isTest() || strings.HasSuffix(s.pkg, "test")) && (strings.HasSuffix(pkg, "test") || layer == "app")
}

func TestImportsPointDown(t *testing.T) {
	for _, s := range sources(t) {
		if _, ok := layerOf(s.dir()); !ok {
			t.Errorf("%s: lies in no layer", s.path)
		}
		for _, p := range s.imports {
			if pkg, ours := strings.CutPrefix(p, "lanyard/"); ours && !mayImport(s, pkg) {
				t.Errorf("%s: may not import %s", s.path, p)
			}
		}
	}
}

func TestOutsideLibrariesStandBehindOneDoor(t *testing.T) {
	all := sources(t)
	for _, door := range doors {
		var files []string
		for _, s := range all {
			if !slices.ContainsFunc(s.imports, func(p string) bool { return within(p, door.library) }) {
				continue
			}
			if !s.isTest() {
				files = append(files, s.path)
			}
			if !slices.ContainsFunc(door.folders, func(f string) bool { return within(s.dir()+"/.", f) }) {
				t.Errorf("%s: may not import %s", s.path, door.library)
			}
		}
		if door.oneFile && len(files) > 1 {
			t.Errorf("%s: imported by %q, want one file", door.library, files)
		}
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	comments := map[string]string{}
	for _, s := range sources(t) {
		if slices.Contains([]string{"util", "utils", "common", "helpers", "manager"}, s.pkg) {
			t.Errorf("%s: package %s doesn't say what it is for", s.path, s.pkg)
		}
		if !s.isTest() {
			comments[s.dir()] += s.comment
		}
	}
	for dir, comment := range comments {
		if comment == "" {
			t.Errorf("%s: the package has no comment", dir)
		}
	}
}
