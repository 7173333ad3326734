/* Who else has this article open. */

const INTERVAL_MS = 30_000;

/**
 * Says so to the server while the page is in sight, and shows its answer.
 *
 * @param {HTMLElement} place
 * @param {string} url
 * @param {import("./requests.js").Requests} requests
 */
export function presence(place, url, requests) {
  const look = async () => {
    if (document.visibilityState === "hidden") return;
    const { body } = await requests.post(url, "{}");
    if (!body?.others) return;
    const names = body.others.map((/** @type {{name: string}} */ { name }) => name).join(", ");
    const text = names ? `Also here: ${names}` : "";
    // A live region is read out again whenever it is written to.
    if (place.textContent !== text) place.textContent = text;
  };
  look();
  setInterval(look, INTERVAL_MS);
  document.addEventListener("visibilitychange", look);
}
