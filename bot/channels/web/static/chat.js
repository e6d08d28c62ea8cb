// Makes the chat page better where scripts run: answers come without loading the page anew, and stay for this visit only.
"use strict";
(function () {
  const log = document.getElementById("rozmowa");
  const waiting = document.getElementById("czekam");
  const welcome = document.getElementById("powitanie");
  const writing = document.querySelector("form.writing");
  const input = document.getElementById("text");
  const anew = document.getElementById("nowa");
  const touch = window.matchMedia("(pointer: coarse)").matches;
  const key = "rozmowa:" + location.pathname;
  const most = 300000;
  const patience = 20000;
  let token = writing.elements.chat.value;
  let busy = false;

  function remembered() {
    try { return JSON.parse(sessionStorage.getItem(key) || "null"); } catch (error) { return null; }
  }

  function remember() {
    try {
      while (log.innerHTML.length > most) { log.firstElementChild.remove(); }
      sessionStorage.setItem(key, JSON.stringify({ token: token, log: log.innerHTML }));
    } catch (error) { /* a frame or a private window may not keep anything */ }
  }

  function forget() {
    try { sessionStorage.removeItem(key); } catch (error) { /* nothing was kept */ }
  }

  function pieces(html) {
    return Array.from(new DOMParser().parseFromString(html, "text/html").body.children).map((node) => document.importNode(node, true));
  }

  function talking() {
    welcome.classList.add("past");
    anew.hidden = false;
  }

  function bubble(text) {
    const article = document.createElement("article");
    const asked = document.createElement("p");
    const words = document.createElement("bdi");
    article.className = "exchange";
    asked.className = "asked";
    words.textContent = text;
    asked.append(words);
    article.append(asked);
    return article;
  }

  function failed(article, fields, status) {
    const answer = document.createElement("div");
    const told = document.createElement("p");
    const again = document.createElement("button");
    answer.className = "answer failed";
    told.textContent = status === 429
      ? "Dostaję od Ciebie bardzo dużo pytań naraz. Spróbuj za chwilę. W niebezpieczeństwie dzwoń: 112."
      : "Nie mogę się teraz połączyć. Sprawdź internet i spróbuj jeszcze raz. W niebezpieczeństwie dzwoń: 112.";
    again.type = "button";
    again.textContent = "Spróbuj jeszcze raz";
    again.addEventListener("click", () => { article.remove(); ask(fields, article.textContent ? fields.shown : ""); });
    answer.append(told, again);
    article.append(answer);
  }

  async function ask(fields, shown) {
    if (busy) { return; }
    busy = true;
    fields.shown = shown;
    const article = bubble(shown);
    log.append(article);
    talking();
    waiting.hidden = false;
    bring(article);
    const body = new URLSearchParams({ chat: token });
    body.set(fields.pressed ? "pressed" : "text", fields.pressed || fields.text);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), patience);
    let status = 0;
    try {
      const response = await fetch(writing.getAttribute("action").split("#")[0], { method: "POST", body: body, headers: { "X-Piece": "1" }, signal: stop.signal });
      status = response.status;
      if (!response.ok) { throw new Error(String(status)); }
      const [piece] = pieces(await response.text());
      token = piece.dataset.token;
      document.querySelectorAll("input[name=chat]").forEach((field) => { field.value = token; });
      article.replaceWith(piece);
      bring(piece);
      remember();
    } catch (error) {
      failed(article, fields, status);
    } finally {
      clearTimeout(timer);
      waiting.hidden = true;
      busy = false;
    }
  }

  function bring(article) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    article.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-talk")) { return; }
    event.preventDefault();
    if (busy) { return; }
    const button = event.submitter;
    if (button && button.name === "pressed") {
      ask({ pressed: button.value }, (button.querySelector("span") || button).textContent);
      return;
    }
    const text = input.value.trim();
    if (!text) { return; }
    input.value = "";
    if (touch) { input.blur(); }
    ask({ text: text }, text);
  });

  anew.addEventListener("click", (event) => {
    event.preventDefault();
    forget();
    log.replaceChildren();
    token = "";
    document.querySelectorAll("input[name=chat]").forEach((field) => { field.value = ""; });
    welcome.classList.remove("past");
    anew.hidden = true;
    window.scrollTo(0, 0);
    input.focus();
  });

  const before = remembered();
  if (before && !log.children.length) {
    token = before.token;
    document.querySelectorAll("input[name=chat]").forEach((field) => { field.value = token; });
    log.append(...pieces(before.log));
    talking();
    log.lastElementChild.scrollIntoView({ block: "start" });
  }
})();
