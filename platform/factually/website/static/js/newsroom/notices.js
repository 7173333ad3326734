/* Messages above the text; each subject has one at a time. */

import { button, element } from "./elements.js";

/**
 * @typedef {object} Notice
 * @property {string} text
 * @property {"quiet" | "wait" | "stop"} [tone]
 * @property {(Node | string)[]} [actions] links and buttons behind the sentence
 * @property {boolean} [mustAnswer] leaves no way to close it but its actions
 */

/** The place for them. */
export class Notices {
  area = element("div", { class: "editor-notices" });

  /** Shows a message in the place of an older one on the same subject. @param {string} subject @param {Notice} notice */
  show(subject, { text, tone = "quiet", actions = [], mustAnswer = false }) {
    const close = button("Close", () => this.close(subject));
    const notice = element("div", { class: `notice notice--${tone}`, "data-subject": subject, role: tone === "quiet" ? "status" : "alert" },
      element("p", {}, text), element("div", { class: "buttons" }, ...actions, ...(mustAnswer ? [] : [close])));
    this.close(subject);
    this.area.append(notice);
  }

  /** @param {string} subject */
  close(subject) {
    this.area.querySelector(`[data-subject="${subject}"]`)?.remove();
  }
}
