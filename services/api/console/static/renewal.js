// What a page asks for by itself, while nobody clicks: the console is told so, and does not take it for use of the session.
export const ITSELF = { headers: { "X-Parley-Renewal": "yes" } };

// A page, or a part of one, as it is now; null: there is none.
export async function fresh(path) {
  const answer = await fetch(path, ITSELF);
  if (answer.redirected) location.assign(answer.url); // the session is over
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}
