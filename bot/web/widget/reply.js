// Builds the messages: what the patient wrote, and replies with all that belongs to them.

import { fill, icon, make, unseen } from "./dom.js";
import { CLOCK, HEART, PHONE, WARNING } from "./icons.js";

const LINKS = ["https:", "tel:", "sms:", "mailto:"];
const URGENT = { emergency: WARNING, crisis: HEART, urgent: CLOCK };

/** Whether a reply must stand out and stay in view. */
export function isUrgent(reply) {
  return reply.kind in URGENT;
}

/** What the patient wrote. */
export function bubble(item, texts) {
  return make("div", { part: "bubble", dir: "auto" }, unseen(`${texts.you} `), item.label);
}

/** A reply: heading, text, disclaimer, source. `language` is that of the answers. */
export function card(reply, { texts, locale, language }) {
  const content = make("div", { class: "content", lang: language, dir: "auto" }, ...reply.blocks.map(block));
  if (reply.disclaimer) content.append(make("p", { part: "disclaimer" }, reply.disclaimer));
  const origin = originOf(reply, texts, locale);
  return make(
    "div",
    { part: "card", "data-kind": reply.kind },
    unseen(`${texts.assistant} `),
    isUrgent(reply) && heading(reply, texts),
    content,
    origin && make("p", { part: "origin" }, origin),
  );
}

/** The heading of a red flag and the first number to call: the strip above the messages. */
export function urgentStrip(reply, { texts }) {
  const call = runs(reply).find(({ href }) => href?.startsWith("tel:"));
  const words = make("strong", {}, texts[`${reply.kind}Heading`]);
  return [icon(URGENT[reply.kind]), words, call && make("a", { href: call.href }, icon(PHONE), call.text)];
}

/** What a screen reader says of a reply. */
export function spoken(reply, texts) {
  const links = runs(reply).filter(({ href }) => href).length;
  return [
    isUrgent(reply) && `${texts[`${reply.kind}Heading`]}.`,
    reply.text,
    reply.disclaimer,
    links && fill(texts.spokenLinks, { n: links }),
    reply.choices.length && fill(texts.spokenChoices, { n: reply.choices.length }),
  ]
    .filter(Boolean)
    .join(" ");
}

/** "Source: … · Last reviewed …", as far as it is known. */
export function originOf({ source, reviewed }, texts, locale) {
  const parts = [
    source && fill(texts.source, { source }),
    reviewed && fill(texts.reviewed, { day: day(new Date(`${reviewed}T12:00`), locale) }),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** A day in the patient's language. */
export function day(date, locale) {
  return date.toLocaleDateString(locale, { dateStyle: "long" });
}

/** Runs of text as nodes. */
export function run({ text, strong, em, href }) {
  let node = document.createTextNode(text);
  if (em) node = make("em", {}, node);
  if (strong) node = make("strong", {}, node);
  return href && allowed(href) ? make("a", { href }, node) : node;
}

function heading(reply, texts) {
  return make("h3", { part: "heading" }, icon(URGENT[reply.kind]), texts[`${reply.kind}Heading`]);
}

function allowed(href) {
  return LINKS.some((scheme) => href.startsWith(scheme));
}

function runs(reply) {
  return reply.blocks.flatMap(({ content, items }) => content ?? items?.flat() ?? []);
}

function block({ type, ordered, items, content }) {
  if (type !== "list") return make("p", {}, ...(content ?? []).map(run));
  return make(ordered ? "ol" : "ul", {}, ...items.map((item) => make("li", {}, ...item.map(run))));
}
