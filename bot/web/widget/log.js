// The messages on the page: their order, what of them is in view, and what a screen reader hears.

import { button, icon, make } from "./dom.js";
import { DOWN, LIST, NEXT } from "./icons.js";
import { OpinionRow } from "./opinion.js";
import { bubble, card, spoken } from "./reply.js";

const SPOKEN_FOR = 1_000; // long enough for slow screen readers, and nothing is read twice
const NEAR_END = 80; // pixels
const GAP = 12; // pixels
const RATED = ["answer"];
const KEPT = ["answer", "fallback", "advice", "handoff", "clarify"];

export class Log {
  #rows = new Map(); // id of an answered message → its feedback row
  #atEnd = true;

  /**
   * @param {object} context `texts`, `locale`, `language`, `rates`: whether feedback can be kept
   * @param {object} chat press(choice), again(item), rate(item, helpful, comment), opinion(item),
   *   keep(item), kept(item)
   */
  constructor(context, chat) {
    this.context = context;
    this.chat = chat;
    const { texts } = context;
    this.greeting = make("li", { part: "message", "data-from": "assistant", hidden: "" });
    this.list = make("ol", {}, this.greeting);
    this.typing = make("div", { part: "typing", role: "status" });
    this.node = make(
      "div",
      { part: "log", role: "region", "aria-label": texts.messages, tabindex: 0 },
      this.list,
      this.typing,
    );
    const newer = [icon(DOWN), texts.newer];
    this.newer = button("newer", newer, () => this.#readOn(), { hidden: "" });
    const polite = { role: "log", "aria-live": "polite", "aria-relevant": "additions" };
    this.announcer = make("div", { part: "announcer", class: "unseen", ...polite });
    this.alarm = make("div", { part: "alarm", class: "unseen", role: "alert" });
    this.node.addEventListener("scroll", () => this.#scrolled());
    // What takes room below, such as a keyboard, does not cover the last message.
    const keepEnd = () => this.list.children[1] && this.#atEnd && this.node.scrollTo(0, 1e6);
    new ResizeObserver(keepEnd).observe(this.node);
  }

  /** Shows the greeting, with quick replies below it while nothing has been said. */
  greet(reply, starters) {
    this.greeting.replaceChildren(...reply);
    this.greeting.hidden = false;
    if (starters.length) this.greeting.append(this.#choices(starters));
  }

  said(item) {
    this.#dropChoices();
    this.#put(this.#mine(item));
    this.toEnd();
  }

  /** Shows a reply, before `next` if that was asked meanwhile, and says it once. */
  replied(item, next) {
    const atEnd = this.isAtEnd();
    this.#put(this.#theirs(item), next && this.#find(next));
    this.announce(item.reply);
    if (atEnd) this.toEnd();
    else this.newer.hidden = false;
  }

  /** Shows what was said before the page was loaded. */
  restore(said) {
    for (const item of said) this.#put(item.mine ? this.#mine(item) : this.#theirs(item));
    for (const list of this.list.querySelectorAll("li:not(:last-child) > [part=choices]")) {
      list.remove();
    }
    this.toEnd();
  }

  clear() {
    this.#rows.clear();
    this.list.replaceChildren(this.greeting);
    this.newer.hidden = true;
  }

  /** Shows how a message fares: `why` it is not with the server, or nothing when it is. */
  mark(item, why) {
    const node = this.#find(item);
    if (!node) return;
    const atEnd = this.isAtEnd();
    const old = node.querySelector("[part=not-sent]");
    const focused = old?.contains(node.getRootNode().activeElement);
    old?.remove();
    if (why) node.append(this.#notSent(item, why));
    if (focused) this.node.focus(); // the button went, so the focus must
    if (atEnd) this.toEnd();
  }

  /** Shows what the patient thinks of a reply. */
  rated(item, opinion) {
    this.#rows.get(item.id)?.show(opinion);
  }

  /** Shows which questions are on the patient's list. */
  showKept() {
    for (const keep of this.list.querySelectorAll("[part=keep]")) keep.update();
  }

  /** Says a reply once, apart from the messages, so that focus and reading place stay put. */
  announce(reply) {
    const loud = reply.kind === "emergency" || reply.kind === "crisis";
    const { texts, language } = this.context;
    this.say(spoken(reply, texts), language, loud ? this.alarm : this.announcer);
  }

  say(text, lang, region = this.announcer) {
    const line = make("p", { lang }, text);
    region.append(line);
    setTimeout(() => line.remove(), SPOKEN_FOR);
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller();
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  /** Shows the last message; of one that does not fit, its beginning. */
  toEnd() {
    const scroller = this.#scroller();
    const last = this.list.lastElementChild;
    this.newer.hidden = true;
    const fits = last.offsetHeight <= scroller.clientHeight;
    const top = last.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTop = fits ? scroller.scrollHeight : scroller.scrollTop + top - GAP;
  }

  // --- parts --------------------------------------------------------------------------------

  #mine(item) {
    const attributes = { part: "message", "data-from": "patient", "data-id": item.id };
    const node = make("li", attributes, bubble(item, this.context.texts));
    if (item.status === "failed") node.append(this.#notSent(item, item.why));
    return node;
  }

  #theirs(item) {
    const { reply } = item;
    const attributes = { part: "message", "data-from": "assistant", "data-id": item.id };
    const node = make("li", attributes, card(reply, this.context));
    const actions = make("div", { part: "actions" }, this.#feedback(item), this.#keep(item));
    const choices = reply.choices.length > 0 && this.#choices(reply.choices);
    const below = reply.kind === "clarify" ? [choices, actions] : [actions, choices];
    node.append(...below.filter(Boolean));
    return node;
  }

  #feedback(item) {
    if (!RATED.includes(item.reply.kind) || !this.context.rates()) return null;
    const rate = (helpful, comment) => this.chat.rate(item, helpful, comment);
    const row = new OpinionRow(this.context.texts, rate);
    this.#rows.set(item.id, row);
    row.show(this.chat.opinion(item));
    return row.node;
  }

  #keep(item) {
    if (!KEPT.includes(item.reply.kind)) return null;
    const { texts } = this.context;
    const node = button("keep", [], () => this.chat.keep(item));
    node.update = () => {
      const kept = this.chat.kept(item);
      node.setAttribute("aria-pressed", String(kept));
      node.replaceChildren(icon(LIST), kept ? texts.kept : texts.keep);
    };
    node.update();
    return node;
  }

  #choices(choices) {
    const { texts, language } = this.context;
    const items = choices.map((choice) => {
      const label = make("span", { lang: language, dir: "auto" }, choice.label);
      const press = button("choice", [label, icon(NEXT)], () => this.chat.press(choice));
      return make("li", {}, press);
    });
    return make("ul", { part: "choices", "aria-label": texts.choices }, ...items);
  }

  #notSent(item, why) {
    const { texts } = this.context;
    const again = button("again", texts.again, () => this.chat.again(item));
    const role = item.status === "failed" ? "alert" : null;
    return make("p", { part: "not-sent", role }, `${why} `, again);
  }

  #put(node, before = null) {
    this.list.insertBefore(node, before);
  }

  #find(item) {
    return [...this.list.children].find(({ dataset }) => dataset.id === item.id);
  }

  #dropChoices() {
    for (const list of this.list.querySelectorAll("[part=choices]")) list.remove();
  }

  // --- scrolling ----------------------------------------------------------------------------

  #readOn() {
    this.node.focus();
    this.toEnd();
  }

  #scrolled() {
    this.#atEnd = this.isAtEnd();
    if (this.#atEnd) this.newer.hidden = true;
  }

  /** On very low screens everything scrolls together. */
  #scroller() {
    const own = getComputedStyle(this.node).overflowY !== "visible";
    return own ? this.node : this.node.closest("dialog");
  }
}
