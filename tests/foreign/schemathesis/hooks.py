"""How schemathesis comes in: as a client of Freigabe (private_key_jwt), with a token that is bound to its key and a fresh
proof for each request (DPoP). Which client is said by the variables that are read below."""

import base64
import hashlib
import json
import os
import random
import re
import threading
import time
import uuid
from datetime import datetime, timezone

import requests
import schemathesis
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey
from schemathesis.openapi.checks import RejectedPositiveData

SERVER = os.environ["FUZZ_SERVER"]
ROLE = os.environ["FUZZ_ROLE"]
CLIENT_ID = "beratung" if ROLE == "centre" else ROLE
# Leaves out what this role may never do, and what everybody may to all roles but one: for a run that is to be short.
ONLY_OWN = os.environ["FUZZ_WHOLE"] != "1"
CLIENTS = {"beratung", "office", "auditor", "coordination", "operator"}
ALGORITHMS = ["Ed25519", "ES256"]
with open(os.environ["FUZZ_KEY_FILE"], encoding="utf-8") as file:
    jwk = json.load(file)
    client_key = OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "d", "kid")})
proof_key = ECKey.generate_key("P-256")
public_key = {name: proof_key.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")}


class Client(requests.auth.AuthBase):
    """Signs each request as it is sent, and once more if the server wants a newer nonce."""

    def __init__(self):
        self.lock = threading.Lock()
        self.token = None
        self.good_until = 0.0
        self.nonce = None

    def __call__(self, request):
        self.prove(request, self.access_token())
        request.register_hook("response", self.again_with_nonce)
        return request

    def prove(self, request, token=None):
        url = request.url.split("?")[0].split("#")[0]
        claims = {"jti": str(uuid.uuid4()), "htm": request.method, "htu": url, "iat": int(time.time())}
        if self.nonce:
            claims["nonce"] = self.nonce
        if token:
            request.headers["Authorization"] = f"DPoP {token}"
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": public_key}
        request.headers["DPoP"] = jwt.encode(header, claims, proof_key, algorithms=ALGORITHMS)

    def again_with_nonce(self, answer, **kwargs):
        asked_for = self.wants_nonce(answer)
        self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
        if not asked_for:
            return answer
        # Reads the answer to its end, so that its connection can be used again.
        _ = answer.content
        answer.close()
        again = answer.request.copy()
        again.deregister_hook("response", self.again_with_nonce)
        self.prove(again, self.access_token())
        second = answer.connection.send(again, **kwargs)
        self.nonce = second.headers.get("DPoP-Nonce", self.nonce)
        second.request = again
        return second

    @staticmethod
    def wants_nonce(answer):
        if answer.status_code == 401:
            return "use_dpop_nonce" in answer.headers.get("WWW-Authenticate", "")
        return answer.status_code == 400 and "use_dpop_nonce" in answer.text

    def access_token(self):
        with self.lock:
            if time.monotonic() > self.good_until:
                granted = self.sign_in()
                self.token = granted["access_token"]
                self.good_until = time.monotonic() + granted["expires_in"] / 2
            return self.token

    def sign_in(self):
        with requests.Session() as session:
            for _ in range(2):
                now = int(time.time())
                claims = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": SERVER}
                claims |= {"jti": str(uuid.uuid4()), "iat": now, "exp": now + 60}
                header = {"alg": "Ed25519", "typ": "JWT", "kid": client_key.kid}
                form = {
                    "grant_type": "client_credentials",
                    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion": jwt.encode(header, claims, client_key, algorithms=ALGORITHMS),
                }
                request = session.prepare_request(requests.Request("POST", f"{SERVER}/oauth2/token", data=form))
                self.prove(request)
                answer = session.send(request)
                self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
                if not self.wants_nonce(answer):
                    break
            answer.raise_for_status()
            return answer.json()


# The token endpoint and the registration take no access token, and everybody may read the rest of these.
PUBLIC = "^/(oauth2|log|health|problems|openapi|[.]well-known|v1/places|v1/leaflets)"
SEARCH = "^/v1/counselling-centres(/{centre_id})?$"
clients = schemathesis.auth.set_from_requests(Client())
clients.skip_for(path_regex=PUBLIC).skip_for(path_regex=SEARCH, method="GET")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    # That OAuth 2 means a header is not known to schemathesis; `ignored_auth` needs to be told. The description of OAuth 2
    # stays: it says where tokens come from.
    raw_schema["components"]["securitySchemes"]["header"] = {"type": "http", "scheme": "bearer"}
    for path, item in list(raw_schema["paths"].items()):
        for operation in item.values():
            if "oauth2" in operation["security"][0]:
                operation["security"] = [{"header": []}]
        # A path stays whole: which methods it has is told to everybody. What everybody may is left to one role.
        callers = [operation["x-callers"] or ["centre"] for operation in item.values()]
        if ONLY_OWN and not any(ROLE in roles for roles in callers):
            del raw_schema["paths"][path]


# Of its own: hypothesis sets the common one back for each example.
chance = random.Random(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    # The operator must not suspend those who are at it.
    if case.method != "GET" and (case.path_parameters or {}).get("client_id") in CLIENTS:
        case.path_parameters["client_id"] = "ersatz"
    # One key is one request: with the key of the example in each of them, all but the first would be refused. One in eight
    # still comes again.
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]{8,64}", key) and chance.random() < 7 / 8:
        headers["Idempotency-Key"] = str(uuid.uuid4())


# `positive_data_acceptance` takes a request for good that follows the schema of each of its parts. What is refused for one of
# the following reasons, and for nothing else, was not good: they are between fields, about what is stored, or about what a text
# means, and no schema says them. Kinds of problems that are nothing else, and faults in words:
BY_RULE = {
    "contact-refused",
    "disclosure-refused",
    "foreign-receipt",
    "idempotency-key-reused",
    "no-competent-office",
    "stale",
}
RULES = {
    "invalid-query": [
        # A cursor is opaque: only those that were given out are any.
        "must be the next of the page before",
        "a range is complete: no condition can be asked together with it",
        "must not be less than from_leaf",
        "can only be asked together with consent",
        "gone can't be asked together with another condition",
        "gone can't be exported",
        "is needed, or handling_office, or both",
        "no such place is known",
        "must not be given together with postcode",
        # Letters that are no language of ISO 639, and a name of nothing but spaces.
        "must be a language code of ISO 639",
        "must be the name of a place",
    ],
    "invalid-body": [
        "is needed when the decision is given",
        "must be left out: only a given consent has terms",
        "is needed when the answer is retained",
        "must be left out: only what is retained needs a legal basis",
        "valid_until must lie after valid_from",
        "retention must not end before valid_until",
        "lies in the future",
        "handling code H3 needs handling_instructions",
        "an exclusion must name a recipient, a category, an express scope or a purpose",
        "an item must say something: text, details, or both",
        "these details touch specially protected data that touches must name",
        "shelter_placed is yes or no only",
        "no form for this declaration has this version (",
        "this version of the form is not there in this language (",
        "there is no such office",
        "there is no such organisation",
        "an office must say which one it is",
        "only an organisation with the role office is a police office",
        "clients of the role ",
        # What an address must be beyond its characters.
        "must begin with https://",
        "must be a URI with a host",
        "must not hold a",
        "must not have a query",
        # Entries of the directory.
        "a centre adds entries that it keeps itself",
        "there is no such counselling centre that takes part",
        "is the name of another service of this centre",
        "stands twice",
        "describes a place, which a shelter does not show",
        "is not a place that is known",
        "must name at least one Land or postcode region",
        "must not be given together with L",
        "must be a language code: two letters",
        "address must be",
        "must be an address on the web",
        # Opening times.
        "must be a day between the years",
        "must be days of the",
        "must be a whole number from 1 to 12",
        "is needed where",
        "does not go with",
        "must not be before dtstart",
        "opens_at must be before 24:00",
        "valid_to must not be before valid_from",
        # Referral notices and involvements.
        "there is no such centre in the directory",
        "this centre does not take part",
        "this centre was asked already",
        "is told only where the medium is a leaflet or a link",
        "there is no leaflet in this language",
        "there is no such version of the leaflet",
        "must be left out when the answer is accepted",
        # Contact consents and contact details.
        "must name at least one",
        "must hold at least one item",
        # Security notices.
        "a notice of the kind",
        "there is no such disclosure",
        "there is no such offer of your office",
        "no centre that takes part is known there",
        "must not contain a pseudonym",
        "must lie after valid_from",
        "lies in the past",
        "an urgent notice is acknowledged by",
        # Contact pairs.
        "is no role of",
        "a police office opens a pair with",
        "a counselling centre opens a pair with",
        "must be an e-mail address",
        "must be a telephone number",
        "stands there already",
        "this office is no longer active",
        # Regional agreements.
        "your own centre must be one of the parties",
        "your own office must be one of the parties",
        "must be one of the parties",
        "has an office already",
        "is named twice",
        "there is no such agreement",
        "all its parties must be parties",
        "must name at least one Land or the beginning of a postcode",
        "must not lie before the reminder",
        "must not be longer than routine_hours",
        # Handovers.
        "this is your own office",
        # Files.
        "must be base64",
    ],
}
A_TIME = "must be a date and time in RFC 3339 form, between the years 1970 and 9999"


def is_a_rule(kind, fault, case):
    pointer = fault.get("pointer", "")
    # A key may have members of any kind (RFC 7517); which keys are taken, and which JSON, is said in words.
    if kind in ("invalid-body", "malformed-json") and pointer.startswith("/credential/jwk"):
        return True
    # What a file says is told with its place in the file.
    if kind == "invalid-body" and pointer == "/content" and case.path.endswith("counselling-centre-imports"):
        return True
    # A schema says that a text is a time, but not of which years.
    if fault["detail"] == A_TIME:
        sent = (case.query or {}).get(fault.get("parameter")) if "parameter" in fault else at(case.body, pointer)
        return is_beyond_the_calendar(sent)
    return any(fault["detail"].startswith(rule) for rule in RULES.get(kind, []))


def at(document, pointer):
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def is_beyond_the_calendar(text):
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(timezone.utc)
    except OverflowError:
        return True
    except ValueError:
        # A leap second, or the year 0.
        return text[17:19] == "60" or text.startswith("0000")
    return moment.year < 1970


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if not isinstance(failure, RejectedPositiveData):
        return True
    try:
        problem = json.loads(response.content)
    except ValueError:
        return True
    kind = str(problem.get("type")).rpartition(":")[2]
    if kind in BY_RULE:
        return False
    faults = problem.get("errors", [])
    others = [fault["detail"] for fault in faults if not is_a_rule(kind, fault, case)]
    if others:
        # A report shows the beginning of an answer alone.
        print(f"no rule that is known: {others}")
    return not faults or bool(others)
