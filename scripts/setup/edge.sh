#!/bin/bash
# The edge before several cells, alone on this machine: docs/scaling.md tells how.
#
#   edge.sh up      builds and starts it; one that runs takes other settings over, and calls go on
#   edge.sh cells   it takes over users, cells and who of them is drained, and says how each cell is
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
source scripts/lib/alone.sh

export COMPOSE_PROFILES=edge
# The rest of the stack need not run here, nor be there: without a registry, too.
COMPOSE_FILE=$(setting COMPOSE_FILE)
export COMPOSE_FILE

up() {
    prepare_alone edge EDGE_CELLS "where the cells are:  EDGE_CELLS=10.0.0.11,10.0.0.12"
    scripts/setup/telephony.sh write edge
    start_alone edge "the edge"
    cells
}

cells() { dc exec -T edge /opt/parley/entrypoint cells; }

case ${1:-} in
    up) up ;;
    cells) scripts/setup/telephony.sh edge && cells ;;
    *) fail "usage: edge.sh up|cells" ;;
esac
