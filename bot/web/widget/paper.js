// The patient's own copy: a text file, or a sheet of paper. Nothing leaves the browser.

import { make } from "./dom.js";
import { originOf } from "./reply.js";

/** Saves a text as a file. */
export function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Prints some nodes instead of the page that the chat stands on. */
export function print(title, language, sheet, ...nodes) {
  const paper = make("div", { lang: language });
  const root = paper.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(make("h1", {}, title), ...nodes);
  document.body.append(paper);
  const mark = "data-clinic-chat-paper";
  paper.setAttribute(mark, "");
  const only = new CSSStyleSheet();
  only.replaceSync(
    `@media print{html,body{all:initial!important;display:block!important}
    body>:not([${mark}]){display:none!important}}
    @media screen{[${mark}]{display:none!important}}`,
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, only];
  const done = () => {
    paper.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== only);
  };
  addEventListener("afterprint", done, { once: true });
  window.print();
}

/** The chat as plain text. */
export function asText(said, texts, locale) {
  const lines = said.map((item) => {
    if (item.mine) return `${texts.you} ${item.label}`;
    return [`${texts.assistant} ${item.reply.text}`, ...smallPrint(item.reply, texts, locale)].join("\n");
  });
  return `${lines.join("\n\n")}\n`;
}

/** The chat as paragraphs for paper. */
export function asNodes(said, texts, locale) {
  return said.map((item) => {
    const who = make("strong", {}, item.mine ? `${texts.you} ` : `${texts.assistant} `);
    if (item.mine) return make("p", {}, who, item.label);
    const small = smallPrint(item.reply, texts, locale).join("\n");
    return make("div", {}, make("p", {}, who, item.reply.text), make("p", { class: "small" }, small));
  });
}

/** What belongs under a reply wherever it goes: the disclaimer, and where the answer is from. */
export function smallPrint(reply, texts, locale) {
  return [reply.disclaimer, originOf(reply, texts, locale)].filter(Boolean);
}
