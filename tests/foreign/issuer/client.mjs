// A client of a foreign issuer, with oauth4webapi. Between its steps it keeps token and proof key in TOKEN_FILE.
// Usage: node client.mjs key KEY_FILE                makes a key (ES256), prints its public key set
//        node client.mjs sign-in ISSUER CLIENT_ID KEY_FILE RESOURCE ALGORITHM TOKEN_FILE [unbound]
//                                                    gets a token and checks its form
//        node client.mjs show TOKEN_FILE             prints the token's header and claims
//        node client.mjs collect FREIGABE TOKEN_FILE                     collects and acknowledges what waits
//        node client.mjs refused FREIGABE TOKEN_FILE [bearer|stolen]     must be refused with 401
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import * as oauth from 'oauth4webapi'

// Loopback without TLS; everything else stays as strict as the library is.
const insecure = { [oauth.allowInsecureRequests]: true }
const ES256 = { name: 'ECDSA', namedCurve: 'P-256' }
const SCOPE = 'disclosures:read inbox:read inbox:write directory:read'

const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const imported = ({ kty, crv, x, y, d }) =>
  crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, ES256, true, [d ? 'sign' : 'verify'])
const parts = (token) => token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))

/** Once more when the server wants a nonce, which the library has noted by then. */
async function withNonce(attempt) {
  try {
    return await attempt()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return attempt()
  }
}

async function makeKey(file) {
  const { privateKey } = await oauth.generateKeyPair('ES256', { extractable: true })
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', privateKey)
  const open = { kty, crv, x, y, kid: crypto.randomUUID(), alg: 'ES256', use: 'sig' }
  writeFileSync(file, JSON.stringify({ ...open, d }), { mode: 0o600, flag: 'wx' })
  console.log(JSON.stringify({ keys: [open] }))
}

async function signIn(issuerText, clientId, keyFile, resource, algorithm, tokenFile, binding) {
  const issuer = new URL(issuerText)
  const discovered = await oauth.discoveryRequest(issuer, insecure)
  const server = await oauth.processDiscoveryResponse(issuer, discovered)
  const client = { client_id: clientId }
  const jwk = read(keyFile)
  const authentication = oauth.PrivateKeyJwt({ key: await imported(jwk), kid: jwk.kid })
  const proofKey = await oauth.generateKeyPair('ES256', { extractable: true })
  const bound = binding !== 'unbound'
  const DPoP = bound ? oauth.DPoP(client, proofKey) : undefined
  const answered = await withNonce(async () => {
    const wanted = new URLSearchParams({ resource, scope: SCOPE })
    const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, wanted, { DPoP, ...insecure })
    return oauth.processClientCredentialsResponse(server, client, answer)
  })
  assert.equal(answered.token_type, bound ? 'dpop' : 'bearer')
  const proof = await crypto.subtle.exportKey('jwk', proofKey.privateKey)
  const keySet = await (await fetch(server.jwks_uri)).json()
  await conforms(answered.access_token, { issuer: issuerText, clientId, resource, algorithm, proof: bound && proof, keySet })
  writeFileSync(tokenFile, JSON.stringify({ token: answered.access_token, proof }), { mode: 0o600 })
}

/** What Freigabe demands of a foreign token. What else is in it is named: Freigabe does not look at it. */
async function conforms(token, { issuer, clientId, resource, algorithm, proof, keySet }) {
  const [header, claims] = parts(token)
  assert.ok(!('crit' in header))
  assert.equal(header.typ, 'at+jwt')
  assert.equal(header.alg, algorithm)
  const published = keySet.keys.filter(({ kid }) => kid === header.kid)
  assert.equal(published.length, 1, 'the key is published, once')
  assert.equal(published[0].alg, algorithm)

  const known = ['aud', 'client_id', 'cnf', 'exp', 'iat', 'iss', 'jti', 'scope', 'sub']
  const more = Object.keys(claims).filter((name) => !known.includes(name))
  if (more.length) console.log(`also in the token: ${more.join(', ')}`)
  assert.equal(claims.iss, issuer)
  assert.equal(claims.aud, resource, 'one text, no list')
  assert.equal(claims.client_id, clientId)
  assert.deepEqual(claims.scope.split(' ').sort(), SCOPE.split(' ').sort())
  for (const name of ['sub', 'jti']) assert.ok(typeof claims[name] === 'string' && claims[name], name)
  for (const name of ['iat', 'exp']) assert.ok(Number.isSafeInteger(claims[name]), name)
  assert.equal(claims.exp - claims.iat, 300)
  if (!proof) return assert.ok(!('cnf' in claims), 'bound to nothing')
  const { crv, kty, x, y } = proof
  const thumbprint = await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify({ crv, kty, x, y })))
  assert.deepEqual(claims.cnf, { jkt: Buffer.from(thumbprint).toString('base64url') })
}

async function resumed(tokenFile) {
  const { token, proof } = read(tokenFile)
  const { d, ...open } = proof
  const keys = { privateKey: await imported(proof), publicKey: await imported(open) }
  return { token, DPoP: oauth.DPoP({ client_id: 'any' }, keys) }
}

function asker(freigabe, token, DPoP) {
  return (method, path) => {
    const headers = new Headers({ 'freigabe-user': 'P-4711', ...(method === 'POST' && { 'idempotency-key': crypto.randomUUID() }) })
    return withNonce(() =>
      oauth.protectedResourceRequest(token, method, new URL(path, freigabe), headers, null, { DPoP, ...insecure }),
    )
  }
}

async function collect(freigabe, tokenFile) {
  const { token, DPoP } = await resumed(tokenFile)
  const request = asker(freigabe, token, DPoP)
  const ask = async (method, path) => {
    const answer = await request(method, path)
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const { items: waiting } = await ask('GET', '/v1/inbox')
  assert.equal(waiting.length, 1, 'messages that wait')
  const collected = await ask('POST', `/v1/disclosures/${waiting[0].id}/collection`)
  assert.equal(collected.items[0].text, 'Ein weißer Lieferwagen.')
  await ask('POST', `/v1/disclosures/${waiting[0].id}/acknowledgement`)
  assert.equal((await ask('GET', '/v1/inbox')).items.length, 0, 'messages that still wait')
}

async function refused(freigabe, tokenFile, how) {
  let { token, DPoP } = await resumed(tokenFile)
  if (how === 'bearer') DPoP = undefined
  if (how === 'stolen') DPoP = oauth.DPoP({ client_id: 'any' }, await oauth.generateKeyPair('ES256'))
  try {
    const answer = await asker(freigabe, token, DPoP)('GET', '/v1/inbox')
    assert.fail(`answered with ${answer.status}`)
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error
    assert.equal(error.status, 401)
    // A proof by another key is a fault of the proof; everything else is one of the token. Never only a nonce is missing.
    const faults = error.cause.map(({ parameters }) => parameters.error)
    assert.deepEqual(faults, [how === 'stolen' ? 'invalid_dpop_proof' : 'invalid_token'])
  }
}

const [step, ...given] = process.argv.slice(2)
const steps = {
  key: makeKey, 'sign-in': signIn, collect, refused,
  show: (tokenFile) => console.log(JSON.stringify(parts(read(tokenFile).token), null, 2)),
}
await steps[step](...given)
