/* The frame's side of the talk with the page that holds it: it hears only its parent, at the origin it was
   opened for, and speaks only to that origin. */
const parameters = new URLSearchParams(window.location.search);

export const query = Object.fromEntries(parameters);

export function tell(type, body) {
  window.parent.postMessage({ type, body }, query.origin);
}

export function listen(handlers) {
  window.addEventListener("message", async (event) => {
    if (event.origin !== query.origin || event.source !== window.parent) return;
    const { type, id, body } = event.data;
    if (!(type in handlers)) return;
    const answer = await handlers[type](body);
    if (id !== undefined) window.parent.postMessage({ type: "answer", id, body: answer }, query.origin);
  });
}

export function reportHeight() {
  const report = () => tell("height", Math.ceil(document.documentElement.getBoundingClientRect().height));
  new ResizeObserver(report).observe(document.documentElement);
  report();
}

export async function post(path, body) {
  const failure = { error: { type: "api_connection_error", message: "We could not reach the payment service. Try again." } };
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return failure;
  }
}
