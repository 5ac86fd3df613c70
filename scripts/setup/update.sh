#!/bin/bash
# Brings Debian's updates into all images, Asterisk among them, and says what changed. Nothing that runs is touched:
# `make up` takes the new images over.
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

[[ -e $ENV_FILE ]] || fail "there is no $ENV_FILE yet" "Start with:  make up"
COMPOSE_FILE=$(running_files || setting COMPOSE_FILE)
! needs_airgap || COMPOSE_FILE+=:compose.airgap.yml
export COMPOSE_FILE
choose_profiles
# The images of `make call` and of `make doctor`, too.
COMPOSE_PROFILES+=,tools
! have_image "$(own_image edge)" || COMPOSE_PROFILES+=,edge
! have_image "$(own_image postgresql)" || COMPOSE_PROFILES+=,database
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT

say "Looking at what there is ..."
scripts/setup/sbom.sh "$before/sbom.json"
scripts/setup/bases.sh anew
if registry_reachable; then
    for image in $(upstream_images); do
        docker pull --quiet "$image" >/dev/null || warn "$image cannot be pulled"
    done
fi
say "Building the images anew (some minutes) ..."
build_images build
scripts/setup/sbom.sh
say "Changed:"
scripts/setup/sbom.sh changes "$before/sbom.json" out/sbom.json | sed 's/^/    /'
say "Calls go on with what runs. To take the new images over:  make up"
