"""An office whose tokens and proofs are made with joserfc: private_key_jwt (Ed25519) and DPoP (PS256), which then collects
and acknowledges what waits for it. Usage: python collect.py ISSUER CLIENT_ID KEY_FILE"""

import base64
import hashlib
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from joserfc import jwt
from joserfc.jwk import OKPKey, RSAKey

ISSUER, CLIENT_ID, KEY_FILE = sys.argv[1:4]
ALGORITHMS = ["Ed25519", "PS256"]
with open(KEY_FILE, encoding="utf-8") as file:
    jwk = json.load(file)
    client_key = OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "d", "kid")})
proof_key = RSAKey.generate_key(3072)
nonce = None


def fetch(method, url, headers, body=None):
    """Status, headers and JSON of an answer, whatever the status."""
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, json.load(answer)


def proof(method, url, token=None):
    claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": int(time.time())}
    if nonce:
        claims["nonce"] = nonce
    if token:
        digest = hashlib.sha256(token.encode()).digest()
        claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    public = {name: proof_key.as_dict(private=False)[name] for name in ("kty", "n", "e")}
    header = {"typ": "dpop+jwt", "alg": "PS256", "jwk": public}
    return jwt.encode(header, claims, proof_key, algorithms=ALGORITHMS)


def proven(method, url, token=None, body=None, **headers):
    """Asks with a proof, once more when the server wants a nonce."""
    global nonce
    for _ in range(2):
        headers["DPoP"] = proof(method, url, token)
        status, answered, content = fetch(method, url, headers, body)
        asked_for = "use_dpop_nonce" in (answered.get("WWW-Authenticate") or content.get("error") or "")
        nonce = answered.get("DPoP-Nonce", nonce)
        if not (status in (400, 401) and asked_for):
            break
    assert status < 400, f"{method} {url}: {status} {content}"
    return content


_, _, server = fetch("GET", f"{ISSUER}/.well-known/oauth-authorization-server", {})
assert server["issuer"] == ISSUER
now = int(time.time())
assertion = jwt.encode(
    {"alg": "Ed25519", "typ": "JWT", "kid": client_key.kid},
    {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": ISSUER, "jti": str(uuid.uuid4()), "iat": now, "exp": now + 60},
    client_key,
    algorithms=ALGORITHMS,
)
form = urllib.parse.urlencode({
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": assertion,
}).encode()
granted = proven("POST", server["token_endpoint"], body=form, **{"Content-Type": "application/x-www-form-urlencoded"})
assert granted["token_type"] == "DPoP", granted["token_type"]
token = granted["access_token"]


def ask(method, path):
    headers = {"Authorization": f"DPoP {token}", "Freigabe-User": "P-4711"}
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    return proven(method, ISSUER + path, token, **headers)


(waiting,) = ask("GET", "/v1/inbox")["items"]
collected = ask("POST", f"/v1/disclosures/{waiting['id']}/collection")
assert collected["items"][0]["text"] == "Ein weißer Lieferwagen."
ask("POST", f"/v1/disclosures/{waiting['id']}/acknowledgement")
assert ask("GET", "/v1/inbox")["items"] == []
print("joserfc: signed in, collected, acknowledged")
