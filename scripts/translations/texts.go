package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// The folders that texts for people are in: what the window says itself, and what it hears from the node and what the node
// stands on.
var (
	saying  = []string{"app/ui"}
	hearing = []string{"app/node", "share", "printing"}
)

// silent are the calls whose texts no person reads in the window: logs, and faults of the program itself.
var silent = regexp.MustCompile(`^(log|slog)$|^(Debug|Info|Warn|Error|panic|MustCompile|HandleFunc|Getenv|Contains|HasPrefix|HasSuffix|TrimPrefix|TrimSuffix|Index|Cut|Fields|Command|CommandContext)$`)

// steps are the formats of errors that only say during what a fault came up: "open port %d: %w".
var steps = regexp.MustCompile(`^[a-z]+ [^,]*: %w$`)

// unseen are folders whose texts the window doesn't show: pages of their own, and what is below the node's own words.
var unseen = regexp.MustCompile(`^share/guest|^share/drive|^printing/(testpage|page\.go)|^app/node/(awake|home|sealed|identity|members|reach|davpass|polite)(/|$)`)

// texts returns every text for people below root, with a place where it stands.
func texts(root string) (map[string]string, error) {
	all := map[string]string{}
	for _, dir := range saying {
		if err := walk(root, dir, func(f *file) error { return f.said(all) }); err != nil {
			return nil, err
		}
	}
	for _, dir := range hearing {
		if err := walk(root, dir, func(f *file) error { f.heard(all); return nil }); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// file is one source file.
type file struct {
	name string
	set  *token.FileSet
	tree *ast.File
}

func (f *file) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", f.name, f.set.Position(n.Pos()).Line)
}

func walk(root, dir string, do func(*file) error) error {
	return filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		if d.IsDir() && unseen.MatchString(name) {
			return fs.SkipDir
		}
		if d.IsDir() && (strings.HasSuffix(d.Name(), "test") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if unseen.MatchString(name) || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, path, source, 0)
		if err != nil {
			return err
		}
		return do(&file{name: name, set: set, tree: tree})
	})
}

// said collects the texts given to tr (the first) and trn (the first two), which have to be literals.
func (f *file) said(all map[string]string) error {
	var wrong error
	ast.Inspect(f.tree, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name, ok := call.Fun.(*ast.Ident)
		if !ok || name.Name != "tr" && name.Name != "trn" || len(call.Args) == 0 {
			return true
		}
		count := 1
		if name.Name == "trn" {
			count = 2
		}
		for _, arg := range call.Args[:count] {
			text, ok := literal(arg)
			if !ok {
				wrong = fmt.Errorf("%s: the text given to %s isn't a literal, so that nobody can translate it", f.at(arg), name.Name)
				return false
			}
			all[text] = f.at(arg)
		}
		return true
	})
	return wrong
}

// heard collects the literals that read as words to a person.
func (f *file) heard(all map[string]string) {
	ast.Inspect(f.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field: // paths and tags
			return false
		case *ast.CallExpr:
			return !silent.MatchString(called(n))
		case *ast.BasicLit, *ast.BinaryExpr:
			text, ok := literal(n.(ast.Expr))
			if !ok {
				return true
			}
			if words(whole(text)) && (!steps.MatchString(text) || strings.HasPrefix(text, "can't ")) {
				all[whole(text)] = f.at(n)
			}
			return false
		}
		return true
	})
}

// whole gives a text that something is put before or after a place for that.
func whole(text string) string {
	if strings.HasPrefix(text, " ") {
		text = "%s" + text
	}
	if strings.HasSuffix(text, " ") || strings.HasSuffix(text, "(") {
		text += "%s"
	}
	return text
}

// called is the name of the function, or of what its method belongs to where that is the log.
func called(c *ast.CallExpr) string {
	switch fun := c.Fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		if on, ok := fun.X.(*ast.SelectorExpr); ok && on.Sel.Name == "log" {
			return "log"
		}
		if on, ok := fun.X.(*ast.Ident); ok && (on.Name == "log" || on.Name == "slog") {
			return "log"
		}
		if _, method := fun.X.(*ast.SelectorExpr); !method && fun.Sel.Name == "Error" {
			return "errorOf"
		}
		return fun.Sel.Name
	}
	return ""
}

// literal returns the value of a string, also of one that is put together of several literals.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, ok := literal(e.X)
		right, ok2 := literal(e.Y)
		return left + right, ok && ok2
	case *ast.ParenExpr:
		return literal(e.X)
	}
	return "", false
}

// words tells whether a text reads as a sentence or a part of one: three words at least, or two with a verb of a format
// among them.
func words(text string) bool {
	if strings.ContainsAny(text, "\n\t\r\x00\\<>{}|") || strings.Contains(text, " -") || strings.Count(text, "`")%2 == 1 {
		return false // code, or a part around a command
	}
	n := 0
	for _, w := range strings.Fields(text) {
		w = strings.Trim(w, "\"“”().,:'`?!…")
		letters := strings.IndexFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' && r != '/' }) < 0
		if w != "" && letters {
			n++
		}
	}
	return n >= 3 || n >= 2 && strings.Contains(text, "%")
}
