// Who is there and who waits, as it is now, while somebody looks.
import { localise } from "./console.js";
import { fresh } from "./renewal.js";

const AGAIN_MS = 5000;

async function renew() {
  if (document.hidden) return;
  const now = (await fresh("/people/now"))?.getElementById("now");
  if (!now) return;
  localise(now);
  const there = document.getElementById("now");
  if (there.textContent === now.textContent) return;
  const at = there.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  there.replaceWith(now);
  if (at) now.querySelector(`a[href="${CSS.escape(at)}"]`)?.focus(); // who stands on a caller stays there
}

setInterval(() => renew().catch(() => {}), AGAIN_MS); // no connection: the next one may be there
