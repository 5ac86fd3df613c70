#!/bin/bash
# The PostgreSQL with the records of all cells, on this machine: docs/scaling.md tells how.
#
#   database.sh up                builds and starts it; it takes another password over
#   database.sh psql [ARGUMENTS]  looks into it, as who may do everything there
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

export COMPOSE_PROFILES=database
# The rest of the stack need not run here, nor be there: without a registry, too.
COMPOSE_FILE=$(setting COMPOSE_FILE)
[[ $COMPOSE_FILE == *compose.database.yml* ]] || COMPOSE_FILE+=:compose.database.yml
export COMPOSE_FILE

up() {
    [[ -e $ENV_FILE ]] || scripts/setup/env.sh create "$ENV_FILE"
    scripts/setup/env.sh check "$ENV_FILE"
    [[ -n $(setting DATABASE_PASSWORD) ]] || fail "DATABASE_PASSWORD is not set" "Say in $ENV_FILE what it is to be, letters and digits."
    scripts/setup/install-docker.sh
    scripts/setup/bases.sh
    say "Building the image ..."
    build_images build postgresql
    quiet_dc up --detach --no-build --no-deps --wait postgresql || fail "it did not start" "See why:  make logs SERVICE=postgresql"
    say "It runs. In .env of each cell, with DATABASE_PASSWORD of this machine's for PASSWORD:"
    note "DATABASE_URL=postgresql://parley:PASSWORD@$(setting DATABASE_ADDRESS):$(setting DATABASE_PORT)/parley?sslmode=require"
}

case ${1:-} in
    up) up ;;
    psql) dc exec postgresql psql --host /run/postgresql --username postgres "${@:2}" parley ;;
    *) fail "usage: database.sh up | psql [ARGUMENTS]" ;;
esac
