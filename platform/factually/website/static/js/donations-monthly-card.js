/* A monthly gift's card: another one is typed into the payment provider's own frame and saved, or its bank's question
   about a month is answered. The page that only answers has no place for a card. */
(function () {
  "use strict";

  const form = document.getElementById("card-form");
  const place = document.getElementById("card");
  const proceed = document.getElementById("proceed");
  const cardError = document.getElementById("card-error");
  const progress = document.getElementById("progress");
  const LOOKS = 10;

  function show(message) {
    cardError.textContent = message;
    cardError.hidden = false;
    cardError.scrollIntoView({ block: "center" });
  }

  async function send(url, data) {
    data.set("csrf_token", form.elements.csrf_token.value);
    const answer = await window.FactuallyPatience.post(url, data, document.getElementById("waiting"));
    return answer.body;
  }

  async function go(stripe, elements) {
    const data = new FormData();
    if (elements) {
      const checked = await elements.submit();
      const made = checked.error ? checked : await stripe.createConfirmationToken({ elements });
      if (made.error) {
        show(made.error.message);
        return;
      }
      data.set("confirmation_token", made.confirmationToken.id);
    }
    let answer = await send(form.action, data);
    for (let look = 0; look < LOOKS && answer.status === "requires_action"; look += 1) {
      progress.textContent = "Your bank asks you to confirm.";
      await stripe.handleNextAction({ clientSecret: answer.client_secret });
      answer = await send(form.dataset.settleUrl, new FormData());
    }
    if (answer.url) window.location.assign(answer.url);
    else show(answer.error ? answer.error.message : form.dataset.lost);
  }

  function mountCard(stripe) {
    const elements = stripe.elements({
      mode: "setup",
      currency: form.dataset.currency,
      setupFutureUsage: "off_session",
      paymentMethodTypes: ["card"],
      appearance: window.FactuallyCardLook(),
    });
    const card = elements.create("payment");
    card.mount(place);
    card.on("ready", () => { proceed.disabled = false; });
    return elements;
  }

  function start() {
    if (!window.Stripe) {
      show("The page of our payment provider did not load. Please check your connection and reload.");
      return;
    }
    const stripe = window.Stripe(form.dataset.publishableKey);
    const elements = place && mountCard(stripe);
    if (!place) proceed.disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (proceed.disabled) return;
      cardError.hidden = true;
      proceed.disabled = true;
      try {
        await go(stripe, elements);
      } catch (error) {
        show(form.dataset.lost);
        throw error;
      } finally {
        proceed.disabled = false;
        progress.textContent = "";
      }
    });
  }

  if (form) start();
})();
