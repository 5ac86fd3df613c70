// Calls that go on, by Server-Sent Events: a list of them, or one.
import { fresh } from "./renewal.js";

const AGAIN_MS = 5000;
const SETTLED_MS = 1500; // until the records have taken in what has just happened
const SAID = { caller_said: "caller", agent_said: "agent", person_said: "person" };
const GIVEN = ["transfer_started", "transfer_connected", "transfer_ended"]; // after these somebody else has it

// Listens for as long as the page is open; the browser itself takes up a connection that is lost, not one that is refused.
function listen(path, kinds, told, state) {
  const source = new EventSource(path);
  source.onopen = () => state(true);
  source.onerror = () => {
    state(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(path, kinds, told, state), AGAIN_MS);
  };
  for (const kind of kinds) source.addEventListener(kind, (event) => told(JSON.parse(event.data)));
}

// Asks once for all that happens in a while.
function settled(work) {
  let waits = 0;
  return () => {
    waits ||= setTimeout(() => {
      waits = 0;
      work().catch(() => {}); // the connection is lost: that is told beside
    }, SETTLED_MS);
  };
}

export function followCalls(list) {
  const connection = document.getElementById("connection");
  const item = (call) => list.querySelector(`[data-call="${CSS.escape(call)}"]`);
  const count = () => {
    document.getElementById("count").textContent = list.children.length;
    document.getElementById("empty").hidden = list.children.length > 0;
  };
  const renew = settled(async () => {
    const page = await fresh(location.pathname);
    if (!page) return;
    const now = [...page.querySelectorAll("#live > [data-call]")];
    if (list.dataset.only) {
      anew(list, now, page);
      count();
      return;
    }
    const going = new Set(now.map((each) => each.dataset.call));
    // What is there stays: somebody may be writing in it.
    for (const each of [...list.children]) if (!going.has(each.dataset.call)) each.remove();
    for (const each of now) if (!item(each.dataset.call)) list.append(each);
    count();
  });
  const told = ({ call, kind, data }) => {
    if (!call.startsWith(list.dataset.only ?? "")) return;
    const there = item(call);
    if (kind === "call_ended" && there) {
      there.remove();
      count();
    } else if (SAID[kind] && there) {
      there.querySelector("[data-who]").textContent = list.dataset[SAID[kind]];
      there.querySelector("[data-words]").textContent = data.text;
    } else if (GIVEN.includes(kind)) {
      if (list.dataset.only) renew(); // whose it is is shown
    } else if (!there && kind !== "call_ended") renew();
  };
  listen("/live/events", ["call_started", "call_resumed", "call_ended", ...GIVEN, ...Object.keys(SAID)], told, (good) => {
    connection.textContent = good ? "" : connection.dataset.away;
    if (good) renew();
  });
  setInterval(() => {
    for (const time of list.querySelectorAll("[data-since]")) time.textContent = length(Date.now() - Date.parse(time.dataset.since));
  }, 1000);
}

// Nobody writes in this list: it becomes what it is now, in its order, and who stands on a link stays there.
function anew(list, now, page) {
  const at = document.activeElement?.closest("[data-call]")?.dataset.call;
  list.replaceChildren(...now);
  if (at) list.querySelector(`[data-call="${CSS.escape(at)}"] a`)?.focus();
  become(document.getElementById("waits"), page.getElementById("waits"));
}

// A status is told by screen readers when it changes, and only then.
function become(status, now) {
  if (status.textContent !== now.textContent) status.replaceChildren(...now.childNodes);
}

function length(ms) {
  const whole = Math.max(0, Math.round(ms / 1000));
  const two = (figure) => String(figure).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export function followOne(record, localise) {
  const renew = settled(async () => {
    const now = (await fresh(location.pathname))?.getElementById("record");
    if (!now) return;
    record.replaceChildren(...now.childNodes);
    localise(record);
    if (!now.dataset.follow) document.getElementById("steer")?.remove();
  });
  const kinds = [...Object.keys(SAID), "turn", "key", "note", "call_ended", "barge_in"];
  listen(`/live/events?call=${encodeURIComponent(record.dataset.follow)}`, kinds, renew, (good) => good && renew());
}

// A chat: new lines are added at its end, and what can be done changes when somebody else has it.
export function followThread(thread, localise) {
  const connection = document.getElementById("connection");
  const lines = document.getElementById("lines");
  lines.lastElementChild?.scrollIntoView({ block: "nearest" });
  const renew = settled(async () => {
    const page = await fresh(location.pathname);
    const now = page?.getElementById("thread");
    if (!now) return;
    const last = Number(lines.lastElementChild?.dataset.number ?? -1);
    for (const line of now.querySelectorAll("#lines > li")) {
      if (Number(line.dataset.number) <= last) continue;
      localise(line);
      lines.append(line);
      line.scrollIntoView({ block: "nearest" });
    }
    document.getElementById("empty").hidden = lines.children.length > 0;
    if (now.dataset.whose !== thread.dataset.whose) pass(thread, now, page);
  });
  const kinds = ["call_resumed", "call_ended", ...GIVEN, ...Object.keys(SAID)];
  listen(`/live/events?call=${encodeURIComponent(thread.dataset.thread)}`, kinds, renew, (good) => {
    connection.textContent = good ? "" : connection.dataset.away;
    if (good) renew();
  });
}

// Somebody else has the chat, or it is over. What was being written stays where it can still be written.
function pass(thread, now, page) {
  thread.dataset.whose = now.dataset.whose;
  document.getElementById("whose").replaceWith(page.getElementById("whose"));
  const before = document.getElementById("steer");
  const after = page.getElementById("steer");
  if (!before) return;
  const stood = before.contains(document.activeElement);
  const draft = before.querySelector("[name=text]")?.value;
  const field = after?.querySelector("[name=text]");
  if (after) before.replaceWith(after);
  else before.remove();
  if (draft && field) field.value = draft;
  if (stood) (field ?? after?.querySelector("button"))?.focus();
}
