# shellcheck shell=bash
# Sourced by the other scripts: where the checkout is, how Lanyard is built, and how to speak to whoever runs it.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# A Go unpacked into /usr/local is often not in PATH, nor are cupsd and ip for ordinary users.
export PATH="$PATH:/usr/local/go/bin:/usr/local/sbin:/usr/sbin:/sbin"
# A distribution may forbid Go to fetch the version that go.mod asks for; whoever sets the variable is obeyed.
export GOTOOLCHAIN="${GOTOOLCHAIN:-auto}"
# gles builds the window in a quarter of the time; migrated_fynedo makes Fyne trust that we post from one goroutine; no_emoji
# leaves emoji to the system's font, in place of reading another at every start; no_animations keeps cursors from blinking,
# which costs a sixth of a core where no graphics card draws.
export WINDOW_TAGS=gles,migrated_fynedo,no_emoji,no_animations
# The same sources give the same program, wherever the checkout lies.
export GOFLAGS="${GOFLAGS:-} -trimpath"
# Git refuses to describe a checkout that belongs to somebody else, and Go would refuse to build then.
git rev-parse HEAD >/dev/null 2>&1 || export GOFLAGS="$GOFLAGS -buildvcs=false"

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
has_display() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }
