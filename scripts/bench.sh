#!/bin/bash
# Runs a benchmark in its image (compose.bench.yml): bench.sh NAME [ARGUMENTS]; results go to bench/results/.
#
#   conversation, barge_in   call the stack that runs (make up)
#   faults                   breaks it, part by part, while callers converse
#   beside                   calls it while visitors chat with it
#   campaign                 calls it while it calls the people of a campaign
#   soak                     calls it for hours
#   predicted                calls it, runs these calls again with another setting, and calls it with that
#   analysis                 calls it while calls are analysed, and while none is
#   knowledge, injection, insight --judge, insight --opinion   ask its language model
#   model                    runs the language model's own benchmark, in its image
#   peer                     calls it, and then pipecat-ai in its place
#   cluster                  starts an edge and cells of its own, and calls them
#   stt, turns, media, vad, voice, values, persons, insight, outbound, fuzz, torture need no stack, only the models
#   edge                     needs neither
#
#   BENCH_PYTHON=python MODELS_DIR=folder   run media, vad or fuzz_rtp with another Python of this machine instead
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

benchmarks() { (cd bench && printf '%s ' */__main__.py [a-z]*.py) | sed -E 's#(/__main__)?\.py##g; s#(rows|scale|summary) ##g'; }

name=${1:?usage: bench.sh NAME [ARGUMENTS]}
shift
[[ -r bench/$name.py || -r bench/$name/__main__.py ]] || fail "there is no benchmark '$name'" "There are: $(benchmarks)"

source scripts/lib/bench.sh
if [[ -n ${BENCH_PYTHON:-} ]]; then
    [[ $name =~ ^(media|vad|fuzz_rtp)$ ]] || fail "BENCH_PYTHON is for media, vad and fuzz_rtp" "The others need the container."
    PYTHONPATH=$ROOT:$ROOT/services exec "$BENCH_PYTHON" -m "bench.$name" "$@"
fi
kind=$name
[[ $name != insight || ! " $* " =~ " "--(judge|opinion)" " ]] || kind=knowledge # asks the same
case $kind in
    peer)
        source scripts/lib/wait.sh
        source scripts/lib/peer.sh
        beside_a_peer "$@"
        exit
        ;;
    cluster)
        source scripts/lib/cluster.sh
        beside_a_cluster "$@"
        exit
        ;;
    predicted)
        source scripts/lib/wait.sh
        source scripts/lib/predicted.sh
        predicted "$@"
        exit
        ;;
    analysis)
        source scripts/lib/wait.sh
        source scripts/lib/analysis.sh
        beside_analysis "$@"
        exit
        ;;
    conversation | beside | campaign | barge_in | knowledge | injection | faults | soak)
        source scripts/lib/wait.sh
        running_stack
        build_bench
        if [[ $name == barge_in ]]; then
            trap remove_lecturer EXIT
            add_lecturer
        elif [[ $name == conversation || $name == soak ]]; then
            trap 'change_back gateway gateway-2' EXIT
            change gateway gateway-2
        elif [[ $name == beside ]]; then
            trap 'change_back gateway gateway-2 chat' EXIT
            change gateway gateway-2 chat
        elif [[ $name == campaign ]]; then
            [[ -z $(setting TRUNK_HOST) ]] || fail "the stack has a trunk, which its calls need" "Measure on a stack without TRUNK_HOST."
            trap remove_carrier EXIT
            add_carrier
        elif [[ $name == faults ]]; then
            source scripts/lib/faults.sh
            helping=
            trap withdraw_hands EXIT
            offer_hands
        fi
        ;;
    *)
        COMPOSE_FILE=docker-compose.yml:compose.bench.yml
        export COMPOSE_FILE COMPOSE_PROJECT_NAME=$PROJECT
        [[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE yet" "Start the stack once:  make up"
        build_bench
        [[ $name != torture ]] || have_image "$(own_image asterisk)" || fail "Asterisk's image is not built" "Build it:  make up"
        if [[ $name == model ]]; then
            file=$(setting LLM_MODEL_FILE)
            dc --profile llm run --rm --no-deps -T llm /opt/parley/tune "/models/llm/$file" all >.cache/bench/model.jsonl \
                || fail "the language model could not be measured" "It stands in the image llm:  make up"
            set -- /bench/model.jsonl
        fi
        ;;
esac
run_bench "$name" "$@"
