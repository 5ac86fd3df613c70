// What is said in the call of this page, as it is said (Server-Sent Events).
const OPENED_MS = 2000; // the call does not wait longer for its words
const LAST_MS = 5000; // what was said at the end is told after it

export async function follow(phone, number) {
  const turns = document.getElementById("turns");
  const record = document.getElementById("record");
  const source = new EventSource("/live/events");
  let mine = "";
  turns.replaceChildren();
  record.hidden = true;
  document.getElementById("empty").hidden = false;

  const on = (kind, told) => source.addEventListener(kind, (event) => told(JSON.parse(event.data)));
  const said = (who) => ({ call, data }) => {
    if (call !== mine || !data.text) return;
    document.getElementById("empty").hidden = true;
    turns.append(bubble(who, phone.dataset[who], data.text));
    turns.lastElementChild.scrollIntoView({ block: "nearest" });
  };
  on("call_started", ({ call, data }) => {
    if (mine || data.caller !== phone.dataset.user || data.extension !== number) return;
    mine = call;
    record.href = `/calls/${encodeURIComponent(call)}`;
    record.hidden = false;
  });
  on("caller_said", said("caller"));
  on("agent_said", said("agent"));
  await new Promise((opened) => {
    source.onopen = opened;
    setTimeout(opened, OPENED_MS);
  });
  return { end: () => setTimeout(() => source.close(), LAST_MS) };
}

function bubble(who, name, text) {
  const item = document.createElement("li");
  item.className = who;
  item.innerHTML = '<div class="bubble"><p><b></b></p><p></p></div>';
  item.querySelector("b").textContent = name;
  item.querySelector("p:last-child").textContent = text;
  return item;
}
