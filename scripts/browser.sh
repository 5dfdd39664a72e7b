#!/bin/sh
# Makes sure that there is a Chromium to test pages in. Only as root, and only with apt, can it install one.
set -eu

for name in chromium chromium-browser google-chrome; do
  if command -v "$name" > /dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install --yes --no-install-recommends chromium fonts-dejavu-core > /dev/null
  exit 0
fi
echo "The pages are tested in Chromium, which is missing. Install it (Debian: apt-get install chromium), or run this as root." >&2
exit 1
