/* The donation form: asks only what the answers call for, then pledge, card token, confirmation, and where it ended.
   The card is typed into the payment provider's own frame; this script never sees a number. */
(function () {
  "use strict";

  const form = document.getElementById("donate-form");
  const currencyForm = document.getElementById("currency-form");
  const give = document.getElementById("give");
  const problem = document.getElementById("problem");
  const cardError = document.getElementById("card-error");
  const progress = document.getElementById("progress");
  const LOOKS = 30;
  const PAUSE_MS = 2000;
  const LOST = "We lost the connection. Press the button again: you are never charged twice for this gift.";

  const value = (name) => new FormData(form).get(name) || "";

  /* What the page says of the chosen currency, in minor units. */
  const money = () => document.getElementById("amounts").dataset;

  /* An amount without, with commas and with dots between thousands, as the server reads it (foundation/money.py). */
  const READINGS = [/^(\d+)(?:[.,](\d+))?$/, /^(\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/, /^(\d{1,3}(?:\.\d{3})+),(\d+)$/];

  function parsed(text, digits) {
    const matches = READINGS.map((reading) => text.match(reading)).filter((match) => match && (match[2] || "").length <= digits);
    const amounts = new Set(matches.map(([, whole, part = ""]) => Number(whole.replace(/[.,]/g, "") + part.padEnd(digits, "0"))));
    return amounts.size === 1 ? [...amounts][0] : null;
  }

  /* What the donor means to give. */
  function meantMinor() {
    const { sign, digits, smallest, largest, step } = money();
    const chosen = value("amount");
    const text = (chosen === "other" ? value("other_amount") : chosen).trim();
    const minor = parsed(text.startsWith(sign.trim()) ? text.slice(sign.trim().length).trim() : text, Number(digits));
    const fits = minor !== null && minor >= Number(smallest) && minor <= Number(largest) && minor % Number(step) === 0;
    return fits ? minor : null;
  }

  /* What covers the card's fee, as the server counts it (donations/fee_cover.py). */
  function coverMinor(meant) {
    const { feeBasisPoints, feeFixed, step } = money();
    const charged = Math.ceil(((meant + Number(feeFixed)) * 10000) / (10000 - Number(feeBasisPoints)));
    return Math.ceil(charged / Number(step)) * Number(step) - meant;
  }

  /* What the card is to pay. */
  function amountMinor() {
    const meant = meantMinor();
    if (meant === null || !value("covers_fee")) return meant;
    const charged = meant + coverMinor(meant);
    return charged <= Number(money().largest) ? charged : null;
  }

  function written(minor) {
    const { sign, digits } = money();
    const amount = minor / 10 ** Number(digits);
    const shown = Number.isInteger(amount) ? 0 : Number(digits);
    return sign + amount.toLocaleString("en-US", { minimumFractionDigits: shown, maximumFractionDigits: shown });
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
    form.querySelectorAll("[data-asked-up-to]").forEach((part) => { show(part, amountMinor() <= Number(money()[part.dataset.askedUpTo])); });
    form.querySelectorAll("[data-asked-above]").forEach((part) => {
      const { askedAbove, askedFor } = part.dataset;
      const much = amountMinor() > Number(money()[askedAbove]) || value("much_this_year");
      const asked = much && (!askedFor || holds(askedFor));
      if (asked && (part.hidden || !("ready" in part.dataset))) part.open = true;
      part.dataset.ready = "";
      show(part, asked);
    });
  }

  /* What was answered stays; only what it is called, and what amounts there are, goes with the currency. */
  function keepAnswers(before, after) {
    after.querySelectorAll("input:not([type=hidden])").forEach((input) => {
      const isText = input.type === "text";
      const same = [...before.querySelectorAll(`[name="${CSS.escape(input.name)}"]`)].find((one) => isText || one.value === input.value);
      if (!same) return;
      if (isText) input.value = same.value;
      else if (same.checked || same.type === "checkbox") input.checked = same.checked;
    });
  }

  /* Takes the parts that name amounts from the page in another currency, so that nothing typed is lost. */
  async function changeCurrency() {
    const address = `${currencyForm.action}?${new URLSearchParams(new FormData(currencyForm))}`;
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`The form in another currency: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    form.querySelectorAll("[data-by-currency]").forEach((part) => {
      const other = document.importNode(page.getElementById(part.id), true);
      keepAnswers(part, other);
      part.replaceWith(other);
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
    return window.FactuallyPatience.post(url, data, document.getElementById("waiting"));
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

  const monthly = () => value("often") === "monthly";

  /* A card is charged once, or saved to be charged each month. */
  function payment() {
    const { currency, smallest } = money();
    if (monthly()) return { mode: "setup", currency, setupFutureUsage: "off_session" };
    return { mode: "payment", amount: amountMinor() || Number(smallest), currency, captureMethod: "manual", setupFutureUsage: null };
  }

  function start() {
    if (!window.Stripe) {
      showProblem({ message: "The payment form of our provider did not load. Please check your connection and reload." });
      return;
    }
    const stripe = window.Stripe(form.dataset.publishableKey);
    const elements = stripe.elements({ ...payment(), paymentMethodTypes: ["card"], appearance: window.FactuallyCardLook() });
    const card = elements.create("payment", { fields: { billingDetails: { name: "never", email: "never" } } });
    card.mount("#card");
    card.on("ready", () => { give.disabled = false; });
    let told = "";
    const refresh = () => {
      showAsked();
      const meant = meantMinor();
      const minor = amountMinor();
      const cover = meant === null ? "what is needed" : written(coverMinor(meant));
      form.querySelector("[for=covers_fee]").textContent = `Add ${cover} to cover the card's fee`;
      give.textContent = minor === null ? "Give" : `Give ${written(minor)}${monthly() ? " a month" : ""}`;
      const now = payment();
      if (JSON.stringify(now) !== told) elements.update(now);
      told = JSON.stringify(now);
    };
    form.addEventListener("input", refresh);
    refresh();
    currencyForm.addEventListener("change", () => {
      changeCurrency().then(refresh, () => { currencyForm.submit(); });
    });
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
