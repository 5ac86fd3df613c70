#!/bin/bash
# A cell on a Docker Swarm (docs/scaling.md). All is done on the machine that has the cell's Asterisk, a manager of the swarm.
#
#   swarm.sh up                     deploys the cell, or what has changed of it
#   swarm.sh carry HOST...          brings images and files to machines of workers: addresses as docker --host takes them
#   swarm.sh exec SERVICE COMMAND...   runs COMMAND in a service's container here, with its settings
#   swarm.sh address SERVICE        prints the address of a service's container, which this machine alone reaches
#   swarm.sh down                   ends the cell; data and models stay
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
source scripts/lib/swarm.sh

[[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE yet" "Make it:  scripts/setup/env.sh create"
case ${1:-} in
    up)
        scripts/setup/env.sh check "$ENV_FILE"
        this_machine_is_right
        before=$(cat "$SETTINGS_DIR/asterisk/settings.env" 2>/dev/null) || :
        scripts/setup/telephony.sh write
        render
        say "Deploying $PROJECT ..."
        deploy_all
        take_over "$before"
        ;;
    carry)
        shift
        (($#)) || fail "to which machines?" 'make swarm-carry HOSTS="ssh://root@10.0.0.2 ssh://root@10.0.0.3"'
        render
        for host; do carry "$host"; done
        ;;
    exec)
        (($# > 2)) || fail "what is to be run, and where?" "scripts/setup/swarm.sh exec gateway python -m gateway.outage show"
        run_in "$2" "${@:3}"
        ;;
    address) address_of "${2:-}" ;;
    down) docker stack rm "$PROJECT" ;;
    *) fail "usage: swarm.sh up | carry HOST... | exec SERVICE COMMAND... | address SERVICE | down" ;;
esac
