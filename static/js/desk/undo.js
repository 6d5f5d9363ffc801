/* The last decisions, taken back one by one. One that is still on its way is waited for. */

import { ask, cardsIn, sentenceIn } from "./asking.js";
import { refresh, restore } from "./column.js";
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
  const found = response?.status === 200 ? cardsIn(text) : [];
  if (found.length === 0 && ![404, 409].includes(response?.status)) undoable.push(entry); // worth another try
  if (found.length === 0) return;
  const [first, ...others] = found.map((card) => byId(card.id) ?? card);
  const pending = [first, ...others].filter((card) => card.dataset.state === "pending");
  addToLeft(pending.length);
  if (pending.length > 1) refresh();
  else if (pending.length === 1) restore(pending[0].dataset.item);
  bringToFront(first, "");
  first.after(...others);
  for (const card of found) if (card.isConnected) htmx.process(card);
  const said = sentenceIn(text) ?? `Undone, ${first.dataset.title}.`;
  announce(`${said} ${leftInWords()} left.`, said);
}
