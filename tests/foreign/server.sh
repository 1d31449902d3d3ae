# Read by the scripts beside it, after `set -eu`, with their arguments: finds or builds the program, makes a folder of its own
# ($work) that goes with the script, and the server with it.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ $# -gt 0 ]; then
    program=$(realpath "$1")
else
    (cd "$root" && cargo build --quiet)
    program=${CARGO_TARGET_DIR:-$root/target}/debug/freigabe
fi
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT INT TERM

# Starts the server on a free port, with these flags besides; $issuer is its address.
serve() {
    "$program" serve --listen 127.0.0.1:0 "$@" 2>serve.log &
    server=$!
    issuer=
    for _ in $(seq 1 100); do
        issuer=$(sed -n 's/.*public_url=\([^ ]*\).*/\1/p' serve.log)
        [ -z "$issuer" ] || return 0
        sleep 0.1
    done
    cat serve.log
    exit 1
}
