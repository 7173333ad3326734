/* A text that this browser kept because the server never got it: back in the editor, or a choice. */

import { button, clockTime } from "./elements.js";
import { fillIn } from "./fields.js";
import { afterReturn } from "./keeping.js";
import { lock, replaceText } from "./text.js";

/**
 * Brings back what was kept.
 *
 * @param {object} parts
 * @param {HTMLFormElement} parts.form
 * @param {import("../../vendor/codemirror.js").EditorView} parts.view
 * @param {import("./saving.js").Saving} parts.saving
 * @param {import("./keeping.js").Keeping} parts.keeping
 * @param {import("./notices.js").Notices} parts.notices
 * @param {import("./source_list.js").SourceList} parts.sources
 */
export function bringBack({ form, view, saving, keeping, notices, sources }) {
  const kept = keeping.read();
  const page = { text: view.state.doc.toString(), based_on: saving.basedOn, sources: sources.json };
  const decision = afterReturn(kept, page);
  if (!kept || decision === "nothing") {
    keeping.clear();
    return;
  }
  const at = clockTime(kept.at);
  const take = (/** @type {string} */ basedOn) => {
    fillIn(form, kept.particulars);
    sources.restore(sources.json || "[]");
    replaceText(view, kept.text);
    saving.continueFrom(basedOn);
  };
  const leave = () => {
    sources.restore(page.sources || "[]");
    replaceText(view, page.text);
    saving.continueFrom(page.based_on);
  };
  const answer = (/** @type {() => void} */ act) => () => {
    lock(view, false);
    saving.release();
    notices.close("kept");
    act();
    view.focus();
  };
  if (decision === "restore") {
    take(page.based_on);
    notices.show("kept", {
      text: `This is your text of ${at}, which this browser kept because it had not been saved.`,
      actions: [button("Go back to the saved text", answer(leave))],
    });
    return;
  }
  lock(view, true);
  saving.hold();
  notices.show("kept", {
    tone: "wait",
    mustAnswer: true,
    text: `This browser kept your text of ${at}, which was never saved. The newsroom has got another version since. If you go on with yours, both stay and you can merge them.`,
    actions: [button("Go on with mine", answer(() => take(kept.based_on))), button("Drop mine", answer(() => keeping.clear()))],
  });
}
