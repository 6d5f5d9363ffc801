/* Approving what is selected: a preview in a dialog, one request, one undo for all. The cards leave
   in the same frame; whatever the server refuses comes back with its sentence. */

import { ask } from "./asking.js";
import { refresh, restore, strike } from "./column.js";
import { current, following, isEdited, isHere, show, waiting } from "./ring.js";
import { deselect, selection } from "./selection.js";
import { forget, remember } from "./undo.js";
import { addToLeft, announce, byId, changesCount, leftInWords, note, noticeOf, undoInWords, write } from "./words.js";

const form = byId("bulk-form");
const dialog = byId("bulk-dialog");
const waitingWords = dialog.innerHTML;
const parsed = (text) => new DOMParser().parseFromString(text ?? "", "text/html");
const cardOf = (id) => byId(`item-${id}`);

export function beginBulk() {
  form.addEventListener("submit", openPreview);
  dialog.addEventListener("submit", approve);
  dialog.addEventListener("click", onClick);
  dialog.addEventListener("keydown", onKey);
}

export const closeBulk = () => dialog.close();

function openPreview(event) {
  event.preventDefault();
  const ids = selection();
  const edited = ids.map(cardOf).find((card) => card && isEdited(card));
  if (edited) note(`${edited.dataset.title}: you edited this draft. Approve or discard your edit first.`);
  else if (ids.length === 0) note("Nothing is selected.");
  else load(`${form.getAttribute("action")}?${new URLSearchParams(ids.map((id) => ["item", id]))}`);
}

async function load(url) {
  dialog.innerHTML = waitingWords;
  if (!dialog.open) dialog.showModal(); // at once, so that no key decides in the meantime
  const { response, text } = await ask("GET", url, dialog);
  if (response?.status !== 200) return dialog.close();
  dialog.replaceChildren(...parsed(text).body.children);
  dialog.querySelector('[tabindex="-1"]').focus();
}

function onClick(event) {
  const link = event.target.closest("a[data-bulk]");
  if (!link) return;
  event.preventDefault();
  load(link.getAttribute("href"));
}

function onKey(event) {
  if (event.key !== "Enter" || event.repeat || !(event.ctrlKey || event.metaKey)) return;
  dialog.querySelector("form[data-bulk-approve]")?.requestSubmit();
}

function approve(event) {
  event.preventDefault();
  const sheet = event.target;
  const ids = [...sheet.querySelectorAll("[name=seen]:checked")].map((tick) => tick.value.split(":")[0]);
  if (ids.length === 0) return sheet.querySelector("[name=seen]").focus();
  sheet.hidden = true;
  form.after(sheet); // it outlives the dialog, until the server has answered
  leave(ids, sheet);
  dialog.close();
}

async function leave(ids, sheet) {
  const entry = { id: ids[0] };
  const isUndoable = "undo" in sheet.dataset;
  entry.recorded = new Promise((resolve) => (entry.answer = resolve));
  changesCount(entry.recorded);
  if (isUndoable) remember(entry);
  for (const id of ids) {
    strike(id);
    if (cardOf(id)) cardOf(id).dataset.state = "sent";
  }
  addToLeft(-ids.length);
  deselect();
  write(byId("ring-note"), "");
  if (current && !isHere(current)) show(following(current));
  announce(`Approving ${ids.length}. ${leftInWords()} left.`, `Approving ${ids.length}.`);
  let trouble = "The server did not confirm this. Look again, then repeat it.";
  sheet.addEventListener("request:failed", (event) => {
    event.preventDefault();
    trouble = event.detail.sentence;
  });
  const { response, text } = await ask("POST", sheet.getAttribute("action"), sheet);
  sheet.remove();
  const said = response?.status === 200 ? parsed(text) : null;
  settle(ids, entry, said);
  if (said) tell(said, isUndoable);
  else note(trouble);
}

/* `said` is the server's page with a line for each, or nothing when it recorded none. */
function settle(ids, entry, said) {
  const done = ids.filter((id) => said?.querySelector(`[data-approved="${id}"]`));
  const kept = done.filter((id) => !said.querySelector(`[data-approved="${id}"][data-told]`));
  const back = ids.filter((id) => !done.includes(id));
  entry.id = kept[0];
  if (kept.length === 0) forget(entry); // what was practice cannot be taken back
  for (const card of done.map(cardOf)) takeOut(card);
  for (const id of back) comeBack(id, said?.querySelector(`[data-refused="${id}"] span`)?.textContent);
  addToLeft(back.length);
  entry.answer(kept.length > 0);
  if (back.length > 0) refresh();
  if (!current && waiting().length > 0) show(waiting()[0], { byServer: true });
}

/* A refill may have brought it meanwhile. */
function takeOut(card) {
  if (card && card === current) show(following(card), { byServer: true });
  card?.remove();
}

function tell(said, isUndoable) {
  const words = said.querySelector("[data-sentence]").textContent;
  announce(`${words} ${leftInWords()} left.${isUndoable && said.querySelector("[data-approved]:not([data-told])") ? undoInWords() : ""}`, words);
  const more = [...said.querySelectorAll("[data-refused], [data-told]")].map((line) => line.textContent.trim());
  if (more.length > 0) write(byId("ring-note"), more.join(" "));
}

function comeBack(id, sentence = "") {
  restore(id);
  const card = cardOf(id);
  if (!card) return;
  card.dataset.state = "pending";
  write(noticeOf(card), sentence);
}
