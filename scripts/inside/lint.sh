#!/bin/bash
# What `make check` runs, inside the tests container: lint.sh [ruff|format|types|shell]...
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

run() { # NAME
    case $1 in
        ruff) ruff check . ;;
        format) ruff format --check . ;;
        types) mypy ;; # strict, with the exceptions that pyproject.toml gives reasons for
        # SC2034: templates and sourcing scripts use what looks unused.
        shell) shellcheck -S warning -e SC2034 -x -P SCRIPTDIR scripts/*.sh scripts/*/*.sh scripts/inside/inventory scripts/inside/{alive,gracefully,with-settings} services/install-locked services/healthcheck asterisk/entrypoint asterisk/supervise asterisk/render asterisk/reload asterisk/healthcheck asterisk/sounds/make edge/entrypoint edge/healthcheck turn/entrypoint turn/healthcheck postgresql/entrypoint redis/entrypoint llm/entrypoint llm/healthcheck prometheus/alertmanager/entrypoint .ci/run ;;
        *) echo "lint.sh: there is no check '$1'" >&2 && return 2 ;;
    esac
}

[[ $# -gt 0 ]] || set -- ruff format types shell
status=0
for check; do run "$check" || status=1; done
exit $status
