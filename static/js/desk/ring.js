/* Which card of the ring is shown, and where focus is. `#ring` gets the event `shown` after each swap.

   A card is `pending`, `sent` (hidden until the server has answered) or `settled` (to be read, not
   decided). One that `returned` is shown before the others. */

import { byId, note } from "./words.js";

const SLEEP_MS = 300; // decision keys, after the server has replaced what the reader sees
const BUSY = "dialog:modal, :popover-open, #ring :is(input, textarea, select):focus";
const TYPED = 'form[data-verb="edit"] :is(input:not([type="hidden"], [type="checkbox"]), textarea)';

export const ring = byId("ring");
const dwelt = new WeakMap(); // card -> milliseconds it was looked at
export let current = null;
let shownAt = 0;
let waking = 0;

export const cards = () => [...ring.querySelectorAll(".card")];
export const isHere = (card) => card.dataset.state !== "sent";
export const waiting = () => cards().filter(isHere);

/* The other cards that can be shown: those behind this one first, then round from the start. */
function othersFrom(card) {
  const all = cards();
  const here = all.indexOf(card);
  return [...all.slice(here + 1), ...all.slice(0, here)].filter(isHere);
}

export function following(card) {
  const others = othersFrom(card);
  return others.find((other) => "returned" in other.dataset) ?? others[0];
}

export const preceding = (card) => othersFrom(card).at(-1);

export function behindCurrent() {
  const all = cards();
  return all.slice(all.indexOf(current) + 1).filter(isHere);
}

export function show(card, { byServer = false } = {}) {
  const before = current;
  countDwell();
  current = card ?? null;
  if (before && before !== card) putAway(before);
  if (card) card.hidden = false;
  delete card?.dataset.returned;
  byId("ring-empty").hidden = Boolean(card) || !isExhausted();
  if (byServer) sleep();
  focusHeading();
  ring.dispatchEvent(new Event("shown"));
}

/* The first card is on show already, as the server drew it. */
export function begin() {
  current = waiting()[0] ?? null;
  countDwell();
}

function putAway(card) {
  card.hidden = true;
  if (card.dataset.state === "settled" && !isEdited(card)) card.remove();
}

function sleep() {
  clearTimeout(waking);
  ring.dataset.asleep = "";
  waking = setTimeout(() => delete ring.dataset.asleep, SLEEP_MS);
}

export function focusHeading() {
  const place = current ?? (byId("ring-empty").hidden ? null : byId("ring-empty"));
  (place?.querySelector('[tabindex="-1"]') ?? byId("main")).focus({ preventScroll: true });
  const covered = document.querySelector(".site-header").getBoundingClientRect().bottom;
  if (ring.getBoundingClientRect().top < covered) ring.scrollIntoView();
}

export function bringToFront(card, sentence) {
  card.dataset.returned = "";
  if (current) current.before(card);
  else ring.prepend(card);
  if (document.querySelector(BUSY)) note(sentence);
  else show(card, { byServer: true });
}

/* Whether the server has no further card. */
export const isExhausted = () => "exhausted" in ring.dataset;
export const setExhausted = (yes) => ring.toggleAttribute("data-exhausted", yes);

export function countDwell() {
  if (current && shownAt) dwelt.set(current, lookedAt(current) + performance.now() - shownAt);
  shownAt = document.hidden ? 0 : performance.now();
}

export const lookedAt = (card) => dwelt.get(card) ?? 0;

/* --- Text that is typed but not sent ----------------------------------------------------------- */

export const typedIn = (card) => [...card.querySelectorAll(TYPED)];
export const isEdited = (card) => typedIn(card).some((field) => field.value !== field.defaultValue);
