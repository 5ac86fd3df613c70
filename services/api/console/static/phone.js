// The telephone of the page: SIP by WebSocket to the console, sound by WebRTC to Asterisk.
import { shown, watchLevel } from "./level.js";
import { ring } from "./line.js";
import { microphone } from "./microphone.js";
import { part, tell, wrong } from "./status.js";
import { follow } from "./words.js";

const SILENT_MS = 8000; // a microphone that gives nothing at all for so long is the wrong one, or off

const phone = document.getElementById("phone");
let call = null; // what goes on: what is to be undone when it ends

function show(going) {
  part("start").hidden = going;
  part("end").hidden = part("mute").hidden = !going;
  part("agent").disabled = going;
  for (const key of part("keys").children) key.disabled = !going;
  if (!going) for (const side of ["you", "agent"]) part(`level-${side}`).value = 0;
}

function meter(context, stream, bar, heard) {
  return watchLevel(context, stream, (power) => {
    bar.value = shown(power);
    heard?.(power);
  });
}

const muted = () => part("mute").getAttribute("aria-pressed") === "true";

function watch(going) {
  let began = Date.now();
  let alive = false;
  const listen = (power) => {
    alive ||= power > 0;
    if (muted()) began = Date.now();
    if (!alive && Date.now() - began > SILENT_MS) wrong("silent");
    else if (alive && part("wrong").textContent === part("wrong").dataset.silent) wrong("");
  };
  going.timers.push(meter(going.context, going.stream, part("level-you"), listen));
}

function answered(going) {
  const began = Date.now();
  going.answered = true;
  tell(muted() ? "muted" : "talking");
  going.timers.push(setInterval(() => {
    const whole = Math.floor((Date.now() - began) / 1000);
    part("length").textContent = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }, 1000));
}

function heard(going, stream) {
  part("sound").srcObject = stream;
  going.timers.push(meter(going.context, stream, part("level-agent")));
}

async function start() {
  const going = { timers: [], context: new AudioContext(), answered: false, over: false };
  call = going;
  wrong("");
  show(true);
  tell("microphone");
  part("length").textContent = "";
  try {
    going.stream = await microphone();
    if (going.over) return release(going);
    watch(going);
    tell("ringing");
    going.words = await follow(phone, part("agent").value);
    if (going.over) return release(going);
    going.line = await ring(part("agent").value, going.stream, {
      answered: () => answered(going),
      heard: (stream) => heard(going, stream),
      ended: (what, detail) => end(going, what, detail),
    });
    if (going.over) release(going);
  } catch (what) {
    end(going, typeof what === "string" ? what : "failed", typeof what === "string" ? "" : String(what));
  }
}

function release(going) {
  going.line?.hangUp();
  going.words?.end();
  for (const timer of going.timers) clearInterval(timer);
  for (const track of going.stream?.getTracks() ?? []) track.stop();
  if (going.context.state !== "closed") going.context.close();
}

function end(going, what = "", detail = "") {
  if (going.over) return;
  going.over = true;
  release(going);
  if (call !== going) return;
  call = null;
  part("sound").srcObject = null;
  part("mute").setAttribute("aria-pressed", "false");
  wrong(what, detail);
  tell(what ? "ready" : "ended");
  show(false);
}

part("start").addEventListener("click", start);
part("end").addEventListener("click", () => end(call));
part("mute").addEventListener("click", () => {
  part("mute").setAttribute("aria-pressed", String(!muted()));
  for (const track of call.stream?.getAudioTracks() ?? []) track.enabled = !muted();
  if (call.answered) tell(muted() ? "muted" : "talking");
});
part("keys").addEventListener("click", ({ target }) => target.dataset.key && call?.line?.press(target.dataset.key));
addEventListener("pagehide", () => call && end(call));
