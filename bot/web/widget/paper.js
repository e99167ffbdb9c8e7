// The patient's own copy: a text file, or a sheet of paper. Nothing leaves the browser.

import { make } from "./dom.js";

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
export function asText(said, texts) {
  const lines = said.map((item) => {
    if (item.mine) return `${texts.you} ${item.label}`;
    const { text, disclaimer, source, reviewed } = item.reply;
    const parts = [text, disclaimer, [source, reviewed].filter(Boolean).join(" · ")];
    return `${texts.assistant} ${parts.filter(Boolean).join("\n")}`;
  });
  return `${lines.join("\n\n")}\n`;
}

/** The chat as paragraphs for paper. */
export function asNodes(said, texts) {
  return said.map((item) => {
    const who = make("strong", {}, `${item.mine ? texts.you : texts.assistant} `);
    if (item.mine) return make("p", { class: "asked" }, who, item.label);
    const { text, disclaimer, source, reviewed } = item.reply;
    const small = [disclaimer, source, reviewed].filter(Boolean).join(" · ");
    return make("div", {}, make("p", {}, who, text), small && make("p", { class: "small" }, small));
  });
}
