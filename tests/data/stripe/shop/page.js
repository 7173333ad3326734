/* What a page does with Stripe.js, in steps that a test calls. */
window.heard = [];
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
});

window.begin = (options) => {
  window.stripe = Stripe("pk_test_factually");
  window.elements = stripe.elements({
    mode: "payment", amount: 500, currency: "usd", captureMethod: "manual", paymentMethodTypes: ["card"],
    ...options,
  });
  const never = { name: "never", email: "never" };
  window.card = elements.create("payment", { fields: { billingDetails: never } });
  card.on("ready", () => heard.push("ready"));
  card.on("change", (event) => heard.push(event.complete ? "complete" : "incomplete"));
  card.mount("#card");
};

window.makeToken = async () => {
  const checked = await elements.submit();
  if (checked.error) return checked;
  return stripe.createConfirmationToken({
    elements,
    params: { payment_method_data: { billing_details: { name: "Ann Donor", email: "ann@example.org" } } },
  });
};

window.authenticate = (clientSecret) => stripe.handleNextAction({ clientSecret });

window.named = async (action) => {
  try {
    await action();
    return "";
  } catch (error) {
    return error.message;
  }
};
