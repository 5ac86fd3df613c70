// An agent's files of knowledge: dropped onto their form, and looked at again until the agent has read them.
import { fresh } from "./renewal.js";

const AGAIN_MS = 2000;
const MOST = 60; // times: a worker that has not read them by then is away

export function followFiles() {
  const form = document.querySelector("[data-drop]");
  if (form) takeDrops(form);
  follow(MOST);
}

function takeDrops(form) {
  const files = form.querySelector("[type=file]");
  const over = (is) => form.classList.toggle("over", is);
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  form.addEventListener("dragleave", () => over(false));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    files.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

function follow(left) {
  const unread = document.querySelector("#known-files[data-unread]");
  if (!unread || !left) return;
  setTimeout(async () => {
    await become(unread).catch(() => {}); // tried again
    follow(left - 1);
  }, AGAIN_MS);
}

async function become(there) {
  const now = (await fresh(there.dataset.renew))?.getElementById("known-files");
  if (now && !there.contains(document.activeElement)) there.replaceWith(now);
}
