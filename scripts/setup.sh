#!/usr/bin/env bash
# Sets up what the Makefile's commands need: setup.sh python|js|chromium
set -euo pipefail
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1

say() { echo "setup: $*" >&2; }

# Installs Debian packages as root or with sudo; fails quietly where neither is possible.
apt_install() {
  command -v apt-get >/dev/null || return 1
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || return 1
    as_root=(sudo)
  fi
  say "installing $* from Debian"
  "${as_root[@]}" apt-get update -qq >&2 &&
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >&2
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local name
  for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if command -v "$name" >/dev/null && is_new_enough "$name"; then
      command -v "$name"
      return
    fi
  done
  say "no Python 3.11 or newer found (python3 is $(python3 --version 2>&1 || echo absent))." \
    "Install one, or name it: make test PYTHON=/path/to/python3.12"
  return 1
}

setup_python() {
  local python
  if ! { [ -x .venv/bin/python ] && is_new_enough .venv/bin/python &&
    .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    python=$(find_python)
    say "making .venv with $("$python" --version)"
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
      apt_install python3-venv || {
        say "this Python has no venv module: apt-get install python3-venv"
        return 1
      }
    fi
    "$python" -m venv .venv
  fi
  say "installing the package and what its tests need into .venv (a minute or two the first time)"
  .venv/bin/python -m pip install -q -c constraints.txt -e ".[$1]"
}

setup_js() {
  if ! command -v npm >/dev/null; then
    say "no npm found: install Node.js 20 or newer (apt-get install nodejs npm)"
    return 1
  fi
  if ! node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)'; then
    say "Node.js $(node --version) is too old: version 20 or newer is needed"
    return 1
  fi
  say "installing the front end's packages into js/node_modules and js/charts/node_modules"
  for folder in js js/charts; do
    (cd "$folder" && npm ci --silent --ignore-scripts --no-audit --no-fund)
  done
}

setup_chromium() {
  local name
  for name in ${CHROMIUM:-} chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then return; fi
  done
  apt_install chromium fonts-dejavu-core && command -v chromium >/dev/null && return
  say "NO CHROMIUM: none was found and it could not be installed, so the browser tests will be" \
    "skipped. Install it (as root: apt-get install chromium) or name it: make test CHROMIUM=/path"
}

case "${1:-}" in
  python) setup_python "${2:-test}" ;;
  js) setup_js ;;
  chromium) setup_chromium ;;
  *) say "usage: $0 python [extras] | js | chromium"; exit 2 ;;
esac
