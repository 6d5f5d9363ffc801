/* The ring of the review desk: a decision swaps the card in the same frame and then posts the card's
   own form; nothing on that path waits for the network. docs/htmx.md has the markup it needs.

   A card is `pending`, `sent` (hidden until the server has answered) or `settled` (to be read, not
   decided). A decision counts as recorded on 204 only; after any other answer the card comes back. */

const PULSE_MS = 4000;
const SLEEP_MS = 300; // decision keys, after the server has replaced what the reader sees
const UNDO_DEPTH = 20;
const REFILL_AT = 2;
const BUSY = "dialog:modal, :popover-open, #ring :is(input, textarea, select):focus";
const BUTTONS = 'form[data-verb] button:not([type="button"], [type="reset"])';

const byId = (id) => document.getElementById(id);
const ring = byId("ring");
const onTheWay = new Map(); // sent card -> its entry among the undoable
const dwelt = new WeakMap(); // card -> milliseconds it was looked at
let undoable = []; // oldest first
let undoing = Promise.resolve();
let current = null;
let left = 0;
let shownAt = 0;
let waking = 0;
let exhausted = false;
let refilling = false;
let pulsing = false;
let newest = "";

/* --- Which card is shown ----------------------------------------------------------------------- */

const cards = () => [...ring.querySelectorAll(".card")];
const isHere = (card) => card.dataset.state !== "sent";
const waiting = () => cards().filter(isHere);

/* The other cards that can be shown: those behind this one first, then round from the start. */
function othersFrom(card) {
  const all = cards();
  const here = all.indexOf(card);
  return [...all.slice(here + 1), ...all.slice(0, here)].filter(isHere);
}

function following(card) {
  const others = othersFrom(card);
  return others.find((other) => "returned" in other.dataset) ?? others[0];
}

const preceding = (card) => othersFrom(card).at(-1);

function show(card, { byServer = false } = {}) {
  const before = current;
  countDwell();
  current = card ?? null;
  if (before && before !== card) putAway(before);
  if (card) card.hidden = false;
  delete card?.dataset.returned;
  byId("ring-empty").hidden = Boolean(card) || !exhausted;
  if (byServer) sleep();
  focusHeading();
  markInQueue();
  refillWhenLow();
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

function focusHeading() {
  const place = current ?? (byId("ring-empty").hidden ? null : byId("ring-empty"));
  (place?.querySelector('[tabindex="-1"]') ?? byId("main")).focus({ preventScroll: true });
  if (ring.getBoundingClientRect().top < 0) ring.scrollIntoView();
}

function countDwell() {
  if (current && shownAt) dwelt.set(current, (dwelt.get(current) ?? 0) + performance.now() - shownAt);
  shownAt = document.hidden ? 0 : performance.now();
}

function markInQueue() {
  document.querySelector("a[data-goto][aria-current]")?.removeAttribute("aria-current");
  document.querySelector(`a[data-goto="${current?.dataset.item}"]`)?.setAttribute("aria-current", "true");
}

/* --- Words ------------------------------------------------------------------------------------- */

const noticeOf = (card) => card.querySelector('.notice[role="alert"]');

function announce(sentence) {
  byId("announce").textContent = sentence;
  write(byId("last"), sentence);
}

/* For what happened to a card that is not on show to carry its own notice. */
function note(sentence) {
  announce(sentence);
  write(byId("last"), "");
  write(byId("ring-note"), sentence);
}

function write(box, sentence) {
  if (!box) return;
  (box.querySelector("span") ?? box).textContent = sentence;
  box.hidden = !sentence;
}

function setLeft(number) {
  left = Math.max(0, number);
  for (const place of document.querySelectorAll("[data-left-count]")) place.textContent = left;
}

/* --- An edit that is typed but not sent -------------------------------------------------------- */

const TYPED = 'form[data-verb="edit"] :is(input:not([type="hidden"]), textarea)';

function isEdited(card) {
  return [...card.querySelectorAll(TYPED)].some((field) => field.value !== field.defaultValue);
}

function markEdited(card) {
  card.toggleAttribute("data-edited", isEdited(card));
}

/* The browser empties the fields only after the event. */
function discardEdit(card) {
  markEdited(card);
  write(noticeOf(card), "");
}

function openEditor(card) {
  if (card.querySelector('[data-panel="edit"]').hidden) card.querySelector('[data-opens="edit"]').click();
}

/* Approving the agent's text while an edit waits in the editor would send what nobody meant. */
function wouldLoseEdit(form, card) {
  if (form.dataset.verb !== "approve" || !isEdited(card)) return false;
  openEditor(card);
  write(noticeOf(card), "You edited this draft. Ctrl+Enter approves your text; or discard the edit first.");
  return true;
}

/* --- Deciding ---------------------------------------------------------------------------------- */

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
  form.elements.dwell_ms.value = Math.round(dwelt.get(card) ?? 0);
  leave(card, form);
}

function leave(card, form) {
  const entry = { id: card.dataset.item, form };
  entry.recorded = new Promise((resolve) => (entry.answer = resolve));
  undoable = [...undoable, entry].slice(-UNDO_DEPTH);
  onTheWay.set(card, entry);
  card.dataset.state = "sent";
  setLeft(left - 1);
  write(byId("ring-note"), "");
  show(following(card));
  announce(`${form.dataset.done}, ${card.dataset.title}. ${left} left. Z to undo.`);
}

function onAnswered({ target: form, detail: { ctx } }) {
  const card = form.closest(".card");
  if (onTheWay.get(card)?.form !== form) return;
  if (ctx.response?.status !== 204) {
    comeBack(card, "The server did not confirm this. Look again, then repeat it.");
    return;
  }
  onTheWay.get(card).answer(true);
  onTheWay.delete(card);
  card.remove();
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
  undoable = undoable.filter((other) => other !== entry);
  entry.answer(false);
  onTheWay.delete(card);
  card.dataset.state = "pending";
  const back = settled ? replace(card, settled) : card;
  if (back.dataset.state === "pending") setLeft(left + 1);
  if (isEdited(back)) openEditor(back);
  write(noticeOf(back), sentence);
  bringToFront(back, `${back.dataset.title} came back. ${sentence}`);
}

function replace(card, settled) {
  card.replaceWith(settled);
  htmx.process(settled);
  if (isEdited(card)) keepEdit(card, settled);
  return settled;
}

/* The loser of a conflict keeps the text they typed: in the new card's editor, else to copy it. */
function keepEdit(card, settled) {
  const fields = [...settled.querySelectorAll(TYPED)];
  const typed = (name) => [...card.querySelectorAll(TYPED)].find((field) => field.name === name).value;
  for (const field of fields) field.value = typed(field.name);
  markEdited(settled);
  if (fields.length > 0) return;
  settled.append(card.querySelector('[data-panel="edit"]'));
  retire(settled, "");
}

function bringToFront(card, sentence) {
  card.dataset.returned = "";
  if (current) current.before(card);
  else ring.prepend(card);
  if (document.querySelector(BUSY)) note(sentence);
  else show(card, { byServer: true });
}

/* --- Undo -------------------------------------------------------------------------------------- */

function undo() {
  const entry = undoable.pop();
  if (entry) undoing = undoing.then(() => takeBack(entry));
  else announce("Nothing left to undo.");
}

async function takeBack(entry) {
  if ((await entry.recorded) === false) return; // refused, so it is back already
  const url = ring.dataset.undoUrl.replace("/0/", `/${entry.id}/`);
  const { response, text } = await ask("POST", url, byId("undo-form"));
  const [card] = response?.status === 200 ? cardsIn(text) : [];
  if (!card && ![404, 409].includes(response?.status)) undoable.push(entry); // worth another try
  if (!card) return;
  const back = byId(card.id) ?? card;
  setLeft(left + 1);
  bringToFront(back, "");
  if (back === card) htmx.process(card);
  announce(`Undone, ${back.dataset.title}. ${left} left.`);
}

/* --- The server's side: more cards, and what has changed --------------------------------------- */

function cardsIn(html) {
  const found = [...new DOMParser().parseFromString(html ?? "", "text/html").querySelectorAll("li.card")];
  for (const card of found) card.hidden = true;
  return found;
}

function ask(method, url, source) {
  return new Promise((resolve) => {
    source.addEventListener("htmx:finally:request", function done({ target, detail }) {
      if (target !== source) return; // a card's own form, bubbling
      source.removeEventListener("htmx:finally:request", done);
      resolve(detail.ctx);
    });
    htmx.ajax(method, url, { source, swap: "none" });
  });
}

function addressOf(url, have) {
  const address = new URL(url, location.href);
  address.searchParams.set("as_of", ring.dataset.asOf);
  address.searchParams.set("have", have.map((card) => card.dataset.item).join());
  return address.pathname + address.search;
}

function refillWhenLow() {
  const all = cards();
  const behind = all.slice(all.indexOf(current) + 1).filter(isHere);
  if (!exhausted && behind.length <= REFILL_AT) refill();
}

async function refill(after = null) {
  if (refilling) return;
  refilling = true;
  const { response, text } = await ask("GET", addressOf(ring.dataset.refillUrl, cards()), ring);
  refilling = false;
  if (response?.status !== 200) return; // the next pulse tries again
  const more = cardsIn(text).filter((card) => !byId(card.id));
  exhausted = more.length === 0;
  if (after?.isConnected) after.after(...more);
  else ring.append(...more);
  for (const card of more) htmx.process(card);
  if (!current) show(waiting()[0], { byServer: true });
}

function loadNew() {
  ring.dataset.asOf = newest;
  byId("new-bar").hidden = true;
  exhausted = false;
  refill(current);
  focusHeading();
}

async function pulse() {
  if (pulsing || document.hidden) return;
  pulsing = true;
  const asked = waiting();
  const quiet = onTheWay.size === 0;
  const { response, text } = await ask("GET", addressOf(ring.dataset.pulseUrl, asked), byId("new-bar"));
  pulsing = false;
  if (response?.status !== 200) return;
  const said = JSON.parse(text);
  if (quiet && onTheWay.size === 0) setLeft(said.pending);
  if (said.pending - said.new > cards().length) exhausted = false;
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
  if (isEdited(card)) return void retire(card, sentence);
  if (card === current) show(following(card), { byServer: true });
  card.remove();
  note(sentence);
}

/* Typed text stays readable, although the draft can no longer be decided. */
function retire(card, sentence) {
  card.dataset.state = "settled";
  for (const button of card.querySelectorAll(BUTTONS)) button.disabled = true;
  write(noticeOf(card), sentence);
}

/* --- Start ------------------------------------------------------------------------------------- */

const ACTIONS = { next: () => step(following), previous: () => step(preceding), undo, new: loadNew };

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
  if (card) show(card);
  else ACTIONS[action]();
}

/* The second click of a double click lands on the next card, which nobody has read. */
function ignoreSecondClick(event) {
  if (event.detail < 2 || !event.target.closest("form[data-verb]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function onUndoFailed(event) {
  event.preventDefault();
  note(event.detail.sentence);
}

function start() {
  htmx.process(ring); // not a task later: a key may come first
  current = waiting()[0] ?? null;
  exhausted = !current;
  left = Number(ring.dataset.left);
  undoable = (ring.dataset.undo ?? "").split(",").filter(Boolean).map((id) => ({ id }));
  ring.addEventListener("submit", onSubmit, true); // before htmx, which listens on the form
  ring.addEventListener("request:failed", onFailed);
  ring.addEventListener("htmx:finally:request", onAnswered);
  ring.addEventListener("input", ({ target }) => markEdited(target.closest(".card")));
  ring.addEventListener("reset", ({ target }) => setTimeout(discardEdit, 0, target.closest(".card")));
  byId("help").addEventListener("close", focusHeading);
  byId("undo-form").addEventListener("request:failed", onUndoFailed);
  ring.addEventListener("click", ignoreSecondClick, true);
  document.addEventListener("click", onClick);
  document.addEventListener("visibilitychange", () => (countDwell(), pulse()));
  window.addEventListener("beforeunload", (event) => waiting().some(isEdited) && event.preventDefault());
  cards().forEach(markEdited); // the browser may have put typed text back
  countDwell();
  refillWhenLow();
  setInterval(pulse, PULSE_MS);
}

if (ring) start();
