/* The donation form: asks only what the answers call for, then pledge, card token, confirmation, and where it ended.
   The card is typed into the payment provider's own frame; this script never sees a number. */
(function () {
  "use strict";

  const form = document.getElementById("donate-form");
  const give = document.getElementById("give");
  const problem = document.getElementById("problem");
  const cardError = document.getElementById("card-error");
  const progress = document.getElementById("progress");
  const LOOKS = 30;
  const PAUSE_MS = 2000;
  const LOST = "We lost the connection. Press the button again: you are never charged twice for this gift.";

  const value = (name) => new FormData(form).get(name) || "";

  function amountMinor() {
    const chosen = value("amount");
    const text = (chosen === "other" ? value("other_amount") : chosen).trim().replace(/^\$/, "").replace(/,/g, "");
    if (!/^\d{1,6}(\.\d{1,2})?$/.test(text)) return null;
    const [whole, part] = text.split(".");
    const minor = Number(whole) * 100 + Number((part || "").padEnd(2, "0"));
    return minor >= Number(form.dataset.smallest) && minor <= Number(form.dataset.largest) ? minor : null;
  }

  /* A condition is "field:answer", or several answers with | between them. */
  function holds(condition) {
    const [name, answers] = condition.split(":");
    return answers.split("|").includes(value(name));
  }

  function show(part, shown) {
    part.hidden = !shown;
    part.querySelectorAll("input, select").forEach((input) => { input.disabled = !shown; });
  }

  /* A field that isn't shown is off, so that it is neither demanded nor sent. */
  function showAsked() {
    form.querySelectorAll("[data-shown-for]").forEach((part) => { show(part, holds(part.dataset.shownFor)); });
    form.querySelectorAll("[data-asked-up-to]").forEach((part) => { show(part, amountMinor() <= Number(part.dataset.askedUpTo)); });
    form.querySelectorAll("[data-asked-above]").forEach((part) => {
      const { askedAbove, askedFor } = part.dataset;
      const much = amountMinor() > Number(askedAbove) || value("much_this_year");
      const asked = much && (!askedFor || holds(askedFor));
      if (asked && (part.hidden || !("ready" in part.dataset))) part.open = true;
      part.dataset.ready = "";
      show(part, asked);
    });
  }

  /* The bank compares the address with the card's own, where the donor gave one. */
  function billingDetails() {
    const details = { name: value("name"), email: value("email") };
    if (!value("lines")) return details;
    const address = {
      line1: value("lines"), city: value("city"), state: value("region"), postal_code: value("postal_code"), country: value("country"),
    };
    return { ...details, address };
  }

  function clearProblems() {
    problem.hidden = true;
    cardError.hidden = true;
    form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    form.querySelectorAll(".field--invalid").forEach((field) => field.classList.remove("field--invalid"));
  }

  function showCardError(message) {
    cardError.textContent = message;
    cardError.hidden = false;
    cardError.scrollIntoView({ block: "center" });
  }

  function showProblem({ message, field }) {
    if (field === "card" || field === "confirmation_token") {
      showCardError(message);
      return;
    }
    const title = document.createElement("h2");
    title.className = "notice__title";
    title.textContent = "There is a problem";
    const text = document.createElement("p");
    const input = field && [...form.querySelectorAll(`[name="${CSS.escape(field)}"]`)].find((found) => found.type !== "hidden");
    if (input) {
      const link = document.createElement("a");
      link.href = `#${input.id}`;
      link.textContent = message;
      text.append(link);
      input.setAttribute("aria-invalid", "true");
      input.closest(".field").classList.add("field--invalid");
    } else {
      text.textContent = message;
    }
    problem.replaceChildren(title, text);
    problem.hidden = false;
    problem.focus();
  }

  /* A changed form is another gift; the same form, sent again, is the same one. */
  let sentForm = null;
  function keyFor(data) {
    const content = JSON.stringify([...data].filter(([name]) => !["csrf_token", "client_key"].includes(name)));
    if (sentForm !== null && sentForm !== content) form.elements.client_key.value = crypto.randomUUID();
    sentForm = content;
    data.set("client_key", form.elements.client_key.value);
    return data;
  }

  async function send(url, data) {
    data.set("csrf_token", form.elements.csrf_token.value);
    const answer = await fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" } });
    return { status: answer.status, body: await answer.json() };
  }

  /* The button stays off on the way to another page, where a second click could only be a mistake. */
  let leaving = false;
  function leaveFor(url) {
    leaving = true;
    window.location.assign(url);
  }

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      leaving = false;
      give.disabled = false;
    }
  });

  const pause = () => new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });

  async function follow(stripe, gift, answer) {
    for (let look = 0; look < LOOKS; look += 1) {
      if (answer.body.url) {
        leaveFor(answer.body.url);
        return;
      }
      if (answer.body.error) {
        showProblem(answer.body.error);
        return;
      }
      if (answer.body.status === "requires_action") {
        progress.textContent = "Your bank asks you to confirm.";
        await stripe.handleNextAction({ clientSecret: answer.body.client_secret });
      } else {
        progress.textContent = "Waiting for your bank.";
        await pause();
      }
      answer = await send(gift.settle_url, new FormData());
    }
    leaveFor(gift.settle_url.replace(/\/settle$/, ""));
  }

  async function giveNow(stripe, elements) {
    const checked = await elements.submit();
    if (checked.error) {
      showCardError(checked.error.message);
      return;
    }
    progress.textContent = "Checking your gift against our funding policy.";
    const pledged = await send(form.action, keyFor(new FormData(form)));
    if (!pledged.body.public_id) {
      await follow(stripe, null, pledged);
      return;
    }
    const made = await stripe.createConfirmationToken({
      elements,
      params: { payment_method_data: { billing_details: billingDetails() } },
    });
    if (made.error) {
      showCardError(made.error.message);
      return;
    }
    const data = new FormData();
    data.set("confirmation_token", made.confirmationToken.id);
    await follow(stripe, pledged.body, await send(pledged.body.confirm_url, data));
  }

  function appearance() {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(name).trim();
    return {
      theme: window.matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe",
      variables: {
        colorPrimary: token("--accent"),
        colorBackground: token("--paper-raised"),
        colorText: token("--ink"),
        colorTextSecondary: token("--ink-soft"),
        colorDanger: token("--stop"),
        borderRadius: token("--radius"),
      },
    };
  }

  function start() {
    if (!window.Stripe) {
      showProblem({ message: "The payment form of our provider did not load. Please check your connection and reload." });
      return;
    }
    const stripe = window.Stripe(form.dataset.publishableKey);
    const elements = stripe.elements({
      mode: "payment",
      amount: amountMinor() || Number(form.dataset.smallest),
      currency: form.dataset.currency,
      captureMethod: "manual",
      paymentMethodTypes: ["card"],
      appearance: appearance(),
    });
    const card = elements.create("payment", { fields: { billingDetails: { name: "never", email: "never" } } });
    card.mount("#card");
    card.on("ready", () => { give.disabled = false; });
    let told = amountMinor();
    const refresh = () => {
      showAsked();
      const minor = amountMinor();
      give.textContent = minor === null ? "Give" : `Give $${(minor / 100).toFixed(minor % 100 ? 2 : 0)}`;
      if (minor !== null && minor !== told) elements.update({ amount: minor });
      told = minor;
    };
    form.addEventListener("input", refresh);
    refresh();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (give.disabled) return;
      clearProblems();
      give.disabled = true;
      try {
        await giveNow(stripe, elements);
      } catch (error) {
        showProblem({ message: LOST });
        throw error;
      } finally {
        give.disabled = leaving;
        progress.textContent = "";
      }
    });
  }

  start();
})();
