/* What is selected to be approved together: the same ticks in the column and on the cards. What is
   decided, gone or taken out of the page is not selected any more. */

import { current, focusHeading, show } from "./ring.js";
import { announce, byId, note } from "./words.js";

const TICK = 'input[name="item"][form="bulk-form"]';
const form = byId("bulk-form");
const selected = new Set();

export const selection = () => [...selected];

export function beginSelection() {
  document.addEventListener("change", ({ target }) => {
    if (!target.matches(TICK)) return;
    onTick(target);
    setTimeout(giveFocusBack, 0, target);
  });
  form.addEventListener("reset", deselect);
  byId("ring").addEventListener("shown", draw);
  byId("queue").addEventListener("changed", draw);
  for (const tick of ticks()) if (tick.checked) selected.add(tick.value); // the browser put it back
  draw();
}

export function deselect() {
  selected.clear();
  draw();
}

/* The card on show and the next one, in whichever way. */
export function extend(way) {
  tickCurrent();
  const next = current && way(current);
  if (!next) return;
  show(next);
  tickCurrent();
}

function tickCurrent() {
  const tick = current?.querySelector(TICK);
  if (tick && !tick.checked) tick.click();
}

function onTick(tick) {
  const refusal = tick.checked && (tick.dataset.alone || full());
  if (tick.checked && !refusal) selected.add(tick.value);
  else if (!refusal) selected.delete(tick.value);
  draw();
  if (refusal) note(refusal);
  else announce(`${selected.size} selected.`, "");
}

/* A label takes focus along, and there keys are dead; whoever came by Tab keeps it. */
function giveFocusBack(tick) {
  const isClicked = tick === document.activeElement && !tick.matches(":focus-visible");
  if (isClicked && !document.querySelector(":popover-open")) focusHeading();
}

const full = () => (selected.size < form.dataset.most ? "" : `At most ${form.dataset.most} are approved at once.`);

function draw() {
  for (const id of selected) if (!isThere(id)) selected.delete(id);
  for (const tick of ticks()) tick.checked = selected.has(tick.value);
  form.toggleAttribute("data-some", selected.size > 0);
  form.querySelector("[data-selected-count]").textContent = `${selected.size} selected`;
}

const ticks = (id) => [...document.querySelectorAll(id ? `${TICK}[value="${id}"]` : TICK)];

/* The column knows what waits, apart from what is far behind: that is known by its card. */
function isThere(id) {
  const places = ticks(id).map((tick) => tick.closest("li"));
  const line = places.find((place) => !place.matches(".card"));
  return line ? !line.hidden : places.some((card) => card.dataset.state === "pending");
}
