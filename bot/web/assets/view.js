// Builds the page out of replies. Text only ever becomes text: nothing here reads markup.

const LINKS = ["https:", "tel:", "sms:", "mailto:"];
const URGENT = {
  emergency: "Immediate action required",
  crisis: "Help is available now",
  urgent: "Get medical advice today",
};

/** Makes an element; `parts` are nodes or texts. */
export function element(tag, attributes = {}, ...parts) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...parts);
  return node;
}

/** What the patient wrote. */
export function mine(text) {
  const bubble = element("div", { class: "bubble" }, speaker("You:"), text);
  return element("li", { class: "mine" }, bubble);
}

/** A reply with all that belongs to it; `press(choice)` is called for a quick reply. */
export function theirs(reply, press) {
  const card = element("div", { class: `card ${reply.kind}` }, speaker("Assistant:"));
  if (URGENT[reply.kind]) card.append(element("h3", {}, URGENT[reply.kind]));
  card.append(...reply.blocks.map(block), ...smallPrint(reply));
  const item = element("li", { class: "theirs" }, card);
  if (reply.choices.length) item.append(choices(reply.choices, press));
  return item;
}

/** What a screen reader says of a reply. */
export function spoken(reply) {
  const parts = [URGENT[reply.kind], reply.text, reply.disclaimer];
  if (reply.choices.length) parts.push(`Suggested questions: ${reply.choices.length}.`);
  return parts.filter(Boolean).join(" ");
}

/** Quick replies as a list of buttons. */
export function choices(all, press) {
  const list = element("ul", { class: "choices", "aria-label": "Suggested questions" });
  for (const choice of all) {
    const button = element("button", { type: "button", class: "choice" }, choice.label);
    button.addEventListener("click", () => press(choice));
    list.append(element("li", {}, button));
  }
  return list;
}

/** The line under a message that did not get through. */
export function notSent(why, again) {
  const button = element("button", { type: "button" }, "Try again");
  button.addEventListener("click", again);
  return element("p", { class: "not-sent", role: "alert" }, `${why} `, button);
}

function speaker(who) {
  return element("span", { class: "hidden" }, who);
}

function block(each) {
  if (each.type === "list") {
    const items = each.items.map((item) => element("li", {}, ...item.map(run)));
    return element(each.ordered ? "ol" : "ul", {}, ...items);
  }
  return element("p", {}, ...(each.content ?? []).map(run));
}

function run({ text, strong, em, href }) {
  let node = document.createTextNode(text);
  if (em) node = element("em", {}, node);
  if (strong) node = element("strong", {}, node);
  if (href && LINKS.some((scheme) => href.startsWith(scheme))) node = element("a", { href }, node);
  return node;
}

function smallPrint({ disclaimer, source, reviewed }) {
  const lines = [];
  if (disclaimer) lines.push(element("p", { class: "disclaimer" }, disclaimer));
  const origin = [source && `Source: ${source}`, reviewed && `Last reviewed ${day(reviewed)}`];
  const text = origin.filter(Boolean).join(" · ");
  if (text) lines.push(element("p", { class: "origin" }, text));
  return lines;
}

function day(iso) {
  const noon = new Date(`${iso}T12:00`); // noon: no time zone makes it another day
  return noon.toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
}
