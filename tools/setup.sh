#!/bin/sh
# Makes .venv from requirements/lock.txt (every file checked against its hash), once; says in one sentence what is missing.
# A newcomer's machine may be a bare Debian or Ubuntu: nothing but python3 and make is taken for granted.
set -eu
cd "$(dirname "$0")/.."
say() { printf '%s\n' "$*" >&2; }

supported() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }
find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
        if supported "$candidate"; then command -v "$candidate"; return; fi
    done
    say "trialtrail needs Python 3.11, 3.12 or 3.13; none was found. Install one, or name it: make report PYTHON=/path/to/python3"
    exit 1
}

# Packages through apt, where they are missing and this user may install them.
apt_install() {
    why=$1; shift
    if command -v apt-get >/dev/null 2>&1; then
        if [ "$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else sudo=no; fi
        if [ "$sudo" != no ]; then
            say "Installing $* (for $why)"
            log=$(mktemp)
            if { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
                rm -f "$log"; return 0
            fi
            tail -n 5 "$log" >&2; rm -f "$log"
        fi
    fi
    say "trialtrail needs these system packages for $why: $* (on Debian or Ubuntu: sudo apt-get install $*)"
    exit 1
}

# Another environment beside it, such as the one of the cluster's tests, has another lock file.
venv=${VENV:-.venv}
lock=${LOCK:-requirements/lock.txt}
found=$(find_python)
# Where the environment is active, the interpreter found is the one inside it, which is about to be removed.
python=$("$found" -c 'import sys; print(getattr(sys, "_base_executable", None) or sys.executable)')
# Its first word is the lock file, which the records of the jobs name (packages/runrecord/src/runrecord/environment.py).
stamp=$venv/.trialtrail-lock
want="$lock $(cksum < "$lock") $(cat pyproject.toml packages/*/pyproject.toml | cksum) $("$python" -c 'import sys; print(sys.version_info[:3])')"
# An environment that was copied or moved with its checkout still has the code of the place that it was made in.
ours='import importlib.util as found, os, sys
sys.exit(not os.path.samefile(found.find_spec("trialtrail").origin, "src/trialtrail/__init__.py"))'
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$want" ] || ! $venv/bin/python -I -c "$ours" 2>/dev/null; then
    say "Setting up $venv (once)"
    "$python" -c 'import ensurepip' 2>/dev/null || apt_install "the virtual environment" python3-venv
    rm -rf "$venv"
    "$python" -m venv "$venv"
    # By name of the interpreter, never by console script: a folder name may hold a space or be long.
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bootstrap.txt
    UV_PYTHON_DOWNLOADS=never $venv/bin/python -m uv pip sync --quiet --python $venv/bin/python \
        --require-hashes --compile-bytecode "$lock"
    UV_PYTHON_DOWNLOADS=never $venv/bin/python -m uv pip install --quiet --python $venv/bin/python \
        --no-deps --no-build-isolation --editable packages/runrecord \
        --editable packages/snakemake-executor-plugin-warm --editable .
    printf '%s\n' "$want" > "$stamp"
fi

# No library lists its byte code: this is what each run compares it with.
if [ ! -f "$venv/.trialtrail-compiled" ]; then
    $venv/bin/python -I -c 'import trialtrail; from runrecord.installed import here; here().note_compiled()'
fi

# WeasyPrint loads Pango and HarfBuzz from the system; no wheel brings them. Without the part of HarfBuzz that reduces fonts
# it would go on, and write the time into each font.
if ! $venv/bin/python -c 'from trialtrail.report.pdf_libraries import require_same_fonts as ask; ask()' >/dev/null 2>&1; then
    apt_install "the PDF (WeasyPrint)" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
fi

# The tests make and check signatures and time stamps.
if [ "${1:-}" = tests ]; then
    for pair in ssh-keygen:openssh-client openssl:openssl git:git; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || apt_install "the tests" "${pair#*:}"
    done
    # veraPDF, beside the environment: no run needs it. Its tests are skipped, and say so, where it or Java is missing.
    if ! cmp -s requirements/verapdf.txt "$venv/verapdf/.lock"; then
        rm -rf "$venv/verapdf"
        if UV_PYTHON_DOWNLOADS=never $venv/bin/python -m uv pip install --quiet --python $venv/bin/python --no-deps \
            --require-hashes --target "$venv/verapdf" -r requirements/verapdf.txt; then
            cp requirements/verapdf.txt "$venv/verapdf/.lock"
        else
            say "veraPDF could not be installed: its tests will be skipped"
        fi
    fi
    # axe-core, which looks for barriers in the pages: its file is checked against the hash in the lock.
    if ! command -v npm >/dev/null 2>&1; then
        say "npm was not found: the tests of barriers in the pages (axe-core) will be skipped"
    elif ! cmp -s tests/web/package-lock.json "$venv/web/package-lock.json"; then
        mkdir -p "$venv/web"
        cp tests/web/package.json tests/web/package-lock.json "$venv/web/"
        if ! npm ci --silent --ignore-scripts --no-audit --no-fund --prefix "$venv/web" >&2; then
            rm -f "$venv/web/package-lock.json"
            say "axe-core could not be fetched: the tests of barriers in the pages will be skipped"
        fi
    fi
fi
