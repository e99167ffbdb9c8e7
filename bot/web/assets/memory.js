// What the tab remembers of its conversation: over a reload, never longer than the tab lives.

const KEY = "askwell.chat";
const LONGEST = 100;

/** Reads once, writes after each change; does without when the browser refuses storage. */
export class Memory {
  constructor(storage) {
    this.storage = storage;
    const kept = this.#read();
    /** The signed state of the conversation, as the last reply brought it. */
    this.state = typeof kept.state === "string" ? kept.state : null;
    /** What was said: {mine: true, id, text, failed?} or {mine: false, reply}. */
    this.said = Array.isArray(kept.said) ? kept.said : [];
    /** Messages that have no reply yet. */
    this.waiting = Array.isArray(kept.waiting) ? kept.waiting : [];
  }

  /** Called after each message, so nothing is stored before the patient's first one. */
  save() {
    this.said = this.said.slice(-LONGEST);
    const kept = { state: this.state, said: this.said, waiting: this.waiting };
    try {
      this.storage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Full or forbidden: the chat still works, it only won't survive a reload.
    }
  }

  #read() {
    try {
      return JSON.parse(this.storage.getItem(KEY)) ?? {};
    } catch {
      return {};
    }
  }
}
