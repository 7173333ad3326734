/* A whole article pasted into an empty editor: its sources move to the list, its banner goes. */

import { EditorView } from "../../vendor/codemirror.js";
import { counted } from "./elements.js";
import { sentence } from "./requests.js";
import { replaceText } from "./text.js";

/**
 * Returns the extension. The paste itself is CodeMirror's, plain text; what the server makes of it comes as a second step that
 * can be undone, and not at all once somebody typed on.
 *
 * @param {object} parts
 * @param {string} parts.url
 * @param {import("./requests.js").Requests} parts.requests
 * @param {import("./source_list.js").SourceList} parts.sources
 * @param {(sentence: string) => void} parts.say
 */
export function pasting({ url, requests, sources, say }) {
  return EditorView.updateListener.of((update) => {
    const isPaste = update.transactions.some((transaction) => transaction.isUserEvent("input.paste"));
    if (isPaste && !update.startState.doc.toString().trim() && update.state.doc.lines > 1) understand(update.view);
  });

  /** @param {EditorView} view */
  async function understand(view) {
    const pasted = view.state.doc;
    const answer = await requests.post(url, JSON.stringify({ text: pasted.toString() }));
    if (!view.state.doc.eq(pasted)) return;
    if (answer.status !== 200 || !answer.body) {
      say(`The text stays as you pasted it. ${answer.status ? sentence(answer) : "There is no connection."}`);
      return;
    }
    sources.add(answer.body.sources);
    if (answer.body.text !== pasted.toString()) replaceText(view, answer.body.text);
    say(`Read as an article, with ${counted(answer.body.sources.length, "source")}. Undo gives you the text as you pasted it.`);
  }
}
