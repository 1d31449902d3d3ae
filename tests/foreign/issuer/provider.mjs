// An authorization server that nobody here wrote: oidc-provider, on a free port of loopback. Clients sign in with
// private_key_jwt (ES256); tokens are JWTs (RFC 9068) for the one resource that is asked for (RFC 8707), bound by DPoP.
// Usage: node provider.mjs FOLDER. It makes each client's key and leaves it in FOLDER/NAME.jwk, then FOLDER/issuer.json with
// its addresses, and serves until it is ended.
import { createServer } from 'node:http'
import { generateKeyPairSync } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import Provider from 'oidc-provider'

const [folder] = process.argv.slice(2)

// Which client gets tokens signed with which algorithm. A stranger is known here and not to Freigabe; the guest's
// organisation is one that Freigabe does not let this issuer speak for.
const CLIENTS = {
  'office-es256': 'ES256', 'office-ps256': 'PS256', 'office-eddsa': 'EdDSA', stranger: 'ES256', guest: 'ES256',
}
const SCOPES = [
  'consents:read', 'consents:write', 'disclosures:read', 'disclosures:write', 'inbox:read', 'inbox:write',
  'directory:read', 'audit:read', 'access:read', 'access:write',
]

const jwk = (key, more) => ({ ...key.export({ format: 'jwk' }), ...more })
const signingKeys = [
  jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, { alg: 'ES256', kid: 'issuer-ec' }),
  jwk(generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey, { alg: 'PS256', kid: 'issuer-rsa' }),
  jwk(generateKeyPairSync('ed25519').privateKey, { alg: 'EdDSA', kid: 'issuer-ed' }),
].map((key) => ({ ...key, use: 'sig' }))

const clients = Object.keys(CLIENTS).map((name) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(`${folder}/${name}.jwk`, JSON.stringify(jwk(privateKey, { kid: name })), { mode: 0o600 })
  return {
    client_id: name,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [jwk(publicKey, { kid: name, alg: 'ES256', use: 'sig' })] },
  }
})

const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients,
    jwks: { keys: signingKeys },
    clientAuthMethods: ['private_key_jwt'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    ttl: { ClientCredentials: 300 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource, client) => ({
          scope: SCOPES.join(' '),
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: CLIENTS[client.clientId] } },
        }),
      },
    },
  })
  // Nothing that a client did is lost: it stands in the log of this process.
  for (const event of ['server_error', 'grant.error']) provider.on(event, (_context, error) => console.error(event, error))
  server.on('request', provider.callback())
  // Whole or not there at all.
  writeFileSync(`${folder}/issuer.part`, JSON.stringify({ issuer, key_set_uri: `${issuer}/jwks` }))
  renameSync(`${folder}/issuer.part`, `${folder}/issuer.json`)
})
