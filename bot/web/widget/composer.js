// The form: a box that grows with the question, how much may still be written, and the button.

import { fill, icon, make } from "./dom.js";
import { SEND } from "./icons.js";

const NEAR_LIMIT = 100; // characters left from which on they are counted

export class Composer {
  /** Most characters of a message; Infinity until the server has said. */
  limit = Infinity;

  constructor(texts, send) {
    this.texts = texts;
    this.send = send;
    this.input = make("textarea", {
      part: "input",
      id: "input",
      rows: 1,
      enterkeyhint: "send",
      autocomplete: "off",
      placeholder: texts.hint,
      "aria-describedby": "counter trouble",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#key(event),
    });
    this.counter = make("p", { part: "counter", id: "counter" });
    this.trouble = make("p", { part: "trouble", id: "trouble", role: "alert" });
    const button = make("button", { part: "send", "aria-label": texts.send }, icon(SEND));
    this.node = make(
      "form",
      { class: "composer", novalidate: "", onsubmit: (event) => this.#submit(event) },
      make("label", { for: "input", class: "unseen" }, texts.question),
      make("div", { class: "box" }, this.input, button),
      make("div", { class: "under" }, this.trouble, this.counter),
    );
  }

  focus() {
    this.input.focus();
  }

  clear() {
    this.input.value = "";
    this.#typed();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    const length = [...text].length;
    if (length > this.limit) {
      const { texts, limit } = this;
      this.trouble.textContent = fill(texts.tooLong, { n: length, limit });
      this.counter.textContent = "";
      this.input.setAttribute("aria-invalid", "true");
      this.focus();
    } else if (text) {
      this.clear();
      this.send(text);
      if (matchMedia("(pointer: fine)").matches) this.focus(); // else the keyboard would come up
    }
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.node.requestSubmit();
  }

  #typed() {
    const { input, counter, limit, texts } = this;
    const left = limit - [...input.value.trim()].length;
    counter.textContent = left <= NEAR_LIMIT ? fill(texts.left, { n: left }) : "";
    counter.classList.toggle("over", left < 0);
    this.trouble.textContent = "";
    if (left >= 0) input.removeAttribute("aria-invalid");
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
  }
}
