/* What a gift's script does where a person would have to try again: it solves the server's small sum (proof of work),
   and waits for its turn when many cards are being tried. The server says what to do; nothing is decided here. */
(function () {
  "use strict";

  const KNOCK_SECONDS = 10;
  const SLICE_MS = 12;
  const PATIENCE = 120;
  const PATIENCE_WHEN_BUSY = 3;

  /* SHA-256 (FIPS 180-4), of which only the first 32 bits are wanted. Browsers' own is slower by the promise for each
     hash, and missing on addresses without TLS. */
  const [FIRST_HASH, ROUNDS] = (function () {
    const hash = [];
    const rounds = [];
    for (let candidate = 2; rounds.length < 64; candidate += 1) {
      let prime = true;
      for (let part = 2; part * part <= candidate; part += 1) prime = prime && candidate % part !== 0;
      if (!prime) continue;
      if (hash.length < 8) hash.push((Math.sqrt(candidate) * 2 ** 32) | 0);
      rounds.push((Math.cbrt(candidate) * 2 ** 32) | 0);
    }
    return [hash, rounds];
  })();
  const words = new Int32Array(64);
  const turned = (word, by) => (word >>> by) | (word << (32 - by));

  function addBlock(hash) {
    for (let at = 16; at < 64; at += 1) {
      const early = words[at - 15];
      const late = words[at - 2];
      words[at] =
        words[at - 16] + (turned(early, 7) ^ turned(early, 18) ^ (early >>> 3)) +
        words[at - 7] + (turned(late, 17) ^ turned(late, 19) ^ (late >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let at = 0; at < 64; at += 1) {
      const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[at] + words[at]) | 0;
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => { hash[at] += word; });
  }

  function firstWord(text) {
    const blocks = Math.ceil((text.length + 9) / 64);
    const hash = Int32Array.from(FIRST_HASH);
    for (let block = 0; block < blocks; block += 1) {
      words.fill(0, 0, 16);
      for (let at = 0; at < 64; at += 1) {
        const place = block * 64 + at;
        const byte = place < text.length ? text.charCodeAt(place) : place === text.length ? 0x80 : 0;
        words[at >> 2] |= byte << (24 - (at % 4) * 8);
      }
      if (block === blocks - 1) words[15] = text.length * 8;
      addBlock(hash);
    }
    return hash[0] >>> 0;
  }

  const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

  /* In slices, so that the page stays alive on a slow telephone. */
  async function solve({ challenge, bits }) {
    const limit = 2 ** (32 - bits);
    let pauseAt = performance.now() + SLICE_MS;
    for (let counter = 0; ; counter += 1) {
      if (firstWord(`${challenge}:${counter}`) < limit) return String(counter);
      if (counter % 64 === 0 && performance.now() > pauseAt) {
        await pause(0);
        pauseAt = performance.now() + SLICE_MS;
      }
    }
  }

  function inWords(seconds) {
    if (seconds < 5) return "in a moment";
    if (seconds < 90) return `in about ${seconds} seconds`;
    return `in ${Math.ceil(seconds / 60)} minutes or less`;
  }

  /* Sends a form until it is answered for good; `waiting` is shown and hidden as the answers say. */
  async function post(url, data, waiting) {
    let busy = 0;
    for (let sent = 0; ; sent += 1) {
      const answer = await fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const body = await answer.json();
      const code = sent < PATIENCE && body.error && body.error.code;
      const seconds = Number(answer.headers.get("Retry-After"));
      if (code === "proof_of_work_required") {
        data.set("proof", await solve(body.proof));
      } else if (code === "wait_your_turn") {
        waiting.querySelector("[data-moment]").textContent = inWords(seconds);
        waiting.hidden = seconds < 5;
        await pause(Math.min(seconds, KNOCK_SECONDS) * 1000);
      } else if (code === "unavailable" && seconds && busy < PATIENCE_WHEN_BUSY) {
        busy += 1;
        await pause(seconds * 1000);
      } else {
        waiting.hidden = true;
        return { status: answer.status, body };
      }
    }
  }

  window.FactuallyPatience = { post, solve };
})();
