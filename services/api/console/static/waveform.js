// A recorded call: its waveform and its words in step with what is heard, and played from any of them.
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export async function followSound(root) {
  const place = root.querySelector("#waveform[data-from]");
  const player = root.querySelector("#recording");
  if (!place || !player) return;
  const answer = await fetch(place.dataset.from);
  if (answer.redirected) location.assign(answer.url); // the session is over
  if (!answer.ok) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceWith(part.getElementById("waveform"));
  const words = lay(root, part);
  const outline = root.querySelector("#outline");
  if (outline) keepStep(root, player, outline, words);
}

// The words take the place of each line's text.
function lay(root, part) {
  for (const line of part.querySelectorAll("[data-words]")) {
    root.querySelector(`[data-said="${line.dataset.words}"]`)?.replaceChildren(line);
  }
  const words = [...root.querySelectorAll(".word")];
  words[0]?.setAttribute("tabindex", "0");
  return words;
}

const at = (element) => Number(element.dataset.at);

function keepStep(root, player, outline, words) {
  const seconds = Number(outline.dataset.seconds);
  const head = root.querySelector("#head");
  const inTime = words.toSorted((one, other) => at(one) - at(other));
  let now = null;

  const show = () => {
    const x = (outline.viewBox.baseVal.width * player.currentTime) / seconds;
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
    const said = inTime.findLast((word) => at(word) <= player.currentTime) ?? null;
    if (said === now) return;
    now?.classList.remove("now");
    said?.classList.add("now");
    if (!player.paused && said?.parentElement !== now?.parentElement) said?.scrollIntoView({ block: "nearest" });
    now = said;
  };
  const run = () => {
    show();
    if (!player.paused) requestAnimationFrame(run);
  };
  const playFrom = (moment) => {
    player.currentTime = moment;
    show();
    player.play().catch(() => {}); // stopped before it began
  };

  player.addEventListener("play", run);
  for (const event of ["pause", "seeked", "timeupdate"]) player.addEventListener(event, show);
  outline.addEventListener("click", (event) => {
    const box = outline.getBoundingClientRect();
    playFrom(((event.clientX - box.left) / box.width) * seconds);
  });
  for (const part of root.querySelectorAll(".sound, .turns")) {
    part.addEventListener("click", (event) => {
      const there = event.target.closest("[data-at]");
      if (there) playFrom(at(there));
      if (there?.classList.contains("word")) stand(words, there);
    });
    part.addEventListener("keydown", (event) => walk(event, words, playFrom));
  }
}

// One word of all is reached by Tab, the others from it.
function stand(words, there) {
  for (const word of words) word.setAttribute("tabindex", word === there ? "0" : "-1");
  there.focus();
}

function walk(event, words, playFrom) {
  const place = words.indexOf(event.target);
  if (place < 0) return;
  if (event.key === "Enter" || event.key === " ") playFrom(at(event.target));
  else if (event.key in STEPS) stand(words, words[Math.min(Math.max(place + STEPS[event.key], 0), words.length - 1)]);
  else return;
  event.preventDefault();
}
