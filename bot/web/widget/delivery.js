// Brings messages to the server and replies back: over a websocket, and over plain HTTP while
// websockets don't get through. One message at a time, so that each starts from the state of the
// reply before it. A message without an answer is sent again with the same id, over whichever way
// is open; the server answers an id only once.

import { pause } from "./backoff.js";
import { Line } from "./line.js";

const ANSWER_WITHIN = 10_000;
const HINT_AFTER = 2; // misses; then the page's developer may want to know
const MOST_BREAKS = 5; // connections that broke on one message; then it is the message's fault

export class Delivery {
  #asked = null; // id of the message that is on its way
  #onLine = null; // the same, while it is on its way over the websocket
  #breaks = 0;
  #misses = 0; // calls over plain HTTP in a row that reached nobody
  #reachable = false; // the last call over plain HTTP reached the server
  #rest = 0; // timer of a pause
  #opinions = new Map(); // id of a feedback → timer and callback

  /**
   * @param {URL} server
   * @param {object} outbox `head`: the first message {id, type, text | entry} without an answer,
   *   or undefined; `state`: the token of the last reply
   * @param {object} on welcomed(welcome), replied(reply), failed(id, error), changed(), and
   *   refused(error) when a message must wait
   */
  constructor(server, outbox, on) {
    this.server = server;
    this.outbox = outbox;
    this.on = on;
    const url = new URL("/ws", server);
    url.protocol = url.protocol.replace("http", "ws");
    this.line = new Line(url, {
      opened: (welcome) => this.#opened(welcome),
      received: (message) => this.#receive(message),
      lost: () => this.#lost(),
      changed: () => on.changed(),
    });
  }

  /** What the patient is told: plain HTTP is as good as a websocket. */
  get state() {
    return this.#reachable && this.line.state !== "idle" ? "ready" : this.line.state;
  }

  stop() {
    this.line.stop();
    this.#asked = this.#onLine = null;
    this.#reachable = false;
    this.#endRest();
  }

  /** Sends what waits, now. */
  hurry() {
    if (this.line.state === "idle") return;
    this.#endRest();
    this.line.connect();
    this.next();
  }

  /** Sends the first waiting message, unless one is on its way. */
  next() {
    const message = this.outbox.head;
    if (!message || this.#asked || this.#rest) return;
    const { type, id, text, entry } = message;
    const state = this.outbox.state ?? undefined;
    if (this.line.ready) {
      this.#asked = this.#onLine = id;
      this.line.send({ type, id, text, entry, state });
    } else if (this.line.failures) {
      this.#asked = id;
      this.#post(id, { id, text, choice: entry, state });
    } // else the websocket is just opening
  }

  /** Sends feedback; `done(error)` is called without an error once it is kept. */
  opine(feedback, done) {
    const lost = () => this.#judged({ reply_to: feedback.id, code: "feedback_lost" });
    const timer = setTimeout(lost, ANSWER_WITHIN);
    this.#opinions.set(feedback.id, { timer, done });
    const body = { type: "feedback", ...feedback, state: this.outbox.state ?? undefined };
    if (this.line.ready) return this.line.send(body);
    this.#call("feedback", body).then((answer) => (answer ? this.#judged(answer) : lost()));
  }

  #opened(welcome) {
    this.#reachable = false;
    this.#endRest();
    this.on.welcomed(welcome);
    this.next();
  }

  #lost() {
    if (this.#onLine) {
      this.#asked = this.#onLine = null;
      if ((this.#breaks += 1) >= MOST_BREAKS) return this.#failed({ code: "unanswered" });
    }
    if (this.outbox.head) this.next();
    else this.#probe();
  }

  #receive(message) {
    if (this.#opinions.has(message.reply_to)) this.#judged(message);
    else if (message.type === "reply") this.#replied(message);
    else if (message.type === "error") this.#refused(message);
  }

  #replied(reply) {
    if (reply.reply_to !== this.outbox.head?.id) return; // an answer that came twice
    this.#asked = this.#onLine = null;
    this.#breaks = 0;
    this.on.replied(reply);
    this.next();
  }

  #refused(error) {
    if (error.reply_to !== this.outbox.head?.id) return;
    this.#asked = this.#onLine = null;
    if (!error.retry_after) return this.#failed(error);
    this.on.refused(error);
    this.#pause(error.retry_after * 1000);
  }

  #failed(error) {
    this.#breaks = 0;
    this.on.failed(this.outbox.head.id, error);
    this.next();
  }

  #judged(answer) {
    const opinion = this.#opinions.get(answer.reply_to);
    if (!opinion) return;
    this.#opinions.delete(answer.reply_to);
    clearTimeout(opinion.timer);
    opinion.done(answer.type === "ack" ? null : answer);
  }

  #pause(milliseconds) {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = 0;
      this.next();
    }, milliseconds);
  }

  #endRest() {
    clearTimeout(this.#rest);
    this.#rest = 0;
  }

  // --- over plain HTTP ----------------------------------------------------------------------

  async #post(id, body) {
    const answer = await this.#call("messages", body);
    if (this.#asked !== id) return; // meanwhile it went another way
    this.#asked = null;
    if (answer) return this.#receive({ ...answer, reply_to: answer.reply_to ?? id });
    this.#pause(pause(this.#misses));
  }

  async #probe() {
    const welcome = await this.#call("welcome");
    if (welcome?.type === "welcome") this.on.welcomed(welcome);
  }

  /** Returns the server's message, or undefined when nobody answered or somebody else did. */
  async #call(path, body) {
    let answer;
    try {
      const response = await fetch(new URL(`/api/v1/${path}`, this.server), {
        method: body ? "POST" : "GET",
        headers: body && { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        credentials: "omit",
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      answer = await response.json();
    } catch {
      // nobody there, or something between us that speaks no JSON
    }
    const heard = Boolean(answer?.type);
    this.#misses = heard ? 0 : this.#misses + 1;
    if (this.#misses === HINT_AFTER) {
      console.warn(`clinic-chat: no answer from ${this.server}. Does ASKWELL_ORIGINS name ${origin}?`);
    }
    this.#reachable = heard && !this.line.ready;
    this.on.changed();
    return heard ? answer : undefined;
  }
}
