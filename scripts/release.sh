#!/bin/sh
# What a release holds, in build/release, and a first use of it. Called by `make release`.
set -eu
uv=$(pwd)/.venv/bin/uv
out=$(pwd)/build/release
tried=$(mktemp -d)
trap 'rm -rf "$tried"' EXIT

rm -rf "$out"
"$uv" build --quiet --out-dir "$out"
rm -f "$out/.gitignore"
"$uv" pip compile --quiet pyproject.toml --constraint constraints.txt --generate-hashes --universal \
  --no-annotate --no-header --no-emit-index-url --output-file "$out/requirements.txt" > "$tried/compiled"

"$uv" venv --quiet --python .venv/bin/python "$tried/env"
cd "$tried"
VIRTUAL_ENV=$tried/env "$uv" pip install --quiet --require-hashes --requirement "$out/requirements.txt"
VIRTUAL_ENV=$tried/env "$uv" pip install --quiet --no-deps "$out"/drawdown-*.whl
env/bin/drawdown --version
env/bin/drawdown demo --quiet > demo.txt
env/bin/drawdown list > list.txt
env/bin/drawdown verify --quiet > verify.txt
cd "$out"
sha256sum -- * > SHA256SUMS
cat SHA256SUMS
