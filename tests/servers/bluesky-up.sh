#!/bin/sh
# A real Bluesky server for tests, from npm packages, on Node 20 (newer lines of the packages want Node 22).
#   bluesky-up.sh install [DIR]                    installs the pinned packages: about two minutes and 360 MB;
#                                                  one of them compiles (needs g++, make, python3)
#   bluesky-up.sh run [DIR] [PDS_PORT] [PLC_PORT]  runs the server until it is stopped; port 0: any free one
# DIR defaults to BLUESKY_NODE_DIR, then to .cache/bluesky of this project.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command=${1:?install or run}
dir=${2:-${BLUESKY_NODE_DIR:-$here/../../.cache/bluesky}}

case $command in
install)
  mkdir -p "$dir"
  cd "$dir"
  [ -f package.json ] || printf '{"private": true}\n' >package.json
  npm install --no-audit --no-fund --save-exact @atproto/dev-env@0.3.215 @atproto/pds@0.4.217
  ;;
run)
  exec node "$here/bluesky-pds.cjs" "$dir" "${3:-0}" "${4:-0}"
  ;;
*)
  echo "usage: bluesky-up.sh install|run [DIR] [PDS_PORT] [PLC_PORT]" >&2
  exit 2
  ;;
esac
