#!/bin/bash
# The settings file.
#
#   env.sh create [FILE]   makes FILE (.env) from .env.example with fresh random secrets, when there is none
#   env.sh check [FILE]    names every setting of FILE that is wrong, unknown, there twice or missing; status 1 then. Warns
#                          of a short password of the trunk's
#
# AIRGAP=1 makes a file for a host without an image registry.
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

# --- Creating ---------------------------------------------------------------------------------------------------

random_secret() { # 24 letters and digits, about 142 bits: a SIP phone's keypad can enter them, no file needs quotes
    local secret
    secret=$(LC_ALL=C tr -dc 'A-Za-z0-9' < <(head -c 4096 /dev/urandom) | head -c 24) || :
    [[ ${#secret} -eq 24 ]] || fail "no random numbers could be read from /dev/urandom"
    printf %s "$secret"
}

# The address that other machines reach this one by: the source of what leaves through the default route.
guess_address() {
    local address=""
    if command -v ip >/dev/null; then
        address=$(ip -4 route get 198.51.100.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
    elif command -v ipconfig >/dev/null; then
        address=$(ipconfig getifaddr en0 2>/dev/null) || :
    fi
    [[ -n $address ]] || address=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -m 1 '\.') || :
    printf %s "$address"
}

guess_ca_bundle() {
    local file
    for file in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
        if [[ -n $file && -s $file ]]; then
            printf %s "$file"
            return
        fi
    done
}

# Two workers of a kind take 1.2 GB more than one: not where that is missed.
guess_workers() { # DEFAULT
    local kib
    kib=$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null) || :
    if [[ -n $kib ]] && ((kib < 7 * 1024 * 1024)); then printf 1; else printf %s "$1"; fi
}

new_value() { # NAME KIND DEFAULT
    case $1 in
        STT_WORKERS | AGENT_WORKERS) guess_workers "$3" ;;
        PUBLIC_IP) guess_address ;;
        CA_BUNDLE) guess_ca_bundle ;;
        COMPOSE_FILE) printf %s "$3${AIRGAP:+:compose.airgap.yml}" ;;
        *) if [[ $2 == *secret ]]; then random_secret; else printf %s "$3"; fi ;;
    esac
}

create() { # FILE
    local line kind="" new=$1.new
    [[ ! -e $1 ]] || return 0
    : >"$new"
    chmod 600 "$new"
    while IFS= read -r line; do
        case $line in
            '#'*) kind=$(kind_in "$line") ;;
            *=*) line=${line%%=*}=$(new_value "${line%%=*}" "$kind" "${line#*=}") ;;
        esac
        printf '%s\n' "$line" >>"$new"
    done <.env.example
    mv "$new" "$1"
    say "Made $1 with fresh random secrets."
}

# --- Checking ---------------------------------------------------------------------------------------------------

kind_in() { # COMMENT: what it says in square brackets
    [[ ! $1 =~ \[([^]]*)\][[:space:]]*$ ]] || printf %s "${BASH_REMATCH[1]}"
}

# Reads .env.example once: the variable kind_NAME holds what NAME must be, `known` the names in their order.
known=()
read_example() {
    local line kind=""
    while IFS= read -r line; do
        case $line in
            '#'*) if [[ $line =~ \[([^]]*)\]$ ]]; then kind=${BASH_REMATCH[1]}; fi ;;
            *=*)
                known+=("${line%%=*}")
                printf -v "kind_${line%%=*}" %s "${kind:-text}"
                kind=""
                ;;
        esac
    done <.env.example
}

is_number_between() { [[ $1 =~ ^[0-9]{1,9}$ ]] && ((10#$1 >= $2 && 10#$1 <= $3)); }

# Sets `fault` to what is wrong with a value, empty when it is right.
judge() { # KIND VALUE
    local LC_ALL=C
    fault=""
    if [[ $1 == secret || ($1 == "optional secret" && -n $2) ]]; then
        judge_secret "$2"
        return
    fi
    [[ -n $2 ]] || return 0
    case $1 in
        port) is_number_between "$2" 1 65535 || fault="must be a port from 1 to 65535" ;;
        integer) is_number_between "$2" 0 999999999 || fault="must be a whole number" ;;
        number) [[ $2 =~ ^-?[0-9]+(\.[0-9]+)?$ ]] || fault="must be a number" ;;
        url) [[ $2 =~ ^https?://[^[:space:]]+$ ]] || fault="must be an address like http://host:port" ;;
        host) [[ $2 =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] || fault="must be an address or a name" ;;
        file) [[ -r $2 ]] || fault="must be a file that can be read" ;;
        "one of "*) [[ " ${1#one of } " == *" $2 "* ]] || fault="must be $1" ;;
    esac
    [[ -z $fault ]] || fault+=", not '$2'"
}

judge_secret() { # VALUE: it is never shown
    if [[ -z $1 ]]; then
        fault="is a password and has no default: give it a long random one"
    elif [[ ! $1 =~ ^[[:graph:]]{8,}$ ]]; then
        fault="must be at least 8 characters, no spaces"
    elif [[ $1 == *[\$\#\'\"\`\\@:/?\;]* ]]; then
        fault="must be without any of \$ # @ : / ? ; quotes and backslashes"
    fi
}

problems=0
problem() { # NAME WHAT
    printf 'error: setting %s %s\n' "$1" "$2" >&2
    problems=$((problems + 1))
}

# Settings that had another name in an earlier version.
declare -A RENAMED=([API_DIAL_PREFIXES]=DIAL_PREFIXES [API_CALLER_IDS]=DIAL_CALLER_IDS)

# The known name that a misspelt one most resembles: one letter more or less, or the same letters in another order.
resembling() { # NAME
    local name sorted
    if [[ -n ${RENAMED[$1]:-} ]]; then
        printf ' Its name is %s now.' "${RENAMED[$1]}"
        return
    fi
    sorted=$(letters "$1")
    for name in "${known[@]}"; do
        if [[ $name == "$1"? || $1 == "$name"? || ${name//_/} == "${1//_/}" ]] \
            || [[ ${#name} -eq ${#1} && $(letters "$name") == "$sorted" ]]; then
            printf ' Did you mean %s?' "$name"
            return
        fi
    done
}
letters() { fold -w 1 <<<"$1" | sort | tr -d '\n'; }

check_name() { # FILE NAME
    local kind=kind_$2
    case $2 in
        COMPOSE_FILE) ;;
        COMPOSE_* | DOCKER_*) return ;; # Compose's and Docker's own variables may stand there as well
        SIP_PASSWORD_1000 | SIP_PASSWORD_1001 | SIP_PASSWORD_1002 | SIP_PASSWORD_CANARY | SIP_PASSWORD_WEB) ;;
        SIP_PASSWORD_*) problem "$2" "belongs in the file users.env: only the users 1000, 1001 and 1002 are in $1" && return ;;
    esac
    [[ -n ${!kind:-} ]] || problem "$2" "in $1 is unknown.$(resembling "$2")"
}

check_lines() { # FILE: every line is a setting that is known, and stands there once
    local line number=0 name seen=" "
    while IFS= read -r line || [[ -n $line ]]; do
        number=$((number + 1))
        [[ -n ${line//[[:space:]]/} && $line != '#'* ]] || continue
        if [[ ! $line =~ ^([A-Za-z_][A-Za-z0-9_]*)= ]]; then
            problem "(line $number of $1)" "is not NAME=value: '$line'"
            continue
        fi
        name=${BASH_REMATCH[1]}
        if [[ $seen == *" $name "* ]]; then problem "$name" "stands in $1 twice"; else check_name "$1" "$name"; fi
        seen+="$name "
    done <"$1"
}

check_values() { # FILE
    local name kind value
    for name in "${known[@]}"; do
        kind=kind_$name
        value=$(value_in "$1" "$name") || value=""
        judge "${!kind}" "$value"
        [[ -z $fault ]] || problem "$name" "$fault"
    done
}

# A call takes four RTP ports, and one that people have two more: five on average, for MAX_CALLS and for the 16 calls
# that are told that there is no room. Without, Asterisk would refuse calls that the gateway has a line for.
check_lines_have_ports() { # CALLS START END
    local ports=$(($3 - $2 + 1)) needed=$((5 * ($1 + 16)))
    ((ports < needed)) || return 0
    problem MAX_CALLS "is too many for the RTP ports: $1 calls need $needed, and RTP_START..RTP_END are $ports. Lower it, or set RTP_END to $(($2 + needed - 1))"
}

check_together() {
    local start end sip
    start=$(setting RTP_START) end=$(setting RTP_END) sip=$(setting SIP_PORT)
    if ((end - start < 3)); then
        problem RTP_END "must be at least RTP_START + 3: a call takes four ports"
    else
        check_lines_have_ports "$(setting MAX_CALLS)" "$start" "$end"
    fi
    [[ -z $(setting ALERT_EMAIL_TO) || -n $(setting SMTP_SERVER) ]] \
        || problem SMTP_SERVER "is needed to send mail to ALERT_EMAIL_TO"
    [[ -z $(setting REPORT_MAIL_TO) || -n $(setting SMTP_SERVER) ]] \
        || problem SMTP_SERVER "is needed to send mail to REPORT_MAIL_TO"
    [[ -z $(setting TURN_HOST) || -n $(setting TURN_SECRET) ]] \
        || problem TURN_SECRET "is needed for the TURN server that TURN_HOST asks for: give it a long random one"
    ((sip < start || sip > end)) || problem SIP_PORT "lies inside RTP_START..RTP_END"
    [[ $(setting MEDIA_PORT) != 40001 ]] \
        || problem MEDIA_PORT "is the second gateway's on the host's network (compose.host.yml)"
    # It works, and perhaps the provider gives no other.
    ! trunk_password_is_short || warn "TRUNK_PASSWORD has fewer than 12 characters: have the provider give you a longer one." \
        "Whoever finds it telephones at your cost."
}

check() { # FILE
    [[ -r $1 ]] || fail "$1 cannot be read" "Make it: scripts/setup/env.sh create"
    ENV_FILE=$1
    read_example
    check_lines "$1"
    check_values "$1"
    ((problems > 0)) || check_together
    ((problems == 0)) || fail "$problems wrong in $1" \
        "Correct it, and run this again. What each setting may be stands in .env.example."
}

case ${1:-} in
    create) create "${2:-$ENV_FILE}" ;;
    check) check "${2:-$ENV_FILE}" ;;
    *) fail "usage: env.sh create|check [FILE]" ;;
esac
