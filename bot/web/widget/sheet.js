// The view "Questions for my provider": what the patient wants to ask at the visit.

import { button, icon, make } from "./dom.js";
import { BACK, BIN, CLOSE, PLUS, PRINT } from "./icons.js";

export class Sheet {
  /** `chat` has showList() and printList(). */
  constructor(texts, questions, chat) {
    this.texts = texts;
    this.questions = questions;
    this.title = make("h2", { id: "list-title", tabindex: -1 }, texts.list);
    this.list = make("ol", {});
    this.empty = make("p", { class: "small" }, texts.listEmpty);
    this.input = make("input", { id: "list-input", autocomplete: "off", maxlength: 300 });
    this.print = button("list-print", [icon(PRINT), texts.print], () => chat.printList());
    this.clear = button("list-clear", [icon(BIN), texts.listClear], () => this.#clear());
    const form = make(
      "form",
      { onsubmit: (event) => this.#add(event) },
      make("label", { for: "list-input" }, texts.listAdd),
      make("div", { class: "box" }, this.input,
        make("button", { part: "list-add", "aria-label": texts.add }, icon(PLUS))),
    );
    const attributes = { part: "list", role: "region", "aria-labelledby": "list-title" };
    this.node = make(
      "div",
      { ...attributes, hidden: "" },
      make("div", { class: "head" },
        button("back", icon(BACK), () => chat.showList(false), { "aria-label": texts.back }), this.title),
      make("div", { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "list-title" },
        make("p", { class: "small" }, texts.listAbout), this.empty, this.list, form),
      make("div", { class: "foot" }, this.print, this.clear),
    );
  }

  show() {
    this.node.hidden = false;
    this.update();
    this.title.focus();
  }

  hide() {
    this.node.hidden = true;
  }

  get open() {
    return !this.node.hidden;
  }

  update() {
    const all = this.questions.all;
    this.list.replaceChildren(...all.map((each) => this.#row(each)));
    this.empty.hidden = all.length > 0;
    this.print.hidden = this.clear.hidden = !all.length;
  }

  /** The list as it is printed: each question with its answer and room for notes. */
  asPaper() {
    const { texts } = this;
    const items = this.questions.all.map(({ question, answer, small }) => {
      const heading = make("h2", {}, question);
      const given = answer
        ? [make("h3", {}, texts.answerGiven), make("p", {}, answer), fine(small)]
        : [fine(texts.noAnswer)];
      const notes = make("p", { class: "notes" }, texts.notes);
      return make("li", {}, heading, ...given, notes);
    });
    return make("ol", {}, ...items);
  }

  #row({ id, question, answer }) {
    const { texts } = this;
    const remove = () => {
      this.questions.remove(id);
      this.title.focus(); // the button goes, so the focus must
    };
    const name = { "aria-label": `${texts.remove}: ${question}` };
    return make(
      "li",
      { part: "list-item" },
      make("div", {}, make("strong", {}, question), answer && make("p", {}, answer)),
      button("list-remove", icon(CLOSE), remove, name),
    );
  }

  #add(event) {
    event.preventDefault();
    const question = this.input.value.trim();
    if (!question) return;
    this.questions.add({ id: `own-${Date.now()}`, question, answer: null, small: null });
    this.input.value = "";
    this.input.focus();
  }

  #clear() {
    this.questions.clear();
    this.title.focus();
  }
}

function fine(text) {
  return make("p", { class: "small" }, text);
}
