// The script that a clinic puts on its page: defines <clinic-chat>, and adds one to a page that has
// none. What the script tag says in `data-…` becomes the element's attributes.

import { ClinicChat } from "./element.js";

const script = document.currentScript;
const TAG = "clinic-chat";

function add() {
  if (document.querySelector(TAG)) return;
  const element = document.createElement(TAG);
  for (const [name, value] of Object.entries(script?.dataset ?? {})) {
    element.setAttribute(name, value);
  }
  document.body.append(element);
}

if (!customElements.get(TAG)) {
  ClinicChat.base = new URL(script?.src ?? location.href);
  customElements.define(TAG, ClinicChat);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", add);
  else add();
}
