// A websocket that comes back: it notices a dead link, and reconnects with growing pauses.

import { pause, restartPause } from "./backoff.js";

const SUBPROTOCOL = "clinic-chat.v1";
const OPEN_WITHIN = 4_000; // longer, and plain HTTP is the faster way
const SPEAK_WITHIN = 10_000;
const PONG_WITHIN = 5_000;
const PING_EVERY = 25_000;

const COME_BACK_LATER = [1012, 1013]; // a restart, too many visitors
const STAY_AWAY = [1008, 4406]; // too many refused messages, no common sub-protocol

export class Line {
  /** "idle", "connecting", "ready", "lost", "offline", or "closed" for good. */
  state = "idle";
  /** Connections in a row that failed. */
  failures = 0;
  /** When the next attempt is due, in milliseconds since the epoch; 0 while one is under way. */
  retryAt = 0;
  #socket = null;
  #owed = 0; // answers that the server still owes us
  #retry = 0;
  #patience = 0;
  #pings = 0;

  /** `on` has opened(welcome), received(message), lost() and changed(). */
  constructor(url, on) {
    this.url = url;
    this.on = on;
  }

  get ready() {
    return this.state === "ready";
  }

  start() {
    if (this.state !== "idle") return;
    this.#pings = setInterval(() => this.check(), PING_EVERY);
    this.connect();
  }

  stop() {
    clearInterval(this.#pings);
    clearTimeout(this.#retry);
    this.#drop();
    this.failures = 0;
    this.#change("idle");
  }

  /** Connects now instead of when the next attempt is due. */
  connect() {
    clearTimeout(this.#retry);
    if (this.#socket) return;
    this.retryAt = 0;
    this.#change(this.failures ? this.#away() : "connecting");
    let socket;
    try {
      socket = new WebSocket(this.url, SUBPROTOCOL);
    } catch {
      return this.#lost(); // some browsers throw where a policy forbids websockets
    }
    this.#socket = socket;
    socket.onclose = ({ code }) => socket === this.#socket && this.#lost(code);
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(JSON.parse(data));
    this.#expect(OPEN_WITHIN);
  }

  /** Sends a message that the server will answer. */
  send(message, within = SPEAK_WITHIN) {
    this.#owed += 1;
    this.#socket.send(JSON.stringify(message));
    this.#expect(within);
  }

  /** Finds out whether the link still lives, after waking up for example. */
  check() {
    if (this.state === "idle" || this.state === "closed") return;
    if (!this.#socket) this.connect();
    else if (this.ready && !this.#owed) this.send({ type: "ping" }, PONG_WITHIN);
  }

  #receive(message) {
    if (message.type === "welcome") {
      this.failures = this.#owed = 0;
      clearTimeout(this.#patience);
      this.#change("ready");
      return this.on.opened(message);
    }
    if (message.type === "error" && !message.reply_to) return; // about a message without an id
    this.#owed = Math.max(0, this.#owed - 1);
    clearTimeout(this.#patience);
    if (this.#owed) this.#expect(SPEAK_WITHIN);
    if (message.type !== "pong") this.on.received(message);
  }

  /** A connection that is silent when it should speak is as good as closed. */
  #expect(milliseconds) {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#lost(), milliseconds);
  }

  #lost(code) {
    this.#drop();
    this.failures += 1;
    if (STAY_AWAY.includes(code)) {
      this.#change("closed");
    } else {
      const wait = COME_BACK_LATER.includes(code) ? restartPause() : pause(this.failures);
      this.retryAt = Date.now() + wait;
      this.#retry = setTimeout(() => this.connect(), wait);
      this.#change(this.#away());
    }
    this.on.lost();
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#owed = 0;
    clearTimeout(this.#patience);
    socket?.close();
  }

  #away() {
    return navigator.onLine ? "lost" : "offline";
  }

  #change(state) {
    this.state = state;
    this.on.changed();
  }
}
