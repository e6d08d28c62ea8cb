// Copying and printing, where scripts run.
"use strict";
(function () {
  const told = document.getElementById("skopiowano");
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.focus();
      field.select();
      try { await navigator.clipboard.writeText(field.value); } catch (error) { document.execCommand("copy"); }
      told.textContent = "Skopiowano. Wklej, gdzie chcesz.";
    });
  });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
