#!/bin/sh
# Every check: lint, types, imports, migrations, catalogues, then pytest on SQLite; on PostgreSQL all that asks a database.
# usage: tests/run.sh VENV [pytest arguments]; with arguments only pytest runs.
# SMARTUNION_TEST_REQUIRE="postgres redis": fail instead of leaving a leg out (CI sets it).
set -eu
cd "$(dirname "$0")/.."
BIN=$1/bin
shift
export DJANGO_SETTINGS_MODULE=smartunion.site.settings PYTHONWARNINGS=ignore::DeprecationWarning:importlib._bootstrap
unset SMARTUNION_DEMO SMARTUNION_DEBUG || true
REQUIRE=${SMARTUNION_TEST_REQUIRE:-}
PG=${SMARTUNION_TEST_DATABASE_URL:-postgresql://postgres@127.0.0.1:5432/smartunion}
WORKERS=${SMARTUNION_TEST_WORKERS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)}

step() { printf '\n== %s\n' "$*"; }
reachable() { "$BIN/python" tests/services.py "$@"; }

"$BIN/python" -c 'from smartunion.site.catalogues import compile_stale; compile_stale()'
if [ $# -eq 0 ]; then
    step "lint"; "$BIN/ruff" check -q .; "$BIN/ruff" format -q --check . || { echo "run: ruff format ."; exit 1; }
    # Its workers have three seconds to start, or it ends with 2: then it does all by itself.
    step "types"
    TYPES=0; "$BIN/mypy" --num-workers "$WORKERS" smartunion || TYPES=$?
    [ "$TYPES" != 2 ] || { TYPES=0; "$BIN/mypy" smartunion || TYPES=$?; rm -f .mypy_worker.*.json; }
    [ "$TYPES" = 0 ] || exit 1
    HOME_FOR_CHECKS=$(mktemp -d)
    trap 'rm -rf "$HOME_FOR_CHECKS"' EXIT
    step "import contracts"
    "$BIN/lint-imports" >"$HOME_FOR_CHECKS/contracts" || { cat "$HOME_FOR_CHECKS/contracts"; exit 1; }
    tail -3 "$HOME_FOR_CHECKS/contracts"
    step "migrations and catalogues"
    SMARTUNION_HOME=$HOME_FOR_CHECKS "$BIN/python" -m smartunion makemigrations --check --dry-run
    SMARTUNION_HOME=$HOME_FOR_CHECKS "$BIN/python" -m smartunion messages
    rm -rf "$HOME_FOR_CHECKS"
fi

if reachable redis; then export SMARTUNION_TEST_REDIS_URL=${SMARTUNION_TEST_REDIS_URL:-redis://127.0.0.1:6379/15}
else case " $REQUIRE " in *" redis "*) echo "Redis is required and does not answer on 127.0.0.1:6379."; exit 1;; esac; fi

# Whoever has nothing left to run takes tests from the other (worksteal), or one would end minutes after the other.
# Both legs are run whatever becomes of the first, so that one run tells everything; the last line is pytest's own summary.
step "tests on SQLite"
FAILED=0
FOLLOWS=""; ! reachable postgres "$PG" || FOLLOWS=postgres
env -u DATABASE_URL SMARTUNION_TEST_FOLLOWS=$FOLLOWS "$BIN/pytest" -n "$WORKERS" --dist worksteal "$@" || FAILED=$?
if [ -n "$FOLLOWS" ]; then
    [ "$FAILED" != 2 ] || exit 2  # interrupted, or nothing could be collected
    [ "$FAILED" = 0 ] || echo "run: the leg on SQLite failed, see above; that on PostgreSQL is run all the same."
    step "tests on PostgreSQL"
    ASKED=0; DATABASE_URL=$PG "$BIN/pytest" -n "$WORKERS" --dist worksteal --only-database "$@" || ASKED=$?
    case "$FAILED $ASKED" in  # 5: of the tests named none runs in this leg
    "5 0") FAILED=0 ;;
    *" 0" | *" 5") ;;
    *) FAILED=$ASKED ;;
    esac
    exit "$FAILED"
fi
case " $REQUIRE " in *" postgres "*) echo "PostgreSQL is required and does not answer: $PG"; exit 1;; esac
echo "PostgreSQL does not answer at 127.0.0.1:5432: its leg was left out. Set SMARTUNION_TEST_DATABASE_URL to run it."
exit "$FAILED"
