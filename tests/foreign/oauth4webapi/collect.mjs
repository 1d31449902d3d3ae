// An office that signs in with oauth4webapi: private_key_jwt (Ed25519) and DPoP (ES256), then collects and acknowledges
// what waits for it. Usage: node collect.mjs ISSUER CLIENT_ID KEY_FILE
import { readFileSync } from 'node:fs'
import * as oauth from 'oauth4webapi'

const [issuerText, clientId, keyFile] = process.argv.slice(2)
const issuer = new URL(issuerText)
// Loopback without TLS; everything else stays as strict as the library is.
const insecure = { [oauth.allowInsecureRequests]: true }

const { alg, use, key_ops, ...jwk } = JSON.parse(readFileSync(keyFile, 'utf8'))
const key = await crypto.subtle.importKey('jwk', jwk, { name: 'Ed25519' }, false, ['sign'])

const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
const server = await oauth.processDiscoveryResponse(issuer, discovered)
const client = { client_id: clientId }
const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))

/** Once more when the server wants a nonce, which the library has noted by then. */
async function withNonce(attempt) {
  try {
    return await attempt()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return attempt()
  }
}

const token = await withNonce(async () => {
  const answer = await oauth.clientCredentialsGrantRequest(
    server, client, oauth.PrivateKeyJwt({ key, kid: jwk.kid }), new URLSearchParams(), { DPoP, ...insecure },
  )
  return oauth.processClientCredentialsResponse(server, client, answer)
})
if (token.token_type !== 'dpop') throw new Error(`a token of the type ${token.token_type}`)

async function ask(method, path) {
  const headers = new Headers({ 'freigabe-user': 'P-4711', ...(method === 'POST' && { 'idempotency-key': crypto.randomUUID() }) })
  const answer = await withNonce(() =>
    oauth.protectedResourceRequest(token.access_token, method, new URL(path, issuer), headers, null, { DPoP, ...insecure }),
  )
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

const { items: waiting } = await ask('GET', '/v1/inbox')
if (waiting.length !== 1) throw new Error(`${waiting.length} messages wait, not one`)
const collected = await ask('POST', `/v1/disclosures/${waiting[0].id}/collection`)
if (collected.items[0].text !== 'Ein weißer Lieferwagen.') throw new Error('another content')
await ask('POST', `/v1/disclosures/${waiting[0].id}/acknowledgement`)
if ((await ask('GET', '/v1/inbox')).items.length !== 0) throw new Error('it still waits')
console.log('oauth4webapi: signed in, collected, acknowledged')
