// The patient's side of a conversation: what was said, what still waits, what was thought of it.
// Knows no page; whoever shows it is told of changes through `view`.

import { Delivery } from "./delivery.js";

export class Conversation {
  /** The server's greeting, limits and so on; null before the first connection. */
  welcome = null;

  /**
   * @param {URL} server
   * @param {Memory} memory
   * @param {object} view said(item), replied(item), changed(item), waiting(error), welcomed(),
   *   connection()
   */
  constructor(server, memory, view) {
    this.memory = memory;
    this.view = view;
    this.delivery = new Delivery(server, memory, this);
  }

  get state() {
    return this.delivery.state;
  }

  /** Seconds to the next attempt to connect. */
  get seconds() {
    return Math.max(0, Math.ceil((this.delivery.line.retryAt - Date.now()) / 1000));
  }

  get waiting() {
    return Boolean(this.memory.head);
  }

  start() {
    this.delivery.line.start();
  }

  stop() {
    this.delivery.stop();
  }

  check() {
    this.delivery.line.check();
  }

  hurry() {
    this.delivery.hurry();
  }

  ask(text) {
    this.#say({ type: "message", text, label: text });
  }

  press({ entry, label }) {
    this.#say({ type: "choice", entry, label });
  }

  /** Sends a message again that was refused or has waited long. */
  again(item) {
    item.status = "waiting";
    delete item.why;
    this.memory.save();
    this.view.changed(item);
    this.start();
    this.hurry();
  }

  /** Keeps what the patient thinks of a reply; can be called again to change it. */
  rate(item, helpful, comment) {
    const opinion = { helpful, comment, status: "saving" };
    this.memory.opinions[item.id] = opinion;
    const done = (error) => {
      opinion.status = error ? error.code : "saved";
      opinion.why = error?.message;
      this.memory.save();
      this.view.changed(item);
    };
    this.memory.save();
    this.delivery.opine({ id: newId(), reply_to: item.id, helpful, comment }, done);
    this.view.changed(item);
  }

  /** Forgets everything and begins a new conversation. */
  clear() {
    this.delivery.stop();
    this.memory.clear();
  }

  #say(message) {
    const item = { mine: true, id: newId(), status: "waiting", ...message };
    this.memory.said.push(item);
    this.memory.save();
    this.view.said(item);
    this.start();
    this.delivery.next();
  }

  // --- what the delivery tells --------------------------------------------------------------

  welcomed(welcome) {
    this.welcome = welcome;
    this.view.welcomed();
  }

  replied(reply) {
    const asked = this.memory.find(reply.reply_to);
    asked.status = "done";
    const item = { mine: false, id: asked.id, reply, asked: asked.label };
    this.memory.state = reply.state;
    const at = this.memory.said.indexOf(asked) + 1;
    this.memory.said.splice(at, 0, item); // before what was asked meanwhile
    this.memory.save();
    this.view.changed(asked);
    this.view.replied(item, this.memory.said[at + 1]);
  }

  failed(id, error) {
    const item = this.memory.find(id);
    item.status = "failed";
    item.why = error.message;
    this.memory.save();
    this.view.changed(item);
  }

  refused(error) {
    this.view.waiting(error);
  }

  changed() {
    this.view.connection();
  }
}

/** Long enough that nobody else has it; crypto.randomUUID is missing on pages without TLS. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
