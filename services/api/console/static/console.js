// What pages do beside being read: times in the reader's zone, a question before what cannot be undone, and calls and
// campaigns that go on. Without it everything but the last works.
import { attendTelephone } from "./desk.js";
import { followCalls, followOne, followThread } from "./live.js";
import { followFiles } from "./knowledge.js";
import { followProgress } from "./progress.js";
import { followSound } from "./waveform.js";

const moments = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "medium" });

export function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]")) time.textContent = moments.format(new Date(time.dateTime));
}

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

localise(document);
const list = document.getElementById("live");
if (list) followCalls(list);
const record = document.querySelector("[data-follow]");
if (record) followOne(record, (now) => {
  localise(now);
  followSound(now);
});
followSound(document);
const thread = document.querySelector("[data-thread]");
if (thread) followThread(thread, localise);
followProgress(localise);
followFiles();
const desk = document.getElementById("desk");
if (desk) attendTelephone(desk).catch(() => {}); // the next page tries again
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js").catch(() => {}); // it is only more convenient with it
