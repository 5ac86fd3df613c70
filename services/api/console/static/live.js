// Calls that go on, by Server-Sent Events: a list of them, or one.
const AGAIN_MS = 5000;
const SETTLED_MS = 1500; // until the records have taken in what has just happened
const SAID = { caller_said: "caller", agent_said: "agent" };

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

// The same page as it is now.
async function fresh() {
  const answer = await fetch(location.pathname);
  if (answer.redirected) location.assign(answer.url); // the session is over
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
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
    const page = await fresh();
    if (!page) return;
    const now = [...page.querySelectorAll("#live > [data-call]")];
    const going = new Set(now.map((each) => each.dataset.call));
    // What is there stays: somebody may be writing in it.
    for (const each of [...list.children]) if (!going.has(each.dataset.call)) each.remove();
    for (const each of now) if (!item(each.dataset.call)) list.append(each);
    count();
  });
  const told = ({ call, kind, data }) => {
    const there = item(call);
    if (kind === "call_ended" && there) {
      there.remove();
      count();
    } else if (SAID[kind] && there) {
      there.querySelector("[data-who]").textContent = list.dataset[SAID[kind]];
      there.querySelector("[data-words]").textContent = data.text;
    } else if (!there && kind !== "call_ended") renew();
  };
  listen("/live/events", ["call_started", "call_resumed", "call_ended", ...Object.keys(SAID)], told, (good) => {
    connection.textContent = good ? "" : connection.dataset.away;
    if (good) renew();
  });
  setInterval(() => {
    for (const time of list.querySelectorAll("[data-since]")) time.textContent = length(Date.now() - Date.parse(time.dataset.since));
  }, 1000);
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
    const now = (await fresh())?.getElementById("record");
    if (!now) return;
    record.replaceChildren(...now.childNodes);
    localise(record);
    if (!now.dataset.follow) document.getElementById("steer")?.remove();
  });
  const kinds = [...Object.keys(SAID), "turn", "key", "note", "call_ended", "barge_in"];
  listen(`/live/events?call=${encodeURIComponent(record.dataset.follow)}`, kinds, renew, (good) => good && renew());
}
