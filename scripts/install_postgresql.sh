#!/bin/sh
# Installs Debian's PostgreSQL for the tests of the leads where it can, and never fails: those tests say why they did not run.
set -u

found() { command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

if found; then exit 0; fi
if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ]; then
    echo "Installing Debian's PostgreSQL for the tests of the leads…"
    export DEBIAN_FRONTEND=noninteractive
    # The tests start a server of their own; the package must not start one.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    apt-get update -qq >/dev/null && apt-get install -qq -y --no-install-recommends postgresql >/dev/null
fi
found || echo 'There is no PostgreSQL here, so its tests will be reported as not run.'
