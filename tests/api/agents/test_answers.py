"""Answers to what an agent did not know: tried, published, refused; with a real Redis and somebody who tries them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from api.agents import asking
from api.agents.mending import Answer, verdict
from parley.outside.inquiries import Compared, Inquiry, InquiryAnswer
from tests.api.conftest import SHOP, Site, agent, happened, served, spoken
from tests.api.worker import TRIAL, UNKNOWN, answered, worker

WATCHES = "Do you repair watches?"
ANSWER = "We repair watches within a week."
WRITTEN = {"answer": f" {ANSWER}\n", "questions": [WATCHES, "Can you mend my watch?"]}


@pytest.fixture
def site(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(asking, "COMPARED_S", 30.0)  # a busy machine answers late
    monkeypatch.setattr(asking, "GROUPED_S", 30.0)
    with served(tmp_path, redis_url) as site:
        agent(site, "shop")
        spoken(site.store, "c1", "When do you open?", "We open at nine.")
        asked = {"question": WATCHES, "register": "unknown", "said": "I am not sure."}
        happened(
            site.store,
            "c2",
            ("call_started", {}),
            ("caller_said", {"turn": 1, "text": WATCHES}),
            ("open_question", asked),
            ("caller_said", {"turn": 2, "text": "when do you open"}),
            ("call_ended", {}),
        )
        yield site


def client(site: Site, *scopes: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {site.key(*scopes)}"}
    return httpx.AsyncClient(base_url=f"{site.url}/api/v1/agents/shop", headers=headers, timeout=60)


def done(site: Site) -> list[tuple[str, str, str]]:
    entries = reversed(site.app.state.audit.entries(100))
    return [(entry.action, entry.subject, entry.outcome) for entry in entries]


async def test_an_answer_is_tried_on_its_questions_and_on_what_was_known(site: Site, redis_url: str) -> None:
    async with worker(redis_url) as asked, client(site, "calls:read") as api:
        tried = (await api.post("/answers/try", json=WRITTEN)).json()
    assert tried["good"] is True
    assert [(line["question"], line["verdict"]) for line in tried["lines"]] == [
        (WATCHES, "answered"),
        ("Can you mend my watch?", "answered"),
        # Of two wordings the newer one; what was not surely known may change.
        ("when do you open", "same"),
    ]
    assert (tried["lines"][0]["before"]["register"], tried["lines"][0]["after"]["line"]) == (
        "unknown",
        ANSWER,
    )
    draft = asked[0].draft
    assert draft is not None
    assert (draft.answer, draft.asks) == (ANSWER, tuple(WRITTEN["questions"]))
    assert (site.folder / "agents/shop/agent.yaml").read_text() == SHOP


async def test_an_exact_answer_is_published_as_a_version_that_can_be_taken_back(
    site: Site, redis_url: str
) -> None:
    file = site.folder / "agents/shop/agent.yaml"
    async with worker(redis_url), client(site) as api:
        version = (await api.post("/answers/try", json=WRITTEN)).json()["version"]
        assert (await api.post("/answers", json=WRITTEN)).status_code == 428
        seen = {"If-Match": f'"{version}"'}
        published = (await api.post("/answers", json=WRITTEN, headers=seen)).json()
        # Who tried it with another file is told, and what that file has by now is not lost.
        late = await api.post("/answers", json=WRITTEN, headers=seen)
        assert (late.status_code, late.json()["type"]) == (412, "urn:parley:problem:other-version")
        now = (await api.get(f"{site.url}/api/v1/agents/shop")).json()
        assert (published["file"], published["version"]) == ("agent.yaml", now["version"])
        assert now["file"]["curated"] == [{"ask": WRITTEN["questions"], "answer": ANSWER}]
        assert file.read_text().startswith(SHOP)
        questions = (await api.get("/questions")).json()["questions"]
        assert [(q["question"], q["exact"], q["call"]) for q in questions] == [(WATCHES, True, "c2")]
        await api.post("/versions/1/restore", headers={"If-Match": "*"})
    assert file.read_text() == SHOP
    assert ("agent.answer", "shop", "done") in done(site)


async def test_a_fact_is_added_to_a_file_of_them(site: Site, redis_url: str) -> None:
    fact = {**WRITTEN, "kind": "fact"}
    file = site.folder / "agents/shop/knowledge/answers.md"
    async with worker(redis_url) as asked, client(site) as api:
        for line in (1, 2):
            version = (await api.post("/answers/try", json=fact)).json()["version"]
            seen = {"If-Match": f'"{version}"'}
            published = (await api.post("/answers", json=fact, headers=seen)).json()
            assert published["file"] == "answers.md"
            assert file.read_text() == f"- {ANSWER}\n" * line
            assert (await api.post("/answers", json=fact, headers=seen)).status_code == 412
    assert asked[0].draft is not None
    assert asked[0].draft.asks == ()
    assert [entry[1:] for entry in done(site)] == [
        ("shop/answers.md", "done"),
        ("shop/answers.md", "other-version"),
    ] * 2


async def test_what_would_cost_another_answer_is_not_published(site: Site, redis_url: str) -> None:
    def careless(inquiry: Inquiry) -> InquiryAnswer:
        after = msgspec.structs.replace(TRIAL, line=ANSWER)
        compared = [Compared(before=TRIAL, after=after) for _ in inquiry.questions]
        return InquiryAnswer(result="answered", compared=compared)

    async with worker(redis_url, careless), client(site) as api:
        tried = (await api.post("/answers/try", json=WRITTEN)).json()
        refused = await api.post("/answers", json=WRITTEN, headers={"If-Match": "*"})
    assert (tried["good"], tried["lines"][-1]["verdict"]) == (False, "lost")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:parley:problem:not-good")
    assert "when do you open" in refused.json()["detail"]
    assert (site.folder / "agents/shop/agent.yaml").read_text() == SHOP


@pytest.mark.parametrize(
    ("file", "more", "status", "kind"),
    [
        (SHOP, {"language": "de"}, 404, "no-such-language"),
        ("company: [\n", {}, 409, "broken"),
        (f"{SHOP}curated: [{{ask: [Why], answer: So.}},]\n", {}, 409, "by-hand"),
        (SHOP, {"answer": " "}, 422, "invalid-request"),
        (SHOP, {"questions": []}, 422, "invalid-request"),
    ],
)  # fmt: skip
async def test_what_cannot_be_published_is_told(
    site: Site, redis_url: str, file: str, more: dict[str, object], status: int, kind: str
) -> None:
    (site.folder / "agents/shop/agent.yaml").write_text(file)
    async with worker(redis_url), client(site) as api:
        told = await api.post("/answers", json={**WRITTEN, **more}, headers={"If-Match": "*"})
    assert (told.status_code, told.json().get("type", "").rpartition(":")[2]) == (status, kind), told.text


async def test_questions_that_mean_the_same_are_told_where_that_is_asked(site: Site, redis_url: str) -> None:
    asked = {"question": "Could you fix a watch?", "register": "unsure", "said": "I am not sure."}
    happened(site.store, "c3", ("call_started", {}), ("open_question", asked), ("call_ended", {}))
    async with client(site) as api:
        alone = (await api.get("/questions")).json()["questions"]
        async with worker(redis_url, answered):
            together = (await api.get("/questions?grouped=true")).json()["questions"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asking, "GROUPED_S", 0.1)
            unheard = (await api.get("/questions?grouped=true")).json()["questions"]
    assert [[q["group"] for q in list_] for list_ in (alone, together, unheard)] == [[0, 1], [0, 0], [0, 1]]


EXACT = Answer(ANSWER, (WATCHES,), True, "")
FACT = Answer("We open at nine. We close at six.", (WATCHES,), False, "")


@pytest.mark.parametrize(
    ("before", "after", "answer", "expected"),
    [
        (UNKNOWN, {"line": f"Yes. {ANSWER}"}, EXACT, "answered"),
        (UNKNOWN, {"line": ANSWER, "register": "likely"}, EXACT, "unanswered"),
        (UNKNOWN, {"line": "We open at nine."}, FACT, "answered"),
        (UNKNOWN, {"line": "Perhaps: We open at nine.", "register": "likely"}, FACT, "answered"),
        (UNKNOWN, {"line": "We open at nine.", "register": "unsure"}, FACT, "unanswered"),
        (UNKNOWN, {"evidence": [], "line": "No."}, FACT, "unanswered"),
        (TRIAL, {}, None, "same"),
        (TRIAL, {"register": "likely"}, None, "lost"),
        (TRIAL, {"action": "hangup"}, None, "lost"),
        (msgspec.structs.replace(TRIAL, register="person"), {}, None, "lost"),
        (UNKNOWN, {}, None, "changed"),
    ],
)
def test_what_becomes_of_a_question(
    before: object, after: dict[str, object], answer: Answer | None, expected: str
) -> None:
    compared = Compared(before=before, after=msgspec.structs.replace(TRIAL, **after))  # type: ignore[arg-type]
    assert verdict(compared, answer) == expected
