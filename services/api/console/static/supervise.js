// Into a call of the list by voice: listen, whisper, take over. One call at a time.
import { ring } from "./line.js";
import { microphone } from "./microphone.js";
import { part, tell, wrong } from "./status.js";

const desk = document.getElementById("supervision");
const modes = [...desk.querySelectorAll("[data-mode]")];
let call = null; // the one that we are in, or are about to be

// What the console answers to one step; throws why it does not.
async function ask(name, step, mode = "") {
  const fields = new URLSearchParams({ mode, [desk.dataset.field]: desk.dataset.form });
  const answer = await fetch(`/calls/${encodeURIComponent(name)}/supervision/${step}`, { method: "POST", body: fields });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.detail || String(answer.status));
  return told;
}

function show(mode) {
  for (const button of modes) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    button.disabled = !mode || mode === "take_over";
  }
  part("leave").hidden = !mode;
  part("leave").textContent = part("leave").dataset[mode === "take_over" ? "end" : "leave"];
  for (const button of document.querySelectorAll("[data-supervise]")) button.disabled = Boolean(mode);
}

// What we say gets no further than the browser where nobody is to hear it.
function open(going, mode) {
  going.mode = mode;
  for (const track of going.stream?.getAudioTracks() ?? []) track.enabled = mode !== "listen";
  show(mode);
  if (going.answered) tell(mode);
}

async function begin(name, mode, whom) {
  const going = (call = { name, mode, answered: false, over: false });
  desk.hidden = false;
  desk.focus();
  part("whom").textContent = whom;
  wrong("");
  tell("microphone");
  show(mode);
  try {
    going.stream = await microphone();
    if (going.over) return release(going);
    open(going, mode);
    tell("ringing");
    const { extension } = await ask(name, "begin", mode);
    if (going.over) return release(going);
    going.line = await ring(extension, going.stream, {
      answered: () => {
        going.answered = true;
        tell(going.mode);
      },
      heard: (stream) => (part("sound").srcObject = stream),
      ended: (what, detail) => end(going, what, detail),
    });
    if (going.over) release(going);
  } catch (what) {
    if (typeof what === "string") end(going, what);
    else end(going, "failed", what.message);
  }
}

async function change(going, mode) {
  if (!going?.answered || going.mode === mode) return;
  wrong("");
  try {
    await ask(going.name, "change", mode);
    if (!going.over) open(going, mode);
  } catch (error) {
    wrong("failed", error.message);
  }
}

function release(going) {
  going.line?.hangUp();
  for (const track of going.stream?.getTracks() ?? []) track.stop();
}

function end(going, what = "", detail = "") {
  if (going.over) return;
  going.over = true;
  release(going);
  if (call !== going) return;
  call = null;
  part("sound").srcObject = null;
  wrong(what, detail);
  tell("ended");
  show("");
}

document.getElementById("live").addEventListener("click", ({ target }) => {
  const mode = target.dataset.supervise;
  const item = target.closest("[data-call]");
  if (mode && !call) begin(item.dataset.call, mode, item.querySelector(".what").textContent);
});
for (const button of modes) button.addEventListener("click", () => change(call, button.dataset.mode));
part("leave").addEventListener("click", () => call && end(call));
addEventListener("pagehide", () => call && end(call));
