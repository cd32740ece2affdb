// Moving meetings by dragging. The server decides; the board that comes back shows what the database holds.
(() => {
  const put = (meeting, list) => {
    const board = document.getElementById("board");
    const waiting = list.hasAttribute("data-waiting");
    const url = (waiting ? board.dataset.remove : board.dataset.move).replace("/0/", `/${meeting}/`);
    const values = { day: board.dataset.day, interpreter: "-1" };
    if (!waiting) Object.assign(values, { slot: list.dataset.slot, place: list.dataset.place });
    htmx.ajax("POST", url, { target: "#board", swap: "outerHTML", values });
  };
  const area = () => document.querySelector("#board .grid-scroll");
  const prepare = () => {
    area().classList.toggle("scrolls", area().scrollWidth > area().clientWidth);
    for (const list of document.querySelectorAll("#board .slot-list")) {
      new Sortable(list, {
        group: "meetings",
        sort: false,
        draggable: "[data-meeting]",
        filter: "a.btn",
        delay: 150,
        delayOnTouchOnly: true,
        onAdd: (event) => put(event.item.dataset.meeting, event.to),
      });
    }
  };
  // The board that comes back is scrolled to where the old one was.
  let scrolled = [0, 0];
  document.addEventListener("htmx:beforeSwap", () => {
    if (area()) scrolled = [area().scrollLeft, area().scrollTop];
  });
  // A refusal (409) brings the board as well, with the reason above it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 409) event.detail.shouldSwap = true;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!area() || event.target.closest?.("#run-progress")) return;
    prepare();
    area().scrollTo(...scrolled);
  });
  if (area()) prepare();
})();
