#!/bin/bash
# Users, queues and the trunk, of .env and users.env: they go to Asterisk in a file, so that a change of them is taken
# over while calls go on. Users and cells go to the edge likewise.
#
#   telephony.sh              the running Asterisk takes over what has changed
#   telephony.sh write        only the file is written, for an Asterisk that is started next
#   telephony.sh edge         the running edge takes over what has changed
#   telephony.sh write edge   only the file is written, for an edge that is started next
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

USERS_FILE=${USERS_FILE:-users.env}
SERVICE=asterisk STARTED_BY="make up" WHAT="users, queues and the trunk"
NAMES="SIP_PASSWORD_1000 SIP_PASSWORD_1001 SIP_PASSWORD_1002 SIP_PASSWORD_CANARY SIP_PASSWORD_WEB
    CONSOLE_PHONES QUEUES QUEUE_STRATEGY QUEUE_WRAPUP_S QUEUE_ANNOUNCE_S
    TRUNK_HOST TRUNK_USER TRUNK_PASSWORD TRUNK_FROM_DOMAIN TRUNK_CONTACT_USER TRUNK_MATCH TRUNK_TRANSPORT TRUNK_VERIFY
    TRUNK_QUALIFY_S TRUNK_MAX_CALL_S EDGE_HOST"

for_edge() {
    SERVICE=edge STARTED_BY="make edge" WHAT="users and cells"
    NAMES="SIP_PASSWORD_1000 SIP_PASSWORD_1001 SIP_PASSWORD_1002 EDGE_CELLS EDGE_DRAINED"
}

more_users() { # names of the settings in USERS_FILE
    [[ ! -e $USERS_FILE ]] || sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' "$USERS_FILE"
}

check_more_users() {
    local name
    for name in $(more_users); do
        [[ $name == SIP_PASSWORD_* ]] || fail "$name does not belong into $USERS_FILE: only SIP_PASSWORD_<number>=... does"
    done
}

collect() {
    local name
    for name in $NAMES; do printf '%s=%s\n' "$name" "$(setting "$name")"; done
    for name in $(more_users); do printf '%s=%s\n' "$name" "$(value_in "$USERS_FILE" "$name")"; done
}

# The user in the container has another number than whoever runs this: the file is for all to read, in a folder
# that only its owner can enter. A mount of the inner folder does not pass through the outer one.
write() {
    check_more_users
    mkdir -p "$SETTINGS_DIR/$SERVICE"
    chmod 700 "$SETTINGS_DIR"
    collect >"$SETTINGS_DIR/$SERVICE/new"
    chmod 755 "$SETTINGS_DIR/$SERVICE"
    chmod 644 "$SETTINGS_DIR/$SERVICE/new"
    mv "$SETTINGS_DIR/$SERVICE/new" "$SETTINGS_DIR/$SERVICE/settings.env"
}

# What is wrong must not stay: neither would start with it.
reload() {
    local file=$SETTINGS_DIR/$SERVICE/settings.env before
    before=$(cat "$file") || fail "nothing runs that could take it over" "Start it:  $STARTED_BY"
    write
    dc exec -T "$SERVICE" /opt/parley/entrypoint reload && return
    printf '%s\n' "$before" >"$file"
    fail "$WHAT are as they were (see above)"
}

[[ " $* " != *" edge "* ]] || for_edge
case "$*" in
    write | "write edge") write ;;
    "" | edge) reload ;;
    *) fail "usage: telephony.sh [write] [edge]" ;;
esac
