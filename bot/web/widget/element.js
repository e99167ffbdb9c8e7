// <clinic-chat>: the button on the page. The chat itself is fetched when it is first opened.

import chats from "./chats.json" with { type: "json" };
import { button, fill, icon, make, unseen } from "./dom.js";
import { MARK } from "./mark.js";
import style from "./launcher.css" with { type: "css" };

const LINK = 'a[href$="#clinic-chat"]';

export class ClinicChat extends HTMLElement {
  static observedAttributes = ["label", "lang"];
  /** What the chat, which this script loads, need not bring again. */
  static shared = { button, fill, icon, make, unseen, MARK };
  /** Address of the script: chats and answers come from where it came from. */
  static base = new URL(location.href);

  #root = this.attachShadow({ mode: "open" });
  #chat = null;
  #loading = null;
  #opener = null; // what gets the focus when the chat closes
  #clicks = new AbortController();

  connectedCallback() {
    this.#root.adoptedStyleSheets = [style];
    this.launcher = button("launcher", [], () => this.open(), {
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
    });
    this.badge = make("span", { part: "badge", hidden: "" });
    this.news = make("span", { class: "unseen", role: "status" });
    this.trouble = make("p", { part: "unavailable", role: "alert", hidden: "" });
    this.#root.replaceChildren(make("div", { class: "root" }, this.trouble, this.launcher, this.news));
    this.#label();
    this.#clicks = new AbortController();
    const { signal } = this.#clicks;
    addEventListener("click", (event) => this.#clicked(event), { signal });
    addEventListener("focusin", ({ target }) => this.#makeWay(target), { signal });
    this.#goOn();
  }

  disconnectedCallback() {
    this.#clicks.abort();
    this.#chat?.stop();
    this.#chat = this.#loading = null;
  }

  attributeChangedCallback() {
    if (this.launcher) this.#label();
  }

  /** Opens the chat; resolves when it is open, or when it is known that it can't be. */
  async open({ focus = true } = {}) {
    this.#opener ??= this.launcher;
    const chat = await this.#load();
    if (!chat || !this.isConnected) return;
    chat.open({ focus });
    this.toggleAttribute("open", true);
    this.launcher.setAttribute("aria-expanded", "true");
    this.#event("open");
  }

  close() {
    if (!this.hasAttribute("open")) return;
    this.#chat.close();
    this.toggleAttribute("open", false);
    this.launcher.setAttribute("aria-expanded", "false");
    (this.#opener ?? this.launcher).focus();
    this.#opener = null;
    this.#event("close");
  }

  /** Deletes the chat from this tab; the list of questions for the provider stays. */
  clear() {
    if (this.#chat) this.#chat.clear();
    else this.#storage?.removeItem(this.#key);
  }

  // --- loading ------------------------------------------------------------------------------

  async #load() {
    this.#loading ??= this.#fetch();
    this.#chat = await this.#loading;
    if (!this.#chat) this.#loading = null; // the next click tries again
    return this.#chat;
  }

  async #fetch() {
    const { file, integrity } = chats[this.#language];
    const url = new URL(`/widget@${file}`, ClinicChat.base);
    // An import can't name a hash, but what was preloaded under one is what is imported.
    const preload = { rel: "modulepreload", href: url, integrity, crossorigin: "" };
    document.head.append(make("link", preload));
    try {
      const { Chat } = await import(url);
      this.trouble.hidden = true;
      return new Chat(this.#options(), this.#root, {
        close: () => this.close(),
        unseen: (n) => this.#unseen(n),
        event: (name) => this.#event(name),
      });
    } catch (error) {
      console.warn("clinic-chat:", error);
      const { unavailable, read } = this.#texts;
      const link = make("a", { href: new URL("/faq", this.#server) }, read);
      this.trouble.replaceChildren(`${unavailable} `, link);
      this.trouble.hidden = false;
      return null;
    }
  }

  #options() {
    return {
      server: this.#server,
      key: this.#key,
      language: this.#language,
      title: this.getAttribute("heading"),
      greeting: this.getAttribute("greeting"),
      strings: JSON.parse(this.getAttribute("strings") ?? "{}"),
    };
  }

  /** Opens or resumes a chat that was under way on the page before. */
  #goOn() {
    let kept = null;
    try {
      kept = JSON.parse(this.#storage.getItem(this.#key));
    } catch {
      // forbidden, or none
    }
    if (this.hasAttribute("open") || location.hash === "#clinic-chat") this.open({ focus: false });
    else if (kept?.open && !matchMedia("(max-width: 480px), (max-height: 480px)").matches) {
      this.open({ focus: false }); // where it would cover the page, the patient decides
    } else if (kept?.said?.some(({ status }) => status === "waiting")) {
      this.#load().then((chat) => chat?.resume());
    } else if (kept?.unseen) this.#unseen(kept.unseen);
  }

  get #storage() {
    try {
      return sessionStorage;
    } catch {
      return undefined;
    }
  }

  // --- what it says -------------------------------------------------------------------------

  #label() {
    const label = make("span", {}, this.getAttribute("label") ?? this.#texts.launcher);
    this.launcher.replaceChildren(icon(MARK), label, this.badge);
    this.launcher.lang = this.#language;
  }

  #unseen(n) {
    const text = n ? fill(this.#texts.unseen, { n }) : "";
    this.badge.hidden = !n;
    this.badge.replaceChildren(n ? String(n) : "", unseen(` ${text}`));
    this.news.textContent = text;
  }

  /** Tells the page what happens, never what is said. */
  #event(name) {
    this.dispatchEvent(new CustomEvent(`clinic-chat:${name}`, { bubbles: true, composed: true }));
  }

  /** Steps aside for what has the focus and lies wholly under the button (WCAG 2.4.11). */
  #makeWay(target) {
    const [under, over] = [target, this.launcher].map((each) => each.getBoundingClientRect());
    const inside = under.left >= over.left && under.right <= over.right;
    const hidden = target !== this && inside && under.top >= over.top && under.bottom <= over.bottom;
    this.launcher.classList.toggle("aside", hidden);
  }

  #clicked(event) {
    const link = event.target.closest?.(LINK);
    if (!link || document.querySelector(this.localName) !== this) return;
    event.preventDefault();
    this.#opener = link;
    this.open();
  }

  // --- what it goes by ----------------------------------------------------------------------

  get #server() {
    return new URL("/", this.getAttribute("server") ?? ClinicChat.base);
  }

  get #language() {
    const wanted = this.lang || this.closest("[lang]")?.lang || navigator.language || "";
    const [language] = wanted.toLowerCase().split("-");
    return language in chats ? language : "en";
  }

  get #texts() {
    return chats[this.#language].texts;
  }

  /** Under which the tab remembers: two chats on one page are two conversations. */
  get #key() {
    const all = [...document.querySelectorAll(this.localName)];
    const name = this.getAttribute("name") ?? (all.indexOf(this) || "");
    return `clinic-chat ${this.#server.origin} ${name}`.trim();
  }
}
