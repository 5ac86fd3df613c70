"""The policies: who reaches whom is what Compose's networks say, and nobody else does."""

from typing import Any

import yaml

from tests.stack.kubernetes.rendered import (
    BASE,
    ROOT,
    WITHOUT_POLICY,
    named,
    networks,
    objects,
    settings,
    workloads,
)

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["networks"]
PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
Labels = dict[str, str]


def policies() -> dict[str, dict[str, Any]]:
    return {name: policy["spec"] for name, policy in named(objects(BASE), "NetworkPolicy").items()}


def labels() -> dict[str, Labels]:
    return {n: w["spec"]["template"]["metadata"]["labels"] for n, w in workloads(objects(BASE)).items()}


def selects(selector: dict[str, Any], own: Labels) -> bool:
    wanted: Labels = selector.get("matchLabels", {})
    return wanted.items() <= own.items()


def lets(policies: dict[str, dict[str, Any]], pods: dict[str, Labels], one: str, other: str) -> bool:
    """Whether `one` may connect to `other` by any port: its way out and the other's way in."""

    def allowed(subject: str, peer: str, direction: str, key: str) -> bool:
        return any(
            "podSelector" in side and selects(side["podSelector"], pods[peer]) and "ports" not in rule
            for policy in policies.values()
            if selects(policy["podSelector"], pods[subject])
            for rule in policy.get(direction, [])
            for side in rule[key]
        )

    return allowed(one, other, "egress", "to") and allowed(other, one, "ingress", "from")


def test_there_is_a_policy_for_each_network_and_one_that_closes_all_else() -> None:
    assert policies().keys() == COMPOSE.keys() - WITHOUT_POLICY.keys() | {"nothing-else"}
    closing = policies()["nothing-else"]
    assert closing["podSelector"] == {}
    assert closing["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in closing
    (names,) = closing["egress"]
    assert {port["port"] for port in names["ports"]} == {53}


def test_who_shares_a_network_reaches_each_other_and_nobody_else() -> None:
    there, pods = workloads(objects(BASE)), labels()
    for one in there:
        for other in there:
            together = bool(networks(there[one]) & networks(there[other]))
            assert lets(policies(), pods, one, other) == together, f"{one} to {other}"


def test_a_network_less_is_found_out() -> None:
    without = {name: policy for name, policy in policies().items() if name != "model"}
    assert lets(policies(), labels(), "agent", "llm")
    assert not lets(without, labels(), "agent", "llm")
    assert not lets(policies(), labels(), "api", "llm")


def test_only_one_network_leads_outside() -> None:
    """Edge leads to Asterisk, which has its machine's address; what is internal in Compose leads nowhere."""
    blocks: dict[str, list[str]] = {}
    for name, policy in policies().items():
        for side in (side for rule in policy.get("egress", []) for side in rule["to"]):
            if "ipBlock" in side:
                blocks.setdefault(name, []).append(side["ipBlock"]["cidr"])
    assert blocks == {"edge": PRIVATE, "egress": ["0.0.0.0/0"]}
    assert not any((COMPOSE[name] or {}).get("internal") for name in blocks)


def test_the_way_to_asterisk_is_by_its_ports_alone() -> None:
    ours = settings()
    (rule,) = (rule for rule in policies()["edge"]["egress"] if "ipBlock" in rule["to"][0])
    ports = {(port["protocol"], port["port"], port.get("endPort")) for port in rule["ports"]}
    assert ports == {
        ("TCP", 8088, None),
        ("UDP", int(ours["SIP_PORT"]), None),
        ("TCP", int(ours["SIP_PORT"]), None),
        ("TCP", int(ours["SIP_TLS_PORT"]), None),
        ("UDP", int(ours["RTP_START"]), int(ours["RTP_END"])),
    }
