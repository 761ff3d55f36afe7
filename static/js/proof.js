// Before a text is sent without an account the browser spends about a second on a task of the server.
// Whatever goes wrong here, the form is sent without the answer: then a person looks at the text first.

/** The number that gives a key with the wanted beginning; tried one after the other, as the server chose it. */
async function solve({ parameters, signature }) {
  const salt = bytes(parameters.salt);
  const nonce = bytes(parameters.nonce);
  for (let counter = 0; counter < 10_000; counter += 1) {
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const key = await derive(password, salt, parameters);
    if (key.startsWith(parameters.keyPrefix)) {
      return btoa(JSON.stringify({ challenge: { parameters, signature }, solution: { counter, derivedKey: key } }));
    }
  }
  return "";
}

async function derive(password, salt, { cost, keyLength }) {
  const material = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", salt, iterations: cost, hash: "SHA-256" };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(how, material, keyLength * 8));
  return Array.from(bits, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));

/** Say what happens, work, then send the form as it was meant. */
async function prove(form, button) {
  const said = form.querySelector("[data-proof-said]");
  said.textContent = said.dataset.proofSaid;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.proof, { headers: { Accept: "application/json" } });
    form.elements.proof.value = answer.ok ? await solve(await answer.json()) : "";
  } catch {
    form.elements.proof.value = "";
  }
  form.dataset.proven = "yes";
  form.requestSubmit(button);
}

for (const form of document.querySelectorAll("form[data-proof]")) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "alone" || form.dataset.proven) return;
    event.preventDefault();
    if (form.dataset.proving) return;
    form.dataset.proving = "yes";
    prove(form, event.submitter);
  });
}

// back from the next page: the answer was used, the next sending needs a new one
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-proof]")) {
    delete form.dataset.proven;
    delete form.dataset.proving;
    form.elements.proof.value = "";
  }
});
