# shellcheck shell=bash
# What the scripts share; sourced by them. Runs on the bash 3.2 of a Mac as well.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
ENV_FILE=${ENV_FILE:-.env}
PROJECT=${PROJECT:-parley}
# What services read that is not in their environment; Compose mounts a folder of it each.
export SETTINGS_DIR=${SETTINGS_DIR:-$ROOT/.settings}

say() { printf '%s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
fail() { # WHAT-IS-WRONG [WHAT-TO-DO...]
    printf 'error: %s\n' "$1" >&2
    shift
    [[ $# -eq 0 ]] || printf '       %s\n' "$@" >&2
    exit 1
}

# --- Settings ---------------------------------------------------------------------------------------------------

value_in() { # FILE NAME: the value as it stands in FILE, unquoted; status 1 when it is not there
    local line value found=1
    while IFS= read -r line || [[ -n $line ]]; do
        [[ $line == "$2="* ]] || continue
        found=0 value=${line#*=}
    done <"$1"
    [[ $found -eq 0 ]] || return 1
    case $value in
        \"*\") value=${value#\"} value=${value%\"} ;;
        \'*\') value=${value#\'} value=${value%\'} ;;
        *) value=${value%% #*} ;;
    esac
    printf %s "$value"
}

# The environment wins over .env, as it does for Compose; what is empty in both has the default of .env.example.
setting() { # NAME
    local value=${!1:-}
    [[ -n $value || ! -r $ENV_FILE ]] || value=$(value_in "$ENV_FILE" "$1") || :
    [[ -n $value ]] || value=$(value_in .env.example "$1") || :
    printf %s "$value"
}

# The one secret that others choose, the provider: whoever sees it used (a digest in a REGISTER) tries passwords on it, as
# fast as their machine can.
trunk_password_is_short() {
    local password
    password=$(setting TRUNK_PASSWORD)
    [[ -n $password ]] && ((${#password} < 12))
}

# The llm container is for the default address only, and for when another one does not answer.
llm_is_local() { [[ $(setting LLM_BASE_URL) =~ ^https?://llm[:/] || $(setting LLM_FALLBACK) == true ]]; }

# Returns when a command does well, fails when it does not in time.
within() { # SECONDS COMMAND...
    local seconds=$1 start=$SECONDS
    shift
    until "$@"; do
        ((SECONDS - start < seconds)) || return 1
        sleep 1
    done
}

# --- Docker -----------------------------------------------------------------------------------------------------

dc() { docker compose --project-name "$PROJECT" --env-file "$ENV_FILE" "$@"; }

# Without Compose's report of every container where nobody watches.
quiet_dc() { if [[ -t 1 ]]; then dc "$@"; else dc --progress quiet "$@"; fi; }

have_image() { docker image inspect "$1" >/dev/null 2>&1; }

# One quick try tells whether images can be had from a registry; the answer holds for this run.
registry_reachable() {
    if [[ -z ${PARLEY_REGISTRY:-} ]]; then
        PARLEY_REGISTRY=no
        if try_for 30 docker pull --quiet hello-world >/dev/null 2>&1; then
            PARLEY_REGISTRY=yes
            docker image rm hello-world >/dev/null 2>&1 || :
        fi
        export PARLEY_REGISTRY
    fi
    [[ $PARLEY_REGISTRY == yes ]]
}

# One of Parley's own images.
own_image() { printf 'parley-%s:%s' "$1" "$(setting IMAGE_TAG)"; } # NAME

# Images that are used as they are upstream: those with a version in docker-compose.yml.
upstream_images() { sed -n 's/^    image: \([^ $]*:[^ $]*\)$/\1/p' docker-compose.yml; }

upstream_images_are_there() {
    local image
    for image in $(upstream_images); do have_image "$image" || return 1; done
}

# Redis and Prometheus have to be built, since nobody can be asked for their images.
needs_airgap() { [[ $COMPOSE_FILE != *compose.airgap.yml* ]] && ! upstream_images_are_there && ! registry_reachable; }

# Where Debian's packages come from: as set, or as this machine's apt does; nothing where that is not known.
debian_mirror() {
    if [[ -n ${DEBIAN_MIRROR:-} ]]; then
        printf %s "$DEBIAN_MIRROR"
    elif command -v apt-get >/dev/null; then
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 2>/dev/null | head -n 1
    fi
}

# What of the stack is started: the local language model, the canary, Alertmanager, the exporter of traces and the TURN
# server where they are used, Grafana where its image can be had.
choose_profiles() {
    COMPOSE_PROFILES=""
    ! llm_is_local || COMPOSE_PROFILES=llm
    [[ $(setting CANARY_INTERVAL_S) == 0 ]] || COMPOSE_PROFILES+=,canary
    [[ -z $(setting ALERT_WEBHOOK_URL)$(setting ALERT_EMAIL_TO)$(setting HEARTBEAT_URL) && $(setting ALERTS_BY_WEBHOOKS) != true ]] \
        || COMPOSE_PROFILES+=,alerts
    [[ -z $(setting OTEL_EXPORTER_OTLP_ENDPOINT) ]] || COMPOSE_PROFILES+=,tracing
    if [[ -n $(setting TURN_HOST) ]]; then
        [[ $COMPOSE_FILE != *compose.host.yml* ]] \
            || fail "TURN_HOST goes not with HOST_NETWORK: the TURN server would lead to all that listens on the host" \
                "Leave one of them out, or name a TURN server elsewhere in TURN_URLS."
        COMPOSE_PROFILES+=,turn
    fi
    local image
    image=$(upstream_images | grep '^grafana/')
    if [[ $COMPOSE_FILE == *compose.airgap.yml* ]]; then
        if have_image "$image"; then COMPOSE_PROFILES+=,grafana; else GRAFANA_IS_OUT=$image; fi
    fi
    export COMPOSE_PROFILES
}

build_images() { # ARGUMENTS OF docker compose: its output is shown only on a terminal, or when it fails
    local log
    log=$(mktemp)
    # Always by the same project: its name is in the images, and tests must not make the running stack's anew.
    if [[ -t 1 ]]; then
        PROJECT=parley dc "$@" || fail "an image could not be built (see above)"
    elif ! PROJECT=parley dc "$@" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        fail "an image could not be built (see above)"
    fi
    rm -f "$log"
    # What was built before and is in use no more.
    docker image prune --force --filter label=com.docker.compose.project=parley >/dev/null 2>&1 || :
}

# A Mac has no `timeout`.
try_for() { # SECONDS COMMAND...
    local seconds=$1 command pid
    shift
    if command -v timeout >/dev/null; then
        timeout "$seconds" "$@"
        return
    fi
    "$@" &
    pid=$!
    (sleep "$seconds" && kill "$pid") >/dev/null 2>&1 &
    command=$!
    wait "$pid" && kill "$command" >/dev/null 2>&1
}

containers() { # [DOCKER-PS-FILTER...]: ids of the project's containers, one-off ones left out
    local filter arguments=()
    for filter in "$@"; do arguments+=(--filter "$filter"); done
    docker ps --all --quiet --filter "label=com.docker.compose.project=$PROJECT" \
        --filter label=com.docker.compose.oneoff=False ${arguments[@]+"${arguments[@]}"}
}

# The Compose files that the running stack was started with: a later command must not use others.
running_files() {
    local id
    id=$(containers label=com.docker.compose.service=redis | head -n 1)
    [[ -n $id ]] || return 1
    docker inspect --format '{{index .Config.Labels "com.docker.compose.project.config_files"}}' "$id" | tr , :
}
