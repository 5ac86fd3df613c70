// A campaign, or all of them: while one runs, what is shown of it becomes what it is now.
import { fresh } from "./renewal.js";

const AGAIN_MS = 3000;
const PARTS = ["standing", "orders", "people"];

export function followProgress(localise) {
  const renew = async () => {
    const standing = document.getElementById("standing");
    if (!standing?.hasAttribute("data-running")) return;
    if (!document.hidden) await become(standing.dataset.renew, localise).catch(() => {}); // tried again
    setTimeout(renew, AGAIN_MS);
  };
  if (document.getElementById("standing")) setTimeout(renew, AGAIN_MS);
}

async function become(path, localise) {
  const page = await fresh(path);
  if (!page) return;
  for (const id of PARTS) {
    const there = document.getElementById(id);
    const now = page.getElementById(id);
    // Who stands on a link or a button stays there; buttons are others only where the state is another.
    if (!there || !now || there.contains(document.activeElement)) continue;
    if (there.dataset.state && there.dataset.state === now.dataset.state) continue;
    localise(now);
    there.replaceWith(now);
  }
}
