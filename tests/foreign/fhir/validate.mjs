// Validates an export in FHIR NDJSON against FHIR R4 as the library `fhir` has it: structure, cardinalities, data types and
// required value sets. Usage: node validate.mjs FILE
import { readFileSync } from 'node:fs'
import { Fhir } from 'fhir/fhir.js'

const [file] = process.argv.slice(2)
const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '')
const fhir = new Fhir()

// Value sets that FHIR leaves open, and whose codes are joined by others: our own, and those that the profiles of IHE ask for.
const OTHERS = [
  'urn:freigabe:',
  'http://snomed.info/sct',
  'https://profiles.ihe.net/ITI/BALP/CodeSystem/',
  'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle',
]
const isOurs = ({ severity, message }) =>
  severity === 'warning' &&
  OTHERS.some((system) => message.includes(`(${system}`)) &&
  message.endsWith('not found in value set')

const wrong = (resource) => {
  const { messages } = fhir.validate(resource, { errorOnUnexpected: true })
  return messages.filter((message) => message.severity !== 'info' && !isOurs(message))
}

let failed = 0
const shapes = new Map()
for (const line of lines) {
  const resource = JSON.parse(line)
  const profile = resource.meta?.profile?.[0]?.split('IHE.BasicAudit.')[1] ?? 'no profile'
  shapes.set(profile, (shapes.get(profile) ?? 0) + 1)
  for (const { location, message, severity } of wrong(resource)) {
    failed += 1
    console.log(`${profile}: ${severity} at ${location}: ${message}`)
  }
}

// What is broken is found: otherwise the library looked at nothing.
const good = JSON.parse(lines[0])
const broken = {
  'a missing member': (resource) => { delete resource.source },
  'a member that FHIR does not have': (resource) => { resource.colour = 'green' },
  'a code that is not in its value set': (resource) => { resource.outcome = '3' },
}
for (const [what, breaks] of Object.entries(broken)) {
  const resource = structuredClone(good)
  breaks(resource)
  if (wrong(resource).length === 0) {
    failed += 1
    console.log(`fhir: NOT FOUND as it should be: ${what}`)
  }
}

const SHAPES = [
  'AuthZconsent',
  'Create',
  'PatientCreate',
  'PatientQuery',
  'PatientUpdate',
  'PrivacyDisclosure.Source',
  'Query',
  'Update',
  'no profile',
]
for (const shape of SHAPES) {
  if (shapes.has(shape)) continue
  failed += 1
  console.log(`there was no event in the shape of: ${shape}`)
}
for (const [shape, count] of [...shapes].sort()) console.log(`fhir (npm): ${count} of ${shape}`)
process.exit(failed === 0 ? 0 : 1)
