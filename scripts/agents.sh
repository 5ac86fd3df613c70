#!/bin/bash
# Works on the agents' folders, in containers without a network: agents.sh check | new NAME [LANGUAGE] |
# ask AGENT QUESTION [LANGUAGE] | recheck AGENT | schema; and tests them at the running stack:
# simulate [ARGUMENTS OF python -m simulate] | simulate-from CALL
#
# Exit status of simulate: 0 all is as the agents' tests say; 1 not so; 2 it could not be tried; 130 it was interrupted.
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
    docker run --rm --interactive --network none --read-only --user "$(id -u):$(id -g)" \
        --env "KNOWLEDGE_SURE=$(setting KNOWLEDGE_SURE)" --env "KNOWLEDGE_NEAR=$(setting KNOWLEDGE_NEAR)" --volume "$ROOT/agents:/agents:$mode" \
        --volume "$ROOT/secrets:/secrets:ro" --volume parley-models:/models:ro "$image" "$@"
}

running() { # the Compose files of the stack that runs
    COMPOSE_FILE=$(running_files 2>/dev/null) || (fail "the stack is not running" "Start it:  make up") || exit 2
    export COMPOSE_FILE
}

usage="agents.sh check | new NAME [LANGUAGE] | ask AGENT QUESTION [LANGUAGE] | recheck AGENT | schema | simulate | simulate-from CALL"
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
    simulate)
        running
        mkdir -p out
        exec docker compose --project-name "$PROJECT" --env-file "$ENV_FILE" --profile tools run --rm --no-deps \
            --user "$(id -u):$(id -g)" simulate python -m simulate "${@:2}"
        ;;
    simulate-from)
        [[ -n ${2:-} ]] || fail "which call?" "make simulate-from CALL=last"
        running
        scripts/compose.sh exec -T records python -m records export \
            | docker run --rm --interactive --network none "$(own_image caller)" python -m simulate.recorded "$2"
        ;;
    schema) in_image ro python -m parley.agents --schema >agents/agent.schema.json ;;
    *) fail "what is to be done?" "$usage" ;;
esac
