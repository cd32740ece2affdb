// The page of the day. A refused tap (409, 422) brings its row as well, with the reason in it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status) && event.detail.target.matches(".day-row")) {
    event.detail.shouldSwap = true;
  }
});
// What keeps itself up to date waits while somebody has opened something in it, or is about to choose.
document.addEventListener("htmx:beforeRequest", (event) => {
  const list = event.detail.elt;
  if (!list.hasAttribute("data-day")) return;
  if (list.querySelector("details[open], select:focus") || document.hidden) event.preventDefault();
});
// The choice of a table needs no button.
document.addEventListener("change", (event) => {
  if (event.target.matches(".day-place select")) event.target.form.requestSubmit();
});
