/* The card fields: what a person types is checked here and sent to the sandbox only. */
import { listen, post, query, reportHeight, tell } from "./frame-channel.js";

const fields = Object.fromEntries(["number", "expiry", "cvc"].map((name) => [name, document.getElementById(name)]));
const digits = (text) => text.replace(/\D/g, "");
const isAmex = () => /^3[47]/.test(digits(fields.number.value));
const cvcLength = () => (isAmex() ? 4 : 3);

function passesLuhn(number) {
  const sum = [...number].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function expiry() {
  const [month, year] = [digits(fields.expiry.value).slice(0, 2), digits(fields.expiry.value).slice(2)];
  return { month: Number(month), year: 2000 + Number(year), whole: month.length === 2 && year.length === 2 };
}

const checks = {
  number() {
    const number = digits(fields.number.value);
    if (number.length < (isAmex() ? 15 : 16)) return ["incomplete_number", "Your card number is incomplete."];
    return passesLuhn(number) ? null : ["invalid_number", "Your card number is invalid."];
  },
  expiry() {
    const { month, year, whole } = expiry();
    if (!whole) return ["incomplete_expiry", "Your card's expiration date is incomplete."];
    if (month < 1 || month > 12) return ["invalid_expiry_month", "Your card's expiration month is invalid."];
    const today = new Date();
    if (year * 12 + month < today.getFullYear() * 12 + today.getMonth() + 1) {
      return ["invalid_expiry_year_past", "Your card's expiration date is in the past."];
    }
    return null;
  },
  cvc() {
    const length = digits(fields.cvc.value).length;
    return length === cvcLength() ? null : ["incomplete_cvc", "Your card's security code is incomplete."];
  },
};

function show(name, problem) {
  const field = fields[name];
  document.getElementById(`${name}-problem`).textContent = problem ? problem[1] : "";
  if (problem) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/* Rewriting the value would throw the caret to the end; keep it after the digit it stood after. */
function rewrite(field, format) {
  const before = digits(field.value.slice(0, field.selectionStart)).length;
  const atEnd = field.selectionStart === field.value.length;
  field.value = format(digits(field.value));
  if (atEnd) return;
  let place = 0;
  for (let seen = 0; seen < before && place < field.value.length; place += 1) {
    if (/\d/.test(field.value[place])) seen += 1;
  }
  field.setSelectionRange(place, place);
}

const formats = {
  number: (text) => {
    if (!isAmex()) return text.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");
    return [text.slice(0, 4), text.slice(4, 10), text.slice(10, 15)].filter(Boolean).join(" ");
  },
  expiry: (text) => {
    // "1228" and a browser's "12/2028" are the same month.
    const short = text.length === 6 ? text.slice(0, 2) + text.slice(4) : text;
    return short.length > 2 ? `${short.slice(0, 2)} / ${short.slice(2, 4)}` : short;
  },
  cvc: (text) => text.slice(0, cvcLength()),
};

function tellChange() {
  const empty = Object.values(fields).every((field) => field.value === "");
  tell("change", { empty, complete: Object.values(checks).every((check) => check() === null) });
}

for (const [name, field] of Object.entries(fields)) {
  field.addEventListener("input", () => {
    rewrite(field, formats[name]);
    if (field.hasAttribute("aria-invalid") && checks[name]() === null) show(name, null);
    tellChange();
  });
  field.addEventListener("blur", () => {
    if (field.value !== "") show(name, checks[name]());
  });
}
document.getElementById("card").addEventListener("submit", (event) => event.preventDefault());

function submit() {
  const problems = Object.keys(fields).map((name) => [name, checks[name]()]);
  problems.forEach(([name, problem]) => show(name, problem));
  const first = problems.find(([, problem]) => problem !== null);
  if (!first) return { selectedPaymentMethod: "card" };
  fields[first[0]].focus();
  return { error: { type: "validation_error", code: first[1][0], message: first[1][1] } };
}

async function createConfirmationToken(params) {
  const { month, year } = expiry();
  const answer = await post("confirmation_tokens", {
    key: query.key,
    number: digits(fields.number.value),
    exp_month: month,
    exp_year: year,
    cvc: digits(fields.cvc.value),
    billing_details: params.billing_details || {},
    return_url: params.return_url || null,
    setup_future_usage: params.setup_future_usage || null,
    shipping: params.shipping || null,
  });
  return answer.error ? { error: answer.error } : { confirmationToken: answer };
}

function dress(appearance) {
  const root = document.documentElement;
  root.dataset.theme = appearance.theme || "stripe";
  for (const [name, value] of Object.entries(appearance.variables || {})) {
    root.style.setProperty(`--${name}`, value);
  }
}

listen({
  submit,
  create_confirmation_token: createConfirmationToken,
  appearance: dress,
  focus: () => fields.number.focus(),
});
reportHeight();
tell("ready");
if (Object.values(fields).some((field) => field.value !== "")) {
  // Somebody typed, or the browser filled in, before this script came.
  for (const [name, field] of Object.entries(fields)) rewrite(field, formats[name]);
  tellChange();
}
