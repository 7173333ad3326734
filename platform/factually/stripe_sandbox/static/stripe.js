/* Stripe.js stand-in of the sandbox: the part of Stripe.js (release "endive") that a card payment, and a card
   saved for later payments, use.
   Card numbers are typed into a frame of the sandbox's origin and never reach the page. What is not covered
   throws an Error by name, so that nothing is silently different from Stripe. No markup is parsed and no style
   attribute written, so it runs under a strict Content-Security-Policy with Trusted Types. */
(function () {
  "use strict";

  const script = new URL(document.currentScript.src);
  const origin = script.origin;
  const release = script.pathname.split("/")[1];
  const address = (name, query) => `${origin}/${release}/${name}?${new URLSearchParams(query)}`;

  function covered(name, members) {
    return new Proxy(members, {
      get(target, key) {
        // A promise asks what it resolves to for `then`; symbols are the engine's own questions.
        if (typeof key === "symbol" || key === "then" || key in target) return target[key];
        throw new Error(`Stripe sandbox: ${name}.${key} is not part of the stand-in.`);
      },
    });
  }

  function checkOptions(place, given, allowed) {
    for (const key of Object.keys(given || {})) {
      if (!allowed.includes(key)) {
        throw new Error(`Stripe sandbox: the option ${place}.${key} is not part of the stand-in.`);
      }
    }
    return given || {};
  }

  /* A frame of the sandbox and the talk with it. Only messages of this very frame from the sandbox's origin are
     heard, and only the sandbox's origin is spoken to. */
  class Frame {
    constructor(name, title, query, heard) {
      this.element = document.createElement("iframe");
      this.element.title = title;
      this.element.src = address(name, { ...query, origin: window.location.origin });
      Object.assign(this.element.style, { border: "0", width: "100%", display: "block", height: "16rem" });
      this.waiting = new Map();
      this.heard = heard;
      this.listener = (event) => this.receive(event);
      window.addEventListener("message", this.listener);
    }

    receive(event) {
      if (event.origin !== origin || event.source !== this.element.contentWindow) return;
      const { type, id, body } = event.data;
      if (type === "answer" && this.waiting.has(id)) {
        this.waiting.get(id)(body);
        this.waiting.delete(id);
      } else if (type === "height") {
        this.element.style.height = `${body}px`;
      } else {
        this.heard(type, body);
      }
    }

    tell(type, body) {
      if (this.element.contentWindow) this.element.contentWindow.postMessage({ type, body }, origin);
    }

    ask(type, body) {
      return new Promise((resolve) => {
        const id = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
        this.waiting.set(id, resolve);
        this.element.contentWindow.postMessage({ type, id, body }, origin);
      });
    }

    close() {
      window.removeEventListener("message", this.listener);
      this.element.remove();
    }
  }

  const THEMES = ["stripe", "night"];
  const VARIABLES = [
    "borderRadius", "colorBackground", "colorDanger", "colorPrimary", "colorText", "colorTextSecondary",
    "fontFamily", "fontSizeBase", "spacingUnit",
  ];

  function checkedAppearance(given) {
    const appearance = checkOptions("appearance", given, ["theme", "variables", "labels"]);
    checkOptions("appearance.variables", appearance.variables, VARIABLES);
    if (appearance.theme && !THEMES.includes(appearance.theme)) {
      throw new Error(`Stripe sandbox: the theme ${appearance.theme} is not part of the stand-in.`);
    }
    return appearance;
  }

  const MODES = ["payment", "setup"];
  const USAGES = [undefined, null, "off_session", "on_session"];
  const isAmount = (amount) => Number.isInteger(amount) && amount > 0;

  function checkedMoney(options) {
    if (!MODES.includes(options.mode)) throw new Error(`Stripe sandbox: mode ${options.mode} is not covered.`);
    const types = options.paymentMethodTypes || ["card"];
    if (types.some((type) => type !== "card")) throw new Error("Stripe sandbox: only the type card is covered.");
    if (!USAGES.includes(options.setupFutureUsage)) {
      throw new Error("Invalid value for elements(): setupFutureUsage must be off_session or on_session.");
    }
    // A card is saved without an amount, and without a currency if need be.
    if (options.mode === "setup" && options.currency === undefined) return;
    if (options.mode === "payment" && !isAmount(options.amount)) {
      throw new Error("Invalid value for elements(): amount must be a positive integer in minor units.");
    }
    if (typeof options.currency !== "string" || !/^[a-z]{3}$/.test(options.currency)) {
      throw new Error("Invalid value for elements(): currency must be a lower-case ISO code.");
    }
  }

  class PaymentElement {
    constructor(key, state, options) {
      this.key = key;
      this.state = state;
      this.options = options;
      this.handlers = { ready: [], change: [] };
      this.frame = null;
    }

    publicFace() {
      return covered("paymentElement", {
        mount: (place) => this.mount(place),
        unmount: () => this.unmount(),
        destroy: () => this.unmount(),
        on: (name, handler) => this.on(name, handler),
        update: (options) => Object.assign(this.options, checkOptions("update", options, ["fields", "layout"])),
        focus: () => { this.frame.element.focus(); this.frame.tell("focus"); },
      });
    }

    on(name, handler) {
      if (!(name in this.handlers)) {
        throw new Error(`Stripe sandbox: the event ${name} is not part of the stand-in.`);
      }
      this.handlers[name].push(handler);
    }

    mount(place) {
      const parent = typeof place === "string" ? document.querySelector(place) : place;
      if (!parent) throw new Error(`The selector you specified (${place}) applies to no DOM elements.`);
      this.unmount();
      const appearance = this.state.appearance;
      this.frame = new Frame(
        "card", "Secure card payment input frame", { key: this.key, theme: appearance.theme || "stripe" },
        (type, body) => this.heard(type, body),
      );
      this.dress();
      parent.replaceChildren(this.frame.element);
    }

    dress() {
      const dark = this.state.appearance.theme === "night";
      // A frame is only see-through where its colour scheme is the one its element has.
      if (this.frame) this.frame.element.style.colorScheme = dark ? "dark" : "light";
    }

    unmount() {
      if (this.frame) this.frame.close();
      this.frame = null;
    }

    heard(type, body) {
      if (type === "ready") {
        this.frame.tell("appearance", this.state.appearance);
        this.handlers.ready.forEach((handler) => handler({ elementType: "payment" }));
      } else if (type === "change") {
        const event = { elementType: "payment", collapsed: false, value: { type: "card" }, ...body };
        this.handlers.change.forEach((handler) => handler(event));
      }
    }
  }

  const ELEMENTS_OPTIONS = [
    "mode", "amount", "currency", "captureMethod", "paymentMethodTypes", "setupFutureUsage", "appearance",
    "locale", "loader",
  ];

  function makeElements(key, options) {
    const state = { ...checkOptions("elements", options, ELEMENTS_OPTIONS), element: null, submitted: false };
    checkedMoney(state);
    state.appearance = checkedAppearance(state.appearance);
    const face = covered("elements", {
      create(type, given) {
        if (type !== "payment") throw new Error(`Stripe sandbox: the element ${type} is not part of the stand-in.`);
        if (state.element) throw new Error("Can only create one Payment Element.");
        state.element = new PaymentElement(key, state, checkOptions("create", given, ["fields", "layout"]));
        state.face = state.element.publicFace();
        return state.face;
      },
      getElement: (type) => (type === "payment" && state.face) || null,
      update(changes) {
        Object.assign(state, checkOptions("elements.update", changes, ELEMENTS_OPTIONS));
        checkedMoney(state);
        state.appearance = checkedAppearance(state.appearance);
        if (state.element && state.element.frame) {
          state.element.dress();
          state.element.frame.tell("appearance", state.appearance);
        }
      },
      async submit() {
        const answer = await frameOf(state).ask("submit");
        state.submitted = !answer.error;
        return answer;
      },
    });
    states.set(face, state);
    return face;
  }

  const states = new WeakMap();

  function frameOf(state) {
    if (!state.element || !state.element.frame) throw new Error("Mount the Payment Element first.");
    return state.element.frame;
  }

  async function createConfirmationToken(given) {
    const { elements, params } = checkOptions("createConfirmationToken", given, ["elements", "params"]);
    const state = states.get(elements);
    if (!state) throw new Error("Pass `elements` to createConfirmationToken.");
    if (!state.submitted) throw new Error("Call elements.submit() before stripe.createConfirmationToken().");
    const allowed = ["payment_method_data", "return_url", "shipping"];
    const data = checkOptions("params", params, allowed).payment_method_data;
    const details = checkOptions("payment_method_data", data, ["billing_details"]).billing_details || {};
    const asked = ((state.element.options.fields || {}).billingDetails) || {};
    for (const [name, when] of Object.entries(asked)) {
      if (when === "never" && details[name] === undefined) {
        throw new Error(
          `You specified "never" for fields.billingDetails.${name}; pass` +
          ` params.payment_method_data.billing_details.${name}.`,
        );
      }
    }
    state.submitted = false;
    const usage = state.setupFutureUsage || (state.mode === "setup" ? "off_session" : null);
    return frameOf(state).ask(
      "create_confirmation_token", { ...(params || {}), billing_details: details, setup_future_usage: usage },
    );
  }

  const KINDS = {
    pi: { path: "payment_intents", name: "paymentIntent" },
    seti: { path: "setup_intents", name: "setupIntent" },
  };

  function kindOf(clientSecret) {
    const kind = KINDS[String(clientSecret).split("_")[0]];
    if (!kind) throw new Error("Invalid value for clientSecret: it names neither a PaymentIntent nor a SetupIntent.");
    return kind;
  }

  async function fetchIntent(key, clientSecret, wanted) {
    const { path, name } = kindOf(clientSecret);
    if (wanted && wanted !== name) throw new Error(`Invalid value for clientSecret: it names no ${wanted}.`);
    const id = String(clientSecret).split("_secret_")[0];
    const answer = await fetch(
      address(`${path}/${encodeURIComponent(id)}`, { key, client_secret: clientSecret }), { credentials: "omit" },
    );
    const body = await answer.json();
    return answer.ok ? { [name]: body } : { error: body.error };
  }

  function showAuthentication(key, clientSecret) {
    return new Promise((resolve) => {
      const dialog = document.createElement("dialog");
      dialog.setAttribute("aria-label", "Card authentication");
      Object.assign(dialog.style, {
        border: "0", borderRadius: "12px", padding: "0", width: "min(27rem, calc(100vw - 2rem))",
        colorScheme: "light", background: "#fff",
      });
      const frame = new Frame(
        "authentication", "Card authentication", { key, client_secret: clientSecret },
        (type, body) => {
          if (type === "ready") { frame.element.focus(); frame.tell("focus"); }
          if (type !== "finished") return;
          dialog.close();
          frame.close();
          dialog.remove();
          resolve(body);
        },
      );
      // Escape means "no"; the frame says so to the sandbox, then the dialog closes.
      dialog.addEventListener("cancel", (event) => { event.preventDefault(); frame.tell("cancel"); });
      dialog.append(frame.element);
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  async function handleNextAction(key, given) {
    const { clientSecret } = checkOptions("handleNextAction", given, ["clientSecret"]);
    const now = await fetchIntent(key, clientSecret);
    if (now.error || now[kindOf(clientSecret).name].status !== "requires_action") return now;
    return showAuthentication(key, clientSecret);
  }

  window.Stripe = function Stripe(key, options) {
    if (typeof key !== "string" || !key.startsWith("pk_test_")) {
      throw new Error("Invalid value for Stripe(): the sandbox takes publishable test keys (pk_test_…) only.");
    }
    checkOptions("Stripe", options, ["locale"]);
    return covered("stripe", {
      elements: (given) => makeElements(key, given),
      createConfirmationToken,
      handleNextAction: (given) => handleNextAction(key, given),
      retrievePaymentIntent: (clientSecret) => fetchIntent(key, clientSecret, "paymentIntent"),
      retrieveSetupIntent: (clientSecret) => fetchIntent(key, clientSecret, "setupIntent"),
    });
  };
  window.Stripe.version = release;
})();
