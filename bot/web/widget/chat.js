// The chat, loaded when a patient opens it: puts the parts together and tells them of each other.

import paperStyle from "./paper.css" with { type: "css" };
import style from "./chat.css" with { type: "css" };
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { fill, make } from "./dom.js";
import { BIN, LIST, PRINT, SAVE } from "./icons.js";
import { Log } from "./log.js";
import { Memory } from "./memory.js";
import { Menu } from "./menu.js";
import { Panel } from "./panel.js";
import { asNodes, asText, print, save, smallPrint } from "./paper.js";
import { Questions } from "./questions.js";
import { card, day, isUrgent } from "./reply.js";
import { Sheet } from "./sheet.js";
import given from "./texts.json" with { type: "json" };

const TYPING_AFTER = 400;
const SLOW_AFTER = 5_000;
const SERVER_LANGUAGE = "en"; // of the answers, until the server has named its own

export class Chat {
  #timers = new Map(); // id of a message → timer of what is said while it waits
  #typing = 0;

  /**
   * @param {object} options `server`: URL; `key`: under which the tab remembers; `language` and
   *   `strings`: the widget's own texts; `greeting`: shown before the clinic's own
   * @param {ShadowRoot} root
   * @param {object} on close(), unseen(n), event(name)
   */
  constructor(options, root, on) {
    this.options = options;
    this.on = on;
    this.texts = { ...given, ...options.strings };
    this.context = this.#context();
    const { texts } = this;
    this.memory = new Memory(storage("sessionStorage"), options.key);
    this.conversation = new Conversation(options.server, this.memory, this);
    const listKey = `${options.key} list`;
    this.questions = new Questions(storage("localStorage"), listKey, () => this.#listed());
    this.log = new Log(this.context, this);
    this.composer = new Composer(texts, (text) => this.conversation.ask(text));
    this.sheet = new Sheet(texts, this.questions, this);
    this.menu = new Menu(texts, [
      [LIST, texts.list, () => this.showList(true)],
      [SAVE, texts.save, () => save("chat.txt", this.#as(asText))],
      [PRINT, texts.print, () => this.#print(texts.messages, ...this.#as(asNodes))],
      [BIN, texts.delete, () => this.#askToDelete()],
    ]);
    const names = { title: options.title ?? texts.title, subtitle: texts.subtitle };
    this.panel = new Panel(texts, names, this);
    this.panel.node.lang = options.language;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, style];
    root.querySelector(".root").append(this.panel.node);
    this.#restore();
    this.#listen();
  }

  open(how) {
    this.conversation.start();
    this.panel.open(how);
    this.#remember(true);
    this.#seen();
  }

  close() {
    this.panel.close();
    this.#remember(false);
    if (!this.conversation.waiting) this.conversation.stop();
  }

  /** Forgets the chat; the list for the provider stays. */
  clear() {
    this.conversation.clear();
    for (const id of this.#timers.keys()) this.#settle(id);
    this.#endTyping();
    this.log.clear();
    this.panel.pin(null);
    this.panel.emergency(this.conversation.welcome?.emergency);
    this.greeted &&= "before"; // so it is shown again, but not said again
    this.#greet();
    if (this.panel.isOpen) this.conversation.start();
    this.on.event("clear");
  }

  /** Goes on with what waits, without opening. */
  resume() {
    if (this.conversation.waiting) this.conversation.start();
  }

  /** Lets go of the page: connection, listeners, timers. */
  stop() {
    this.conversation.stop();
    this.panel.stop();
    for (const id of this.#timers.keys()) this.#settle(id);
    this.#ears.abort();
    this.panel.node.remove();
  }

  // --- what the patient does ----------------------------------------------------------------

  press(choice) {
    this.panel.focus(); // the button goes, so the focus must
    this.conversation.press(choice);
  }

  again(item) {
    this.panel.focus();
    this.conversation.again(item);
  }

  hurry() {
    this.panel.focus();
    this.conversation.hurry();
  }

  rate(item, helpful, comment) {
    this.conversation.rate(item, helpful, comment);
  }

  /** Puts a question on the list for the provider, or takes it off. */
  keep({ id, asked, reply }) {
    if (this.questions.has(id)) return this.questions.remove(id);
    const answer = reply.kind === "answer" ? reply.text : null;
    const small = smallPrint(reply, this.texts, this.options.language);
    this.questions.add({ id, question: asked, answer, small: answer ? small.join("\n") : null });
  }

  showList(show) {
    this.panel.body.hidden = show;
    if (show) return this.sheet.show();
    this.sheet.hide();
    this.menu.button.focus();
  }

  printList() {
    this.#print(this.texts.list, this.sheet.asPaper());
  }

  /** The button that closes; whoever owns the chat closes it. */
  leave() {
    this.on.close();
  }

  #askToDelete() {
    const { confirm, confirmYes: yes, confirmNo: no, deleted } = this.texts;
    this.panel.ask(confirm, { yes, no }, () => {
      this.clear();
      this.log.say(deleted);
      this.panel.focus();
    });
  }

  #as(form) {
    return form(this.memory.said, this.texts, this.options.language);
  }

  #print(title, ...nodes) {
    const { texts, options } = this;
    const today = fill(texts.printedOn, { day: day(new Date(), options.language) });
    print(title, options.language, paperStyle, make("p", { class: "small" }, today), ...nodes);
  }

  opinion(item) {
    return this.memory.opinions[item.id];
  }

  kept(item) {
    return this.questions.has(item.id);
  }

  get seconds() {
    return this.conversation.seconds;
  }

  // --- what happens -------------------------------------------------------------------------

  said(item) {
    this.log.said(item);
    this.#watch(item);
    this.on.event("sent");
  }

  replied(item, next) {
    this.#settle(item.id);
    this.#endTyping();
    this.panel.say("");
    this.log.replied(item, next);
    if (isUrgent(item.reply)) this.panel.pin(item.reply, this.context);
    if (!this.panel.isOpen) this.#unseen(this.memory.unseen + 1);
    this.on.event("reply");
    if (!this.panel.isOpen && !this.conversation.waiting) this.conversation.stop();
  }

  waiting(error) {
    this.panel.say(error.message);
  }

  changed(item) {
    if (!item.mine) return this.log.rated(item, this.memory.opinions[item.id]);
    this.log.mark(item, item.status === "failed" && `${this.texts.failed} ${item.why ?? ""}`);
    if (item.status === "waiting") this.#watch(item);
    else this.#settle(item.id);
    if (item.status === "failed") this.#endTyping();
  }

  welcomed() {
    const { welcome } = this.conversation;
    this.composer.limit = welcome.limits.text;
    this.context.language = welcome.language ?? SERVER_LANGUAGE;
    this.panel.emergency(welcome.emergency);
    this.#greet();
  }

  #greet() {
    const { welcome } = this.conversation;
    if (!welcome) return;
    const fresh = !this.memory.said.length;
    const shown = `${welcome.content_version} ${fresh}`;
    if (this.greeted === shown) return; // a reconnection leaves the focus on its quick reply
    const { greeting } = this.options;
    const own = greeting && [{ type: "paragraph", content: [{ text: greeting }] }];
    const first = { ...welcome.greeting, blocks: [...(own || []), ...welcome.greeting.blocks] };
    const nodes = [card(first, this.context), make("p", { class: "private" }, this.texts.private)];
    this.log.greet(nodes, fresh ? welcome.starters : []);
    if (fresh && !this.greeted) this.log.announce({ ...first, choices: welcome.starters });
    this.greeted = shown;
  }

  connection() {
    const { state } = this.conversation;
    if (state === this.panel.node.dataset.state && state === "ready") return;
    this.panel.connection(state);
  }

  #listed() {
    this.log.showKept();
    if (this.sheet.open) this.sheet.update();
  }

  // --- waiting ------------------------------------------------------------------------------

  /** Says that a message takes its time: first that an answer is looked for, then to try again. */
  #watch(item) {
    this.#settle(item.id);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#startTyping(), TYPING_AFTER);
    const late = () => {
      this.#endTyping();
      this.log.mark(item, this.texts.waiting);
    };
    this.#timers.set(item.id, setTimeout(late, SLOW_AFTER));
  }

  #settle(id) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #startTyping() {
    const dots = make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
    this.log.typing.replaceChildren(dots, this.texts.typing);
    if (this.log.isAtEnd()) this.log.toEnd();
  }

  #endTyping() {
    clearTimeout(this.#typing);
    this.log.typing.replaceChildren();
  }

  // --- over pages ---------------------------------------------------------------------------

  #restore() {
    const { said } = this.memory;
    if (!said.length) return;
    this.log.restore(said);
    for (const item of said.filter(({ status }) => status === "waiting")) this.#watch(item);
    for (const { reply } of said) {
      if (reply && isUrgent(reply)) this.panel.pin(reply, this.context);
    }
    this.#unseen(this.memory.unseen);
  }

  #remember(open) {
    this.memory.open = open;
    this.memory.save();
  }

  #unseen(n) {
    this.memory.unseen = n;
    this.memory.save();
    this.on.unseen(n);
  }

  #seen() {
    this.#unseen(0);
  }

  #ears = new AbortController();

  #listen() {
    const { signal } = this.#ears;
    const hear = (target, name, what) => target.addEventListener(name, what, { signal });
    hear(window, "online", () => this.conversation.hurry());
    hear(window, "offline", () => this.conversation.check());
    hear(document, "visibilitychange", () => document.hidden || this.conversation.check());
    hear(window, "pagehide", () => this.conversation.stop()); // so that browsers can keep the page
    hear(window, "pageshow", ({ persisted }) => persisted && this.#back());
    hear(window, "storage", ({ key }) => key === this.questions.key && this.#listed());
  }

  #back() {
    if (this.panel.isOpen || this.conversation.waiting) this.conversation.start();
  }

  #context() {
    const { texts, options } = this;
    const rates = () => this.conversation.welcome?.feedback !== false;
    return { texts, locale: options.language, language: SERVER_LANGUAGE, rates };
  }
}

/** Browsers may forbid storage; then the chat does without. */
function storage(name) {
  try {
    return window[name];
  } catch {
    return undefined;
  }
}
