#!/bin/bash
# Looks at everything of the running stack and says what to do: doctor.sh [--json]
#
#   doctor.sh facts   only what the host can see, a line each, for services/doctor/probes/facts.py
#
# Exit status: 0 nothing is wrong; 1 something is; 2 it could not be looked at.
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/wait.sh

SINCE=${SINCE:-15m}
ERRORS='"level": ?"(error|critical)"|(^|[] ])ERROR\[|level=(error|ERROR)'
# Prometheus looks for services that may be left out: that a resolver fails to say so is no error of the stack's.
LEFT_OUT='Error refreshing DNS targets'

fact() { # FIELDS...
    local IFS=$'\t'
    printf '%s\n' "$*"
}

engine_facts() {
    fact docker "$(docker version --format '{{.Server.Version}}')" "$(docker compose version --short 2>/dev/null || echo unknown)"
    local root free
    root=$(docker info --format '{{.DockerRootDir}}')
    free=$(df -Pk "$root" 2>/dev/null | awk 'NR == 2 { print $4 }') || :
    [[ -z $free ]] || fact disk "$free" "$root"
}

container_facts() {
    local name verdict
    while read -r name verdict; do
        fact container "$name" "${name%-*}" "$verdict"
    done < <(states)
}

error_facts() {
    local id name line
    for id in $(containers status=running); do
        name=$(docker inspect --format '{{.Name}}' "$id")
        while IFS= read -r line; do
            fact error "${name#"/$PROJECT-"}" "$(tr '\t' ' ' <<<"$line")"
        done < <(docker logs --since "$SINCE" "$id" 2>&1 | grep -aE "$ERRORS" | grep -av "$LEFT_OUT" | tail -n 20)
    done
}

clock_facts() {
    local id there
    id=$(containers status=running label=com.docker.compose.service=redis | head -n 1)
    if [[ -n $id ]] && there=$(docker exec "$id" date +%s 2>/dev/null); then
        fact clock "$((there - $(date +%s)))"
    fi
    if command -v timedatectl >/dev/null && there=$(timedatectl show --property NTPSynchronized --value 2>/dev/null); then
        fact ntp "$there"
    fi
}

# What was measured of this machine for the language model; nothing where it runs elsewhere, or was not measured yet.
model_facts() {
    local id
    id=$(containers status=running label=com.docker.compose.service=llm | head -n 1)
    [[ -z $id ]] || fact tuned "$(docker exec "$id" sed -n 2p /var/lib/parley/tuned 2>/dev/null)"
}

password_facts() {
    ! trunk_password_is_short || fact weak TRUNK_PASSWORD
}

facts() {
    engine_facts
    container_facts
    clock_facts
    model_facts
    password_facts
    fact dashboards "$(find grafana/dashboards -name '*.json' | wc -l | tr -d ' ')"
    error_facts
}

examine() { # ARGUMENTS OF python -m doctor
    docker info >/dev/null 2>&1 || give_up "Docker does not answer" "Start it, or look whether you may use it:  docker info"
    [[ -n $(containers) ]] || give_up "the stack is not running" "Start it:  make up"
    COMPOSE_FILE=$(running_files || setting COMPOSE_FILE)
    export COMPOSE_FILE
    local colour=()
    [[ ! -t 1 ]] || colour=(--env FORCE_COLOR=1)
    facts | docker compose --project-name "$PROJECT" --env-file "$ENV_FILE" --profile tools run --rm --no-deps -T \
        ${colour[@]+"${colour[@]}"} doctor python -m doctor "$@"
}

give_up() { # as fail, with the status for what could not be looked at
    (fail "$@") || exit 2
}

if [[ ${1:-} == facts ]]; then facts; else examine "$@"; fi
