// Passkeys: the server sets a task, the browser signs it with a key of the device, the answer goes into a field of the
// form. Everything else is an ordinary form; codes of an app work without this file.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const words = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (list = []) => list.map((item) => ({ ...item, id: bytes(item.id) }));

/** The task, as the browser wants to have it. */
async function task(address, token) {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const found = await answer.json();
  found.challenge = bytes(found.challenge);
  if (found.user) found.user.id = bytes(found.user.id);
  if (found.excludeCredentials) found.excludeCredentials = described(found.excludeCredentials);
  if (found.allowCredentials) found.allowCredentials = described(found.allowCredentials);
  return found;
}

/** What the device answered, as text. */
function written({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const found = parts.filter((name) => response[name]).map((name) => [name, words(response[name])]);
  return JSON.stringify({ id, rawId: words(rawId), type, response: Object.fromEntries(found) });
}

/** Ask the device, put its answer into the field and send the form; a sentence says what happens meanwhile. */
async function ask(box, form, address, act) {
  const said = box.querySelector("[data-passkey-said]");
  said.textContent = box.dataset.asking;
  try {
    const publicKey = await task(address, form.elements.csrf_token.value);
    document.getElementById(box.dataset.field).value = written(await act({ publicKey }));
    said.textContent = "";
    return true;
  } catch {
    said.textContent = box.dataset.failed;
    return false;
  }
}

if (window.PublicKeyCredential) {
  for (const box of document.querySelectorAll("[data-passkey-show]")) {
    const form = box.closest("form");
    const place = box.querySelector("[data-passkey-act]");
    box.querySelector("[data-passkey-else]").hidden = true;
    place.hidden = false;
    place.querySelector("button").addEventListener("click", async () => {
      if (await ask(box, form, box.dataset.passkeyShow, (task) => navigator.credentials.get(task))) form.submit();
    });
  }
  for (const box of document.querySelectorAll("[data-passkey-make]")) {
    const form = box.closest("form");
    const place = box.querySelector("[data-passkey-act]");
    box.querySelector("[data-passkey-else]").hidden = true;
    place.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    place.querySelector("button").addEventListener("click", async () => {
      if (await ask(box, form, box.dataset.passkeyMake, (task) => navigator.credentials.create(task))) form.submit();
    });
  }
}
