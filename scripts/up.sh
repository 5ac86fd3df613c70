#!/bin/bash
# Starts the stack and says how to call it: settings, base images, builds, models, containers, and waits until every
# service is healthy. Run again, it changes nothing.
#
#   HOST_NETWORK=1   Asterisk and the gateways on the host's network (compose.host.yml)
#   GPU=1            recognition and the local language model on a GPU (compose.gpu.yml)
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/wait.sh
source scripts/lib/gateways.sh
source scripts/lib/workers.sh

choose_files() {
    COMPOSE_FILE=$(setting COMPOSE_FILE)
    [[ ${HOST_NETWORK:-0} == 0 || -z ${HOST_NETWORK:-} ]] || COMPOSE_FILE+=:compose.host.yml
    [[ ${GPU:-0} == 0 || -z ${GPU:-} ]] || COMPOSE_FILE+=:compose.gpu.yml
    [[ -z $(setting CONSOLE_OIDC_ISSUER) ]] || COMPOSE_FILE+=:compose.oidc.yml
    # A PostgreSQL that runs here is none that was left over.
    [[ -z $(setting DATABASE_URL)$(containers label=com.docker.compose.service=postgresql) \
        || $COMPOSE_FILE == *compose.database.yml* ]] || COMPOSE_FILE+=:compose.database.yml
    if needs_airgap; then
        COMPOSE_FILE+=:compose.airgap.yml
        say "No image registry can be reached: Redis and Prometheus are built from Debian's packages."
        note "For plain \`docker compose\` commands, say so in $ENV_FILE:  COMPOSE_FILE=$COMPOSE_FILE"
    fi
    export COMPOSE_FILE
}

ensure_settings() {
    if [[ ! -e $ENV_FILE ]]; then
        local airgap=""
        upstream_images_are_there || registry_reachable || airgap=1
        AIRGAP=$airgap scripts/setup/env.sh create "$ENV_FILE"
    fi
    scripts/setup/env.sh check "$ENV_FILE"
}

check_agents() {
    docker run --rm --network none --volume "$ROOT/agents:/agents:ro" "$(own_image gateway)" python -m parley.agents /agents \
        || fail "an agent's file is wrong (see above)" "Correct it, and run this again."
}

fetch_models() {
    say "Looking after the models ..."
    quiet_dc run --rm --no-deps models || fail "the models could not be fetched (see above)"
}

# Beside the others' start a measurement tells nothing.
tune_model() {
    llm_is_local || return 0
    [[ -z $(containers status=running label=com.docker.compose.service=llm) ]] || return 0
    say "Looking how this machine runs the language model best (once) ..."
    quiet_dc --profile llm run --rm --no-deps llm /opt/parley/entrypoint tune-once || : # its start says what is wrong
}

start() {
    say "Starting ..."
    # Compose waits for what others depend on; when one of those fails, its log says more than Compose does.
    quiet_dc up --detach --no-build --remove-orphans --quiet-pull || {
        say_what_failed
        fail "the stack did not start"
    }
}

# An Asterisk that runs takes users, queues and the trunk over in place; another one reads them when it starts.
take_over_telephony() {
    if [[ -n $(containers status=running label=com.docker.compose.service=asterisk) && -d $SETTINGS_DIR/asterisk ]]; then
        scripts/setup/telephony.sh
    else
        scripts/setup/telephony.sh write
    fi
}

# Rights in Redis that services of this version need; one that runs has those that it was started with.
take_over_rights() {
    local one
    for one in redis redis-2; do
        [[ -n $(containers status=running label=com.docker.compose.service=$one) ]] || continue
        dc exec -T "$one" /etc/redis/entrypoint take-over >/dev/null \
            || warn "Redis does not take over redis/users.acl: make logs SERVICE=$one"
    done
}

# What ran with other settings: Compose leaves alone what its profiles do not name any more.
remove_left_over() {
    llm_is_local || dc --profile llm rm --stop --force llm >/dev/null 2>&1 || :
    [[ $COMPOSE_PROFILES == *alerts* ]] || dc --profile alerts rm --stop --force alertmanager >/dev/null 2>&1 || :
    [[ $COMPOSE_PROFILES == *canary* ]] || dc --profile canary rm --stop --force canary >/dev/null 2>&1 || :
    [[ $COMPOSE_PROFILES == *tracing* ]] || dc --profile tracing rm --stop --force tracing >/dev/null 2>&1 || :
    [[ $COMPOSE_PROFILES == *turn* ]] || dc --profile turn rm --stop --force turn >/dev/null 2>&1 || :
}

# Where traces are not exported any more, nobody reads events for it: a reader that only falls behind looks stuck.
forget_tracing() {
    [[ $COMPOSE_PROFILES == *tracing* ]] || dc exec -T redis sh -c \
        'REDISCLI_AUTH=$REDIS_PASSWORD exec redis-cli XGROUP DESTROY events tracing' >/dev/null 2>&1 || :
}

# To whoever sits there, and not into a log.
say_password() { if [[ -n $terminal ]]; then setting "$1"; else printf '(%s in %s)' "$1" "$ENV_FILE"; fi; } # NAME

# Where nobody has a password for the console yet, a link by which one is chosen; it lets in whoever has it.
say_console() {
    if [[ -n $terminal ]]; then dc exec -T api python -m api.console first; else printf 'make console-link'; fi
}

say_server() { # HOST PORT
    local by_tls
    by_tls="$1:$(setting SIP_TLS_PORT) (TLS, audio by SRTP)"
    if [[ $(setting REQUIRE_ENCRYPTION) == true ]]; then say "$by_tls"; else say "$1:$2 (UDP or TCP), $by_tls"; fi
}

say_how_to_call() {
    local host port terminal=""
    [[ ! -t 1 ]] || terminal=yes
    host=$(setting PUBLIC_IP) port=$(setting SIP_PORT)
    cat <<END

Parley is up. Register a softphone and dial:

    SIP server   $(say_server "${host:-this machine}" "$port")
    user         1001    password $(say_password SIP_PASSWORD_1001)
    or           1002    password $(say_password SIP_PASSWORD_1002)
    dial         100     the agent of TechStore
                 600     echo test

    Console      $(say_console)
    make call    a scripted call, with what it measured
    make doctor  looks at everything, and says what to do
    Prometheus   http://127.0.0.1:$(setting PROMETHEUS_PORT)
END
    if [[ -z ${GRAFANA_IS_OUT:-} ]]; then
        say "    Grafana      http://127.0.0.1:$(setting GRAFANA_PORT) (admin, $(say_password GRAFANA_PASSWORD))"
    else
        say "    Grafana      left out: its image cannot be pulled here. Bring it with  docker save $GRAFANA_IS_OUT"
        say "                 from another machine, docker load it here, and run  make up  again."
    fi
}

main() {
    scripts/setup/install-docker.sh
    ensure_settings
    choose_files
    choose_profiles
    scripts/setup/preflight.sh
    scripts/setup/bases.sh
    say "Building the images (the first time takes some minutes) ..."
    build_images build
    check_agents
    fetch_models
    remove_left_over
    take_over_telephony
    take_over_rights
    roll_gateways
    roll_workers
    tune_model
    start
    wait_until_healthy
    forget_tracing
    say_how_to_call
}

main "$@"
