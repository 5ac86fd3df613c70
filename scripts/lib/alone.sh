# shellcheck shell=bash
# A service that runs alone on a machine, without the rest of the stack; sourced after common.sh.

# Makes the settings, and its image; fails where the setting that it cannot do without is not there.
prepare_alone() { # SERVICE SETTING WHAT_TO_SAY_IN_.env
    [[ -e $ENV_FILE ]] || scripts/setup/env.sh create "$ENV_FILE"
    scripts/setup/env.sh check "$ENV_FILE"
    [[ -n $(setting "$2") ]] || fail "$2 is not set" "Say in $ENV_FILE $3"
    scripts/setup/install-docker.sh
    scripts/setup/bases.sh
    say "Building the image ..."
    build_images build "$1"
}

start_alone() { # SERVICE NAME
    quiet_dc up --detach --no-build --no-deps --wait "$1" || fail "$2 did not start" "See why:  make logs SERVICE=$1"
}
