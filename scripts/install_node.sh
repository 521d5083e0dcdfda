#!/bin/sh
# Installs Debian's Node and npm for the widget's tests where it can, and never fails: those tests say why they did not run.
set -u

has_node() { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; }

if has_node; then exit 0; fi
if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ]; then
    echo "Installing Debian's Node for the widget's tests…"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null && apt-get install -qq -y --no-install-recommends nodejs npm >/dev/null
fi
has_node || echo 'There is no node or npm on the PATH, so the tests of the widget will be reported as not run.'
