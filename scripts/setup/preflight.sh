#!/bin/bash
# What would keep the stack from starting, said before anything is built: a port that is taken (which, and by what),
# too little disk or memory.
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

PROC=${PROC:-/proc}
problems=0
problem() { # WHAT [WHAT-TO-DO]
    printf 'error: %s\n' "$1" >&2
    [[ $# -eq 1 ]] || printf '       %s\n' "$2" >&2
    problems=$((problems + 1))
}

# --- Ports ------------------------------------------------------------------------------------------------------

# "udp 5060 inode" for every port in use on this machine, in all its network's tables.
ports_in_use() {
    local protocol state
    for protocol in tcp udp; do
        state=07
        [[ $protocol == udp ]] || state=0A # listening; a UDP socket has no such state
        awk -v protocol="$protocol" -v state="$state" '
            function decimal(hex,  i, n) {
                for (i = 1; i <= length(hex); i++) n = 16 * n + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
                return n
            }
            $4 == state { n = split($2, address, ":"); print protocol, decimal(address[n]), $10 }
        ' "$PROC/net/$protocol" "$PROC/net/${protocol}6" 2>/dev/null || :
    done
}

# "udp 5060 5060 SIP_PORT": a range of ports that the stack publishes, and the setting to change.
ports_wanted() {
    local sip
    sip=$(setting SIP_PORT)
    say "udp $sip $sip SIP_PORT"
    say "tcp $sip $sip SIP_PORT"
    say "tcp $(setting SIP_TLS_PORT) $(setting SIP_TLS_PORT) SIP_TLS_PORT"
    say "udp $(setting RTP_START) $(setting RTP_END) RTP_START"
    say "tcp $(setting GRAFANA_PORT) $(setting GRAFANA_PORT) GRAFANA_PORT"
    say "tcp $(setting API_PORT) $(setting API_PORT) API_PORT"
    say "tcp $(setting CONSOLE_PORT) $(setting CONSOLE_PORT) CONSOLE_PORT"
    say "tcp $(setting CHAT_PORT) $(setting CHAT_PORT) CHAT_PORT"
    say "tcp $(setting PROMETHEUS_PORT) $(setting PROMETHEUS_PORT) PROMETHEUS_PORT"
    if [[ -n $(setting TURN_HOST) ]]; then
        say "udp $(setting TURN_PORT) $(setting TURN_PORT) TURN_PORT"
        say "tcp $(setting TURN_PORT) $(setting TURN_PORT) TURN_PORT"
    fi
    [[ ${COMPOSE_FILE:-} != *compose.host.yml* ]] || say "tcp $(setting REDIS_PORT) $(setting REDIS_PORT) REDIS_PORT"
}

holder() { # INODE: the process that has the socket, as far as this user may see
    local link pid
    for link in "$PROC"/[0-9]*/fd/*; do
        if [[ $(readlink "$link" 2>/dev/null) == "socket:[$1]" ]]; then
            pid=${link#"$PROC"/} pid=${pid%%/*}
            printf '%s (process %s)' "$(tr '\0' ' ' <"$PROC/$pid/cmdline" | cut -c 1-60)" "$pid"
            return
        fi
    done
    printf 'another program (root can see which)'
}

publisher() { # PROTOCOL PORT: the container of another project that publishes it
    docker ps --filter "publish=$2/$1" --format '{{.Names}}' 2>/dev/null | head -n 1
}

check_port() { # PROTOCOL PORT INODE SETTING
    local container who
    container=$(publisher "$1" "$2")
    if [[ -n $container ]]; then who="the container $container"; else who=$(holder "$3"); fi
    problem "port $2/$1 is taken by $who" "Stop that, or give $4 another value in $ENV_FILE."
}

check_ports() {
    [[ -r $PROC/net/udp ]] || return 0
    local wanted used
    wanted=$(ports_wanted) used=$(ports_in_use)
    # One line per conflict; of a range the first port is enough.
    local protocol port inode setting
    while read -r protocol port inode setting; do
        check_port "$protocol" "$port" "$inode" "$setting"
    done < <(awk 'NR == FNR { protocol[NR] = $1; first[NR] = $2; last[NR] = $3; name[NR] = $4; count = NR; next }
        { for (i = 1; i <= count; i++)
            if ($1 == protocol[i] && $2 >= first[i] && $2 <= last[i] && !seen[i]++) print $1, $2, $3, name[i] }
        ' <(printf '%s\n' "$wanted") <(printf '%s\n' "$used"))
}

# What runs already holds its ports by right; a change of ports shows when Compose makes the container anew.
stack_runs() { [[ -n $(containers status=running label=com.docker.compose.service=asterisk) ]]; }

# --- Disk and memory --------------------------------------------------------------------------------------------

check_disk() {
    local root free needed=${DISK_GB:-3}
    # Images and models from scratch take about 10 GB while they are built, nothing worth naming afterwards.
    have_image "$(own_image tests)" || have_image "$(own_image agent)" || needed=${DISK_GB:-12}
    root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null) || return 0
    free=$(df -Pk "$root" 2>/dev/null | awk 'NR == 2 { print int($4 / 1048576) }') || :
    [[ -n $free ]] || return 0 # Docker keeps its data in another machine, as Docker Desktop does
    ((free >= needed)) || problem "only $free GB of disk are free at $root; $needed GB are needed" \
        "Make room, for instance:  docker system prune"
}

check_memory() {
    local total needed=3000
    ! llm_is_local || needed=5000
    total=$(docker info --format '{{.MemTotal}}' 2>/dev/null) || return 0
    total=$((total / 1000000))
    ((total >= needed)) || warn "Docker has $total MB of memory; the models are comfortable with $needed MB." \
        "A smaller LLM_MODEL_FILE and STT_MODEL help."
}

# A laptop changes its address; softphones would then hear nothing.
check_public_ip() {
    local address
    address=$(setting PUBLIC_IP)
    if [[ -z $address ]]; then
        warn "PUBLIC_IP is empty: softphones on other machines will not hear anything. Set it in $ENV_FILE."
    elif [[ $address =~ ^(10|192\.168|172\.(1[6-9]|2[0-9]|3[01]))\. ]] && command -v ip >/dev/null \
        && ! ip -4 -o address show | grep -q " $address/"; then
        warn "PUBLIC_IP=$address is not an address of this machine (any more). If calls are silent, correct it in $ENV_FILE."
    fi
}

# Linux answers to an address of its own on every interface, so a neighbour with a route to BRIDGE_SUBNET reaches what listens
# there: Asterisk's interface with a password, metrics without. Only root can see what the firewall has.
check_firewall() {
    [[ ${COMPOSE_FILE:-} == *compose.host.yml* && $(id -u) -eq 0 ]] && command -v nft >/dev/null || return 0
    nft list table inet parley >/dev/null 2>&1 \
        || warn "on the host's network, neighbours with a route to $(setting BRIDGE_SUBNET).0/24 reach the stack's inner ports." \
            "Keep them out:  scripts/setup/firewall.sh apply"
}

stack_runs || check_ports
check_firewall
check_disk
check_memory
check_public_ip
((problems == 0)) || exit 1
