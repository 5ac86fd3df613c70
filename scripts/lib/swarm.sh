# shellcheck shell=bash
# A cell on a Docker Swarm; sourced by swarm.sh, after common.sh.

SWARM_WAIT_S=${SWARM_WAIT_S:-900}

# --- This machine -----------------------------------------------------------------------------------------------

node_here() { docker info --format '{{.Swarm.NodeID}}'; }
label_here() { docker node inspect self --format "{{index .Spec.Labels \"$1\"}}"; } # NAME

this_machine_is_right() {
    [[ $(docker info --format '{{.Swarm.ControlAvailable}}' 2>/dev/null) == true ]] \
        || fail "this machine is no manager of a swarm" \
            "docker swarm init --advertise-addr ADDRESS, or docker node promote on a manager"
    [[ $(label_here parley.cell) == "$PROJECT" && $(label_here parley.asterisk) == true ]] \
        || fail "this machine is not the one of $PROJECT's Asterisk" \
            "docker node update --label-add parley.cell=$PROJECT --label-add parley.asterisk=true $(node_here)"
    [[ -z $(containers status=running) ]] \
        || fail "$PROJECT runs here with Compose, and has the ports and volumes" \
            "make down; its data stays, and the swarm takes it over"
}

# --- The stack --------------------------------------------------------------------------------------------------

# It lies in a folder of this run's alone, passwords among it, until this script ends.
render() {
    local image name path
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    mkdir "$folder/given"
    COMPOSE_FILE=$(setting COMPOSE_FILE)
    export COMPOSE_FILE
    choose_profiles
    COMPOSE_FILE+=:compose.swarm.yml
    REGISTRY=$(setting IMAGE_REGISTRY)
    dc config --format json >"$folder/config.json"
    for image in $(dc config --images | sort -u); do
        if have_image "$image"; then
            printf '%s\t%s\n' "$image" "$(docker image inspect --format '{{.Id}}' "$image")"
        elif [[ -z $REGISTRY && $image == parley-* ]]; then
            fail "the image $image is not here" "Build it:  scripts/compose.sh build"
        fi
    done >"$folder/images"
    translate secrets <"$folder/config.json" >"$folder/files"
    while IFS=$'\t' read -r name path; do
        [[ ! -s $path ]] || cat "$path" >"$folder/given/$name"
    done <"$folder/files"
    translate stack /folder "$ROOT" ${REGISTRY:+--registry "$REGISTRY"} <"$folder/config.json" \
        || fail "the Compose files cannot be made a stack of (see above)"
}

translate() { # ARGUMENTS OF python -m deploy.swarm
    docker run --rm --interactive --network none --read-only --user "$(id -u):$(id -g)" --volume "$folder:/folder" \
        --volume "$ROOT/deploy/swarm:/app/deploy/swarm:ro" --workdir /app "${REGISTRY:+$REGISTRY/}$(own_image gateway)" \
        python -m deploy.swarm "$@"
}

deploy() {
    local secret when=never
    # Without a registry machines have the images already, and asking for each takes 20 s.
    [[ -z $REGISTRY ]] || when=always
    docker stack deploy --compose-file "$folder/stack.json" --prune --resolve-image "$when" --with-registry-auth "$PROJECT" \
        || fail "the stack was not taken (see above)"
    # What nobody has any more; those in use are refused.
    for secret in $(docker secret ls --quiet --filter "label=com.docker.stack.namespace=$PROJECT"); do
        docker secret rm "$secret" >/dev/null 2>&1 || :
    done
}

# "gateway 0/1", of services that have not all their containers, or whose jobs are not done.
waiting_for() {
    docker stack services "$PROJECT" --format '{{.Name}} {{.Replicas}}' | awk -v prefix="${PROJECT}_" '
        {
            counts = $2
            if (match($0, /\([0-9]+\/[0-9]+ completed\)/)) counts = substr($0, RSTART + 1, RLENGTH - 12)
            split(counts, n, "/")
            if (n[1] < n[2]) printf "%s%s %s", sep, substr($1, length(prefix) + 1), counts
            if (n[1] < n[2]) sep = ", "
        }'
}

# "gateway" for each service whose replacement is in one of these states.
replaced() { # STATE...
    local ids
    ids=$(docker stack services --quiet "$PROJECT")
    # shellcheck disable=SC2086  # a list of ids
    docker service inspect --format '{{.Spec.Name}} {{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}' $ids \
        | awk -v prefix="${PROJECT}_" -v states=" $* " 'NF == 2 && index(states, " " $2 " ") {
            printf "%s%s", sep, substr($1, length(prefix) + 1); sep = ", " }'
}

wait_for_services() {
    local start=$SECONDS waiting last=""
    while :; do
        waiting=$(waiting_for)
        [[ -n $waiting ]] || waiting=$(replaced updating rollback_started)
        [[ -n $waiting ]] || break
        [[ $waiting == "$last" ]] || note "$((SECONDS - start)) s: waiting for $waiting"
        last=$waiting
        if ((SECONDS - start >= SWARM_WAIT_S)); then
            docker stack ps "$PROJECT" --no-trunc --format '{{.Name}} on {{.Node}}: {{.CurrentState}} {{.Error}}' >&2
            fail "not there after $SWARM_WAIT_S s: $waiting" "See why:  docker service logs ${PROJECT}_NAME"
        fi
        sleep 2
    done
    note "every service is there after $((SECONDS - start)) s"
}

# A gateway that is new ends where Asterisk is away, as it is while it is replaced itself: Swarm takes the old one back.
deploy_all() {
    local back
    deploy
    wait_for_services
    back=$(replaced rollback_completed rollback_paused paused)
    [[ -n $back ]] || return 0
    note "once more, now that all others are there: $back"
    deploy
    wait_for_services
    back=$(replaced rollback_completed rollback_paused paused)
    [[ -z $back ]] || fail "what is new did not become ready, and the old one goes on: $back" \
        "See why:  docker service logs ${PROJECT}_${back%%,*}"
}

# What a running Asterisk or Redis takes over in place. What is wrong must not stay: Asterisk would not start with it.
take_over() { # SETTINGS-OF-TELEPHONY-BEFORE
    run_in redis /etc/redis/entrypoint take-over >/dev/null
    run_in asterisk /opt/parley/entrypoint reload && return
    [[ -z $1 ]] || printf '%s\n' "$1" >"$SETTINGS_DIR/asterisk/settings.env"
    fail "users, queues and the trunk are as they were (see above)"
}

# --- Its containers and its other machines ----------------------------------------------------------------------

container_of() { # SERVICE: the id of one that runs here
    local id
    id=$(docker ps --quiet --filter "label=com.docker.swarm.service.name=${PROJECT}_$1" | head -n 1)
    [[ -n $id ]] || fail "no container of '$1' runs on this machine" "Where it runs:  docker service ps ${PROJECT}_$1"
    printf %s "$id"
}

run_in() { # SERVICE COMMAND...
    local id
    id=$(container_of "$1")
    shift
    docker exec "$id" /opt/parley/with-settings "$@"
}

# By the bridge that leads from every container of a network that is not internal to its own machine.
address_of() { # SERVICE
    local id
    id=$(container_of "$1")
    docker network inspect docker_gwbridge \
        --format "{{with index .Containers \"$(docker inspect --format '{{.Id}}' "$id")\"}}{{.IPv4Address}}{{end}}" | sed 's|/.*||'
}

id_at() { docker --host "$1" image inspect --format '{{.Id}}' "$2" 2>/dev/null || :; } # HOST IMAGE

carry() { # HOST
    local image path missing=() files=()
    if [[ -z $REGISTRY ]]; then
        while IFS= read -r image; do
            [[ $(id_at "$1" "$image") == "$(docker image inspect --format '{{.Id}}' "$image")" ]] || missing+=("$image")
        done <"$folder/worker-images"
        if ((${#missing[@]})); then
            note "$1: ${missing[*]}"
            docker save "${missing[@]}" | docker --host "$1" load --quiet >/dev/null || fail "$1 did not take the images"
        fi
    fi
    while IFS= read -r path; do files+=("${path#"$ROOT"/}"); done <"$folder/worker-files"
    # What was deleted here stays there: containers have these very folders mounted.
    tar -C "$ROOT" -c --numeric-owner "${files[@]}" | docker --host "$1" run --rm --interactive --network none --user 0:0 \
        --volume "$ROOT:/there" --entrypoint tar "${REGISTRY:+$REGISTRY/}$(own_image stt)" -x -C /there --numeric-owner \
        || fail "$1 did not take the files"
    note "$1 has what workers need"
}
