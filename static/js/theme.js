// Before the first paint: the visitor's choice of light or dark, else the system's.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme") || (dark.matches ? "dark" : "light");
  const apply = () => document.documentElement.setAttribute("data-bs-theme", chosen());
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme-switch")?.addEventListener("click", () => {
      const now = document.documentElement.getAttribute("data-bs-theme");
      localStorage.setItem("theme", now === "dark" ? "light" : "dark");
      apply();
    });
  });
})();
