#!/bin/sh
# Sets everything up: .venv, node_modules and static/runtime; DJANGO=6.1 chooses the page's Django
# where it is not to be that of .venv. With the argument `packages` it leaves static/runtime alone,
# which a page or tests with another Django may be using; with `docs`, `prose` or `wild` it adds what
# these targets need, in an environment of its own (.docs, .prose, .wild). Safe to call again, to interrupt, and to
# run twice at once. What is up to date is left alone. Writes nothing before Python, Node and npm
# are known to do.
set -eu

cd "$(dirname "$0")/.."

fail() {
    printf 'set-up: %s\n' "$1" >&2
    exit 1
}

# True when version $1 (such as 3.11.7 or v20.1) is at least major $2, minor $3.
at_least() {
    printf '%s\n' "${1#v}" | awk -F. -v major="$2" -v minor="$3" '
        { exit !($1 ~ /^[0-9]+$/ && ($1 + 0 > major || ($1 + 0 == major && $2 + 0 >= minor))) }'
}

# Sets python (its path) and python_version, or fails. $PYTHON, where given, is the only candidate.
find_python() {
    found=
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        path=$(command -v "$candidate") || continue
        # A shim (pyenv's) may exist and yet not run: its complaint is no news here.
        version=$("$path" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
        version=${version#Python }
        if ! at_least "$version" 3 11; then
            found="${found:+$found, }Python $version at $path"
        elif ! "$path" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            found="${found:+$found, }Python $version at $path without venv and ensurepip (Debian: apt-get install python3-venv)"
        else
            python=$path
            python_version=$version
            return
        fi
    done
    fail "needs Python 3.11 or newer with venv; found ${found:-${PYTHON:-none}}. Install one, or name it: PYTHON=/path/to/python3 make run"
}

find_node() {
    path=$(command -v node) ||
        fail "needs Node 20 or newer with npm; found no node. Install Node from your system's packages or nodejs.org"
    version=$("$path" --version 2>/dev/null) || version="one that does not run"
    at_least "$version" 20 0 ||
        fail "needs Node 20 or newer; found $version at $path. Install a newer one and put it first on PATH"
    command -v npm >/dev/null ||
        fail "needs npm, which comes with Node; found Node $version at $path but no npm. Install npm"
}

# Empties DJANGO where it is the one in requirements.txt anyway; fails where it has no lock.
choose_django() {
    default=$(awk -F '==' '$1 == "django" { split($2, part, "."); print part[1] "." part[2] }' requirements.txt)
    [ "${DJANGO:=$default}" != "$default" ] || DJANGO=
    django_lock=requirements-django-$DJANGO.txt
    if [ -n "$DJANGO" ] && ! [ -f "$django_lock" ]; then
        locks=$(echo requirements-django-*.txt | awk '{ gsub(/requirements-django-|[.]txt/, ""); print }')
        fail "there is no Django $DJANGO for the page (no $django_lock). Choose $default or $locks: make run DJANGO=$default"
    fi
}

find_python
find_node
choose_django

# The kernel gives this lock back however its holder ends, so none is ever left over.
if [ "${1-}" = --locked ]; then
    shift
else
    exec "$python" -c '
import fcntl, os, sys
lock = os.open(".setup.lock", os.O_RDWR | os.O_CREAT, 0o666)
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("Waiting for another set-up of this folder to end…", file=sys.stderr, flush=True)
    fcntl.flock(lock, fcntl.LOCK_EX)
os.set_inheritable(lock, True)
os.execv("/bin/sh", ["sh", "tools/setup.sh", "--locked", *sys.argv[1:]])' "$@"
fi

# A stamp says what a folder was made from. It is written last: a folder without its stamp is
# half made, and is made again.
stamp_of() {
    cksum | tr -d '\n'
}

is_current() {
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

python_stamp=$({ echo "${python_version%.*}"; cat requirements.txt; } | stamp_of)
if ! is_current .venv/.stamp "$python_stamp" || ! .venv/bin/python -c '' 2>/dev/null; then
    echo "Installing Python packages (about a minute, once)…"
    rm -rf .venv
    "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --requirement requirements.txt ||
        fail "pip could not install requirements.txt (its own words are above); the next run starts over"
    printf '%s' "$python_stamp" >.venv/.stamp
fi

# For the page's Python. This one may be too old for it, which pip would mind: the hashes say what is
# wanted.
if [ -n "$DJANGO" ] && ! is_current ".django/$DJANGO/.stamp" "$(stamp_of <"$django_lock")"; then
    echo "Installing Django $DJANGO for the page (a few seconds, once)…"
    rm -rf ".django/$DJANGO"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --target ".django/$DJANGO" --python-version 3.14 --ignore-requires-python \
        --only-binary :all: --no-deps --no-compile --require-hashes --requirement "$django_lock" ||
        fail "pip could not install $django_lock (its own words are above); the next run starts over"
    stamp_of <"$django_lock" >".django/$DJANGO/.stamp"
fi

npm_stamp=$(cat package.json package-lock.json | stamp_of)
if ! is_current node_modules/.stamp "$npm_stamp"; then
    echo "Installing PyScript and Pyodide with npm (under a minute, once)…"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error ||
        fail "npm could not install package-lock.json (its own words are above); the next run starts over"
    printf '%s' "$npm_stamp" >node_modules/.stamp
fi

# What only one target needs has an environment of its own, .$1, made from requirements-$1.txt.
environment() {
    stamp=$({ echo "${python_version%.*}"; cat "requirements-$1.txt"; } | stamp_of)
    ! is_current ".$1/.stamp" "$stamp" || return 0
    echo "Installing $2 (about a minute, once)…"
    rm -rf ".$1"
    "$python" -m venv ".$1"
    ".$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --requirement "requirements-$1.txt" ||
        fail "pip could not install requirements-$1.txt (its own words are above); the next run starts over"
    printf '%s' "$stamp" >".$1/.stamp"
}

if [ "${1-}" = prose ]; then
    environment prose "what checks prose"
    exit 0
fi

[ "${1-}" != packages ] || exit 0

case "${1-}" in
docs) environment docs "what makes the documentation" ;;
wild) environment wild "packages with forms that others wrote" ;;
esac

# Knows for itself whether static/runtime is up to date, and says so when it has work to do. Run
# without the package around it: a mistake in the code being edited must not keep set-up from working.
export DJANGO
PYTHONPATH=app/clientforms exec .venv/bin/python -P -m builder.runtime.assembly
