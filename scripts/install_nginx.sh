#!/bin/sh
# Installs Debian's nginx for `make cluster` and its tests where it can, and never fails: those tests say why they did not run.
set -u

if command -v nginx >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ]; then
    echo "Installing Debian's nginx for the tests of several processes…"
    # Runlevel 1: the package must not start a server; each cluster starts one of its own.
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    apt-get update -qq >/dev/null && apt-get install -qq -y --no-install-recommends nginx >/dev/null
fi
command -v nginx >/dev/null 2>&1 || echo 'There is no nginx here, so its tests will be reported as not run.'
