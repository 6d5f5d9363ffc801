/* What the desk says: the live region, the line above the ring, the notices on cards, the counts. */

export const byId = (id) => document.getElementById(id);
export const noticeOf = (card) => card.querySelector('.notice[role="alert"]');

const CAP = Number(byId("ring")?.dataset.cap);
let left = 0;
let awaited = 0;
let answered = 0;

/* `written` is the same for the eye, which sees the count and the Undo button beside it. */
export function announce(spoken, written = spoken) {
  byId("announce").textContent = spoken;
  write(byId("last"), written);
}

/* For what happened to a card that is not on show to carry its own notice. */
export function note(sentence) {
  announce(sentence, "");
  write(byId("ring-note"), sentence);
}

export function write(box, sentence) {
  if (!box) return;
  (box.querySelector("span") ?? box).textContent = sentence;
  box.hidden = !sentence;
}

export function setLeft(number) {
  left = Math.max(0, number);
  for (const place of document.querySelectorAll("[data-left-count]")) {
    place.textContent = leftInWords();
    if (place.matches(".count")) place.hidden = left === 0;
  }
  document.title = document.title.replace(/^Desk, \S+/, `Desk, ${left ? leftInWords() : "nothing"}`);
}

/* While an answer is on its way that changes the count, a number from the server may have it or
   not: it is believed if no such answer was awaited or came since it was asked for. */
export function changesCount(answer) {
  awaited += 1;
  answer.then(() => ((awaited -= 1), (answered += 1)));
}

export const countMark = () => (awaited ? null : answered);

export const addToLeft = (number) => setLeft(left + number);
/* The person's own key, as a sentence goes on. */
export function undoInWords() {
  const { key } = document.querySelector('[data-do="undo"]').dataset;
  return key ? ` ${key.replace(/\p{L}$/u, (letter) => letter.toUpperCase())} to undo.` : "";
}

export const leftInWords = () => (left >= CAP ? `${CAP - 1}+` : `${left}`);
