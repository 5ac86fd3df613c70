// The chat of a page: <script src="https://chat.example.com/chat/widget.js" data-agent="techstore" defer></script>
//
//   data-agent      the agent's name
//   data-language   the chat's language; by default that of the page, or of the browser
//   data-title      what stands above it; by default the company's name
//   data-colour     of the button and of what the visitor wrote, as CSS has it
//   data-on-colour  of the words on it, likewise; by default white
//   data-within     the id of an element that it stands in, and fills; by default it stands in the page's corner
//
// No dependencies, no cookies. The chat's token lies in the tab's sessionStorage, so that a reload goes on with it.
// Whatever anybody writes is put into the page as text, never as HTML.
(() => {
  "use strict";

  const script = document.currentScript;
  const agent = script.dataset.agent;
  const base = new URL("v1/", script.src).href;
  const stored = `parley-chat ${base}${agent}`;
  const language = script.dataset.language || document.documentElement.lang || navigator.language || "en";

  const WORDS = {
    en: { open: "Chat with us", close: "Close the chat", title: "Chat", write: "Your message", send: "Send",
      you: "You", agent: "Assistant", person: "Colleague", typing: "The assistant is writing …",
      waiting: "You are being connected with a colleague.", ended: "This chat is over.", again: "Begin another chat",
      slow: "Please wait a moment.", away: "The chat cannot be reached now. It is tried again.",
      call: "Call me", number: "Your telephone number", next: "Next", cancel: "Cancel", sure: "Shall we call you at {number} now?",
      yes: "Yes, call me", change: "Change the number",
      no_number: "That is not a number that we can call. Please write it with its country, as +49 30 123456.",
      later: "Shall we call you at {number} on {when}?",
      not_now: "We cannot call this number now. Please try again later." },
    de: { open: "Schreiben Sie uns", close: "Chat schließen", title: "Chat", write: "Ihre Nachricht", send: "Senden",
      you: "Sie", agent: "Assistent", person: "Kollege", typing: "Der Assistent schreibt …",
      waiting: "Sie werden mit einem Kollegen verbunden.", ended: "Dieser Chat ist beendet.",
      again: "Neuen Chat beginnen", slow: "Bitte warten Sie einen Moment.",
      away: "Der Chat ist gerade nicht erreichbar. Es wird erneut versucht.",
      call: "Rufen Sie mich an", number: "Ihre Telefonnummer", next: "Weiter", cancel: "Abbrechen",
      sure: "Sollen wir Sie jetzt unter {number} anrufen?", yes: "Ja, rufen Sie mich an", change: "Nummer ändern",
      no_number: "Das ist keine Nummer, die wir anrufen können. Bitte schreiben Sie sie mit dem Land, wie +49 30 123456.",
      later: "Sollen wir Sie am {when} unter {number} anrufen?",
      not_now: "Diese Nummer können wir gerade nicht anrufen. Bitte versuchen Sie es später noch einmal." },
    es: { open: "Escríbanos", close: "Cerrar el chat", title: "Chat", write: "Su mensaje", send: "Enviar",
      you: "Usted", agent: "Asistente", person: "Colega", typing: "El asistente está escribiendo …",
      waiting: "Le estamos conectando con un colega.", ended: "Este chat ha terminado.", again: "Empezar otro chat",
      slow: "Espere un momento, por favor.", away: "El chat no está disponible ahora. Se vuelve a intentar.",
      call: "Llámenme", number: "Su número de teléfono", next: "Siguiente", cancel: "Cancelar",
      sure: "¿Le llamamos ahora al {number}?", yes: "Sí, llámenme", change: "Cambiar el número",
      no_number: "No podemos llamar a ese número. Escríbalo con el país, como +34 910 123 456.",
      later: "¿Le llamamos el {when} al {number}?",
      not_now: "Ahora no podemos llamar a este número. Inténtelo más tarde." },
    fr: { open: "Écrivez-nous", close: "Fermer le chat", title: "Chat", write: "Votre message", send: "Envoyer",
      you: "Vous", agent: "Assistant", person: "Collègue", typing: "L'assistant écrit …",
      waiting: "Nous vous mettons en relation avec un collègue.", ended: "Ce chat est terminé.",
      again: "Commencer un autre chat", slow: "Un instant, s'il vous plaît.",
      away: "Le chat n'est pas joignable. Nouvel essai en cours.",
      call: "Appelez-moi", number: "Votre numéro de téléphone", next: "Suivant", cancel: "Annuler",
      sure: "Pouvons-nous vous appeler maintenant au {number} ?", yes: "Oui, appelez-moi", change: "Changer le numéro",
      no_number: "Nous ne pouvons pas appeler ce numéro. Écrivez-le avec le pays, comme +33 1 23 45 67 89.",
      later: "Pouvons-nous vous appeler le {when} au {number} ?",
      not_now: "Nous ne pouvons pas appeler ce numéro maintenant. Réessayez plus tard." },
    it: { open: "Ci scriva", close: "Chiudi la chat", title: "Chat", write: "Il suo messaggio", send: "Invia",
      you: "Lei", agent: "Assistente", person: "Collega", typing: "L'assistente sta scrivendo …",
      waiting: "La mettiamo in contatto con un collega.", ended: "Questa chat è terminata.",
      again: "Inizia un'altra chat", slow: "Un momento, per favore.",
      away: "La chat non è raggiungibile ora. Si riprova.",
      call: "Chiamatemi", number: "Il suo numero di telefono", next: "Avanti", cancel: "Annulla",
      sure: "La chiamiamo adesso al {number}?", yes: "Sì, chiamatemi", change: "Cambia numero",
      no_number: "Non possiamo chiamare questo numero. Lo scriva con il paese, come +39 06 1234 5678.",
      later: "La chiamiamo {when} al {number}?",
      not_now: "Adesso non possiamo chiamare questo numero. Riprovi più tardi." },
  };
  const words = WORDS[language.toLowerCase().split("-")[0]] || WORDS.en;

  const STYLE = `
    :host { all: initial; }
    * { box-sizing: border-box; font: 16px/1.45 system-ui, sans-serif; }
    button { cursor: pointer; border: 0; border-radius: 8px; background: var(--colour); color: var(--on-colour); padding: 10px 16px; }
    button:focus-visible, textarea:focus-visible, input:focus-visible, .lines:focus-visible { outline: 3px solid #ffb000; outline-offset: 2px; }
    button[disabled] { opacity: .6; cursor: default; }
    .open { position: fixed; right: 20px; bottom: 20px; border-radius: 24px; box-shadow: 0 2px 12px #0005; z-index: 2147483000; }
    .panel { position: fixed; right: 20px; bottom: 20px; width: min(380px, calc(100vw - 24px)); height: min(560px, calc(100vh - 40px));
      display: flex; flex-direction: column; background: #fff; color: #1b1b1f; border: 1px solid #c9c9d1; border-radius: 12px;
      box-shadow: 0 8px 32px #0004; overflow: hidden; z-index: 2147483000; animation: rise .18s ease-out; }
    [hidden] { display: none !important; }
    header { display: flex; align-items: center; justify-content: space-between; gap: 8px; background: var(--colour); color: var(--on-colour); padding: 8px 8px 8px 16px; }
    h2 { margin: 0; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    header button { font-size: 20px; line-height: 1; padding: 8px 12px; }
    .lines { flex: 1; overflow-y: auto; padding: 16px; margin: 0; list-style: none; }
    li { margin: 0 0 12px; max-width: 85%; width: fit-content; padding: 8px 12px; border-radius: 12px; background: #eeeef2; white-space: pre-wrap; overflow-wrap: anywhere; }
    li.visitor { margin-left: auto; background: var(--colour); color: var(--on-colour); }
    li.person { background: #e2f2e4; }
    li b { display: block; font-size: 12px; font-weight: 600; }
    .status { min-height: 28px; padding: 0 16px 4px; margin: 0; font-size: 14px; color: #55555f; }
    .choices { display: flex; flex-wrap: wrap; gap: 8px; padding: 0 16px 8px; }
    .choices button { background: #fff; color: #1b1b1f; border: 1px solid #55555f; padding: 6px 12px; }
    .ask { margin: 0 16px 8px; background: #fff; color: #1b1b1f; border: 1px solid #55555f; padding: 6px 12px; align-self: flex-start; }
    form { display: flex; gap: 8px; padding: 12px; border-top: 1px solid #c9c9d1; }
    textarea { flex: 1; resize: none; height: 44px; padding: 9px 10px; border: 1px solid #6b6b76; border-radius: 8px; color: inherit; background: #fff; }
    form.number { flex-wrap: wrap; align-items: center; }
    form.number label, form.number p { flex: 1 0 100%; margin: 0; overflow-wrap: anywhere; }
    form.number button[type=button] { background: #fff; color: #1b1b1f; border: 1px solid #55555f; }
    input { flex: 1 0 100%; padding: 9px 10px; border: 1px solid #6b6b76; border-radius: 8px; color: inherit; background: #fff; }
    .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    :host(.within) { display: block; }
    :host(.within) .open { position: static; width: 100%; padding: 14px 16px; border-radius: 8px; box-shadow: none; font-weight: 600; }
    :host(.within) .panel { position: static; width: 100%; height: min(560px, 75vh); box-shadow: none; animation: none; }
    @keyframes rise { from { transform: translateY(12px); opacity: 0; } }
    @media (prefers-reduced-motion: reduce) { .panel { animation: none; } }`;

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const host = make("div");
  const root = host.attachShadow({ mode: "open" });
  host.style.setProperty("--colour", script.dataset.colour || "#1f4f8f");
  host.style.setProperty("--on-colour", script.dataset.onColour || "#fff");
  const within = script.dataset.within ? document.getElementById(script.dataset.within) : null;
  if (within) host.className = "within";
  const open = make("button", { className: "open", type: "button", textContent: words.open });
  const title = make("h2", { id: "title", textContent: script.dataset.title || words.title });
  const close = make("button", { type: "button", textContent: "×", ariaLabel: words.close });
  const lines = make("ol", { className: "lines", tabIndex: 0, ariaLabel: words.title });
  const status = make("p", { className: "status", role: "status" });
  // What was written is read out once it is whole, not anew with each of its sentences.
  const said = make("div", { className: "said", role: "log", ariaLive: "polite" });
  const choices = make("div", { className: "choices", role: "group", ariaLabel: words.write });
  const input = make("textarea", { rows: 1, maxLength: 2000, ariaLabel: words.write, placeholder: words.write });
  const send = make("button", { type: "submit", textContent: words.send });
  const form = make("form", {}, input, send);
  // A call: the number, and then the same as it was understood, to be confirmed.
  const wish = make("button", { className: "ask", type: "button", hidden: true, textContent: words.call });
  const number = make("input", { id: "number", type: "tel", autocomplete: "tel", maxLength: 40, required: true });
  const remark = make("p", { role: "status" });
  const next = make("button", { type: "submit" });
  const other = make("button", { type: "button" });
  const label = make("label", { htmlFor: "number", textContent: words.number });
  const calling = make("form", { className: "number", hidden: true, noValidate: true, ariaLabel: words.call }, label, number, remark, next, other);
  const panel = make("section", { className: "panel", hidden: true, role: within ? "region" : "dialog" },
    make("header", {}, title, close), lines, status, choices, wish, calling, form, said);
  panel.setAttribute("aria-labelledby", "title");
  open.setAttribute("aria-expanded", "false");
  // A page's policy may forbid styles that stand in it, not those that its scripts make.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(open, panel);

  let chat = null; // { chat, token, company }
  let seen = 0; // the last change that was shown
  let phase = "agent";
  let reading = null; // aborts the stream
  const shown = new Map(); // lines by their ids

  const remember = () => {
    try {
      if (chat) sessionStorage.setItem(stored, JSON.stringify(chat));
      else sessionStorage.removeItem(stored);
    } catch { /* a page may be denied its storage; the chat then ends with it */ }
  };
  const recall = () => {
    try { return JSON.parse(sessionStorage.getItem(stored)); } catch { return null; }
  };
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  const ask = (path, options = {}) => {
    const headers = { ...(chat && { Authorization: `Bearer ${chat.token}` }) };
    if (options.body) headers["Content-Type"] = "application/json";
    return fetch(base + path, { ...options, headers, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
  };

  const show = (line) => {
    let item = shown.get(line.id);
    if (!item) {
      const text = make("span");
      const element = make("li", { className: line.who }, make("b", { textContent: words[line.who === "visitor" ? "you" : line.who] }), text);
      item = { text, told: line.who === "visitor" };
      shown.set(line.id, item);
      lines.append(element);
    }
    item.text.textContent = line.text;
    if (line.whole && !item.told) {
      item.told = true;
      said.append(make("p", { textContent: line.text }));
      while (said.children.length > 3) said.firstChild.remove();
    }
  };

  const offer = (offered) => {
    choices.replaceChildren(...offered.map(({ key, label }) => {
      const button = make("button", { type: "button", textContent: label });
      button.addEventListener("click", () => { write(key); input.focus(); });
      return button;
    }));
    if (phase === "ended") {
      const button = make("button", { type: "button", textContent: words.again });
      button.addEventListener("click", begin);
      choices.append(button);
    }
  };

  const news = (told) => {
    seen = told.change;
    phase = told.phase;
    told.lines.forEach(show);
    offer(told.choices);
    status.textContent = phase === "ended" ? words.ended : phase === "waiting" ? words.waiting : told.typing ? words.typing : "";
    input.disabled = send.disabled = phase === "ended";
    if (!told.calls) leave();
    wish.hidden = !told.calls || !calling.hidden;
    if (told.lines.length) lines.scrollTop = lines.scrollHeight;
    if (phase === "ended") { chat = null; remember(); }
  };

  // The stream is read by fetch: EventSource would put the token into an address.
  const follow = async () => {
    reading?.abort();
    const mine = reading = new AbortController();
    while (chat && !mine.signal.aborted) {
      try {
        const answer = await ask(`chats/${chat.chat}/events?after=${seen}`, { signal: mine.signal });
        if (answer.status === 404) return forget();
        if (answer.ok) await read(answer.body.getReader());
      } catch (error) {
        if (mine.signal.aborted) return;
        status.textContent = words.away;
      }
      await pause(1500);
    }
  };

  const read = async (reader) => {
    const decoder = new TextDecoder();
    for (let rest = ""; ;) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const data = event.split("\n").filter((part) => part.startsWith("data: ")).map((part) => part.slice(6)).join("\n");
        if (data) news(JSON.parse(data));
      }
    }
  };

  const forget = () => {
    chat = null;
    remember();
    news({ change: 0, phase: "ended", typing: false, choices: [], calls: false, lines: [] });
  };

  const begin = async () => {
    shown.clear();
    lines.replaceChildren();
    said.replaceChildren();
    seen = 0;
    chat = null;
    input.disabled = send.disabled = false;
    try {
      const answer = await ask(`agents/${encodeURIComponent(agent)}/chats`, { method: "POST", body: JSON.stringify({ language }) });
      if (!answer.ok) throw new Error(answer.status);
      chat = await answer.json();
      remember();
      name();
      follow();
      for (const text of early.splice(0)) await write(text);
    } catch {
      status.textContent = words.away;
      await pause(3000);
      if (!panel.hidden && !chat) begin();
    }
    input.focus();
  };

  const name = () => { title.textContent = script.dataset.title || chat.company; };

  const early = []; // sent before the chat had begun

  const write = async (text) => {
    if (!text.trim()) return;
    if (!chat) return early.push(text);
    try {
      const answer = await ask(`chats/${chat.chat}/messages`, { method: "POST", body: JSON.stringify({ text }) });
      if (answer.ok) { if (input.value.trim() === text.trim()) input.value = ""; }
      else status.textContent = answer.status === 429 ? words.slow : words.away;
    } catch { status.textContent = words.away; }
  };

  let confirmed = null; // the number that the visitor is asked about
  let busy = false;

  // What the form asks for: a number, or (understood) whether it is right.
  const want = (understood) => {
    confirmed = understood;
    label.hidden = number.hidden = Boolean(understood);
    const sure = understood && understood.when ? words.later.replace("{when}", understood.when) : words.sure;
    remark.textContent = understood ? sure.replace("{number}", understood.shown) : "";
    next.textContent = understood ? words.yes : words.next;
    other.textContent = understood ? words.change : words.cancel;
    lines.scrollTop = lines.scrollHeight; // the form has taken some of their room
    (understood ? next : number).focus();
  };

  const leave = () => {
    const inside = calling.contains(root.activeElement);
    calling.hidden = true;
    confirmed = null;
    if (inside) input.focus();
  };

  const call = async () => {
    const text = confirmed ? confirmed.number : number.value.trim();
    if (busy) return;
    if (!chat || !text) return number.focus();
    busy = true; // not disabled: who pressed it would lose their place
    try {
      const body = JSON.stringify({ number: text, confirmed: Boolean(confirmed) });
      const answer = await ask(`chats/${chat.chat}/call`, { method: "POST", body });
      const found = answer.ok ? await answer.json() : null;
      if (answer.status === 202) {
        leave();
        wish.hidden = false;
        input.focus();
      } else if (found) want(found);
      else {
        want(null);
        remark.textContent = [403, 422].includes(answer.status) ? words.no_number : words.not_now;
      }
    } catch { remark.textContent = words.away; }
    busy = false;
  };

  const toggle = (on) => {
    panel.hidden = !on;
    open.hidden = on;
    open.setAttribute("aria-expanded", String(on));
    if (!on) return open.focus();
    lines.scrollTop = lines.scrollHeight;
    if (!chat) {
      chat = recall();
      if (chat) { name(); follow(); } else begin();
    }
    input.focus();
  };

  open.addEventListener("click", () => toggle(true));
  close.addEventListener("click", () => toggle(false));
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") toggle(false); });
  wish.addEventListener("click", () => { calling.hidden = false; wish.hidden = true; want(null); });
  other.addEventListener("click", () => {
    if (confirmed) return want(null);
    leave();
    wish.hidden = false;
    wish.focus();
  });
  calling.addEventListener("submit", (event) => { event.preventDefault(); call(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); write(input.value); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  const place = () => (within ?? document.body).append(host);
  if (document.body) place(); else addEventListener("DOMContentLoaded", place);
  if (within && recall()) toggle(true); // it goes on where it was
})();
