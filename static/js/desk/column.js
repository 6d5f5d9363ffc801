/* The column beside the ring: a line for each card that waits. It leaves with its card and comes
   back with it; what the column does not have yet is fetched. The filters above the lines stay. */

import { ask } from "./asking.js";
import { cards, current, isHere, ring } from "./ring.js";
import { byId } from "./words.js";

const column = byId("queue");
const lineOf = (id) => column.querySelector(`a[data-goto="${id}"]`)?.closest("li");

export function strike(id) {
  setStruck(id, true);
}

export function restore(id) {
  if (lineOf(id)) setStruck(id, false);
  else refresh();
}

export async function refresh() {
  const { response, text } = await ask("GET", column.dataset.url, column);
  if (response?.status !== 200) return;
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("queue-lines");
  byId("queue-lines").replaceChildren(...fresh.children);
  for (const card of cards()) if (!isHere(card)) strike(card.dataset.item);
  markCurrent();
  column.dispatchEvent(new Event("changed"));
}

function setStruck(id, yes) {
  const line = lineOf(id);
  if (!line) return;
  line.hidden = yes;
  count(line.closest(".queue-group"));
  column.dispatchEvent(new Event("changed"));
}

function count(group) {
  const standing = (place) => place?.querySelectorAll("li:not([hidden])").length ?? 0;
  const fold = group.querySelector("details");
  group.hidden = standing(group) === 0;
  group.querySelector("[data-count]").textContent = standing(group);
  if (!fold) return;
  fold.hidden = standing(fold) === 0;
  fold.querySelector("summary").textContent = `${standing(fold)} more`;
  if (standing(group) === standing(fold)) fold.open = true; // nothing stands above it any more
}

function markCurrent() {
  column.querySelector("a[aria-current]")?.removeAttribute("aria-current");
  const line = current && lineOf(current.dataset.item);
  line?.querySelector("a").setAttribute("aria-current", "true");
}

ring?.addEventListener("shown", markCurrent);
