#!/bin/bash
# The edge before several cells, alone on this machine: docs/scaling.md tells how.
#
#   edge.sh up      builds and starts it; one that runs takes other settings over, and calls go on
#   edge.sh cells   it takes over users, cells and who of them is drained, and says how each cell is
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

export COMPOSE_PROFILES=edge
# The rest of the stack need not run here, nor be there: without a registry, too.
COMPOSE_FILE=$(setting COMPOSE_FILE)
export COMPOSE_FILE

up() {
    [[ -e $ENV_FILE ]] || scripts/setup/env.sh create "$ENV_FILE"
    scripts/setup/env.sh check "$ENV_FILE"
    [[ -n $(setting EDGE_CELLS) ]] || fail "EDGE_CELLS is not set" "Say in $ENV_FILE where the cells are:  EDGE_CELLS=10.0.0.11,10.0.0.12"
    scripts/setup/install-docker.sh
    scripts/setup/bases.sh
    say "Building the image ..."
    build_images build edge
    scripts/setup/telephony.sh write edge
    quiet_dc up --detach --no-build --no-deps --wait edge || fail "the edge did not start" "See why:  make logs SERVICE=edge"
    cells
}

cells() { dc exec -T edge /opt/parley/entrypoint cells; }

case ${1:-} in
    up) up ;;
    cells) scripts/setup/telephony.sh edge && cells ;;
    *) fail "usage: edge.sh up|cells" ;;
esac
