// "Did this answer your question?" below an answer: yes, no, and why, which can be changed.

import { button, icon, make } from "./dom.js";
import { CHECK } from "./icons.js";

const LONGEST_REASON = 1_000;
let rows = 0;

export class OpinionRow {
  /** `rate(helpful, comment)` is called for every choice of the patient's. */
  constructor(texts, rate) {
    this.texts = texts;
    this.rate = rate;
    const id = `opinion-${(rows += 1)}`;
    this.question = make("span", { id }, texts.helpful);
    this.yes = button("yes", [icon(CHECK), texts.yes], () => rate(true));
    this.no = button("no", [icon(CHECK), texts.no], () => rate(false));
    this.reason = make("textarea", {
      part: "reason",
      id: `${id}-reason`,
      rows: 2,
      maxlength: LONGEST_REASON,
      "aria-describedby": `${id}-hint`,
    });
    this.form = make(
      "form",
      { hidden: "", onsubmit: (event) => this.#send(event) },
      make("label", { for: `${id}-reason` }, texts.reason),
      make("p", { id: `${id}-hint`, class: "small" }, texts.reasonHint),
      this.reason,
      make("button", { part: "reason-send" }, texts.reasonSend),
    );
    this.status = make("p", { part: "feedback-status", role: "status" });
    const row = make("div", { class: "row" }, this.question, this.yes, this.no);
    const parts = [row, this.form, this.status];
    this.node = make("div", { part: "feedback", role: "group", "aria-labelledby": id }, ...parts);
    this.show();
  }

  /** Shows what is known of the patient's opinion: {helpful, comment, status} or undefined. */
  show(opinion) {
    const { texts } = this;
    for (const [choice, helpful] of [[this.yes, true], [this.no, false]]) {
      choice.setAttribute("aria-pressed", String(opinion?.helpful === helpful));
    }
    this.form.hidden = !opinion || opinion.comment != null || opinion.status === "feedback_off";
    this.status.textContent = opinion ? (texts[opinion.status] ?? opinion.why ?? texts.notSaved) : "";
    if (opinion?.status === "feedback_lost") {
      const again = () => this.rate(opinion.helpful, opinion.comment);
      this.status.append(" ", button("again", texts.again, again));
    }
  }

  #send(event) {
    event.preventDefault();
    const comment = this.reason.value.trim();
    if (!comment) return;
    const helpful = this.yes.getAttribute("aria-pressed") === "true";
    (helpful ? this.yes : this.no).focus(); // the form goes, so the focus must
    this.rate(helpful, comment);
  }
}
