/* A decision swaps the card in the same frame and then posts the card's own form; nothing on that
   path waits for the network. It counts as recorded on 204, and on the sentence that
   tells of a practice draft; after any other answer the card
   comes back with what was typed. */

import { cardsIn, sentenceIn } from "./asking.js";
import { restore, strike } from "./column.js";
import { keepEdit, openEditor, wouldLoseEdit } from "./edits.js";
import { bringToFront, countDwell, following, isEdited, lookedAt, ring, show } from "./ring.js";
import { forget, remember } from "./undo.js";
import { addToLeft, announce, byId, changesCount, leftInWords, note, noticeOf, undoInWords,
  write } from "./words.js";

const onTheWay = new Map(); // sent card -> its entry, which resolves to whether it was recorded

export function beginDecisions() {
  ring.addEventListener("click", ignoreSecondClick, true);
  ring.addEventListener("submit", onSubmit, true); // before htmx, which listens on the form
  ring.addEventListener("request:failed", onFailed);
  ring.addEventListener("htmx:finally:request", onAnswered);
}

/* The second click of a double click lands on the next card, which nobody has read. */
function ignoreSecondClick(event) {
  if (event.detail < 2 || !event.target.closest("form[data-verb]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function onSubmit(event) {
  const form = event.target;
  const card = form.closest(".card");
  if (!form.dataset.verb) return;
  if (card.dataset.state !== "pending" || wouldLoseEdit(form, card)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  countDwell();
  form.elements.dwell_ms.value = Math.round(lookedAt(card));
  leave(card, form, event.submitter?.dataset.done ?? form.dataset.done);
}

function leave(card, form, done) {
  const entry = { id: card.dataset.item, form };
  entry.recorded = new Promise((resolve) => (entry.answer = resolve));
  onTheWay.set(card, entry);
  changesCount(entry.recorded);
  if ("undo" in form.dataset) remember(entry);
  card.dataset.state = "sent";
  addToLeft(-1);
  strike(card.dataset.item);
  write(byId("ring-note"), "");
  show(following(card));
  const leaves = form.dataset.leaves ? ` ${form.dataset.leaves}` : "";
  const said = `${done}, ${card.dataset.title}.${leaves}`;
  announce(`${said} ${leftInWords()} left.${"undo" in form.dataset ? undoInWords() : ""}`, said);
}

function onAnswered({ target: form, detail: { ctx } }) {
  const card = form.closest(".card");
  if (onTheWay.get(card)?.form !== form) return;
  if (ctx.response?.status === 200 && sentenceIn(ctx.text)) {
    practised(card, sentenceIn(ctx.text));
    return;
  }
  if (ctx.response?.status !== 204) {
    comeBack(card, "The server did not confirm this. Look again, then repeat it.");
    return;
  }
  onTheWay.get(card).answer(true);
  onTheWay.delete(card);
  card.remove();
}

/* Nothing of it can be taken back; what it was is said until the next decision. */
function practised(card, sentence) {
  const entry = onTheWay.get(card);
  forget(entry);
  entry.answer(false);
  onTheWay.delete(card);
  card.remove();
  note(sentence);
}

function onFailed(event) {
  const form = event.target;
  const card = form.closest(".card");
  if (onTheWay.get(card)?.form !== form) return;
  event.preventDefault();
  const { status, sentence, html } = event.detail;
  comeBack(card, sentence, status === 409 ? cardsIn(html)[0] : null);
}

function comeBack(card, sentence, settled) {
  const entry = onTheWay.get(card);
  forget(entry);
  entry.answer(false);
  onTheWay.delete(card);
  card.dataset.state = "pending";
  const back = settled ? replace(card, settled) : card;
  if (back.dataset.state === "pending") {
    addToLeft(1);
    restore(back.dataset.item);
  }
  if (isEdited(back)) openEditor(back);
  write(noticeOf(back), sentence);
  write(byId("last"), ""); // it said that the decision was taken
  bringToFront(back, `${back.dataset.title} came back. ${sentence}`);
}

function replace(card, settled) {
  card.replaceWith(settled);
  htmx.process(settled);
  if (isEdited(card)) keepEdit(card, settled);
  return settled;
}
