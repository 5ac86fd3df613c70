// How a call of this page is, and what is wrong with it, in the page's own words (data-…).
export const part = (name) => document.getElementById(name);

export function tell(state) {
  part("state").textContent = part("state").dataset[state];
}

export function wrong(what, detail = "") {
  part("wrong").hidden = !what;
  part("wrong").textContent = what ? `${part("wrong").dataset[what]} ${detail}`.trim() : "";
}
