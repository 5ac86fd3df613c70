// What a call from this browser needs, looked at one after the other. Each check gives what is wrong, or "good".
import { shown, watchLevel } from "./level.js";
import { microphone } from "./microphone.js";

const ANSWER_MS = 5000;
const SPEAK_MS = 8000;
const VOICE = 1e-5; // mean power of a voice, -50 dBFS
const OFTEN = 3; // so often: a click is no voice
const TONES_HZ = [660, 880];
const TONE_S = 0.4;

const list = document.getElementById("checks");
const item = (name) => list.querySelector(`[data-check=${name}]`);
const late = (ms, what) => new Promise((done) => setTimeout(done, ms, what));

function tell(name, outcome, detail = "") {
  const there = item(name);
  const state = outcome === "good" ? "good" : outcome === "asked" || !outcome ? "runs" : "wrong";
  there.dataset.outcome = outcome;
  there.querySelector("[data-tag]").textContent = list.dataset[state];
  there.querySelector("[data-tag]").className = `tag ${{ good: "say", wrong: "unknown" }[state] ?? ""}`;
  there.querySelector("[data-told]").textContent = `${there.dataset[outcome] ?? ""} ${detail}`.trim();
}

function leave(name) {
  item(name).dataset.outcome = "left";
  item(name).querySelector("[data-tag]").textContent = list.dataset.left;
}

function secure() {
  return window.isSecureContext && navigator.mediaDevices ? ["good"] : ["insecure"];
}

// Asks the telephone system what it can do (OPTIONS, RFC 3261, section 11): whatever it says, it is there.
function line() {
  const name = crypto.getRandomValues(new Uint32Array(3)).join("");
  const question = [
    "OPTIONS sip:web@parley.invalid SIP/2.0",
    `Via: SIP/2.0/WS parley.invalid;branch=z9hG4bK${name}`,
    "Max-Forwards: 70",
    `From: <sip:web@parley.invalid>;tag=${name}`,
    "To: <sip:web@parley.invalid>",
    `Call-ID: ${name}`,
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
    "\r\n",
  ].join("\r\n");
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/call/sip`, "sip");
  let open = false;
  const answered = new Promise((told) => {
    socket.onopen = () => {
      open = true;
      socket.send(question);
    };
    socket.onmessage = () => told(["good"]);
    socket.onclose = () => told([open ? "away" : "refused"]);
  });
  return Promise.race([answered, late(ANSWER_MS).then(() => [open ? "away" : "refused"])]).finally(() => socket.close());
}

// Where sound could come to this browser: candidates (ICE, RFC 8445).
async function way() {
  if (!window.RTCPeerConnection) return ["off"];
  const { iceServers } = await (await fetch("/call/ice")).json();
  const connection = new RTCPeerConnection({ iceServers });
  try {
    const kinds = new Set();
    const gathered = new Promise((all) => {
      connection.onicecandidate = ({ candidate }) => {
        if (!candidate?.candidate) all();
        else kinds.add(candidate.type);
      };
    });
    connection.addTransceiver("audio");
    await connection.setLocalDescription();
    await Promise.race([gathered, late(ANSWER_MS)]);
    if (!kinds.size) return ["none"];
    const relays = iceServers.some(({ urls }) => [urls].flat().some((url) => url.startsWith("turn")));
    return relays && !kinds.has("relay") ? ["relay"] : ["good", [...kinds].join(", ")];
  } finally {
    connection.close();
  }
}

async function voice(context, stream) {
  let loudest = 0;
  let often = 0;
  let timer;
  const heard = new Promise((done) => {
    timer = watchLevel(context, stream, (power) => {
      document.getElementById("level").value = shown(power);
      loudest = Math.max(loudest, power);
      often += power > VOICE;
      if (often >= OFTEN) done();
    });
  });
  await Promise.race([heard, late(SPEAK_MS)]);
  clearInterval(timer);
  document.getElementById("level").value = 0;
  if (!loudest) return ["silent"];
  return often >= OFTEN ? ["good"] : ["faint"];
}

async function speaker(context) {
  await Promise.race([context.resume(), late(1000)]);
  if (context.state !== "running") return ["off"];
  TONES_HZ.forEach((pitch, number) => {
    const tone = new OscillatorNode(context, { frequency: pitch });
    tone.connect(new GainNode(context, { gain: 0.2 })).connect(context.destination);
    tone.start(context.currentTime + number * TONE_S);
    tone.stop(context.currentTime + (number + 1) * TONE_S);
  });
  const hears = document.getElementById("hears");
  hears.hidden = false;
  const answer = await new Promise((said) => {
    hears.onclick = ({ target }) => target.dataset.hears && said(target.dataset.hears);
  });
  hears.hidden = true;
  return answer === "yes" ? ["good"] : ["unheard"];
}

async function look(name, work, asked = "") {
  tell(name, asked);
  let found;
  try {
    found = await work();
  } catch (error) {
    found = typeof error === "string" ? [error] : ["failed", String(error)];
  }
  tell(name, ...found);
  return found[0] === "good";
}

async function run() {
  const sum = document.getElementById("sum");
  const context = new AudioContext();
  let stream;
  sum.textContent = "";
  for (const each of list.children) leave(each.dataset.check);
  const found = [await look("secure", secure), await look("line", line), await look("way", way)];
  const given = await look("microphone", async () => {
    stream = await microphone();
    return ["good", stream.getAudioTracks()[0].label];
  }, "asked");
  found.push(given);
  if (given) found.push(await look("level", () => voice(context, stream), "asked"));
  for (const track of stream?.getTracks() ?? []) track.stop();
  found.push(await look("speaker", () => speaker(context), "asked"));
  await context.close();
  sum.textContent = sum.dataset[found.every(Boolean) ? "good" : "wrong"];
  sum.className = found.every(Boolean) ? "good" : "bad";
}

const begin = document.getElementById("begin");
begin.addEventListener("click", async () => {
  begin.disabled = true;
  await run();
  begin.textContent = begin.dataset.again;
  begin.disabled = false;
  begin.focus();
});
