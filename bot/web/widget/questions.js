// "Questions for my provider": a list that lives in this browser only, until the patient deletes
// it. Shared by all tabs of the site.

export class Questions {
  /** `changed` is called after every change, also by another tab. */
  constructor(storage, key, changed) {
    this.storage = storage;
    this.key = key;
    this.changed = changed;
  }

  /** All as {id, question, answer, small}, the oldest first; `small` is the answer's small print. */
  get all() {
    try {
      const kept = JSON.parse(this.storage.getItem(this.key));
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  has(id) {
    return this.all.some((each) => each.id === id);
  }

  add(question) {
    this.#write([...this.all.filter(({ id }) => id !== question.id), question]);
  }

  remove(id) {
    this.#write(this.all.filter((each) => each.id !== id));
  }

  clear() {
    this.#write([]);
  }

  #write(all) {
    try {
      if (all.length) this.storage.setItem(this.key, JSON.stringify(all));
      else this.storage.removeItem(this.key);
    } catch {
      // full or forbidden: the list stays as it was
    }
    this.changed();
  }
}
