// Carries messages to the server and replies back: over a websocket, and over plain HTTP while
// websockets don't get through. One message at a time, so that each starts from the state of
// the reply before it. A message without an answer is sent again with the same id; the server
// answers an id only once.

const SUBPROTOCOL = "clinic-chat.v1";
const ANSWER_WITHIN = 10_000;
const GIVE_UP_AFTER = 30_000;
const PING_EVERY = 25_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const RESTART_PAUSE = [5_000, 30_000];

const POLICY = 1008;
const RESTART = 1012;
const BUSY = 1013;
const OTHER_PROTOCOL = 4406;

const LOST = "The connection was lost. Trying again …";
const CROWDED = "Many people are asking right now. Trying again …";
const OFFLINE = "Your device is offline.";
const RELOAD = "The chat was closed. Please reload this page.";
const NOT_SENT = "Not sent.";

export class Connection {
  #socket = null;
  #ready = false;
  #asked = null; // id of the message that is on its way
  #failures = 0; // websockets in a row that did not open
  #retry = 0;
  #patience = 0;

  /**
   * @param {string} page address of this page
   * @param {Memory} memory has `state` and `waiting`, the messages without an answer
   * @param {object} on `reply(message, reply)`, `failed(message, why)`, `status(text)`
   */
  constructor(page, memory, on) {
    this.socketUrl = new URL("/ws", page);
    this.socketUrl.protocol = this.socketUrl.protocol.replace("http", "ws");
    this.restUrl = new URL("/api/v1/messages", page);
    this.memory = memory;
    this.on = on;
    for (const message of memory.waiting) message.since = Date.now();
    addEventListener("online", () => this.#connect());
    addEventListener("offline", () => on.status(OFFLINE));
    document.addEventListener("visibilitychange", () => document.hidden || this.#connect());
    setInterval(() => document.hidden || this.#ping(), PING_EVERY);
    this.#connect();
  }

  /** Takes {type, id, text | entry} and keeps it waiting until it is answered or given up. */
  send(message) {
    message.since = Date.now();
    this.memory.waiting.push(message);
    this.memory.save();
    this.#next();
  }

  /** Sends the first waiting message, unless one is on its way. */
  #next() {
    const [message] = this.memory.waiting;
    if (!message || this.#asked) return;
    if (!this.#ready && !this.#failures) return; // the websocket is just opening
    this.#asked = message.id;
    const { type, id, text, entry } = message;
    const state = this.memory.state ?? undefined;
    if (!this.#ready) return this.#post(message, { id, text, choice: entry, state });
    this.#socket.send(JSON.stringify({ type, id, text, entry, state }));
    this.#expect();
  }

  #receive(message) {
    if (message.type === "reply") this.#replied(message);
    else if (message.type === "error") this.#refused(message);
  }

  #replied(reply) {
    const [message] = this.memory.waiting;
    if (message?.id !== reply.reply_to) return; // an answer that came twice
    this.memory.state = reply.state;
    this.#done();
    this.on.status("");
    this.on.reply(message, reply);
    this.#next();
  }

  #refused(error) {
    const [message] = this.memory.waiting;
    if (!message || (error.reply_to ?? message.id) !== message.id) return;
    this.#asked = null;
    if (error.retry_after && !this.#tooOld(message)) {
      this.on.status(error.message);
      this.#later(() => this.#next(), error.retry_after * 1000);
    } else {
      this.#fail(error.message);
    }
  }

  #done() {
    this.#asked = null;
    this.memory.waiting.shift();
    this.memory.save();
  }

  #fail(why) {
    const [message] = this.memory.waiting;
    this.#done();
    this.on.failed(message, why);
    this.#next();
  }

  #tooOld(message) {
    return Date.now() - message.since > GIVE_UP_AFTER;
  }

  // --- over a websocket ---------------------------------------------------------------------

  #connect() {
    if (this.#socket) return;
    const socket = new WebSocket(this.socketUrl, SUBPROTOCOL);
    this.#socket = socket;
    socket.onclose = ({ code }) => socket === this.#socket && this.#lost(code);
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      clearTimeout(this.#patience);
      const message = JSON.parse(data);
      if (message.type === "welcome") this.#opened();
      else this.#receive(message);
    };
    this.#expect();
  }

  #opened() {
    clearTimeout(this.#retry);
    this.#ready = true;
    this.#failures = 0;
    this.on.status("");
    this.#next();
  }

  #lost(code) {
    this.#socket.close();
    this.#socket = null;
    if (this.#ready) this.#asked = null;
    this.#ready = false;
    clearTimeout(this.#patience);
    if (code === POLICY || code === OTHER_PROTOCOL) return this.on.status(RELOAD);
    this.#failures += 1;
    this.#later(() => this.#connect(), this.#pause(code));
    if (this.#failures > 1) this.on.status(navigator.onLine ? LOST : OFFLINE);
    if (code === BUSY) this.on.status(CROWDED);
    this.#next();
  }

  #pause(code) {
    const [least, most] = RESTART_PAUSE;
    if (code === RESTART || code === BUSY) return least + Math.random() * (most - least);
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#failures - 1));
    return pause * (0.5 + Math.random() / 2);
  }

  #later(what, milliseconds) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(what, milliseconds);
  }

  /** A connection that is silent when it should speak is as good as closed. */
  #expect() {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#lost(), ANSWER_WITHIN);
  }

  #ping() {
    if (!this.#ready || this.#asked) return;
    this.#socket.send('{"type":"ping"}');
    this.#expect();
  }

  // --- over plain HTTP ----------------------------------------------------------------------

  async #post(message, body) {
    let answer = {};
    try {
      const response = await fetch(this.restUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      answer = await response.json();
    } catch {
      // Nobody there, or something between us that speaks no JSON.
    }
    if (answer.type) this.#receive(answer);
    else this.#unreached(message);
  }

  #unreached(message) {
    this.#asked = null;
    if (this.#tooOld(message)) return this.#fail(NOT_SENT);
    this.on.status(navigator.onLine ? LOST : OFFLINE);
    if (!this.#socket) this.#later(() => this.#connect(), this.#pause());
  }
}
