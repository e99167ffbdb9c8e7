// The chat of the page: the form, the messages, and what a screen reader hears of them.

import { Connection } from "./connection.js";
import { Memory } from "./memory.js";
import { choices, mine, notSent, spoken, theirs } from "./view.js";

const SPOKEN_FOR = 1_000; // long enough for slow screen readers, and nothing is read twice
const SLOW_AFTER = 600;
const NEAR_END = 80; // pixels
const GAP = 10; // pixels

const find = (id) => document.getElementById(id);
const [form, text, trouble, status] = ["form", "text", "trouble", "status"].map(find);
const [log, messages, newer] = ["log", "messages", "newer"].map(find);
const limit = Number(find("chat").dataset.limit);
const memory = new Memory(sessionStorage);

// --- what the patient does --------------------------------------------------------------------

function ask() {
  const question = text.value.trim();
  const length = [...question].length;
  trouble.textContent = length > limit ? `Too long: ${length} of ${limit} characters.` : "";
  if (!question || length > limit) return;
  text.value = "";
  say({ type: "message", text: question }, question);
}

function press({ entry, label }) {
  // The button goes, so the focus must; not to the box on a phone, where the keyboard would
  // cover the answer.
  (matchMedia("(pointer: coarse)").matches ? log : text).focus();
  say({ type: "choice", entry }, label);
}

function say(message, shown) {
  message.id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  for (const list of messages.querySelectorAll(".choices")) list.remove();
  memory.said.push({ mine: true, id: message.id, text: shown, message });
  showMine(message.id, shown);
  toEnd();
  find("chat").scrollIntoView({ block: "nearest" });
  slow.start();
  connection.send(message);
}

function sayAgain(item, said) {
  item.querySelector(".not-sent")?.remove();
  delete said.failed;
  text.focus();
  slow.start();
  connection.send(said.message);
}

// --- what comes back --------------------------------------------------------------------------

function replied(message, reply) {
  slow.stop();
  const atEnd = isAtEnd();
  memory.said.push({ mine: false, reply });
  memory.save();
  messages.append(theirs(reply, press));
  announce(reply);
  if (atEnd) toEnd();
  else newer.hidden = false;
}

function failed(message, why) {
  slow.stop();
  const said = memory.said.find(({ id }) => id === message.id);
  if (!said) return;
  const atEnd = isAtEnd();
  said.failed = why;
  memory.save();
  showFailed(said);
  if (atEnd) toEnd();
}

/** Says a reply once, apart from the messages, so that focus and reading place stay put. */
function announce(reply) {
  const region = find(reply.kind === "emergency" || reply.kind === "crisis" ? "urgent" : "polite");
  const line = document.createElement("p");
  line.textContent = spoken(reply);
  region.append(line);
  setTimeout(() => line.remove(), SPOKEN_FOR);
}

const slow = {
  timer: 0,
  start() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (status.textContent ||= "Looking for the answer …"), SLOW_AFTER);
  },
  stop() {
    clearTimeout(this.timer);
    status.textContent = "";
  },
};

// --- the messages -----------------------------------------------------------------------------

function showMine(id, shown) {
  const item = mine(shown);
  item.dataset.id = id;
  messages.append(item);
}

function showFailed(said) {
  const item = messages.querySelector(`[data-id="${CSS.escape(said.id)}"]`);
  item?.append(notSent(said.failed, () => sayAgain(item, said)));
}

function restore() {
  if (!memory.said.length) return; // a new chat begins at its greeting
  for (const said of memory.said) {
    if (said.mine) showMine(said.id, said.text);
    else messages.append(theirs(said.reply, press));
    if (said.failed) showFailed(said);
  }
  for (const list of messages.querySelectorAll("li:not(:last-child) > .choices")) list.remove();
  toEnd();
}

/** The page brings the first questions as links, for readers without script. */
function makeStartersButtons() {
  const list = messages.querySelector(".choices");
  const links = [...list.querySelectorAll("a")];
  const starters = links.map((link) => ({ entry: link.dataset.entry, label: link.textContent }));
  list.replaceWith(choices(starters, press));
}

function isAtEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
}

/** Shows the last message; of one that does not fit, its beginning. */
function toEnd() {
  const { offsetHeight, offsetTop } = messages.lastElementChild;
  newer.hidden = true;
  log.scrollTop = offsetHeight > log.clientHeight ? offsetTop - GAP : log.scrollHeight;
}

// --- start ------------------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask();
});
log.addEventListener("scroll", () => isAtEnd() && (newer.hidden = true));
newer.addEventListener("click", () => {
  log.focus();
  toEnd();
});

makeStartersButtons();
restore();
form.hidden = false;
const connection = new Connection(location.href, memory, {
  reply: replied,
  failed,
  status: (line) => (status.textContent = line),
});
