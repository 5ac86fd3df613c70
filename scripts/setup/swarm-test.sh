#!/bin/bash
# Tries `make swarm` on this one machine: a swarm whose machines are network namespaces, each with an engine of its own, a cell
# on it, and a call from outside. It leaves nothing behind. As root, on Linux, where the images are built and the models fetched.
#
#   swarm-test.sh [MACHINES]      all of it, with so many machines (3)
#   swarm-test.sh up|cell|call|down [MACHINES]   one step: the machines; the cell; a call; their end
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

NAME=parley-swarm
NET=${SWARM_TEST_NET:-10.77.0}
# Outside of the repository, which machines of workers must not see.
FOLDER=${SWARM_TEST_FOLDER:-/var/tmp/$NAME}

socket() { printf 'unix://%s/%s/docker.sock' "$FOLDER" "$1"; } # MACHINE
at() { # MACHINE ARGUMENTS OF docker...
    local machine=$1
    shift
    docker --host "$(socket "$machine")" "$@"
}

node() { at "$1" info --format '{{.Swarm.NodeID}}'; } # MACHINE

# --- Machines ---------------------------------------------------------------------------------------------------

# What the engine of this machine forbids (FORWARD is DROP), it forbids to a bridge's frames, too.
lay_bridge() {
    ip link add "$NAME" type bridge
    ip addr add "$NET.254/24" dev "$NAME"
    ip link set "$NAME" up
    iptables -I FORWARD -i "$NAME" -o "$NAME" -j ACCEPT
}

# An engine asks /sys for the network devices of its own namespace, and for cgroups, which a fresh /sys has not.
# `ip netns exec` mounts one without them. Machines of workers see an empty folder where the repository is.
start_machine() { # MACHINE
    local home=$FOLDER/$1
    mkdir -p "$home/cgroup" "$home/repository"
    ip netns add "$NAME$1"
    ip link add "$NAME$1" type veth peer name eth0 netns "$NAME$1"
    ip link set "$NAME$1" master "$NAME" up
    ip -n "$NAME$1" addr add "$NET.$1/24" dev eth0
    ip -n "$NAME$1" link set eth0 up
    ip -n "$NAME$1" link set lo up
    ip -n "$NAME$1" route add default via "$NET.254"
    printf '{"userland-proxy": false}\n' >"$home/daemon.json"
    # Who looks a registry up is refused at once: an engine asks for each image before it takes the one that it has.
    printf 'nameserver 127.0.0.1\n' >"$home/resolv.conf"
    HOME_OF_MACHINE=$home MACHINE=$1 ROOT=$ROOT nsenter --net="/var/run/netns/$NAME$1" unshare --mount bash -c '
        mount --rbind /sys/fs/cgroup "$HOME_OF_MACHINE/cgroup"
        mount -t sysfs none /sys
        mount --rbind "$HOME_OF_MACHINE/cgroup" /sys/fs/cgroup
        mount --bind "$HOME_OF_MACHINE/resolv.conf" "$(readlink -f /etc/resolv.conf)"
        [[ $MACHINE == 1 ]] || mount --bind "$HOME_OF_MACHINE/repository" "$ROOT"
        cd /
        exec dockerd --data-root "$HOME_OF_MACHINE/data" --exec-root "$HOME_OF_MACHINE/run" --pidfile "$HOME_OF_MACHINE/pid" \
            --host "unix://$HOME_OF_MACHINE/docker.sock" --config-file "$HOME_OF_MACHINE/daemon.json"' >"$home/log" 2>&1 &
}

answers() { # MACHINE
    local _
    for _ in {1..60}; do
        at "$1" version >/dev/null 2>&1 && return
        sleep 1
    done
    tail -n 20 "$FOLDER/$1/log" >&2
    fail "the engine of machine $1 does not answer"
}

up() {
    local machine token
    [[ $(id -u) == 0 ]] || fail "only root can make network namespaces"
    [[ ! -e $FOLDER ]] || fail "$FOLDER is there already" "scripts/setup/swarm-test.sh down $MACHINES"
    say "Starting $MACHINES engines ..."
    lay_bridge
    for ((machine = 1; machine <= MACHINES; machine++)); do start_machine "$machine"; done
    for ((machine = 1; machine <= MACHINES; machine++)); do answers "$machine"; done
    at 1 swarm init --advertise-addr "$NET.1" >/dev/null
    token=$(at 1 swarm join-token --quiet worker)
    for ((machine = 2; machine <= MACHINES; machine++)); do
        at "$machine" swarm join --token "$token" --advertise-addr "$NET.$machine" "$NET.1:2377" >/dev/null
    done
}

# An engine would give each container the time that its calls get.
stop_machine() { # MACHINE
    local pid ids
    pid=$(cat "$FOLDER/$1/pid" 2>/dev/null) || return 0
    at "$1" swarm leave --force >/dev/null 2>&1 || :
    ids=$(at "$1" ps --quiet 2>/dev/null) || :
    # shellcheck disable=SC2086  # a list of ids
    [[ -z $ids ]] || at "$1" kill $ids >/dev/null 2>&1 || :
    kill "$pid" 2>/dev/null || return 0
    tail --pid="$pid" -f /dev/null
}

down() {
    local machine
    for ((machine = 1; machine <= MACHINES; machine++)); do stop_machine "$machine"; done
    for ((machine = 1; machine <= MACHINES; machine++)); do ip netns del "$NAME$machine" 2>/dev/null || :; done
    ip link del "$NAME" 2>/dev/null || :
    iptables -D FORWARD -i "$NAME" -o "$NAME" -j ACCEPT 2>/dev/null || :
    rm -rf "$FOLDER"
}

# --- The cell ---------------------------------------------------------------------------------------------------

# Settings of its own, with fresh passwords; for the engines those of this test.
use_settings() {
    COMPOSE_FILE=docker-compose.yml
    upstream_images_are_there || COMPOSE_FILE+=:compose.airgap.yml
    IMAGE_TAG=$(setting IMAGE_TAG)
    export ENV_FILE=$FOLDER/env SETTINGS_DIR=$FOLDER/settings USERS_FILE=/dev/null
    export PUBLIC_IP=$NET.1 CANARY_INTERVAL_S=0 COMPOSE_FILE IMAGE_TAG
    scripts/setup/env.sh create "$ENV_FILE" >/dev/null
}

# Machine 1 has what it would have built; the models are those of this machine.
furnish() {
    local machine models images
    say "Loading the images ..."
    choose_profiles
    images=$(dc config --images | sort -u)
    # shellcheck disable=SC2086  # a list of names
    docker save $images | at 1 load --quiet >/dev/null
    models=$(docker volume inspect --format '{{.Mountpoint}}' parley-models)
    for ((machine = 1; machine <= MACHINES; machine++)); do
        at "$machine" volume create --opt type=none --opt o=bind --opt "device=$models" parley-models >/dev/null
        at 1 node update --label-add "parley.cell=$PROJECT" "$(node "$machine")" >/dev/null
    done
    at 1 node update --label-add parley.asterisk=true "$(node 1)" >/dev/null
}

cell() {
    local machine others=()
    use_settings
    furnish
    export DOCKER_HOST
    DOCKER_HOST=$(socket 1)
    for ((machine = 2; machine <= MACHINES; machine++)); do others+=("$(socket "$machine")"); done
    ((${#others[@]} == 0)) || scripts/setup/swarm.sh carry "${others[@]}"
    scripts/setup/swarm.sh up
    docker stack ps "$PROJECT" --filter desired-state=running --format '{{.Name}}\t{{.Node}}\t{{.CurrentState}}'
    unset DOCKER_HOST
}

# As from a phone that is somewhere else.
call() {
    use_settings
    mkdir -p out
    docker run --rm --network host --env-file "$FOLDER/env" --volume parley-models:/models:ro --volume "$ROOT/agents:/agents:ro" \
        --volume "$ROOT/out:/app/out" --user "$(id -u):$(id -g)" "$(own_image caller)" python -m caller --server "$NET.1"
}

step=all
case ${1:-} in
    up | cell | call | down) step=$1 && shift ;;
esac
MACHINES=${1:-3}
case $step in
    all)
        trap down EXIT
        up
        cell
        call
        ;;
    *) "$step" ;;
esac
