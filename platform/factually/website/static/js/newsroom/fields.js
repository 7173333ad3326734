/* The form's other fields, as the plain form would post them, and back again. */

const NOT_PARTICULARS = new Set(["csrf_token", "text", "based_on", "how", "save_name"]);

/**
 * Returns every other field: name to string, or to a list where a name occurs more than once.
 *
 * @param {HTMLFormElement} form
 * @returns {Record<string, string | string[]>}
 */
export function particularsOf(form) {
  const found = /** @type {Record<string, string | string[]>} */ ({});
  const data = new FormData(form);
  for (const name of new Set(data.keys())) {
    const values = data.getAll(name).filter((value) => typeof value === "string");
    if (!NOT_PARTICULARS.has(name) && values.length) found[name] = values.length === 1 ? values[0] : values;
  }
  return found;
}

/**
 * Puts particulars back into the form.
 *
 * @param {HTMLFormElement} form
 * @param {Record<string, string | string[]>} particulars
 */
export function fillIn(form, particulars) {
  const queues = new Map(Object.entries(particulars).map(([name, value]) => [name, [value].flat()]));
  for (const field of /** @type {HTMLCollectionOf<any>} */ (form.elements)) {
    const values = queues.get(field.name) ?? [];
    if (!field.name || NOT_PARTICULARS.has(field.name)) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value);
    else if (values.length) field.value = values.shift();
  }
}
