#!/bin/bash
# The PostgreSQL with the records of all cells, on this machine: docs/scaling.md tells how.
#
#   database.sh up                builds and starts it; it takes another password over
#   database.sh psql [ARGUMENTS]  looks into it, as who may do everything there
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
source scripts/lib/alone.sh

export COMPOSE_PROFILES=database
# The rest of the stack need not run here, nor be there: without a registry, too.
COMPOSE_FILE=$(setting COMPOSE_FILE)
[[ $COMPOSE_FILE == *compose.database.yml* ]] || COMPOSE_FILE+=:compose.database.yml
export COMPOSE_FILE

up() {
    prepare_alone postgresql DATABASE_PASSWORD "what it is to be, letters and digits."
    start_alone postgresql it
    say "It runs. In .env of each cell, with DATABASE_PASSWORD of this machine's for PASSWORD:"
    note "DATABASE_URL=postgresql://parley:PASSWORD@$(setting DATABASE_ADDRESS):$(setting DATABASE_PORT)/parley?sslmode=require"
}

case ${1:-} in
    up) up ;;
    psql) dc exec postgresql psql --host /run/postgresql --username postgres "${@:2}" parley ;;
    *) fail "usage: database.sh up | psql [ARGUMENTS]" ;;
esac
