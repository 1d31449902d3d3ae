"""Holds the example realm against everything that Freigabe relies on. It needs no Keycloak, and is no Keycloak: it reads the file.

Usage: check_realm.py REALM_FILE [SCOPES_SOURCE]   SCOPES_SOURCE is the Rust file that names Freigabe's scopes
       check_realm.py --typescript REALM_FILE      prints the realm as a module for Keycloak's published types
"""

import json
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

SCOPES = {
    "consents:read", "consents:write", "disclosures:read", "disclosures:write", "inbox:read", "inbox:write",
    "directory:read", "directory:write", "involvements:read", "involvements:write", "contacts:read", "contacts:write",
    "notices:read", "notices:write", "regional:read", "regional:write", "handovers:read", "handovers:write",
    "audit:read", "access:read", "access:write",
}
# What Freigabe takes, and which key of Keycloak makes it. Sources: org.keycloak.keys.Generated{Ecdsa,Eddsa,Rsa}KeyProviderFactory.
SIGNING_KEYS = {
    "ES256": ("ecdsa-generated", {"ecdsaEllipticCurveKey": ["P-256"]}),
    "EdDSA": ("eddsa-generated", {"eddsaEllipticCurveKey": ["Ed25519"]}),
    "PS256": ("rsa-generated", {"algorithm": ["PS256"], "keySize": ["3072"]}),
}
# Keycloak keeps its own state with these; they are never published, and no access token is signed with them.
OWN_KEYS = {"hmac-generated", "aes-generated"}
AUDIENCE, SUBJECT, NOTE = "oidc-audience-mapper", "oidc-sub-mapper", "oidc-usersessionmodel-note-mapper"
PROFILE = "fapi-2-dpop-security-profile"

# Fields by the names that Keycloak reads; an import ends at one that it does not know. Source: the classes
# Realm-, Client-, ClientScope-, ProtocolMapper- and ComponentExportRepresentation in org.keycloak.representations.idm.
# Only those that are used here: whoever adds one looks it up there first.
KNOWN = {
    "realm": "realm displayName enabled sslRequired registrationAllowed resetPasswordAllowed rememberMe editUsernameAllowed"
    " loginWithEmailAllowed duplicateEmailsAllowed userManagedAccessAllowed organizationsEnabled bruteForceProtected"
    " permanentLockout failureFactor waitIncrementSeconds minimumQuickLoginWaitSeconds maxFailureWaitSeconds"
    " quickLoginCheckMilliSeconds maxDeltaTimeSeconds defaultSignatureAlgorithm accessTokenLifespan"
    " accessTokenLifespanForImplicitFlow revokeRefreshToken refreshTokenMaxReuse eventsEnabled eventsExpiration"
    " adminEventsEnabled adminEventsDetailsEnabled components clientScopes defaultDefaultClientScopes"
    " defaultOptionalClientScopes clients clientPolicies",
    "client": "clientId name description enabled protocol publicClient bearerOnly clientAuthenticatorType"
    " serviceAccountsEnabled standardFlowEnabled implicitFlowEnabled directAccessGrantsEnabled"
    " authorizationServicesEnabled frontchannelLogout consentRequired fullScopeAllowed redirectUris webOrigins attributes"
    " defaultClientScopes optionalClientScopes",
    "scope": "name description protocol attributes protocolMappers",
    "mapper": "name protocol protocolMapper config",
    "component": "name providerId subComponents config",
    "policy": "name description enabled conditions profiles",
    # Source: org.keycloak.protocol.oidc.OIDCConfigAttributes; of the last three Constants, OAuth2DeviceConfig and CibaConfig in
    # org.keycloak.models.
    "attribute": "access.token.header.type.rfc9068 access.token.signed.response.alg access.token.lifespan"
    " dpop.bound.access.tokens tls.client.certificate.bound.access.tokens token.endpoint.auth.signing.alg"
    " token.endpoint.auth.signing.max.exp use.jwks.url jwks.url use.jwks.string jwks.string use.refresh.tokens"
    " client_credentials.use_refresh_token standard.token.exchange.enabled"
    " client.use.lightweight.access.token.enabled oauth2.device.authorization.grant.enabled oidc.ciba.grant.enabled",
    # Source: OIDCAttributeMapperHelper, AudienceProtocolMapper, ProtocolMapperUtils.
    "config": "access.token.claim id.token.claim introspection.token.claim included.custom.audience"
    " user.session.note claim.name jsonType.label",
}
REALM = {
    "realm": "freigabe", "enabled": True, "sslRequired": "all", "accessTokenLifespan": 300,
    # Nobody signs in here but machines.
    "registrationAllowed": False, "resetPasswordAllowed": False, "rememberMe": False, "editUsernameAllowed": False,
    "loginWithEmailAllowed": False, "userManagedAccessAllowed": False, "organizationsEnabled": False,
    "bruteForceProtected": True, "revokeRefreshToken": True, "refreshTokenMaxReuse": 0,
    "eventsEnabled": True, "adminEventsEnabled": True, "adminEventsDetailsEnabled": False,
    "defaultDefaultClientScopes": ["basic", "freigabe-audience"], "defaultOptionalClientScopes": [],
}
CLIENT = {
    "enabled": True, "protocol": "openid-connect", "publicClient": False, "bearerOnly": False,
    "clientAuthenticatorType": "client-jwt", "serviceAccountsEnabled": True, "standardFlowEnabled": False,
    "implicitFlowEnabled": False, "directAccessGrantsEnabled": False, "authorizationServicesEnabled": False,
    "fullScopeAllowed": False, "redirectUris": [], "webOrigins": [],
}
ATTRIBUTES = {
    "access.token.header.type.rfc9068": "true", "access.token.lifespan": "300",
    # Bound to one of the two: a confirmation that names both is none to Freigabe.
    "dpop.bound.access.tokens": "true", "tls.client.certificate.bound.access.tokens": "false",
    "client.use.lightweight.access.token.enabled": "false", "use.refresh.tokens": "false",
    "client_credentials.use_refresh_token": "false", "oauth2.device.authorization.grant.enabled": "false",
    "oidc.ciba.grant.enabled": "false", "standard.token.exchange.enabled": "false",
}


def unlike(what, found, wanted):
    """What is not as it must be."""
    for name, value in wanted.items():
        if name not in found or found[name] != value or type(found[name]) is not type(value):
            yield f"{what}: {name} must be {value!r}, not {found.get(name)!r}"


def unknown(what, kind, found):
    """What Keycloak does not know under this name."""
    for name in sorted(set(found) - set(KNOWN[kind].split())):
        yield f"{what}: {name} is not among the names that were looked up in Keycloak's source"


def faults_of_realm(realm):
    yield from unknown("realm", "realm", realm)
    yield from unlike("realm", realm, REALM)
    yield from faults_of_keys(realm)
    yield from faults_of_scopes(realm)
    if not realm.get("clients"):
        yield "there must be an example of a client"
    for client in realm.get("clients", []):
        yield from faults_of_client(realm, client)
    yield from faults_of_policies(realm)
    yield from faults_of_everything(realm, "realm")


def faults_of_keys(realm):
    algorithm = realm.get("defaultSignatureAlgorithm")
    if algorithm not in SIGNING_KEYS:
        yield f"realm: defaultSignatureAlgorithm must be one of {', '.join(SIGNING_KEYS)}"
        return
    provider, config = SIGNING_KEYS[algorithm]
    components = realm.get("components", {})
    if set(components) != {"org.keycloak.keys.KeyProvider"}:
        yield "realm: keys must be the only components"
    keys = components.get("org.keycloak.keys.KeyProvider", [])
    for key in keys:
        yield from unknown(f"key {key['name']}", "component", key)
    signing = [key for key in keys if key["providerId"] not in OWN_KEYS]
    if sorted(key["providerId"] for key in keys if key not in signing) != sorted(OWN_KEYS):
        yield f"realm: Keycloak needs one key of each of {', '.join(sorted(OWN_KEYS))}"
    if [key["providerId"] for key in signing] != [provider]:
        yield f"realm: the one key that signs tokens must be of {provider}"
        return
    yield from unlike(f"key {signing[0]['name']}", signing[0]["config"], {"enabled": ["true"], "active": ["true"], **config})


def faults_of_scopes(realm):
    by_name = scopes_of(realm)
    names = [scope["name"] for scope in realm.get("clientScopes", [])]
    if len(names) != len(set(names)):
        yield "realm: a client scope stands twice"
    # Keycloak's own scopes would come with claims and audiences of their own; with this list it makes none of them.
    if set(names) != SCOPES | {"basic", "service_account", "freigabe-audience"}:
        yield f"realm: client scopes differ: {sorted(set(names) ^ (SCOPES | {'basic', 'service_account', 'freigabe-audience'}))}"
    for name, scope in by_name.items():
        yield from unknown(f"scope {name}", "scope", scope)
        in_token = "true" if name in SCOPES else "false"
        yield from unlike(f"scope {name}", scope.get("attributes", {}), {"include.in.token.scope": in_token})
        if scope.get("protocol") != "openid-connect":
            yield f"scope {name}: protocol must be openid-connect"
        for mapper in scope.get("protocolMappers", []):
            yield from unknown(f"scope {name}, mapper {mapper['name']}", "mapper", mapper)
            yield from unknown(f"scope {name}, mapper {mapper['name']}", "config", mapper["config"])
            if name in SCOPES:
                yield f"scope {name}: must add no claim"
            if mapper.get("protocol") != "openid-connect":
                yield f"scope {name}, mapper {mapper['name']}: protocol must be openid-connect"


def scopes_of(realm):
    return {scope["name"]: scope for scope in realm.get("clientScopes", [])}


def faults_of_client(realm, client):
    what = f"client {client['clientId']}"
    attributes = client.get("attributes", {})
    yield from unknown(what, "client", client)
    yield from unknown(what, "attribute", attributes)
    yield from unlike(what, client, CLIENT)
    algorithm = realm.get("defaultSignatureAlgorithm")
    yield from unlike(what, attributes, {**ATTRIBUTES, "access.token.signed.response.alg": algorithm})
    if attributes.get("token.endpoint.auth.signing.alg") not in SIGNING_KEYS:
        yield f"{what}: token.endpoint.auth.signing.alg must name one algorithm of {', '.join(SIGNING_KEYS)}"
    if not 1 <= int(attributes["token.endpoint.auth.signing.max.exp"]) <= 300:
        yield f"{what}: token.endpoint.auth.signing.max.exp must be at most 300 seconds"
    by_address = attributes.get("use.jwks.url") == "true" and attributes.get("jwks.url", "").startswith("https://")
    by_value = attributes.get("use.jwks.string") == "true" and "keys" in json.loads(attributes.get("jwks.string", "{}"))
    if by_address == by_value:
        yield f"{what}: its public keys must be given by jwks.url or by jwks.string, not both"
    yield from faults_of_token(what, realm, client)


def faults_of_token(what, realm, client):
    """What an access token of the client would hold: exactly one audience, sub, client_id and scopes of Freigabe's."""
    assigned = client.get("defaultClientScopes", [])
    optional = client.get("optionalClientScopes", [])
    for name in [*assigned, *optional]:
        if name not in scopes_of(realm):
            yield f"{what}: scope {name} does not exist"
    if not set(assigned) & SCOPES:
        yield f"{what}: no scope of Freigabe's is assigned"
    if not set(optional) <= SCOPES:
        yield f"{what}: only scopes of Freigabe's may be optional"
    mappers = [
        mapper
        for name in assigned
        for mapper in scopes_of(realm).get(name, {}).get("protocolMappers", [])
        if mapper["config"].get("access.token.claim") == "true"
    ]
    kinds = sorted(mapper["protocolMapper"] for mapper in mappers)
    if kinds != sorted([AUDIENCE, SUBJECT, NOTE]):
        yield f"{what}: its tokens must get audience, sub and client_id and nothing else, not {kinds}"
        return
    for mapper in mappers:
        config = mapper["config"]
        if mapper["protocolMapper"] == NOTE:
            note = {"user.session.note": "client_id", "claim.name": "client_id", "jsonType.label": "String"}
            yield from unlike(f"{what}, mapper {mapper['name']}", config, note)
        # A client as audience would win over the text.
        if mapper["protocolMapper"] == AUDIENCE and not re.fullmatch(
            r"https://[a-z0-9.-]+(:\d+)?/v1", config.get("included.custom.audience", "")
        ):
            yield f"{what}: the audience must be the public_url of Freigabe with /v1 after it"


def faults_of_policies(realm):
    policies = realm.get("clientPolicies", {}).get("policies", [])
    for policy in policies:
        yield from unknown(f"policy {policy['name']}", "policy", policy)
    confidential = [{"condition": "client-access-type", "configuration": {"type": ["confidential"]}}]
    if not any(
        policy["enabled"] is True and policy["conditions"] == confidential and policy["profiles"] == [PROFILE]
        for policy in policies
    ):
        yield f"realm: a policy must hold all confidential clients to {PROFILE}"


def faults_of_everything(value, where):
    """No secrets, nobody's real address."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"secret", "users", "credentials", "privateKey", "certificate", "password", "d"}:
                yield f"{where}: {name} must not stand here"
            yield from faults_of_everything(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from faults_of_everything(inner, f"{where}/{index}")
    elif isinstance(value, str):
        if "PRIVATE KEY" in value or re.search(r'"d"\s*:', value):
            yield f"{where}: a private key must not stand here"
        if "://" in value and not (urlsplit(value).hostname or "").endswith(".example"):
            yield f"{where}: an address must be one of .example"


def faults_of_source(path):
    """Whether Freigabe still has these scopes."""
    found = set(re.findall(r'= "([a-z]+:[a-z]+)"', Path(path).read_text(encoding="utf-8")))
    if found != SCOPES:
        yield f"{path} has other scopes than the realm: {sorted(found ^ SCOPES)}"


def typescript(realm):
    """For the compiler: every part as its published type, so that a name that does not exist is an error."""
    types = "@keycloak/keycloak-admin-client/lib/defs"
    parts = {key: realm.pop(key) for key in ("components", "clientScopes")}
    keys = [{**key, "config": {}} for key in parts["components"]["org.keycloak.keys.KeyProvider"]]
    yield f'import type Realm from "{types}/realmRepresentation.js"'
    yield f'import type Scope from "{types}/clientScopeRepresentation.js"'
    yield f'import type Component from "{types}/componentExportRepresentation.js"'
    for name, kind, value in (("realm", "Realm", realm), ("scopes", "Scope[]", parts["clientScopes"]), ("keys", "Component[]", keys)):
        yield f"export const {name}: {kind} = {json.dumps(value, ensure_ascii=False)}"


def main():
    if len(sys.argv) < 2:
        print("usage: check_realm.py [--typescript] REALM.json [SOURCE …]", file=sys.stderr)
        return 2
    for_compiler = sys.argv[1] == "--typescript"
    path, *sources = sys.argv[2:] if for_compiler else sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        realm = json.load(file)
    if for_compiler:
        print("\n".join(typescript(realm)))
        return 0
    faults = []
    try:
        faults.extend(faults_of_realm(realm))
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        faults.append(f"not of the form of a realm: {fault!r}")
    for source in sources:
        faults.extend(faults_of_source(source))
    for fault in faults:
        print(f"{path}: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
