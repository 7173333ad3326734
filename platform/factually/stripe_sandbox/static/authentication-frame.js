/* The bank's part of 3-D Secure: one answer, complete or fail; Escape is fail. */
import { listen, post, query, reportHeight, tell } from "./frame-channel.js";

const buttons = [...document.querySelectorAll("button")];
let answered = false;

async function answer(passed) {
  if (answered) return;
  answered = true;
  buttons.forEach((button) => { button.disabled = true; });
  const body = await post("authentication", { key: query.key, client_secret: query.client_secret, passed });
  const name = body.object === "setup_intent" ? "setupIntent" : "paymentIntent";
  tell("finished", body.error ? { error: body.error } : { [name]: body });
}

document.getElementById("complete").addEventListener("click", () => answer(true));
document.getElementById("fail").addEventListener("click", () => answer(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") answer(false);
});

listen({ focus: () => document.getElementById("complete").focus(), cancel: () => answer(false) });
reportHeight();
tell("ready");
