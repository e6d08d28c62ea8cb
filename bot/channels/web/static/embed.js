// One line on the centre's own website: <script src="https://.../embed.js" async></script>. A button that opens the chat in a frame.
"use strict";
(function () {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const style = (node, values) => Object.assign(node.style, values);
  const button = document.createElement("button");
  const frame = document.createElement("iframe");
  button.type = "button";
  button.id = "informator-przycisk";
  button.textContent = "Zapytaj Informatora";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "informator-okno");
  style(button, { position: "fixed", right: "16px", bottom: "16px", zIndex: 2147483000, padding: "14px 20px", border: "2px solid #fff", borderRadius: "32px",
    background: "#0f4a59", color: "#fff", font: "600 17px/1.2 system-ui, sans-serif", boxShadow: "0 4px 20px rgba(0,0,0,.3)", cursor: "pointer" });
  frame.id = "informator-okno";
  frame.title = "Informator – rozmowa";
  frame.hidden = true;
  style(frame, { position: "fixed", right: "16px", bottom: "84px", zIndex: 2147483000, width: "min(26rem, calc(100vw - 32px))",
    height: "min(44rem, calc(100vh - 108px))", border: "0", borderRadius: "16px", boxShadow: "0 8px 40px rgba(0,0,0,.35)", background: "#f7f3ea" });
  function show(open) {
    if (open && !frame.src) { frame.src = home + "/okno"; }
    frame.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Zamknij rozmowę" : "Zapytaj Informatora";
    if (open) { frame.focus(); }
  }
  button.addEventListener("click", () => show(frame.hidden));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !frame.hidden) { show(false); button.focus(); } });
  document.body.append(frame, button);
})();
