"""Holds a compose file against the published schema and against this repository's own rules.

Usage: check_compose.py COMPOSE_FILE [SCHEMA_FILE]
"""

import json
import re
import sys

import jsonschema
import yaml


def faults_of_schema(compose, schema_path):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    validator = jsonschema.validators.validator_for(schema, default=jsonschema.Draft7Validator)(schema)
    for fault in validator.iter_errors(compose):
        yield f"{'/'.join(map(str, fault.absolute_path)) or '(top)'}: {fault.message}"


def faults_of_rules(compose):
    secrets = compose.get("secrets", {})
    for name, secret in secrets.items():
        if "file" not in secret:
            yield f"secret {name} must come from a file"
    used = set()
    for name, service in compose["services"].items():
        if service.get("read_only") is not True:
            yield f"{name}: the root file system must be read-only"
        if service.get("cap_drop") != ["ALL"] or service.get("cap_add"):
            yield f"{name}: all capabilities must be dropped and none added"
        if "no-new-privileges:true" not in service.get("security_opt", []):
            yield f"{name}: no-new-privileges must be set"
        if service.get("privileged"):
            yield f"{name}: must not be privileged"
        user = str(service.get("user", ""))
        if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", user):
            yield f"{name}: must run as a numeric user that is not root"
        image = service.get("image", "")
        if not re.search(r":[^/:]*\d[^/:]*$", image) or image.endswith(":latest"):
            yield f"{name}: the image must be pinned by a versioned tag"
        if not service.get("healthcheck"):
            yield f"{name}: a health check must be given, or switched off expressly"
        for variable, value in (service.get("environment") or {}).items():
            if re.search(r"PASSWORD|SECRET|KEY|TOKEN", variable) and not variable.endswith("_FILE"):
                yield f"{name}: {variable} must not stand here; hand it over as a secret file"
            if "://" in str(value) and "@" in str(value):
                yield f"{name}: {variable} seems to hold a password"
        for port in service.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                yield f"{name}: port {port} must be published on this machine only"
        used.update(service.get("secrets", []))
    for name in sorted(used - set(secrets)):
        yield f"secret {name} is used but not declared"
    for name in sorted(set(secrets) - used):
        yield f"secret {name} is declared but not used"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        compose = yaml.safe_load(file)
    faults = list(faults_of_rules(compose))
    if len(sys.argv) > 2 and sys.argv[2]:
        faults.extend(faults_of_schema(compose, sys.argv[2]))
    for fault in faults:
        print(f"{sys.argv[1]}: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
