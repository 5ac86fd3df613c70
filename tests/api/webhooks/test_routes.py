"""Who is told what happens, as a program sets it."""

from parley.outside.notes import Note
from tests.api.conftest import Site

URL = "https://crm.example/hook"


def test_a_webhook_is_made_shown_changed_and_removed_and_its_secret_is_told_once(site: Site) -> None:
    client = site.client("webhooks:manage", "audit:read")
    made = client.put("/webhooks/crm", json={"url": URL, "events": ["call.ended"], "agents": ["shop"]}).json()
    assert made["secret"].startswith("whsec_")
    (shown,) = client.get("/webhooks").json()["webhooks"]
    assert shown == {**made, "secret": None}
    changed = client.put("/webhooks/crm", json={"url": URL}).json()
    assert (changed["events"], changed["secret"]) == ([], None)
    kept = site.spool.endpoint("crm")
    assert kept is not None
    assert kept.secret == made["secret"]
    anew = client.put("/webhooks/crm", json={"url": URL, "new_secret": True}).json()
    assert anew["secret"] != made["secret"]
    assert client.post("/webhooks/crm/test").json() == {"result": "queued"}
    assert [letter.kind for letter in site.spool.due("crm", 2e9, 10)] == ["test"]
    assert client.delete("/webhooks/crm").status_code == 200
    assert client.delete("/webhooks/crm").json()["type"].endswith("no-such-webhook")
    assert client.post("/webhooks/crm/test").status_code == 404
    actions = [entry["action"] for entry in client.get("/audit").json()["entries"]]
    assert actions == ["webhook.remove", "webhook.test", *3 * ["webhook.put"]]


def test_what_cannot_be_a_webhook_is_named(site: Site) -> None:
    client = site.client("webhooks:manage")
    for body, field in (
        ({}, "url"),
        ({"url": "ftp://x"}, "url"),
        ({"url": URL, "events": ["call.begun"]}, "events"),
        ({"url": URL, "agents": ["a,b"]}, "agents"),
        ({"url": URL, "other": 1}, "other"),
    ):
        answer = client.put("/webhooks/crm", json=body)
        assert answer.status_code == 422, body
        assert field in answer.json()["detail"]
    assert site.client("calls:read", name="other").get("/webhooks").status_code == 403


def test_what_was_given_up_is_listed_and_sent_again(site: Site) -> None:
    client = site.client("webhooks:manage")
    client.put("/webhooks/crm", json={"url": URL})
    for number in (1, 2):
        site.spool.add(Note(f"msg_{number}", "call.ended", "{}", 0.0, f"c{number}", f"c{number}", "shop"))
        site.spool.failed(number, "status: 500", None)
    newest, oldest = client.get("/dead-letters").json()["letters"]
    assert (newest["call"], newest["tries"], newest["error"]) == ("c2", 1, "status: 500")
    assert client.get("/dead-letters", params={"before": 2}).json()["letters"] == [oldest]
    assert client.post("/dead-letters/1/again").status_code == 200
    assert client.get("/dead-letters").json()["letters"] == [newest]
    assert client.post("/dead-letters/1/again").json()["type"].endswith("no-such-letter")


def test_what_became_of_the_messages_to_a_receiver_is_listed(site: Site) -> None:
    client = site.client("webhooks:manage")
    for name in ("crm", "other"):
        client.put(f"/webhooks/{name}", json={"url": URL})
    for number in (1, 2, 3):
        note = Note(f"msg_{number}", "call.ended", "{}", 0.0, f"c{number}", f"c{number}", "shop")
        site.spool.add(note, to="crm")
    site.spool.failed(1, "status: 500", None)
    site.spool.failed(2, "status: 503", 60.0)
    site.spool.taken(3, 1.0)
    told = client.get("/webhooks/crm/deliveries").json()["deliveries"]
    assert [(each["call"], each["state"], each["failed"], each["error"]) for each in told] == [
        ("c3", "taken", 0, ""),
        ("c2", "waiting", 1, "status: 503"),
        ("c1", "dead", 1, "status: 500"),
    ]
    times = [each["at"] and each["at"][11:19] for each in told]
    assert times == ["00:00:01", "00:01:00", None]
    some = client.get("/webhooks/crm/deliveries", params={"limit": 1, "before": told[0]["number"]}).json()
    assert some["deliveries"] == [told[1]]
    assert client.get("/webhooks/other/deliveries").json() == {"deliveries": []}
    assert client.get("/webhooks/nobody/deliveries").json()["type"].endswith("no-such-webhook")
