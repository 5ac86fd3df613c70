#!/bin/bash
# Grafana's dashboards, made in the tests container.
#
#   dashboards.sh write               grafana/dashboards/*.json from their source, grafana/generate
#   dashboards.sh draw [ARGUMENTS]    docs/images/*.png, from what the running stack's Prometheus has;
#                                     arguments of grafana.draw: --minutes 30, names of dashboards
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/tests-image.sh

in_container() { # ARGUMENTS OF docker run... -- COMMAND...
    local arguments=()
    while [[ $1 != -- ]]; do arguments+=("$1") && shift; done
    shift
    prepare_tests
    build_images --profile test build tests
    exec docker run --rm --user "$(id -u):$(id -g)" --volume "$ROOT:/app:ro" --tmpfs /tmp --env HOME=/tmp \
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
    *) fail "there is no '$command': write, or draw" ;;
esac
