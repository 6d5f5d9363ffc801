/* The last decisions, taken back one by one. One that is still on its way is waited for. */

import { ask, cardsIn } from "./asking.js";
import { restore } from "./column.js";
import { bringToFront, ring } from "./ring.js";
import { addToLeft, announce, byId, changesCount, leftInWords, note } from "./words.js";

const DEPTH = 20;
let undoable = []; // oldest first
let undoing = Promise.resolve();

export function beginUndo() {
  undoable = (ring.dataset.undo ?? "").split(",").filter(Boolean).map((id) => ({ id }));
  byId("undo-form").addEventListener("request:failed", (event) => {
    event.preventDefault();
    note(event.detail.sentence);
  });
}

export function remember(entry) {
  undoable = [...undoable, entry].slice(-DEPTH);
}

export function forget(entry) {
  undoable = undoable.filter((other) => other !== entry);
}

export function undo() {
  const entry = undoable.pop();
  if (!entry) return announce("Nothing left to undo.");
  undoing = undoing.then(() => takeBack(entry));
  changesCount(undoing);
}

async function takeBack(entry) {
  if ((await entry.recorded) === false) return; // refused, so it is back already
  const url = ring.dataset.undoUrl.replace("/0/", `/${entry.id}/`);
  const { response, text } = await ask("POST", url, byId("undo-form"));
  const [card] = response?.status === 200 ? cardsIn(text) : [];
  if (!card && ![404, 409].includes(response?.status)) undoable.push(entry); // worth another try
  if (!card) return;
  const back = byId(card.id) ?? card;
  if (back.dataset.state === "pending") {
    addToLeft(1);
    restore(entry.id);
  }
  bringToFront(back, "");
  if (back === card) htmx.process(card);
  announce(`Undone, ${back.dataset.title}. ${leftInWords()} left.`, `Undone, ${back.dataset.title}.`);
}
