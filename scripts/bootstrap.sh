#!/bin/sh
# Makes .venv as uv.lock says, with Python 3.10 or else 3.11. Run by make when .venv is missing or out of date.
set -eu
cd "$(dirname "$0")/.."

uv_version=0.13.9
elsewhere=$PWD/.tools/uv/bin:${HOME:-}/.local/bin:${PYENV_ROOT:-${HOME:-}/.pyenv}/versions/*/bin:/opt/homebrew/bin
export UV_PROJECT_ENVIRONMENT=.venv
export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1  # a company's network often has a certificate authority of its own

say() { printf '%s\n' "$*" >&2; }

stop() { say "$@"; exit 1; }

# Prints the first program with one of these names that says it is $1. Each is run: a pyenv shim may exist and fail.
find_program() (
    answer=$1; shift
    folders=$PATH:$elsewhere
    IFS=:
    for name do
        for folder in $folders; do
            [ -x "$folder/$name" ] || continue
            # shellcheck disable=SC2254  # a pattern
            case $("$folder/$name" --version 2>&1) in $answer) printf '%s\n' "$folder/$name"; return ;; esac
        done
    done
)

find_python() { find_program "Python $1.*" "python$1" python3 python; }

find_uv() {
    newer=$(find_program 'uv 0.[1-9][0-9].*' uv)
    printf '%s\n' "${newer:-$(find_program 'uv [1-9].*' uv)}"
}

install_uv() {  # $1: any Python 3
    say 'Installing uv, which installs the rest, in .tools…'
    rm -rf .tools
    export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
    if "$1" -m venv .tools/uv >/dev/null 2>&1; then
        .tools/uv/bin/python -m pip install --quiet "uv==$uv_version"
    else  # Debian's Python may come without venv
        rm -rf .tools
        "$1" -m pip install --quiet --target .tools/uv "uv==$uv_version"
    fi
}

# One set-up at a time: a link is made whole or not at all, and names the process that made it.
[ -w . ] || stop "This folder cannot be written to: $PWD. Copy the project to a folder of your own."
until ln -s $$ .venv.lock 2>/dev/null; do
    other=$(readlink .venv.lock) || continue
    kill -0 "$other" 2>/dev/null || { rm -f .venv.lock; continue; }
    [ -n "${told:-}" ] || say "Waiting for another set-up, process $other. If there is none, delete .venv.lock."
    told=yes
    sleep 1
done
trap '[ -f .venv/.stamp ] || rm -rf .venv; rm -f .venv.lock' EXIT  # never a half-made .venv
trap 'exit 130' HUP INT TERM

if [ -f .venv/.stamp ]; then
    [ -n "$(find pyproject.toml uv.lock scripts/bootstrap.sh -newer .venv/.stamp)" ] || exit 0
    say 'Updating the environment…'
    rm .venv/.stamp
else
    say 'Setting up the environment (about 2 minutes, once)…'
    rm -rf .venv
fi

python=$(find_python 3.10)
python=${python:-$(find_python 3.11)}
uv=$(find_uv)
if [ -z "$uv" ]; then
    any=${python:-$(find_program 'Python 3.*' python3 python)}
    [ -z "$any" ] || { install_uv "$any" && uv=$(find_uv); } || true
fi
if [ -z "$python" ] && [ -n "$uv" ]; then
    say 'No Python 3.10 or 3.11 here; fetching 3.10…'
    if "$uv" python install --quiet 3.10; then python=3.10; fi
fi

[ -n "$python" ] || stop 'Python 3.10 or 3.11 is needed, and neither was found here or could be fetched. Install' \
    'one (Debian: apt install python3 python3-venv; macOS: brew install python@3.10; elsewhere: pyenv install 3.10),' \
    'then run make again.'
[ -n "$uv" ] || stop "uv is needed, and $python could not install it. Check the network, or install uv" \
    '(Debian: apt install python3-venv, then make again; macOS: brew install uv; elsewhere: pipx install uv).'
# Compiled now, so that no start has to: also where Python is told to write no bytecode.
"$uv" sync --quiet --frozen --compile-bytecode --python "$python" ||
    stop 'The environment could not be set up, for the reason above. Run make again once that is mended.'
touch .venv/.stamp
say "The environment is ready: $(.venv/bin/python --version) in .venv."
