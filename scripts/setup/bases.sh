#!/bin/bash
# Sees that the base images of the builds are there: pulled where a registry can be reached, otherwise made from
# Debian's packages with debootstrap (root).
#
#   bases.sh          what is missing
#   bases.sh anew     all of them, with the newest packages: whatever stands on them is built anew, too
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

ensure_debootstrap() {
    [[ ! -r $KEYRING ]] || ! command -v debootstrap >/dev/null || return 0
    [[ $(id -u) -eq 0 ]] || fail "debootstrap is not installed, and without an image registry it makes the base images" \
        "Install it:  sudo apt-get install debootstrap debian-archive-keyring"
    say "Installing debootstrap ..."
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends debootstrap debian-archive-keyring >/dev/null
}

strip() { # DIR: what an image has no use for, or would carry out of date
    rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/var/log/*.log "$1"/var/log/apt
    # The clock of an isolated machine is often off.
    printf 'Acquire::Check-Valid-Until "false";\n' >"$1/etc/apt/apt.conf.d/99no-valid-until"
}

bootstrap() { # SUITE: makes the image debian:SUITE-slim
    local work log mirror recipe=/usr/share/debootstrap/scripts/sid # older debootstraps do not know newer suites by name
    ensure_debootstrap
    [[ $(id -u) -eq 0 ]] || fail "making the image debian:$1-slim needs root" "Run it once:  sudo scripts/setup/bases.sh"
    say "Making the base image debian:$1-slim with debootstrap (about a minute) ..."
    work=$(mktemp -d) log=$(mktemp) mirror=$(debian_mirror) # none: debootstrap's own
    if ! debootstrap --variant=minbase --force-check-gpg --keyring="$KEYRING" "$1" "$work/root" "$mirror" "$recipe" >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -rf "$work"
        fail "debootstrap could not make $1" "Can this machine reach ${mirror:-a mirror of Debian}? Another one: DEBIAN_MIRROR=... make up"
    fi
    strip "$work/root"
    tar -C "$work/root" -c . | docker import --change 'CMD ["bash"]' - "debian:$1-slim" >/dev/null
    rm -rf "$work" "$log"
}

# What is pulled may be weeks old. Its layer is another one each time, or the layers above would come from the cache.
upgrade() { # IMAGE
    docker build --quiet --no-cache --tag "$1" - >/dev/null <<END || fail "Debian's packages in $1 cannot be upgraded"
FROM $1
RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/* && date -u >/etc/debian_upgraded
END
}

for suite in trixie forky; do
    [[ ${1:-} == anew ]] || ! have_image "debian:$suite-slim" || continue
    if registry_reachable; then
        docker pull --quiet "debian:$suite-slim" || fail "debian:$suite-slim cannot be pulled"
        [[ ${1:-} != anew ]] || upgrade "debian:$suite-slim"
    else
        bootstrap "$suite"
    fi
done
