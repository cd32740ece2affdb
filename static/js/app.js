// htmx requests carry the CSRF token like forms do.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrf_token]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});
// A file that is larger than its field takes is told of where it was chosen, before a minute is spent on sending it.
const fits = (input) => {
  const over = [...input.files].some((file) => file.size > Number(input.dataset.mostBytes));
  const id = `${input.id}-too-large`;
  document.getElementById(id)?.remove();
  input.classList.toggle("is-invalid", over);
  if (over) {
    const note = Object.assign(document.createElement("div"), { id, className: "invalid-feedback d-block" });
    note.setAttribute("role", "alert");
    note.textContent = input.dataset.tooLarge;
    input.after(note);
  }
  return !over;
};
document.addEventListener("change", (event) => event.target.matches("input[data-most-bytes]") && fits(event.target));
// A form sent twice by an impatient double click is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const large = [...form.querySelectorAll("input[data-most-bytes]")].find((input) => !fits(input));
  if (large) { event.preventDefault(); large.focus(); return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});
// Where an event has more rooms, or a registration more steps, than fit, the one that is open is in view.
const room = document.querySelector(".tabs [aria-current], .step-list [aria-current]");
if (room) {
  const rooms = room.closest(".nav, .step-list");
  const fade = () => rooms.parentElement.classList.toggle("scrolled", rooms.scrollLeft > 0);
  rooms.addEventListener("scroll", fade);
  rooms.scrollLeft = room.getBoundingClientRect().left - rooms.getBoundingClientRect().left - 40;
  fade();
}
// The server is told the device's time zone. Where it had to guess and guessed wrong, the page is asked for once more.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const told = document.cookie.includes(`device_zone=${zone}`);
  document.cookie = `device_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  const guessed = document.documentElement.dataset.guessedZone;
  if (guessed && guessed !== zone && !told && document.cookie.includes(`device_zone=${zone}`)) location.reload();
}
// A table that scrolls sideways can be scrolled by the keyboard too.
const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
});
for (const box of document.querySelectorAll(".table-responsive, .table-scroll")) watcher.observe(box);
// Who signs out leaves nothing of their day behind on this device: see day-worker.js.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[action$='/sign-out']") && "caches" in window) caches.delete("my-day");
});
