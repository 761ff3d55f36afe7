// Sends a file in pieces (tus 1.0) and continues where it stopped. Without this script the form sends the file itself.

const PIECE = 512 * 1024;
const WAITS = [1000, 2000, 4000, 8000]; // after a broken piece, then it is up to the person

const megabytes = (bytes) => `${(bytes / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;
const pause = (time) => new Promise((done) => setTimeout(done, time));

class Stopped extends Error {}

class Sending {
  constructor(box, file) {
    this.box = box;
    this.file = file;
    this.state = box.querySelector("[role=status]");
    this.bar = box.querySelector("progress");
    this.kept = `upload ${box.dataset.upload} ${file.name} ${file.size} ${file.lastModified}`;
    this.told = -1;
  }

  ask(url, method, headers = {}, body = undefined) {
    const all = { "X-CSRFToken": this.box.dataset.token, "Tus-Resumable": "1.0.0", ...headers };
    return fetch(url, { method, headers: all, body });
  }

  /** The address of this file: the one it had before the interruption, or a new one. */
  async begin() {
    const known = localStorage.getItem(this.kept);
    if (known) {
      const answer = await this.ask(known, "HEAD");
      if (answer.ok) return [known, Number(answer.headers.get("Upload-Offset"))];
    }
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    const headers = { "Upload-Length": String(this.file.size), "Upload-Metadata": `filename ${name}` };
    const answer = await this.ask(this.box.dataset.upload, "POST", headers);
    if (!answer.ok) throw new Stopped();
    const url = new URL(answer.headers.get("Location"), location.href).pathname;
    localStorage.setItem(this.kept, url);
    return [url, 0];
  }

  async piece(url, offset) {
    const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    const answer = await this.ask(url, "PATCH", headers, this.file.slice(offset, offset + PIECE));
    if (answer.status === 409) return Number((await this.ask(url, "HEAD")).headers.get("Upload-Offset"));
    if (answer.status >= 400 && answer.status < 500) throw new Stopped();
    if (!answer.ok) throw new TypeError(String(answer.status));
    return Number(answer.headers.get("Upload-Offset"));
  }

  /** Send everything; the key of the whole file. */
  async all() {
    this.bar.hidden = false;
    let [url, offset] = await this.begin();
    let broken = 0;
    while (offset < this.file.size) {
      this.tell(offset);
      try {
        offset = await this.piece(url, offset);
        broken = 0;
      } catch (error) {
        if (error instanceof Stopped || broken === WAITS.length) throw error;
        await pause(WAITS[broken++]);
      }
    }
    this.tell(offset);
    localStorage.removeItem(this.kept);
    return url.split("/").pop();
  }

  /** The bar moves with every piece; words change at every tenth, so that a screen reader is not talked over. */
  tell(offset) {
    const percent = Math.floor((100 * offset) / this.file.size);
    this.bar.value = percent;
    const tenth = Math.floor(percent / 10);
    if (tenth === this.told) return;
    this.told = tenth;
    this.say(percent === 100 ? this.box.dataset.whole : this.box.dataset.sending
      .replace("{done}", megabytes(offset)).replace("{all}", megabytes(this.file.size)).replace("{percent}", percent));
  }

  say(text) {
    this.state.textContent = text;
  }
}

function hidden(name, value) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = value;
  return input;
}

async function submit(event) {
  const form = event.target;
  const box = form.querySelector("[data-upload]");
  const input = box.querySelector("input[type=file]");
  const file = input.files[0];
  if (!file) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const sending = new Sending(box, file);
  try {
    if (file.size > Number(box.dataset.atMost)) return sending.say(box.dataset.large);
    form.append(hidden("upload", await sending.all()));
    input.disabled = true;
    form.submit();
  } catch (error) {
    sending.say(error instanceof Stopped ? box.dataset.refused : box.dataset.broken);
  } finally {
    delete form.dataset.busy;
  }
}

for (const box of document.querySelectorAll("[data-upload]")) box.closest("form").addEventListener("submit", submit);
