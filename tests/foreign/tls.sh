#!/bin/sh
# Lets scanners that nobody here wrote look at the TLS listener: sslyze (PyPI) against Mozilla's modern profile, and testssl.sh
# (Debian package testssl.sh, installed if this runs as root; left out with a line that says so where it can't be had).
# Needs OpenSSL, Python 3 with venv, and PyPI; takes two minutes. Usage: tests/foreign/tls.sh [PROGRAM]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --requirement "$here/sslyze/requirements.txt"

# An authority, and a certificate as one from the web would be: of 80 days, for a name, with a place to ask for revocations.
umask 077
new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc "$@" 2>/dev/null; }
new -x509 -keyout ca.key -out ca.pem -days 80 -subj "/CN=Throw-away authority" -addext "keyUsage=critical,keyCertSign,cRLSign"
new -keyout tls.key -out tls.csr -subj "/CN=localhost"
cat >extensions <<EOF
subjectAltName = DNS:localhost
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
crlDistributionPoints = URI:http://crl.invalid/ca.crl
EOF
openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -days 80 -extfile extensions -out tls.pem 2>/dev/null

serve --tls-certificate-file tls.pem --tls-key-file tls.key
port=${freigabe##*:}

failed=0
if venv/bin/sslyze --mozilla_config=modern --certinfo_ca_file=ca.pem "localhost:$port{127.0.0.1}" >sslyze.log 2>&1; then
    echo "sslyze: $(sed -n 's/^ *localhost:[0-9]*: //p' sslyze.log | tail -1)"
else
    cat sslyze.log
    failed=1
fi

if ! command -v testssl >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get install --yes -qq --no-install-recommends testssl.sh >/dev/null 2>&1 || true
fi
if command -v testssl >/dev/null; then
    testssl --quiet --color 0 --warnings batch --add-ca ca.pem --ip 127.0.0.1 --jsonfile testssl.json "localhost:$port" \
        >testssl.log 2>&1 || true
    python3 "$here/testssl.py" testssl.json || failed=1
else
    echo "testssl.sh: not here (Debian: apt-get install testssl.sh); left out"
fi
exit $failed
