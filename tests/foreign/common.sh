# shellcheck shell=sh
# Sourced by the scripts beside it, with $here set to this folder and their arguments: [PROGRAM]. Sets $program (built when
# none is named) and goes to $work, an empty folder. What `started` is told of ends with the script, and the folder goes.
root=$(cd "${here:?}/../.." && pwd)
if [ $# -gt 0 ]; then
    program=$(realpath "$1")
else
    (cd "$root" && cargo build --quiet)
    program=${CARGO_TARGET_DIR:-$root/target}/debug/freigabe
fi
work=$(mktemp -d)
running=
finish() {
    for process in $running; do kill "$process" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT INT TERM
cd "$work" || exit 1

# Remembers the process that was just put into the background.
started() { running="$running $!"; }

# Asks again and again, for ten seconds.
until_true() {
    for _ in $(seq 1 100); do
        if "$@"; then return; fi
        sleep 0.1
    done
    return 1
}

# Copies the folder of a program in JavaScript here and installs what its lock file names.
npm_program() {
    cp -r "$here/$1" "$work/"
    (cd "$work/$1" && npm ci --silent --no-audit --no-fund)
}

# An organisation of a role, with further flags; prints its identifier.
organisation() {
    role=$1 name=$2
    shift 2
    "$program" organisation add --role "$role" --name "Beispiel $name" "$@"
}

# An organisation with a client of the same name that signs in here; its key is in NAME.jwk.
add() {
    added=$(organisation "$@")
    "$program" client add --id "$2" --organisation "$added" --generate-key "$2.jwk" >/dev/null
}

listens() {
    freigabe=$(sed -n 's/.*public_url=\([^ ]*\).*/\1/p' serve.log)
    [ -n "$freigabe" ]
}

# Starts the server on a free port, with these flags besides; $freigabe is its address.
serve() {
    : >serve.log
    "$program" serve --listen 127.0.0.1:0 "$@" 2>>serve.log &
    started
    until_true listens || { cat serve.log; exit 1; }
}

# Asks as the centre `beratung`.
ask() { "$program" request --client beratung --key beratung.jwk --server "$freigabe" "$@" 2>/dev/null; }

field() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# A consent that is valid; what is released from now on is released under it.
consent() {
    python3 "$here/consent.py" >consent.json
    python3 "$here/draft.py" "$(ask /v1/consents --data consent.json | field record_id)" >draft.json
}

# One more message for the office in Hamburg.
release() { ask /v1/disclosures --data draft.json | field id >/dev/null; }
