#!/bin/bash
# Works on the agents' folders, in containers without a network: agents.sh check | new NAME [LANGUAGE] |
# ask AGENT QUESTION [LANGUAGE] | recheck AGENT | schema
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

scripts/setup/install-docker.sh
[[ -e $ENV_FILE ]] || fail "there is no $ENV_FILE yet" "Start with:  make up"
image=$(own_image agent)
if ! have_image "$image"; then
    COMPOSE_FILE=$(setting COMPOSE_FILE)
    export COMPOSE_FILE
    scripts/setup/bases.sh
    build_images build agent
fi

in_image() { # MODE COMMAND...: the agents' folder is mounted in MODE, ro or rw
    local mode=$1
    shift
    docker run --rm --interactive --network none --read-only --user "$(id -u):$(id -g)" --volume "$ROOT/agents:/agents:$mode" \
        --volume "$ROOT/secrets:/secrets:ro" --volume parley-models:/models:ro "$image" "$@"
}

usage="agents.sh check | new NAME [LANGUAGE] | ask AGENT QUESTION [LANGUAGE] | recheck AGENT | schema"
case ${1:-} in
    check) in_image ro python -m agent.knowledge /agents ;;
    new)
        [[ -n ${2:-} ]] || fail "which name?" "make agent NAME=acme"
        in_image rw python -m parley.agents --new "$2" /agents ${3:+"$3"}
        ;;
    ask)
        [[ -n ${2:-} && -n ${3:-} ]] || fail "which agent and question?" 'make kb AGENT=techstore Q="When are you open?"'
        in_image ro python -m agent.knowledge /agents "$2" "$3" ${4:+"$4"}
        ;;
    recheck)
        [[ -n ${2:-} ]] || fail "which agent?" "make recheck AGENT=techstore"
        scripts/compose.sh exec -T records python -m records questions --agent "$2" \
            | in_image ro python -m agent.knowledge /agents "$2" -
        ;;
    schema) in_image ro python -m parley.agents --schema >agents/agent.schema.json ;;
    *) fail "what is to be done?" "$usage" ;;
esac
