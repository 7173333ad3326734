/* Stands in for style-mod, so that CodeMirror's rules reach the page under `style-src 'self'`.

   style-mod puts a <style> element into a document, which that policy refuses, and a constructable style sheet, which it
   allows, only into a shadow root: it takes a root without `head` for one. So a document is shown to it without its head. */

import { StyleModule as OriginalStyleModule } from "style-mod";

/** @type {WeakMap<Document, any>} */
const headless = new WeakMap();

/** @param {Document} document */
function withoutHead(document) {
  if (!headless.has(document)) {
    headless.set(document, {
      ownerDocument: document,
      get adoptedStyleSheets() { return document.adoptedStyleSheets; },
      set adoptedStyleSheets(sheets) { document.adoptedStyleSheets = sheets; },
    });
  }
  return headless.get(document);
}

export class StyleModule extends OriginalStyleModule {
  /**
   * @param {Document | ShadowRoot} root
   * @param {OriginalStyleModule | OriginalStyleModule[]} modules
   */
  static mount(root, modules) {
    super.mount(root instanceof Document ? withoutHead(root) : root, modules);
  }
}
