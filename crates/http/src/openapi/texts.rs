//! Words of the API description that belong to no single operation.

/// What the API is, and the rules that hold everywhere.
pub(super) const DESCRIPTION: &str = "\
Freigabe is the consent-gated exchange between offices of the Bundespolizei and specialised counselling centres for people \
affected by human trafficking. It carries out point 4 of their cooperation agreement: a centre tells the competent office \
something only if the affected person authorised it; and what stands around it: finding help and telling about it (points 1 and 2), \
involving a centre early, whether or not the person cooperates (point 3), and warning centres of what touches anybody's safety (point 5). \
What partners agreed on for their region decides before the federal default (point 9).

- **No consent, no content.** A disclosure is released, and collected, only under a consent that is in force at that moment. \
There is no override, for anyone, in any mode.
- **A withdrawal wins.** When it is acknowledged, no later collection returns content.
- **Refusals explain themselves** to the centre, completely, and say nothing to anyone else.

Rules that hold everywhere:

- *Bodies* are JSON (UTF-8, 256 KiB at most, 16 levels at most). Unknown fields, members that stand twice and control characters \
are refused. Every fault is told with its JSON pointer.
- *Errors* are problems (RFC 9457); their kinds are stable and described under `/problems`. What is missing and what is \
another's can't be told apart: both are the same 404.
- *Repeating*: operations that change something need an `Idempotency-Key`. The same key with the same request has one effect, \
and is judged anew: an answer is never replayed.
- *Versions*: what can change has an `ETag`; a change needs it in `If-Match`.
- *Access*: a token is bound to its client. It is presented as `DPoP` with a proof for each request (RFC 9449), or as `Bearer` over \
the connection with the certificate that it is bound to (RFC 8705). Each operation needs one scope, which the client must have been given.
- *Who acted*: `Freigabe-User` names the person by the client's own reference; police offices must send it where they collect, \
answer, tell who a person is, warn, or hand a case over, and centres where they read or acknowledge a warning.
- *Limits*: `RateLimit` tells how many requests are left; 429 and `Retry-After` when none is.
- *Receipts*: what changes something answers with `Freigabe-Receipt`, the log's signed promise that its event will be in the \
public log under `/log`.
- *Listings* have pages: `next` in the body and the `Link` header lead to the next one.
- *Times* are RFC 3339. Any offset is read; UTC with microseconds is written.
- *Identifiers* are UUIDs, but those of offices, which are words.
- Nothing under `/v1` may be stored by intermediaries.";

/// Tags, each with what it is about.
pub(super) const TAGS: &[(&str, &str)] = &[
    (
        "consents",
        "For counselling centres: what affected persons allowed, how they revise and withdraw it, and the receipt they get (agreement, point 4).",
    ),
    (
        "disclosures",
        "For counselling centres: check, release, follow and recall messages to the competent office (agreement, point 4).",
    ),
    (
        "inbox",
        "For police offices: list, collect and acknowledge messages (agreement, point 4).",
    ),
    (
        "withdrawal-notices",
        "For police offices: notices that something they collected was withdrawn, which they must answer.",
    ),
    (
        "offices",
        "For every client: police offices, and which of them is competent (agreement, points 4 and 9).",
    ),
    (
        "directory",
        "For everybody, without a token: counselling centres, what they offer, in which languages and when (agreement, points 1 and 2). For centres and the network's coordination: keeping their entries.",
    ),
    (
        "involvements",
        "For police offices and counselling centres: that somebody was told about help (agreement, point 2), and early involvement: an office asks centres for help, the first that accepts helps (point 3). Nothing here knows who the person is to a centre, or depends on what she decides. For the network's coordination: what nobody answers.",
    ),
    (
        "contacts",
        "For police offices and counselling centres: who the person of an involvement is, and how she is reached, as far as she allowed it (agreement, point 3). The gate of point 4 in the other direction: a consent in force, asked again at each collection; a withdrawal wins.",
    ),
    (
        "security notices",
        "For police offices: telling counselling centres of what touches the safety of persons and counsellors, with a threat assessment (agreement, point 5). For centres: reading and acknowledging. What goes to several centres has no field for a person; a notice about a person goes to the one centre that knows her, and no other learns of it.",
    ),
    (
        "handovers",
        "For police offices: handing a case over to another office, to the police of a Land or to a prosecution (agreement, point 9). For counselling centres: being told, and acknowledging. Whoever takes a case over is a new recipient: what was held for the former office stays sealed until a consent covers the new one.",
    ),
    (
        "regional",
        "For police offices and counselling centres: what they agree on for their region, which then decides before the federal default; and knowing each other before there is any case: contact pairs, in which each side names whom to call and confirms it, both read it, and nobody else does (agreement, point 9). For offices and the network's coordination: which offices have no current contact.",
    ),
    (
        "audit",
        "For auditors: the disclosure log (§ 76 BDSG), its samples, exports and evidence. Numbers of events also for the network's coordination.",
    ),
    (
        "access-administration",
        "For the operator: which organisations take part, which clients speak for them, and what each client may do.",
    ),
    (
        "log",
        "The disclosure log as everybody may read it (C2SP tlog-tiles): checkpoints, tiles and entries, without a token. It says nothing of persons, organisations, times or kinds of events. And what has become of a receipt.",
    ),
    (
        "access",
        "Registration of invited clients (RFC 7591), and access tokens: OAuth 2 client credentials with `private_key_jwt`.",
    ),
    (
        "service",
        "The service itself: health, this description, the kinds of problems. No token is needed.",
    ),
];

/// The receipt's header as it is written for people.
pub(super) const RECEIPT_HEADER: &str = "Freigabe-Receipt";

/// What a receipt is.
pub(super) const RECEIPT: &str = "\
The log's signed promise that the event which did this will be in the public log by a given time: base64url without padding of \
a C2SP signed note. Keep it; `checkReceipt` and offline verifiers tell what became of it. A repeated call brings the receipt of \
the event that did it, with the time that was promised then. Absent where nothing was changed and no such event is kept (a client \
that is so already), and where this installation has no key for its log. Refusals and errors bring none.";

/// What is wrong with a receipt that is none of this log's.
pub(crate) const FOREIGN_RECEIPT: &str =
    "must be a receipt that this log signed, without any change";

/// What the key of a request is.
pub(super) const IDEMPOTENCY_KEY: &str = "\
A key of the client's choosing for this request: 8 to 64 visible ASCII characters, the same for every attempt at the same \
request. It belongs to the client, not to its token, and is remembered for 30 days.";

/// What the reference of a person is.
pub(super) const USER: &str = "\
The client's own reference of the person on whose behalf it calls: 1 to 64 characters from `A-Z a-z 0-9 . _ : -`, such as a staff \
number; neither a name nor an address. It is recorded with the client. Police offices must send it where they collect, \
acknowledge or answer, and where they tell who a person is, warn, or hand a case over; centres where they read or acknowledge a \
warning: the log of retrievals and disclosures must let the person be told, as far as possible (§ 76(2) BDSG). What works by itself names itself.";

/// What the tag of a version is.
pub(super) const IF_MATCH: &str = "The one `ETag` under which the resource was read.";
