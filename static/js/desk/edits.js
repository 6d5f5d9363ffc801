/* An edit that is typed but not sent is never lost, and never left out of what leaves. */

import { isEdited, typedIn } from "./ring.js";
import { noticeOf, write } from "./words.js";

const BUTTONS = 'form[data-verb] button:not([type="button"], [type="reset"])';

export function markEdited(card) {
  card.toggleAttribute("data-edited", isEdited(card));
}

/* The browser empties the fields only after the event. */
export function discardEdit(card) {
  const kept = card.querySelector(".kept");
  if (kept) return void kept.remove();
  markEdited(card);
  write(noticeOf(card), "");
  if (!editorOf(card).hidden) openerOf(card).click();
}

export function openEditor(card) {
  if (editorOf(card).hidden) openerOf(card).click();
}

const editorOf = (card) => card.querySelector('[data-panel="edit"]');
const openerOf = (card) => card.querySelector('[data-opens="edit"]');

/* Approving the agent's text while an edit waits in the editor would send what nobody meant. */
export function wouldLoseEdit(form, card) {
  if (form.dataset.verb !== "approve" || !isEdited(card)) return false;
  openEditor(card);
  write(noticeOf(card), "You edited this draft. Approve your text with Ctrl+Enter, or discard it first.");
  return true;
}

/* The loser of a conflict keeps the text they typed: in the new card's editor, else to copy it. */
export function keepEdit(card, settled) {
  const fields = typedIn(settled);
  const typed = (name) => typedIn(card).find((field) => field.name === name).value;
  for (const field of fields) field.value = typed(field.name);
  markEdited(settled);
  if (fields.length === 0) setAside(editorOf(card), settled);
}

function setAside(editor, settled) {
  const kept = document.createElement("section");
  kept.className = "letter kept";
  kept.innerHTML = '<p class="faint small">Your text. It was not sent.</p>';
  kept.append(editor);
  for (const field of typedIn(kept)) field.readOnly = true;
  for (const button of editor.querySelectorAll('button:not([type="reset"])')) button.remove();
  settled.querySelector(".letter").before(kept);
}

/* Typed text stays readable, although the draft can no longer be decided. */
export function retire(card, sentence) {
  card.dataset.state = "settled";
  for (const button of card.querySelectorAll(BUTTONS)) button.disabled = true;
  write(noticeOf(card), sentence);
}
