#!/bin/bash
# Rules for the host's firewall (nftables): who may reach SIP and RTP, and how often. In a table of its own, before
# Docker's address translation, so that it holds for published ports as well as on the host's network.
#
#   firewall.sh            prints the rules
#   firewall.sh apply      puts them into force, until the next start of the machine (as root)
#   firewall.sh remove     takes them away (as root)
#
# SIP_ALLOW_NETS and the trunk's addresses say who may call; without SIP_ALLOW_NETS everybody may try.
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

TABLE='inet parley'
SECOND_MEDIA_PORT=40001 # compose.host.yml

is_ipv4() { [[ $1 =~ ^[0-9]+(\.[0-9]+){3}(/[0-9]+)?$ ]]; }

# The trunk's addresses; names are looked up now, so the rules are to be made anew when a provider moves.
trunk_addresses() {
    local item items
    IFS=, read -ra items <<<"$(setting TRUNK_MATCH),$(setting TRUNK_HOST)"
    for item in "${items[@]}"; do
        item=${item// /}
        [[ $item == */* ]] || item=${item%:*}
        if is_ipv4 "$item"; then
            printf '%s\n' "$item"
        elif [[ -n $item ]]; then
            getent ahostsv4 "$item" | awk '{print $1}' || warn "there is no address of $item"
        fi
    done | sort -u
}

# Who calls from the stack's own containers or from this machine has not come from outside.
inside='{ "lo", "docker0", "br-*" }'

# The stack's own networks, of those that there are now: Docker before 28 lets neighbours send to containers there whose
# ports are published on 127.0.0.1 alone (Prometheus, Grafana, the API; Redis beside the host's network).
own_networks() {
    local networks
    networks=$(docker network ls --quiet --filter "label=com.docker.compose.project=$PROJECT" 2>/dev/null) || return 0
    [[ -n $networks ]] || return 0
    # shellcheck disable=SC2086 # one argument for each
    docker network inspect --format '{{range .IPAM.Config}}{{println .Subnet}}{{end}}' $networks 2>/dev/null \
        | while read -r item; do ! is_ipv4 "$item" || printf ', %s' "$item"; done
}

allowed() { # what the set of those who may call holds
    local nets trunk
    nets=$(setting SIP_ALLOW_NETS) trunk=$(trunk_addresses)
    if [[ -z $nets ]]; then printf '0.0.0.0/0'; else printf '%s' "${nets// /}${trunk:+,${trunk//$'\n'/,}}"; fi
}

rules() {
    local sip tls start end bridge
    sip=$(setting SIP_PORT) tls=$(setting SIP_TLS_PORT)
    start=$(setting RTP_START) end=$(setting RTP_END) bridge=$(setting BRIDGE_SUBNET)
    cat <<END
table $TABLE
delete table $TABLE
table $TABLE {
    set allowed {
        type ipv4_addr
        flags interval
        auto-merge
        elements = { $(allowed) }
    }
    set own {
        type ipv4_addr
        flags interval
        auto-merge
        elements = { $bridge.0/24$(own_networks) }
    }
    set callers {
        type ipv4_addr
        size 65535
        flags dynamic, timeout
        timeout 1m
    }
    set connections {
        type ipv4_addr
        size 65535
        flags dynamic
    }

    chain outside {
        # After conntrack (-200), before Docker's translation of addresses (-100).
        type filter hook prerouting priority mangle; policy accept;
        iifname $inside accept
        # Nobody from outside has business with a container's own address: what is published is sent to the machine's. On
        # the host's network the inner bridge answers to its neighbours only, and the audio between Asterisk and the
        # gateway does not leave the machine.
        ip daddr @own drop
        udp dport { $(setting MEDIA_PORT), $SECOND_MEDIA_PORT } drop
        udp dport $sip jump sip
        tcp dport { $sip, $tls } jump sip_by_tcp
        udp dport $start-$end ip saddr != @allowed drop
    }

    chain sip {
        ip saddr != @allowed drop
        # A telephone sends some packets a minute, a PBX with fifty calls some a second; who guesses, hundreds.
        update @callers { ip saddr limit rate over 40/second burst 80 packets } drop
    }

    chain sip_by_tcp {
        ip saddr != @allowed drop
        ct state new add @connections { ip saddr ct count over 30 } drop
        ct state new update @callers { ip saddr limit rate over 10/second burst 20 packets } drop
    }
}
END
}

need_root() {
    [[ $(id -u) -eq 0 ]] || fail "only root may change the firewall" "Look at the rules:  scripts/setup/firewall.sh"
    command -v nft >/dev/null || fail "this machine lacks nft" "Install the package nftables."
}

case ${1:-print} in
    print) rules ;;
    apply)
        need_root
        rules | nft -f - || fail "the rules could not be put into force"
        say "In force: nft list table $TABLE"
        ;;
    remove)
        need_root
        nft delete table $TABLE
        ;;
    *) fail "usage: firewall.sh [print|apply|remove]" ;;
esac
