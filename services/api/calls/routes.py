"""`/calls`: what is kept of calls. Blocking: each request has a thread of the framework's."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Security

from api.access.audit import Audit
from api.access.guard import admitted
from api.access.keys import Key
from api.calls import asked, views
from api.calls.cells import Cells, There, chosen
from api.calls.course import Course, course
from api.calls.loudness import NoSound, loudness
from api.calls.reading import found, records
from api.calls.sound import Sound, at_hand, sound
from api.ids import CallId
from api.problems import Problem
from records.query import Query
from records.sound.timeline import NoTimeline


class Places:
    """Where records and recordings are kept, and what opens these."""

    def __init__(self, records_dir: Path, recordings_dir: Path, identity: Path) -> None:
        """`identity`: the file of an age identity; empty or absent: encrypted recordings stay so."""
        self.records = records_dir
        self.recordings = recordings_dir
        self._identity = identity

    def identity(self) -> str:
        """What opens recordings; read anew each time, so that it can be taken away."""
        return self._identity.read_text() if self._identity.is_file() else ""


def places(request: Request) -> Places:
    """Where the application finds what it shows."""
    return request.app.state.places


Kept = Annotated[Places, Depends(places)]
Reader = Annotated[Key, Security(admitted, scopes=["calls:read"])]
Listener = Annotated[Key, Security(admitted, scopes=["recordings:read"])]
Onlooker = Annotated[Key, Security(admitted, scopes=["calls:read", "recordings:read"])]
"""What is in a course is of the record, too: words, and what happened that is not heard."""

router = APIRouter(prefix="/calls", tags=["calls"])


@router.get("")
def list_calls(
    _key: Reader,
    kept: Kept,
    there: There,
    *,
    cell: asked.Cell = "",
    since: asked.Since = asked.EVER,
    until: asked.Until = asked.NEVER,
    agent: asked.Agent = "",
    caller: asked.Caller = "",
    outcome: asked.Outcome = "",
    tag: asked.Tag = "",
    category: asked.Category = "",
    channel: asked.Channel = "all",
    text: asked.Text = "",
    state: asked.State = "all",
    limit: asked.Limit = 50,
    after: asked.After = "",
) -> views.Page:
    """Calls, newest first: all, or those that match everything that is asked for."""
    over = asked.over(state)
    begun, came = (since.timestamp(), until.timestamp()), "" if channel == "all" else channel
    query = Query(*begun, agent, caller, outcome, text, over, tag, category, channel=came)
    if there.elsewhere(cell):
        return _found_elsewhere(there, query, cell, limit, after)
    with records(kept.records) as store:
        page = store.page(query, limit, asked.place(after))
    return views.Page(
        calls=[views.summary(record, over=ended, cell=there.own) for record, ended in page.records],
        after=asked.after(page.after),
    )


def _found_elsewhere(there: Cells, query: Query, cell: str, limit: int, after: str) -> views.Page:
    with there.opened() as central:
        found = central.page(query, chosen(cell), limit, asked.place_of_all(after))
    return views.Page(
        calls=[views.summary(record, over=True, cell=name) for name, record in found.records],
        after=asked.after(found.after),
    )


@router.get("/{call}")
def read_call(_key: Reader, kept: Kept, there: There, call: CallId, cell: asked.OneCell = "") -> views.Whole:
    """One call: everything that was said, with how long each answer took, and what else happened."""
    if there.elsewhere(cell):
        with there.opened() as central:
            copy = central.record(cell, call)
        if copy is None:
            raise Problem(404, "no-such-call", f"no call {call} of a cell {cell} is kept")
        return views.whole(copy, over=True, cell=cell)
    with records(kept.records) as store:
        record, over = found(store, call)
    return views.whole(record, over=over, cell=there.own)


@router.get("/{call}/recording", response_class=Sound, status_code=200)
def read_recording(key: Listener, request: Request, kept: Kept, call: CallId) -> Sound:
    """What was recorded of a call, a WAV file; a part of it with the header `Range: bytes=0-999`."""
    with records(kept.records) as store:
        record, _ = found(store, call)
    if record.recording is None:
        raise Problem(404, "no-recording", "this call was not recorded")
    recording = sound(kept.recordings, str(record.recording), kept.identity())
    audit: Audit = request.app.state.audit
    audit.note(key.name, "recording.read", call)
    return recording


@router.get("/{call}/recording/course")
def read_course(_key: Onlooker, kept: Kept, there: There, call: CallId) -> Course:
    """What the recording of a call that is over looks like, and what is heard in it when; to be drawn, not heard."""
    with records(kept.records) as store:
        record, over = found(store, call)
        events = store.events(call)
    if record.recording is None:
        raise Problem(404, "no-recording", "this call was not recorded")
    if not over:
        raise Problem(409, "goes-on", "the call goes on")
    try:
        with at_hand(kept.recordings, str(record.recording), kept.identity()) as file:
            told = views.whole(record, over=over, cell=there.own)
            return course(told, events, loudness(file))
    except (NoSound, NoTimeline) as error:
        raise Problem(409, "no-sound", str(error)) from error


@router.get("/{call}/voicemail", response_class=Sound, status_code=200)
def read_voicemail(key: Listener, request: Request, kept: Kept, call: CallId) -> Sound:
    """The message that a caller left on the voicemail, a WAV file; a part of it as of a recording."""
    with records(kept.records) as store:
        record, _ = found(store, call)
    files = [event["file"] for event in record.events if event["kind"] == "voicemail" and event.get("file")]
    if not files:
        raise Problem(404, "no-recording", "the caller was not on the voicemail")
    message = sound(kept.recordings, str(files[-1]), kept.identity())
    audit: Audit = request.app.state.audit
    audit.note(key.name, "voicemail.read", call)
    return message
