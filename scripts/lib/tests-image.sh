# shellcheck shell=bash
# The container that tests and checks run in; sourced after common.sh.

# The tests have settings of their own: whatever stands in .env, they run with the defaults and fresh secrets.
prepare_tests() {
    scripts/setup/install-docker.sh
    PROJECT=${TEST_PROJECT:-parley-test} ENV_FILE=.cache/test.env
    COMPOSE_FILE=docker-compose.yml:compose.test.yml
    if ! upstream_images_are_there && ! registry_reachable; then
        COMPOSE_FILE=docker-compose.yml:compose.airgap.yml:compose.test.yml
    fi
    SETTINGS_DIR=$ROOT/.cache/settings
    export COMPOSE_FILE PROJECT ENV_FILE SETTINGS_DIR
    mkdir -p .cache
    [[ $ENV_FILE -nt .env.example ]] || rm -f "$ENV_FILE" # settings have changed
    scripts/setup/env.sh create "$ENV_FILE" >/dev/null
    # The models under the label that the stack itself gives them, so that both use the same ones.
    ensure_volume parley-models --label com.docker.compose.project=parley --label com.docker.compose.volume=models
    ensure_volume parley-cache
    scripts/setup/bases.sh
}

ensure_volume() { # NAME ARGUMENTS...
    local name=$1
    shift
    docker volume inspect "$name" >/dev/null 2>&1 || docker volume create "$@" "$name" >/dev/null
}
