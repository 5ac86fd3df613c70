// One call to an agent. Whoever makes it is known by the console's session: there is no password, and nothing registers.
import JsSIP from "./built/jssip.js";

const HOST = "parley.invalid"; // nobody looks at it: the console knows where to
const GATHERED_MS = 1000; // candidates for the way of the sound that come later are left out
const NOBODY = new Set([480, 486, 503, 600]);
const NO_WAY = new Set([JsSIP.C.causes.RTP_TIMEOUT, JsSIP.C.causes.BAD_MEDIA_DESCRIPTION]); // none was found, or none offered

// `told`: answered(), heard(stream), ended(what is wrong or "", detail).
export async function ring(number, stream, told) {
  const secure = location.protocol === "https:";
  const socket = new JsSIP.WebSocketInterface(`${secure ? "wss" : "ws"}://${location.host}/call/sip`);
  socket.via_transport = "ws"; // as the message arrives at Asterisk, whatever is in between
  const agent = new JsSIP.UA({ sockets: [socket], uri: `sip:web@${HOST}`, register: false, session_timers: false });
  let session = null;
  const over = (what = "", detail = "") => {
    agent.stop();
    told.ended(what, detail);
  };
  agent.on("disconnected", () => over("line"));
  await new Promise((connected) => {
    agent.once("connected", connected);
    agent.once("disconnected", connected);
    agent.start();
  });
  if (!agent.isConnected()) return null;
  const { iceServers } = await helpers();
  session = agent.call(`sip:${number}@${HOST}`, {
    mediaStream: stream,
    mediaConstraints: { audio: true, video: false },
    pcConfig: { iceServers, bundlePolicy: "max-bundle" },
    eventHandlers: {
      icecandidate: ({ ready }) => setTimeout(ready, GATHERED_MS),
      confirmed: () => told.answered(),
      failed: ({ message, cause }) => over(...reason(message?.status_code, cause)),
      ended: ({ cause }) => over(NO_WAY.has(cause) ? "sound" : ""),
    },
  });
  session.connection.addEventListener("track", ({ streams }) => told.heard(streams[0]));
  return {
    hangUp: () => agent.stop(), // says BYE or CANCEL first
    press: (key) => session.isEstablished() && session.sendDTMF(key, { transportType: JsSIP.C.DTMF_TRANSPORT.RFC2833 }),
  };
}

// Servers that help sound on its way; without them it may find one all the same.
async function helpers() {
  try {
    return await (await fetch("/call/ice")).json();
  } catch {
    return { iceServers: [] };
  }
}

function reason(status, cause) {
  if (NOBODY.has(status)) return ["busy"];
  if (status === 404) return ["unknown"];
  if (cause === JsSIP.C.causes.CANCELED) return [""];
  if (NO_WAY.has(cause)) return ["sound"];
  if (cause === JsSIP.C.causes.CONNECTION_ERROR) return ["line"];
  return ["failed", [status, cause].filter(Boolean).join(" ")];
}
