#!/bin/sh
# Lets Freigabe trust an authorization server that nobody here wrote: oidc-provider (npm). Clients sign in there with
# oauth4webapi, by private_key_jwt and DPoP, and collect a message here with the token that they get; tokens that are not good
# enough are refused. The same settings that deploy/keycloak describes, with an issuer that runs anywhere.
# Needs Node 22 (a late 20 will do), npm, Python 3 and a package registry; takes half a minute.
# Usage: tests/foreign/issuer.sh [PROGRAM]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

# Starts an issuer that keeps its clients' keys in this folder; $issuer and $key_set_uri are its addresses.
issue() {
    mkdir "$1"
    node issuer/provider.mjs "$1" >"$1/provider.log" 2>&1 &
    started
    until_true test -f "$1/issuer.json" || { cat "$1/provider.log"; exit 1; }
    issuer=$(field issuer <"$1/issuer.json")
    key_set_uri=$(field key_set_uri <"$1/issuer.json")
}

# A token of the issuer of this folder for this client: FOLDER CLIENT RESOURCE [ALGORITHM [unbound]]. Its form is checked.
sign_in() {
    node issuer/client.mjs sign-in "$(field issuer <"$1/issuer.json")" "$2" "$1/$2.jwk" "$3" "${4:-ES256}" token.json "${5:-}"
}

# What must be refused, in words, and how the token is used.
refused() {
    node issuer/client.mjs refused "$freigabe" token.json "${2:-}" || {
        echo "NOT REFUSED as it should be: $1"
        exit 1
    }
    echo "refused: $1"
}

npm_program issuer
issue stranger
issue trusted

"$program" form add 2026-1 --language de >/dev/null 2>&1
add centre beratung
office=$(organisation office bpoli-kb-hamburg --office bpoli-kb-hamburg)
another=$(organisation office bpoli-kb-rostock --office bpoli-kb-rostock)
cat >freigabe.toml <<SETTINGS
key_set_networks = ["127.0.0.0/8"]

[[trusted_issuers]]
issuer = "$issuer"
key_set_uri = "$key_set_uri"
roles = ["office"]
organisations = ["$office"]
SETTINGS
register() { "$program" client add --id "$1" --organisation "$2" --issuer "$issuer" --issuer-client-id "$3" >/dev/null; }
register hamburg.es256 "$office" office-es256
register hamburg.ps256 "$office" office-ps256
register hamburg.eddsa "$office" office-eddsa
serve
consent

for algorithm in ES256 PS256 EdDSA; do
    client=office-$(echo "$algorithm" | tr '[:upper:]' '[:lower:]')
    release
    sign_in trusted "$client" "$freigabe/v1" "$algorithm"
    node issuer/client.mjs collect "$freigabe" token.json
    echo "oidc-provider: a token signed with $algorithm, collected, acknowledged"
done

# The last token was just good; shown in another way it is not.
refused "a bound token without its proof" bearer
refused "a bound token with a proof by another key" stolen
sign_in trusted office-es256 "$freigabe/v1" ES256 unbound
refused "a token that is bound to nothing" bearer
sign_in trusted office-es256 https://elsewhere.example/v1
refused "a token for another audience"
sign_in trusted office-es256 "$freigabe"
refused "a token for the server as a whole, not for its interface"
sign_in trusted stranger "$freigabe/v1"
refused "a client that is not registered here"
sign_in stranger office-es256 "$freigabe/v1"
refused "a client of the same name at an issuer that is not trusted"
# It may be refused when the client is registered, or when it comes.
if register rostock.es256 "$another" guest 2>/dev/null; then
    sign_in trusted guest "$freigabe/v1"
    refused "an organisation that the issuer may not speak for"
else
    echo "refused: to register a client for an organisation that the issuer may not speak for"
fi

sign_in trusted office-es256 "$freigabe/v1"
release
node issuer/client.mjs collect "$freigabe" token.json
"$program" client suspend hamburg.es256 >/dev/null 2>&1
refused "a token that was good until its client was suspended"
sign_in trusted office-es256 "$freigabe/v1"
refused "a new token of a suspended client"
echo "foreign issuer: all as it should be"
