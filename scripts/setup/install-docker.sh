#!/bin/bash
# Sees that Docker and Compose (2.24 or newer) are there and running. As root on Debian or Ubuntu it installs them from
# the distribution's packages; otherwise it says what is missing and how to get it.
#
#   install-docker.sh [ask]   ask: install nothing, only say whether something is missing (status 1 then)
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

PLUGIN=/usr/local/lib/docker/cli-plugins/docker-compose
SOCKET=${DOCKER_SOCKET:-/var/run/docker.sock}
DAEMON_LOG=/var/log/dockerd.log
apt_updated=no

# --- What is there ----------------------------------------------------------------------------------------------

engine_runs() { docker info >/dev/null 2>&1; }

compose_version() { docker compose version --short 2>/dev/null | sed 's/^v//'; }

compose_is_new_enough() {
    local major minor _
    IFS=. read -r major minor _ <<<"$(compose_version)"
    [[ ${major:-} =~ ^[0-9]+$ && ${minor:-} =~ ^[0-9]+ ]] || return 1
    ((major > 2 || (major == 2 && ${minor%%[^0-9]*} >= 24)))
}

is_debian_like() { grep -qsE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release; }

# --- Installing -------------------------------------------------------------------------------------------------

install_packages() { # PACKAGES
    if [[ $apt_updated == no ]]; then
        apt-get update -q >/dev/null
        apt_updated=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

install_engine() {
    say "Installing the Docker engine from the distribution's packages ..."
    configure_engine
    install_packages docker.io iptables ca-certificates
    # Debian 13 and newer have the command-line client in a package of its own.
    command -v docker >/dev/null || install_packages docker-cli
}

# Without its userland proxy Docker runs no process for each of the 300 RTP ports (about 350 MB in all).
configure_engine() {
    [[ ! -e /etc/docker/daemon.json ]] || return 0
    mkdir -p /etc/docker
    printf '{\n  "userland-proxy": false\n}\n' >/etc/docker/daemon.json
}

install_compose() {
    local package
    say "Installing Docker Compose ..."
    for package in docker-compose-v2 docker-compose; do
        if offered_version_is_new_enough "$package" && install_packages "$package" && compose_is_new_enough; then
            return
        fi
    done
    install_compose_from_trixie
}

offered_version_is_new_enough() { # PACKAGE
    local version
    [[ $apt_updated == yes ]] || { apt-get update -q >/dev/null && apt_updated=yes; }
    version=$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p')
    [[ -n $version && $version != "(none)" ]] && dpkg --compare-versions "$version" ge 2.24
}

# Debian 12 has only the old Compose 1. The package of Debian 13 is one static program; apt fetches it and verifies it
# by Debian's signature, and only that program is taken from it.
install_compose_from_trixie() {
    local work mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mirror=$(debian_mirror)
    [[ -n $mirror ]] || fail "this distribution has no Docker Compose 2.24 or newer" \
        "Install Docker's own compose plugin; or take the one of Debian 13:  DEBIAN_MIRROR=... scripts/setup/install-docker.sh"
    [[ -r $keyring ]] || install_packages debian-archive-keyring
    work=$(mktemp -d)
    mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/deb"
    printf 'deb [signed-by=%s] %s trixie main\n' "$keyring" "$mirror" >"$work/sources"
    local options=(-o "Dir::Etc::SourceList=$work/sources" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work" -o "Dir::Cache::Archives=archives"
        -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root -q)
    apt-get "${options[@]}" update >/dev/null
    (cd "$work/deb" && apt-get "${options[@]}" download docker-compose >/dev/null)
    dpkg-deb -x "$work"/deb/docker-compose_*.deb "$work/out"
    install -D -m 755 "$work/out/usr/libexec/docker/cli-plugins/docker-compose" "$PLUGIN"
    rm -rf "$work"
}

start_engine() {
    say "Starting the Docker engine ..."
    if [[ -d /run/systemd/system ]]; then
        systemctl enable --now docker >/dev/null 2>&1 || :
    elif command -v dockerd >/dev/null; then
        # It outlives this script: it must not hold the lock of a test run (test.sh) for ever.
        setsid nohup dockerd >>"$DAEMON_LOG" 2>&1 </dev/null 9>&- &
    fi
    local second
    for ((second = 0; second < 60; second++)); do
        ! engine_runs || return 0
        sleep 1
    done
    { tail -n 20 "$DAEMON_LOG" || journalctl -u docker -n 20 --no-pager; } >&2 2>/dev/null || :
    fail "the Docker engine does not start" "Its last words stand above."
}

# --- The way through --------------------------------------------------------------------------------------------

missing() {
    command -v docker >/dev/null && engine_runs || printf 'a running Docker engine, '
    compose_is_new_enough || printf 'Docker Compose 2.24 or newer, '
}

# The engine runs but this user may not talk to it: nothing to install.
refuse_without_permission() {
    if [[ -S $SOCKET && ! -w $SOCKET && $(id -u) -ne 0 ]]; then
        fail "you may not use Docker on this machine" "Join its group, then log in again:  sudo usermod -aG docker $(id -un)"
    fi
}

main() {
    local lacks
    lacks=$(missing)
    [[ -n $lacks ]] || return 0
    lacks=${lacks%, }
    refuse_without_permission
    [[ ${1:-} != ask ]] || fail "this machine lacks $lacks"
    is_debian_like || fail "this machine lacks $lacks" \
        "Install Docker Desktop, or the engine with its compose plugin, and run this again."
    [[ $(id -u) -eq 0 ]] || fail "this machine lacks $lacks" "Install it:  sudo scripts/setup/install-docker.sh"
    say "This machine lacks $lacks."
    command -v dockerd >/dev/null || install_engine
    engine_runs || start_engine
    compose_is_new_enough || install_compose
    compose_is_new_enough || fail "Docker Compose 2.24 or newer could not be installed (there is '$(compose_version)')"
    say "Docker $(docker version --format '{{.Server.Version}}'), Compose $(compose_version)."
}

main "$@"
