/* Another card for a monthly gift: the card is typed into the payment provider's own frame, saved, and confirmed with
   its bank where that asks. Nothing is charged by it. */
(function () {
  "use strict";

  const form = document.getElementById("card-form");
  const save = document.getElementById("save");
  const cardError = document.getElementById("card-error");
  const progress = document.getElementById("progress");
  const LOOKS = 10;
  const LOST = "We lost the connection. Press the button again: nothing is charged by saving a card.";

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

  async function saveCard(stripe, elements) {
    const checked = await elements.submit();
    const made = checked.error ? checked : await stripe.createConfirmationToken({ elements });
    if (made.error) {
      show(made.error.message);
      return;
    }
    const data = new FormData();
    data.set("confirmation_token", made.confirmationToken.id);
    let answer = await send(form.action, data);
    for (let look = 0; look < LOOKS && answer.status === "requires_action"; look += 1) {
      progress.textContent = "Your bank asks you to confirm.";
      await stripe.handleNextAction({ clientSecret: answer.client_secret });
      answer = await send(form.dataset.settleUrl, new FormData());
    }
    if (answer.url) window.location.assign(answer.url);
    else show(answer.error ? answer.error.message : LOST);
  }

  function start() {
    if (!window.Stripe) {
      show("The card form of our provider did not load. Please check your connection and reload.");
      return;
    }
    const stripe = window.Stripe(form.dataset.publishableKey);
    const elements = stripe.elements({
      mode: "setup",
      currency: form.dataset.currency,
      setupFutureUsage: "off_session",
      paymentMethodTypes: ["card"],
      appearance: window.FactuallyCardLook(),
    });
    const card = elements.create("payment");
    card.mount("#card");
    card.on("ready", () => { save.disabled = false; });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (save.disabled) return;
      cardError.hidden = true;
      save.disabled = true;
      try {
        await saveCard(stripe, elements);
      } catch (error) {
        show(LOST);
        throw error;
      } finally {
        save.disabled = false;
        progress.textContent = "";
      }
    });
  }

  if (form) start();
})();
