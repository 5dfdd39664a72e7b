#!/bin/sh
# Makes sure that there is what pages are tested with: Chromium, and node with npm. Installs it as root, with apt alone.
set -eu

has() { command -v "$1" > /dev/null 2>&1; }

missing=
has chromium || has chromium-browser || has google-chrome || missing="chromium fonts-dejavu-core"
has node || missing="$missing nodejs"
has npm || missing="$missing npm"
if [ -z "$missing" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && has apt-get; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  # shellcheck disable=SC2086 # names of packages, one word each
  apt-get -qq install --yes --no-install-recommends $missing > /dev/null
  exit 0
fi
echo "Pages are tested in Chromium, with node and npm. Missing here: $missing. Run this as root (Debian), or install them." >&2
exit 1
