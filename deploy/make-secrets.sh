#!/usr/bin/env bash
# Makes the secrets that compose.yaml hands to its containers, in ./secrets, each readable by its container's user only.
# Run it as root, once. What is there already is left alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
umask 077

# The users of the images.
readonly FREIGABE=65532 POSTGRES=999

if [[ $(id -u) != 0 ]]; then
  echo "make-secrets.sh: run this as root: the secrets are given to the users $FREIGABE and $POSTGRES" >&2
  exit 1
fi
mkdir -p secrets

# Writes standard input to a new secret of a user; under its name it appears whole or not at all.
secret() {
  local name=$1 user=$2
  if [[ -e secrets/$name ]]; then
    cat >/dev/null
    echo "kept secrets/$name"
    return
  fi
  cat >"secrets/.$name"
  chmod 0400 "secrets/.$name"
  chown "$user:$user" "secrets/.$name"
  mv "secrets/.$name" "secrets/$name"
  echo "made secrets/$name"
}

password() { od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n'; }
url() { printf 'postgres://%s:%s@database/freigabe' "$1" "$(cat "secrets/$2")"; }

password | secret database_superuser_password "$POSTGRES"
password | secret database_owner_password "$POSTGRES"
password | secret database_app_password "$POSTGRES"
url freigabe_owner database_owner_password | secret database_owner_url "$FREIGABE"
url freigabe_app database_app_password | secret database_app_url "$FREIGABE"
head -c 32 /dev/urandom | base64 | secret master_key "$FREIGABE"
openssl genpkey -algorithm ed25519 | secret token_signing_key "$FREIGABE"
openssl genpkey -algorithm ed25519 | secret log_signing_key "$FREIGABE"

echo "Keep a copy of secrets/master_key in a safe place apart from the database: whoever loses it loses all content."
echo "Keep a copy of secrets/log_signing_key too: whoever loses it has to begin another log."
