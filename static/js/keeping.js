// Keeps what is typed into a form while it is filled in: after a pause, and when the page is left. Without this script the
// form's button saves as ever.
const form = document.querySelector("form[data-keep]");
const note = form?.querySelector(".kept-note");
let waiting = null;

const entries = () => {
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
  return typed;
};
const keep = async () => {
  clearTimeout(waiting);
  waiting = null;
  try {
    const answer = await fetch(form.dataset.keep, { method: "POST", body: entries(), keepalive: true, redirect: "error" });
    note.textContent = answer.ok ? await answer.text() : form.dataset.notKept;
  } catch {
    note.textContent = form.dataset.notKept;
  }
};
if (form) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 2000);
  });
  form.addEventListener("submit", () => { clearTimeout(waiting); waiting = null; });
  addEventListener("pagehide", () => { if (waiting) keep(); });
}
