/* The review desk. docs/htmx.md has the markup that its modules need. */

import { beginArrivals, loadNew, pulse } from "./arrivals.js";
import { beginBulk, closeBulk } from "./bulk.js";
import { beginDecisions } from "./decisions.js";
import { discardEdit, markEdited } from "./edits.js";
import { begin, cards, countDwell, current, focusHeading, following, isEdited, preceding, ring, show,
  waiting } from "./ring.js";
import { beginSelection, extend } from "./selection.js";
import { beginUndo, undo } from "./undo.js";
import { byId, setLeft } from "./words.js";

const ACTIONS = {
  next: () => step(following), previous: () => step(preceding), undo, new: loadNew,
  "extend-next": () => extend(following), "extend-previous": () => extend(preceding),
  "close-bulk": closeBulk,
};

function step(way) {
  const card = current && way(current);
  if (card) show(card);
}

function onClick(event) {
  if (event.ctrlKey || event.metaKey) return; // a link into another tab
  const { goto, do: action } = event.target.closest("[data-do], a[data-goto]")?.dataset ?? {};
  const card = goto && waiting().find((one) => one.dataset.item === goto);
  if (!card && !ACTIONS[action]) return;
  event.preventDefault();
  if (!card) return ACTIONS[action]();
  if (byId("queue").matches(":popover-open")) byId("queue").hidePopover();
  show(card);
}

/* Focus returns to where it was, unless that has gone in the meantime. */
function keepFocus() {
  if (document.activeElement.matches("body, #help *, #bulk-dialog *")) focusHeading();
}

if (ring) {
  htmx.process(ring); // not a task later: a key may come first
  begin();
  setLeft(Number(ring.dataset.left));
  beginUndo();
  beginSelection();
  beginBulk();
  beginDecisions();
  beginArrivals();
  ring.addEventListener("input", ({ target }) => markEdited(target.closest(".card")));
  ring.addEventListener("reset", ({ target }) => setTimeout(discardEdit, 0, target.closest(".card")));
  byId("help").addEventListener("close", keepFocus);
  byId("bulk-dialog").addEventListener("close", keepFocus);
  document.addEventListener("click", onClick);
  document.addEventListener("visibilitychange", () => (countDwell(), pulse()));
  window.addEventListener("beforeunload", (event) => waiting().some(isEdited) && event.preventDefault());
  cards().forEach(markEdited); // the browser may have put typed text back
}
