# shellcheck shell=bash
# A cluster on this machine, for its benchmark: an edge and cells, each a project of its own, from the images that there
# are, joined by a network that stands for the one between machines (compose.cluster.yml). Sourced by bench.sh, after
# common.sh and bench.sh of this folder.

CLUSTER=$PROJECT-cluster
CLUSTER_HOME=$ROOT/.cache/cluster
# First three bytes of that network.
CLUSTER_NET=${CLUSTER_NET:-10.79.0}
CELL_SERVICES=(redis asterisk gateway gateway-2 stt agent)
FIRST_CALLER=2000 CALLERS=24
helping=""

address_of() { # CELL, or edge
    local code
    printf -v code %d "'$1"
    if [[ $1 == edge ]]; then printf '%s.5' "$CLUSTER_NET"; else printf '%s.%d' "$CLUSTER_NET" $((code - 86)); fi
}

addresses_of() { # CELLS, as letters: with commas between
    local found="" letters=$1
    while [[ -n $letters ]]; do
        found+=,$(address_of "${letters:0:1}")
        letters=${letters:1}
    done
    printf %s "${found#,}"
}

# As on the machine of a cell, or of the edge.
in_cell() { # CELL COMMAND...
    local cell=$1
    shift
    PROJECT=$CLUSTER-$cell SETTINGS_DIR=$CLUSTER_HOME/$cell PUBLIC_IP=$(address_of "$cell") EDGE_HOST=$(address_of edge) "$@"
}

in_edge() { # COMMAND...
    PROJECT=$CLUSTER SETTINGS_DIR=$CLUSTER_HOME/edge PUBLIC_IP=$(address_of edge) "$@"
}

# --- Settings -----------------------------------------------------------------------------------------------------

random_password() { head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

write_cluster_settings() {
    local number
    # The callers' telephones come from one address; every call is to be taken, however busy the machine is; a filler would
    # be taken for an answer; and nobody asks a language model.
    export EDGE_REQUESTS_PER_S=1000 ADMISSION_TICK_MS=0 ADMISSION_STT_QUEUE_S=0 ADMISSION_FIRST_AUDIO_S=0 FILLER_AFTER_S=0
    export LLM_BASE_URL=http://127.0.0.1:9/v1 LLM_WARM_REQUESTS=0 CANARY_INTERVAL_S=0
    export STT_WORKERS=${STT_WORKERS:-1} AGENT_WORKERS=${AGENT_WORKERS:-1}
    # What is on the volume of models, and which images there are, the machine's own settings know.
    IMAGE_TAG=$(setting IMAGE_TAG) STT_MODEL=$(setting STT_MODEL) TTS_VOICE=$(setting TTS_VOICE) CALLER_VOICE=$(setting CALLER_VOICE)
    export IMAGE_TAG STT_MODEL TTS_VOICE CALLER_VOICE
    rm -rf "$CLUSTER_HOME"
    mkdir -p "$CLUSTER_HOME/hands"
    export ENV_FILE=$CLUSTER_HOME/env USERS_FILE=$CLUSTER_HOME/users.env CLUSTER_NETWORK=$CLUSTER
    scripts/setup/env.sh create "$ENV_FILE" >/dev/null
    for ((number = FIRST_CALLER; number < FIRST_CALLER + CALLERS; number++)); do
        printf 'SIP_PASSWORD_%d=%s\n' "$number" "$(random_password)"
    done >"$USERS_FILE"
}

choose_cluster_files() {
    local image
    COMPOSE_FILE=docker-compose.yml
    have_image "$(upstream_images | grep '^redis:')" || COMPOSE_FILE+=:compose.airgap.yml
    COMPOSE_FILE+=:compose.bench.yml:compose.cluster.yml
    export COMPOSE_FILE
    for image in asterisk gateway stt agent; do
        have_image "$(own_image "$image")" || fail "there is no image $(own_image "$image")" "Build them:  make up"
    done
    docker volume inspect parley-models >/dev/null 2>&1 || fail "there are no models" "Fetch them:  make up"
}

# --- What is done, at the start and when the benchmark asks ---------------------------------------------------------

start_cell() { # CELL
    in_cell "$1" scripts/setup/telephony.sh write
    in_cell "$1" quiet_dc up --detach --no-build --quiet-pull "${CELL_SERVICES[@]}"
}

# As an upgrade does it once nobody calls: every container is another one.
make_cell_anew() { # CELL
    in_cell "$1" quiet_dc up --detach --no-build --quiet-pull --force-recreate "${CELL_SERVICES[@]}"
}

stop_cell() { # CELL
    in_cell "$1" dc down --volumes --remove-orphans --timeout 5 >/dev/null 2>&1
}

edge_has() { # CELLS [DRAINED], as letters
    EDGE_CELLS=$(addresses_of "$1") EDGE_DRAINED=$(addresses_of "${2:-}") in_edge scripts/setup/edge.sh cells
}

start_edge() { # CELLS
    EDGE_CELLS=$(addresses_of "$1") in_edge scripts/setup/edge.sh up
}

# It asks by a file's name: start.c, edge.abc.a (with those cells, of them a drained), anew.a, stop.c.
cluster_hands() {
    local wanted what first second
    while sleep 0.2; do
        for wanted in "$CLUSTER_HOME"/hands/*; do
            [[ -e $wanted ]] || continue
            IFS=. read -r what first second <<<"${wanted##*/}"
            case $what in
                start) (start_cell "$first") ;;
                anew) (make_cell_anew "$first") ;;
                stop) (stop_cell "$first") ;;
                edge) (edge_has "$first" "$second") ;;
            esac >"$CLUSTER_HOME/said" 2>&1 || { warn "${wanted##*/} was not done:" && cat "$CLUSTER_HOME/said" >&2; }
            rm -f "$wanted"
        done
    done
}

remove_cluster() {
    local cell
    for cell in a b c; do stop_cell "$cell" || :; done
    in_edge dc --profile '*' down --volumes --remove-orphans --timeout 5 >/dev/null 2>&1 || :
    docker network rm "$CLUSTER" >/dev/null 2>&1 || :
}

take_cluster_down() {
    say "Taking the cluster down ..."
    [[ -z $helping ]] || kill "$helping" 2>/dev/null || :
    remove_cluster
    rm -rf "$CLUSTER_HOME"
}

lay_cluster_network() {
    # Whoever has no address of its own gets one of the upper half.
    docker network create --internal --subnet "$CLUSTER_NET.0/24" --ip-range "$CLUSTER_NET.128/25" "$CLUSTER" >/dev/null \
        || fail "the cluster's network cannot be made" "Another one:  CLUSTER_NET=10.80.0 make bench-cluster"
}

beside_a_cluster() { # ARGUMENTS OF bench.cluster
    write_cluster_settings
    choose_cluster_files
    trap take_cluster_down EXIT
    remove_cluster # what an interrupted run left
    lay_cluster_network
    mkdir -p bench/results .cache/bench
    have_image "$(own_image bench)" || COMPOSE_PROJECT_NAME=$CLUSTER in_edge build_bench
    say "Starting two cells and the edge ..."
    start_cell a || fail "a cell did not start"
    start_cell b || fail "a cell did not start"
    start_edge ab
    cluster_hands &
    helping=$!
    COMPOSE_PROJECT_NAME=$CLUSTER in_edge run_bench cluster "$@"
}
