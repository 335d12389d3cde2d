# shellcheck shell=bash disable=SC2154
# Sourced by scripts that play two PCs on this one: each is a Lanyard with a home of its own. $lanyard is the program.

pids=()

# start HOME [ARGUMENTS] starts a Lanyard and waits until it answers.
start() {
	local home=$1
	shift
	mkdir -p "$home"
	"$lanyard" --home "$home" "$@" &
	pids+=($!)
	for _ in {1..150}; do
		"$lanyard" --home "$home" status >/dev/null 2>&1 && return
		kill -0 "${pids[-1]}" 2>/dev/null || die "Lanyard ended at once; see above."
		sleep 0.1
	done
	die "Lanyard did not answer within 15 seconds."
}

# join INVITER NEWCOMER: what two people do, one reading the code out to the other.
join() {
	local code line
	coproc INVITATION { exec "$lanyard" --home "$1" workgroup invite; }
	local invitation=$INVITATION_PID out=${INVITATION[0]}
	while read -r line <&"$out"; do
		[[ $line =~ ^[0-9]{3}\ [0-9]{3}$ ]] && code=$line && break
	done
	[ -n "${code:-}" ] || die "No invitation code came."
	"$lanyard" --home "$2" workgroup join "${code/ /}" --at "127.0.0.1:$(port "$1")"
	wait "$invitation" || true
}

port() { "$lanyard" --home "$1" status --json | sed -n 's/.*"port": *\([0-9]*\).*/\1/p' | head -n 1; }

# stop ends what start began and waits for it. Lanyard needs up to 6 seconds for an orderly end.
stop() {
	trap '' INT TERM
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
	wait
}
