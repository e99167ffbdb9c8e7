// The menu of the chat: a button that shows a list of buttons.

import { button, icon, make } from "./dom.js";
import { MENU } from "./icons.js";

export class Menu {
  /** `items` are [icon, text, action]; the action is called after the menu has closed. */
  constructor(texts, items) {
    this.button = button("menu-button", icon(MENU), () => this.toggle(), {
      "aria-label": texts.menu,
      "aria-expanded": "false",
      "aria-controls": "menu",
    });
    const rows = items.map(([drawing, text, action]) => {
      const act = () => {
        this.close();
        action();
      };
      return make("li", {}, button("menu-item", [icon(drawing), text], act));
    });
    this.node = make("div", { part: "menu", id: "menu", hidden: "" }, make("ul", {}, ...rows));
    this.node.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && relatedTarget !== this.button && !this.node.contains(relatedTarget)) {
        this.close({ focus: false });
      }
    });
  }

  get open() {
    return !this.node.hidden;
  }

  toggle() {
    if (this.open) this.close();
    else {
      this.#show(true);
      this.node.querySelector("button").focus();
    }
  }

  close({ focus = true } = {}) {
    if (!this.open) return;
    this.#show(false);
    if (focus) this.button.focus();
  }

  #show(open) {
    this.node.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
  }
}
