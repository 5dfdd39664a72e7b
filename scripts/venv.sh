#!/bin/sh
# The environment that `make` works in, .venv.
#   venv.sh usable        exit code 0 where there is one to go on with
#   venv.sh make PYTHON   makes one; what an earlier try left half made, or whose Python has gone, is made anew
making=.venv/.making # there from the first moment until .venv is whole
made=.venv/.made

usable() {
  [ ! -e $making ] && .venv/bin/python -c 'import pip' 2>/dev/null
}

# Whether nothing is lost with .venv: make made it, or nothing was installed in it
ours() {
  for file in $making $made .venv/.ready; do [ -e $file ] && return; done
  ! ls -d .venv/lib/*/site-packages/*.dist-info 2>/dev/null | grep -qv '/pip-\|/setuptools-'
}

fail() {
  echo "$*" >&2
  exit 1
}

make() {
  "$@" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."
  ours || fail ".venv does not work and was not made by make: move it away, and give the same command again."
  echo "Making .venv, once; this takes a minute." >&2
  rm -rf .venv && mkdir .venv && : >$making || fail ".venv can't be made in $(pwd)."
  "$@" -m venv .venv && .venv/bin/python -c 'import pip' || {
    rm -rf .venv
    fail "$* can't make a virtual environment. On Debian and Ubuntu that needs the package python3-venv" \
      "(sudo apt install python3-venv). Or name another Python: make PYTHON=/path/to/python3.12 ..."
  }
  mv $making $made
}

"$@"
