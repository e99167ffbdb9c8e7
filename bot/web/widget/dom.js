// Makes elements. Text only ever becomes text: nothing in the chat reads markup.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element; `on…` attributes are listeners, and what is null or false is left out. */
export function make(tag, attributes = {}, ...parts) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...parts.filter((part) => part != null && part !== false));
  return node;
}

export function button(part, text, onclick, attributes = {}) {
  return make("button", { type: "button", part, onclick, ...attributes }, ...[text].flat());
}

/** Makes a line drawing of 24 by 24; it says nothing to a screen reader. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Words for screen readers only. */
export function unseen(text) {
  return make("span", { class: "unseen" }, text);
}

/** Puts values into a text: fill("{n} left", {n: 3}). */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
