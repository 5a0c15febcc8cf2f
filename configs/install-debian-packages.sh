#!/bin/sh
# Name the Debian packages of a list that are missing; install them when run as root.
# usage: install-debian-packages.sh LIST
set -eu
list="$1"
missing=""
for package in $(grep -v '^#' "$list"); do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null; then
    echo "Not a Debian system: install the equivalents of$missing ($(head -n 1 "$list" | cut -c3-))"
elif [ "$(id -u)" = 0 ]; then
    echo "Installing$missing"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
else
    echo "Missing Debian packages; install them with:  sudo apt-get install$missing"
    head -n 1 "$list" | cut -c3-
fi
