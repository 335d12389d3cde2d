# Lanyard. `make` alone lists what can be made.

.DEFAULT_GOAL := help
.PHONY: help run demo build serve test fuzz bench lint vulndb screenshots translations cross package install uninstall clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## install what is missing, build Lanyard and open it (no display: share without a window)
	@scripts/run

demo: ## two Lanyards on this PC, joined, with a shared folder and a printer, in two windows
	@scripts/demo

build: ## build ./lanyard, the program with a window
	@scripts/build window

serve: ## build ./lanyardd, the same program without a window, as one static file
	@scripts/build serve

test: ## install what is missing and run every test
	@scripts/test

fuzz: ## fuzz every decoder of outside bytes for FUZZTIME (1m) each; ONLY=REGEXP: some of them
	@scripts/fuzz

bench: ## compare with other file servers and with CUPS, some 17 minutes; ONLY=REGEXP: some works, ONLY=packages: Go's benchmarks, ONLY=window: the window beside an empty one
	@bash -c '. scripts/env.sh && scripts/setup bench && scripts/build serve && exec go run ./scripts/bench $(FLAGS) ./lanyardd'

lint: ## check format and code for every platform, with vet, staticcheck, gosec and govulncheck
	@scripts/lint

vulndb: ## take the snapshot of the Go vulnerability database anew; FROM=DIR: from a checkout of its repository
	@bash -c '. scripts/env.sh && go run ./scripts/vulndb refresh $(FROM)'

translations: ## bring assets/translations in step with the texts of the program, and list what is to be translated
	@bash -c '. scripts/env.sh && go run ./scripts/translations'

screenshots: ## take the pictures in assets/screenshots anew
	@scripts/screenshots

cross: ## build lanyardd for every platform into dist/
	@scripts/cross

package: ## make the packages into dist/: .deb, tar for other Linux, zip for Windows, lanyardd for every system
	@scripts/package

install: build ## put Lanyard into ~/.local, with a menu entry and a login service (not switched on)
	@scripts/install

uninstall: ## take it out again; settings and files stay
	@scripts/install --remove

clean: ## remove what was built
	rm -rf lanyard lanyardd lanyard.exe dist .demo
