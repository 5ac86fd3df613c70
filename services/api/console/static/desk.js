// The telephone of whoever is logged in, on every page: it rings, shows what a call is about, takes or declines it. The
// console keeps it registered from page to page, so nothing registers here; a call itself is its page's.
import { microphone } from "./microphone.js";
import { ITSELF } from "./renewal.js";

const HOST = "parley.invalid"; // nobody looks at it: the console knows where to
const GATHERED_MS = 1000; // candidates for the way of the sound that come later are left out
const ASKED_MS = 1500; // a summary may still be being made
const RING_MS = 2500;

let bar = null;
let phone = null; // as the console tells it
let call = null; // what rings or goes on
let connected = false;
let out = false; // whether it is nobody's telephone any more
const title = document.title;
const others = new BroadcastChannel("parley-telephone"); // pages that ring as well
const part = (name) => bar.querySelector(`[data-part="${name}"]`);

function show() {
  const state = part("state");
  let now = "line";
  if (call) now = call.stage;
  else if (out) now = "out";
  else if (!phone.available) now = "away";
  else if (phone.wrap_up) now = "wrap-up";
  else if (connected) now = "free";
  bar.hidden = !phone.number;
  bar.dataset.state = now;
  const words = state.getAttribute(`data-${now}`);
  if (state.textContent !== words) state.textContent = words;
  part("number").textContent = phone.number;
  part("available").setAttribute("aria-pressed", String(phone.available));
  part("wrap-up").setAttribute("aria-pressed", String(phone.wrap_up));
  part("wrap-up").hidden = !phone.available;
  part("call").hidden = !call;
  const rings = call?.stage === "ringing";
  part("take").hidden = part("decline").hidden = !rings;
  part("mute").hidden = part("end").hidden = !call || rings;
  document.title = rings ? `☎ ${part("caller").textContent} · ${title}` : title;
}

function wrong(what) {
  part("wrong").hidden = !what;
  part("wrong").textContent = what ? part("wrong").getAttribute(`data-${what}`) : "";
}

async function ask(path, fields = null) {
  const answer = await fetch(path, fields ? { method: "POST", body: fields } : ITSELF);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function wish(what) {
  wrong("");
  try {
    phone = { ...phone, ...(await ask(`/phone/wishes/${what}`, new URLSearchParams({ [bar.dataset.field]: bar.dataset.form }))) };
  } catch {
    wrong("not");
  }
  show();
}

// Whether this browser rings when no page is open, and how to change that; null: it cannot.
async function pushes() {
  if (!("serviceWorker" in navigator && "PushManager" in window)) return null;
  const { pushManager } = await navigator.serviceWorker.ready;
  return { manager: pushManager, there: await pushManager.getSubscription() };
}

// Somebody else may have been logged in here before: their subscription tells nobody.
const told = (subscription) => Boolean(subscription) && phone.browsers.includes(subscription.endpoint);

async function showPushes() {
  const found = await pushes();
  part("push").hidden = !found;
  part("push").setAttribute("aria-pressed", String(told(found?.there)));
}

async function changePushes() {
  wrong("");
  const proof = { [bar.dataset.field]: bar.dataset.form };
  try {
    const { manager, there } = await pushes();
    if (told(there)) {
      await ask("/phone/browsers/remove", new URLSearchParams({ ...proof, endpoint: there.endpoint }));
      await there.unsubscribe();
      phone.browsers = phone.browsers.filter((endpoint) => endpoint !== there.endpoint);
    } else {
      await there?.unsubscribe();
      const made = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: phone.key });
      const { endpoint, keys } = made.toJSON();
      await ask("/phone/browsers/add", new URLSearchParams({ ...proof, endpoint, ...keys }));
      phone.browsers.push(endpoint);
    }
  } catch (error) {
    wrong(error.name === "NotAllowedError" ? "forbidden" : "push");
  }
  await showPushes();
}

// A sound by which a call is noticed; browsers give it to pages that were clicked on before.
function ringing(going) {
  const context = new AudioContext();
  const tone = () => {
    const from = context.currentTime;
    for (const at of [0, 0.4]) {
      const [pitch, loudness] = [new OscillatorNode(context, { frequency: 440 }), new GainNode(context, { gain: 0.15 })];
      pitch.connect(loudness).connect(context.destination);
      pitch.start(from + at);
      pitch.stop(from + at + 0.3);
    }
  };
  const again = setInterval(tone, RING_MS);
  tone();
  going.quiet = () => {
    clearInterval(again);
    if (context.state !== "closed") context.close();
  };
}

async function tell(going) {
  while (call === going && !going.over) {
    const told = going.id ? await ask(`/phone/calls/${encodeURIComponent(going.id)}`).catch(() => null) : null;
    if (told?.summary && call === going) part("summary").textContent = told.summary;
    if (going.stage !== "ringing") return;
    await new Promise((later) => setTimeout(later, ASKED_MS));
  }
}

function rung(session, request) {
  if (call) {
    session.terminate({ status_code: 486 });
    return;
  }
  const going = (call = { session, id: request.getHeader("X-Parley-Call") ?? "", stage: "ringing", over: false });
  const number = request.from.uri.user ?? "";
  part("caller").textContent = number && number !== "anonymous" ? number : part("caller").dataset.nobody;
  part("record").href = going.id ? `/calls/${encodeURIComponent(going.id)}` : "/calls";
  part("summary").textContent = "";
  wrong("");
  session.on("peerconnection", ({ peerconnection }) => {
    peerconnection.addEventListener("track", ({ streams }) => (part("sound").srcObject = streams[0]));
  });
  session.on("icecandidate", ({ ready }) => setTimeout(ready, GATHERED_MS));
  session.on("accepted", () => become(going, "talking"));
  session.on("failed", () => end(going));
  session.on("ended", ({ cause }) => end(going, cause === "RTP Timeout" ? "sound" : ""));
  ringing(going);
  show();
  tell(going);
}

function become(going, stage) {
  going.quiet?.();
  going.stage = stage;
  if (call === going) show();
}

async function take(going) {
  if (going?.stage !== "ringing") return;
  wrong("");
  become(going, "microphone");
  try {
    going.stream = await microphone();
  } catch (what) {
    wrong(typeof what === "string" ? what : "taken");
    become(going, "ringing");
    return;
  }
  const { iceServers } = await ask("/call/ice").catch(() => ({ iceServers: [] }));
  if (going.over) {
    release(going);
    return;
  }
  going.session.answer({ mediaStream: going.stream, pcConfig: { iceServers, bundlePolicy: "max-bundle" } });
}

function release(going) {
  going.quiet?.();
  for (const track of going.stream?.getTracks() ?? []) track.stop();
}

function end(going, what = "") {
  if (going.over) return;
  going.over = true;
  release(going);
  if (call !== going) return;
  call = null;
  part("sound").srcObject = null;
  part("mute").setAttribute("aria-pressed", "false");
  wrong(what);
  show();
}

function decline(going) {
  if (going?.stage === "ringing") going.session.terminate({ status_code: 603 });
}

function mute() {
  const muted = part("mute").getAttribute("aria-pressed") !== "true";
  part("mute").setAttribute("aria-pressed", String(muted));
  for (const track of call?.stream?.getAudioTracks() ?? []) track.enabled = !muted;
  if (call) become(call, muted ? "muted" : "talking");
}

function attend() {
  part("available").addEventListener("click", () => wish(phone.available ? "away" : "available"));
  part("wrap-up").addEventListener("click", () => wish(phone.wrap_up ? "ready" : "wrap-up"));
  part("push").addEventListener("click", changePushes);
  part("take").addEventListener("click", () => take(call));
  part("decline").addEventListener("click", () => {
    if (call?.id) others.postMessage(call.id);
    decline(call);
  });
  others.addEventListener("message", ({ data }) => call?.id === data && decline(call));
  part("end").addEventListener("click", () => call?.session.terminate());
  part("mute").addEventListener("click", mute);
  // Whoever leaves the page hangs up: what is looked at meanwhile is opened beside it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && call && call.stage !== "ringing") link.target = "_blank";
  });
  addEventListener("beforeunload", (event) => {
    if (call && call.stage !== "ringing") event.preventDefault();
  });
  addEventListener("pagehide", () => {
    if (call && call.stage !== "ringing") call.session.terminate();
  });
}

function line(there, gone = false) {
  connected = there;
  out = gone;
  show();
}

export async function attendTelephone(found) {
  bar = found;
  phone = await ask("/phone");
  if (!phone.number) return;
  attend();
  show();
  showPushes().catch(() => {});
  const { default: JsSIP } = await import("./built/jssip.js");
  const secure = location.protocol === "https:";
  const socket = new JsSIP.WebSocketInterface(`${secure ? "wss" : "ws"}://${location.host}/phone/sip`);
  socket.via_transport = "ws"; // as the message arrives at Asterisk, whatever is in between
  const agent = new JsSIP.UA({ sockets: [socket], uri: `sip:${phone.number}@${HOST}`, register: false, session_timers: false });
  agent.on("connected", () => line(true));
  agent.on("disconnected", async () => {
    const again = !connected;
    line(false);
    // A line that was lost comes back, or is refused, which tells no reason.
    const answer = again && (await fetch("/phone", ITSELF).catch(() => null));
    if (connected || !answer?.ok || (!answer.redirected && (await answer.json()).number)) return;
    line(false, true);
    call?.session.terminate();
  });
  agent.on("newRTCSession", ({ originator, session, request }) => originator === "remote" && rung(session, request));
  agent.start();
}
