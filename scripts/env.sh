#!/bin/bash
# The settings file.
#
#   env.sh create [FILE]   makes FILE (.env) from .env.example with fresh random secrets, when there is none
#   env.sh check [FILE]    names every setting of FILE that is wrong, unknown, there twice or missing; status 1 then
#
# AIRGAP=1 makes a file for a host without an image registry.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

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

new_value() { # NAME KIND DEFAULT
    case $1 in
        PUBLIC_IP) guess_address ;;
        CA_BUNDLE) guess_ca_bundle ;;
        COMPOSE_FILE) printf %s "$3${AIRGAP:+:compose.airgap.yml}" ;;
        *) if [[ $2 == secret ]]; then random_secret; else printf %s "$3"; fi ;;
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

kind_of() { # NAME
    kind_in "$(grep -B 1 "^$1=" .env.example | head -n 1)"
}

is_number_between() { [[ $1 =~ ^[0-9]{1,9}$ ]] && ((10#$1 >= $2 && 10#$1 <= $3)); }

one_of() { # VALUE WORDS
    [[ " $2 " == *" $1 "* ]]
}

# Says what is wrong with a value; nothing when it is right. A secret is never shown.
fault() { # KIND VALUE
    local LC_ALL=C
    case $1 in
        secret)
            if [[ -z $2 ]]; then
                printf 'is a password and has no default: give it a long random one'
            elif [[ ! $2 =~ ^[[:graph:]]{8,}$ ]]; then
                printf 'must be at least 8 characters, no spaces'
            elif [[ $2 == *[\$\#\'\"\`\\@:/?\;]* ]]; then
                printf "must be without any of \$ # @ : / ? ; quotes and backslashes"
            fi
            return
            ;;
    esac
    [[ -n $2 ]] || return 0
    case $1 in
        port) is_number_between "$2" 1 65535 || printf "must be a port from 1 to 65535, not '%s'" "$2" ;;
        integer) is_number_between "$2" 0 999999999 || printf "must be a whole number, not '%s'" "$2" ;;
        number) [[ $2 =~ ^-?[0-9]+(\.[0-9]+)?$ ]] || printf "must be a number, not '%s'" "$2" ;;
        url) [[ $2 =~ ^https?://[^[:space:]]+$ ]] || printf "must be an address like http://host:port, not '%s'" "$2" ;;
        host) [[ $2 =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] || printf "must be an address or a name, not '%s'" "$2" ;;
        file) [[ -r $2 ]] || printf "must be a file that can be read; there is no '%s'" "$2" ;;
        "one of "*) one_of "$2" "${1#one of }" || printf "must be %s, not '%s'" "$1" "$2" ;;
    esac
}

problems=0
problem() { # NAME WHAT
    printf 'error: setting %s %s\n' "$1" "$2" >&2
    problems=$((problems + 1))
}

# The known name that a misspelt one most resembles: same letters, whatever their order.
resembling() { # NAME
    local name sorted
    sorted=$(letters "$1")
    for name in $(names_in .env.example); do
        if [[ $(letters "$name") == "$sorted" || ${name//_/} == "${1//_/}" || $name == "$1"? || $1 == "$name"? ]]; then
            printf ' Did you mean %s?' "$name"
            return
        fi
    done
}
letters() { fold -w 1 <<<"$1" | sort | tr -d '\n'; }

names_in() { sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' "$1"; }

check_lines() { # FILE
    local line number=0
    while IFS= read -r line || [[ -n $line ]]; do
        number=$((number + 1))
        [[ -z ${line//[[:space:]]/} || $line == '#'* || $line =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] \
            || problem "(line $number of $1)" "is not NAME=value: '$line'"
    done <"$1"
}

check_names() { # FILE
    local name
    for name in $(names_in "$1" | sort | uniq -d); do
        problem "$name" "stands in $1 twice"
    done
    for name in $(names_in "$1" | sort -u); do
        # Compose's and Docker's own variables may stand there as well.
        [[ $name != COMPOSE_* && $name != DOCKER_* ]] || continue
        if [[ $name =~ ^SIP_PASSWORD_[0-9]+$ ]] && ! grep -q "^$name=" .env.example; then
            problem "$name" "belongs in the file users.env: only the users 1000, 1001 and 1002 are in $1"
        elif ! grep -q "^$name=" .env.example; then
            problem "$name" "in $1 is unknown.$(resembling "$name")"
        fi
    done
}

check_values() { # FILE
    local name what value
    for name in $(names_in .env.example); do
        value=$(value_in "$1" "$name") || value=""
        what=$(fault "$(kind_of "$name")" "$value")
        [[ -z $what ]] || problem "$name" "$what"
    done
}

check_together() { # FILE
    local start end sip
    start=$(setting RTP_START) end=$(setting RTP_END) sip=$(setting SIP_PORT)
    is_number_between "$start" 1 65535 && is_number_between "$end" 1 65535 || return 0
    ((end - start >= 3)) || problem RTP_END "must be at least RTP_START + 3: a call takes four ports"
    ((sip < start || sip > end)) || problem SIP_PORT "lies inside RTP_START..RTP_END"
}

check() { # FILE
    [[ -r $1 ]] || fail "$1 cannot be read" "Make it: scripts/env.sh create"
    ENV_FILE=$1
    check_lines "$1"
    check_names "$1"
    check_values "$1"
    ((problems > 0)) || check_together "$1"
    ((problems == 0)) || fail "$problems wrong in $1" "Correct it, and run this again. What each setting means stands in .env.example."
}

case ${1:-} in
    create) create "${2:-$ENV_FILE}" ;;
    check) check "${2:-$ENV_FILE}" ;;
    *) fail "usage: env.sh create|check [FILE]" ;;
esac
