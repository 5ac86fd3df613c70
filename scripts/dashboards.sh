#!/bin/bash
# Grafana's dashboards, and pictures of what the stack shows, made in the tests container.
#
#   dashboards.sh write               grafana/dashboards/*.json from their source, grafana/generate
#   dashboards.sh draw [ARGUMENTS]    docs/images/*.png, from what the running stack's Prometheus has;
#                                     arguments of grafana.draw: --minutes 30, names of dashboards
#   dashboards.sh pages               docs/images/console-*.png, the running console's pages in a browser
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/tests-image.sh

in_container() { # ARGUMENTS OF docker run... -- COMMAND...
    local arguments=()
    while [[ $1 != -- ]]; do arguments+=("$1") && shift; done
    shift
    prepare_tests
    build_images --profile test build tests
    docker run --rm --user "$(id -u):$(id -g)" --volume "$ROOT:/app:ro" --tmpfs /tmp --env HOME=/tmp \
        "${arguments[@]}" "$(own_image tests)" "$@"
}

command=${1:?usage: dashboards.sh write | draw [ARGUMENTS]}
shift
case $command in
    write)
        in_container --network none --volume "$ROOT/grafana/dashboards:/app/grafana/dashboards" \
            -- python -m grafana.generate
        ;;
    draw)
        prometheus=$(containers status=running label=com.docker.compose.service=prometheus)
        [[ -n $prometheus ]] || fail "Prometheus is not running" "Start the stack and take some calls:  make up; make call"
        mkdir -p docs/images
        in_container --network "container:$prometheus" --volume "$ROOT/docs/images:/app/docs/images" \
            -- python -m grafana.draw docs/images "$@"
        ;;
    pages)
        api=$(containers status=running label=com.docker.compose.service=api)
        [[ -n $api ]] || fail "the console is not running" "Start the stack and take some calls:  make up; make call"
        visitor=olga-$RANDOM
        trap 'docker exec "$api" python -m api.console remove "$visitor"' EXIT
        link=$(docker exec "$api" python -m api.console link "$visitor" admin)
        # The models have the voice that asks an agent something.
        in_container --network "container:$api" --volume "$ROOT/docs/images:/app/docs/images" --shm-size 256m \
            --volume parley-models:/models:ro \
            -- python -m tests.e2e.browser.pages docs/images "$link"
        ;;
    *) fail "there is no '$command': write, draw, or pages" ;;
esac
