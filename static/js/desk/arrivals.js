/* The server's side of the ring: more cards, how many came, and which are gone. */

import { ask, cardsIn } from "./asking.js";
import { refresh, strike } from "./column.js";
import { retire } from "./edits.js";
import {
  behindCurrent, cards, current, focusHeading, following, isEdited, isExhausted, ring, setExhausted,
  show, waiting,
} from "./ring.js";
import { byId, countMark, note, setLeft } from "./words.js";

const PULSE_MS = 4000;
const REFILL_AT = 2;
let refilling = false;
let pulsing = false;
let newest = "";

export function beginArrivals() {
  setExhausted(!current);
  ring.addEventListener("shown", refillWhenLow);
  refillWhenLow();
  setInterval(pulse, PULSE_MS);
}

function addressOf(url, have) {
  const address = new URL(url, location.href);
  address.searchParams.set("as_of", ring.dataset.asOf);
  address.searchParams.set("have", have.map((card) => card.dataset.item).join());
  return address.pathname + address.search;
}

function refillWhenLow() {
  if (!isExhausted() && behindCurrent().length <= REFILL_AT) refill();
}

async function refill(after = null) {
  if (refilling) return;
  refilling = true;
  const { response, text } = await ask("GET", addressOf(ring.dataset.refillUrl, cards()), ring);
  refilling = false;
  if (response?.status !== 200) return; // the next pulse tries again
  const more = cardsIn(text).filter((card) => !byId(card.id));
  setExhausted(more.length === 0);
  if (after?.isConnected) after.after(...more);
  else ring.append(...more);
  for (const card of more) htmx.process(card);
  if (!current) show(waiting()[0], { byServer: true });
}

export function loadNew() {
  ring.dataset.asOf = newest;
  byId("new-bar").hidden = true;
  setExhausted(false);
  refill(current);
  refresh();
  focusHeading();
}

export async function pulse() {
  if (pulsing || document.hidden) return;
  pulsing = true;
  const asked = waiting();
  const mark = countMark();
  const { response, text } = await ask("GET", addressOf(ring.dataset.pulseUrl, asked), byId("new-bar"));
  pulsing = false;
  if (response?.status !== 200) return;
  const said = JSON.parse(text);
  if (mark !== null && mark === countMark()) setLeft(said.pending);
  if (said.pending - said.new > cards().length) setExhausted(false);
  offer(said);
  for (const { id, sentence } of said.gone) pull(asked.find((card) => card.id === `item-${id}`), sentence);
  refillWhenLow();
}

function offer({ new: number, as_of: mark }) {
  newest = mark;
  byId("new-bar").hidden = number === 0;
  byId("new-bar").querySelector("[data-new-count]").textContent = `${number} new`;
}

function pull(card, sentence) {
  if (!card?.isConnected || card.dataset.state !== "pending") return;
  strike(card.dataset.item);
  if (isEdited(card)) return void retire(card, sentence);
  if (card === current) show(following(card), { byServer: true });
  card.remove();
  note(sentence);
}
