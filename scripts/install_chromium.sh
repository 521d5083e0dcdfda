#!/bin/sh
# Installs Debian's Chromium for the browser tests where it can, and never fails: those tests say why they did not run.
set -u

if command -v chromium >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ]; then
    echo "Installing Debian's Chromium for the browser tests…"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null && apt-get install -qq -y --no-install-recommends chromium >/dev/null
fi
command -v chromium >/dev/null 2>&1 ||
    echo 'There is no chromium on the PATH, so the browser tests will be reported as not run.'
