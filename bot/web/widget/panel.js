// The window of the chat: its head, the strip for emergencies, the messages, the form, and what it
// says of the connection. Fills small screens, and is modal there, so that the keyboard can't get
// lost behind it.

import { button, icon, make } from "./dom.js";
import { CLOSE, PHONE } from "./icons.js";
import { MARK } from "./mark.js";
import { run, urgentStrip } from "./reply.js";

const SMALL = "(max-width: 480px), (max-height: 480px)";

export class Panel {
  #small = matchMedia(SMALL);
  #seconds = 0;

  /**
   * @param {object} texts
   * @param {object} names `title`, `subtitle`
   * @param {object} chat its parts `menu`, `log`, `composer`, `sheet`; leave(), showList(),
   *   hurry(), seconds
   */
  constructor(texts, names, chat) {
    this.texts = texts;
    this.chat = chat;
    const { menu, log, composer, sheet } = chat;
    const title = make("h2", { part: "title", id: "title", tabindex: -1 }, names.title);
    const subtitle = make("p", { id: "subtitle" }, names.subtitle);
    const close = button("close", icon(CLOSE), () => chat.leave(), { "aria-label": texts.close });
    this.title = title;
    this.confirm = make("div", { part: "confirm", role: "group", hidden: "" });
    this.notice = make("div", { part: "notice", role: "note" });
    this.status = make("div", { part: "status", role: "status" });
    this.tryNow = button("try-now", texts.tryNow, () => chat.hurry(), { hidden: "" });
    this.countdown = make("span", { "aria-hidden": "true" });
    const line = make("div", { class: "status" }, this.status, this.countdown, this.tryNow);
    this.body = make(
      "div",
      { class: "body" },
      this.notice,
      log.node,
      make("div", { class: "float" }, log.newer),
      line,
      composer.node,
    );
    const head = make(
      "header",
      { role: "presentation" }, // a page has one banner, and this is not it
      make("span", { class: "avatar" }, icon(MARK)),
      make("div", { class: "names" }, title, subtitle),
      menu.button,
      close,
    );
    const voices = [log.announcer, log.alarm];
    const children = [head, menu.node, this.confirm, this.body, sheet.node, ...voices];
    const labels = { "aria-labelledby": "title", "aria-describedby": "subtitle" };
    this.node = make("dialog", { part: "panel", ...labels }, ...children);
    this.#listen();
    this.emergency();
  }

  get isOpen() {
    return this.node.open;
  }

  /** Opens; `focus` is false where the patient has not asked for it just now. */
  open({ focus = true } = {}) {
    if (this.isOpen) return;
    this.#show();
    if (focus) this.focus();
  }

  close() {
    this.chat.menu.close({ focus: false });
    this.node.close();
    document.documentElement.style.removeProperty("overflow");
  }

  /** Puts the focus into the form; on a touch screen not, where a keyboard would cover half. */
  focus() {
    if (matchMedia("(pointer: coarse)").matches) this.title.focus();
    else this.chat.composer.focus();
  }

  /** Shows whom to call in an emergency; `runs` are the number as the clinic wrote it. */
  emergency(runs = []) {
    const { texts, notice } = this;
    if (notice.dataset.pinned) return;
    const [before, after] = texts.emergencyCall.split("{number}");
    const words = runs.length ? [before, ...runs.map(run), after] : [texts.emergency];
    notice.replaceChildren(icon(PHONE), make("span", {}, ...words));
  }

  /** Keeps a red flag's heading and number in view, of the most urgent; null takes it away. */
  pin(reply, context) {
    if (!reply) delete this.notice.dataset.pinned;
    else if (reply.kind !== "urgent" || !this.notice.dataset.pinned) {
      this.notice.dataset.pinned = reply.kind;
      this.notice.replaceChildren(...urgentStrip(reply, context).filter(Boolean));
    }
  }

  /** Shows how the connection is. */
  connection(state) {
    const { node, status, tryNow, texts } = this;
    if (node.dataset.state !== state) status.textContent = texts[state] ?? "";
    node.dataset.state = state;
    const focused = node.getRootNode().activeElement === tryNow;
    tryNow.hidden = !["lost", "offline", "closed"].includes(state);
    if (focused && tryNow.hidden) this.focus(); // the button went, so the focus must
    clearInterval(this.#seconds);
    this.countdown.textContent = "";
    if (state === "lost") this.#seconds = setInterval(() => this.#count(), 1_000);
  }

  say(text) {
    this.status.textContent = text;
  }

  /** Asks before the chat is deleted. */
  ask(question, { yes, no }, act) {
    const { confirm } = this;
    const done = (go) => () => {
      confirm.hidden = true;
      if (go) act();
      else this.chat.menu.button.focus();
    };
    const keep = button("confirm-no", no, done(false));
    const text = make("p", { id: "confirm" }, question);
    confirm.replaceChildren(text, button("confirm-yes", yes, done(true)), keep);
    confirm.setAttribute("aria-labelledby", "confirm");
    confirm.hidden = false;
    keep.focus();
  }

  stop() {
    clearInterval(this.#seconds);
    this.#small.onchange = null;
    window.visualViewport?.removeEventListener("resize", this.fit);
    if (this.isOpen) this.close();
  }

  // --- its window ---------------------------------------------------------------------------

  #show() {
    if (this.#small.matches) {
      this.node.showModal();
      document.documentElement.style.overflow = "hidden"; // the page behind stays where it is
    } else {
      this.node.setAttribute("open", ""); // unlike show(), this leaves the focus where it is
    }
    this.fit();
    this.chat.log.toEnd();
  }

  /** Leaves room for a keyboard on the screen. */
  fit = () => {
    const { height, offsetTop } = window.visualViewport ?? { height: innerHeight, offsetTop: 0 };
    this.node.style.setProperty("--seen", `${height}px`);
    this.node.style.setProperty("--top", `${offsetTop}px`);
  };

  #listen() {
    this.#small.onchange = () => {
      if (!this.isOpen) return;
      const focused = this.node.getRootNode().activeElement;
      this.node.close();
      document.documentElement.style.removeProperty("overflow");
      this.#show();
      focused?.focus();
    };
    window.visualViewport?.addEventListener("resize", this.fit);
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#escape();
    });
    for (const name of ["keydown", "keyup", "keypress"]) {
      this.node.addEventListener(name, (event) => {
        event.stopPropagation(); // the page's own shortcuts are not for what patients type here
        if (name !== "keydown" || event.key !== "Escape") return;
        event.preventDefault();
        this.#escape();
      });
    }
  }

  #escape() {
    const { menu, sheet } = this.chat;
    if (menu.open) menu.close();
    else if (!this.confirm.hidden) this.confirm.querySelector("[part=confirm-no]").click();
    else if (sheet.open) this.chat.showList(false);
    else this.chat.leave();
  }

  #count() {
    const n = this.chat.seconds;
    this.countdown.textContent = n ? `${n} s` : "";
  }
}
