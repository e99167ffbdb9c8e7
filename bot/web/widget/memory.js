// What the tab remembers of its chat: over a reload and other pages of the site, never longer than
// the tab lives. Nothing is stored before the patient's first message.

const MOST_REMEMBERED = 100;

export class Memory {
  /** The signed state of the conversation, as the last reply brought it. */
  state = null;
  /**
   * What was said, in order: {mine: true, id, type, text, entry?, label, status, why?}, whose
   * status is "waiting", "done" or "failed", and {mine: false, id, reply, asked}.
   */
  said = [];
  /** Feedback by the id of the message that was answered: {helpful, comment?, status}. */
  opinions = {};
  /** Whether the chat was open, so that it is on the next page too. */
  open = false;
  /** Replies that came while the chat was closed. */
  unseen = 0;

  constructor(storage, key) {
    this.storage = storage;
    this.key = key;
    this.#read();
  }

  get head() {
    return this.said.find(({ status }) => status === "waiting");
  }

  find(id) {
    return this.said.find((each) => each.mine && each.id === id);
  }

  save() {
    if (!this.said.length) return;
    this.said = this.said.slice(-MOST_REMEMBERED);
    const { state, said, opinions, open, unseen } = this;
    try {
      this.storage.setItem(this.key, JSON.stringify({ state, said, opinions, open, unseen }));
    } catch {
      // full or forbidden: the chat still works, it only won't survive a reload
    }
  }

  clear() {
    Object.assign(this, { state: null, said: [], opinions: {}, unseen: 0 });
    try {
      this.storage.removeItem(this.key);
    } catch {
      // nothing was stored then
    }
  }

  #read() {
    try {
      const kept = JSON.parse(this.storage.getItem(this.key)) ?? {};
      if (Array.isArray(kept.said)) Object.assign(this, kept);
    } catch {
      // forbidden, or written by something else
    }
  }
}
