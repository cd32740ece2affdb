// The board: a meeting is picked up with the mouse, a finger or Enter, every cell is marked, and it is put into one.
// The server decides; the board that comes back shows what the database holds.
(() => {
  const STEP = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const board = () => document.getElementById("board");
  const area = () => document.querySelector("#board .grid-scroll");
  const bar = document.getElementById("carry");
  if (!board() || !bar) return;
  const words = bar.querySelector("[data-words]");
  const title = bar.querySelector("[data-title]");
  let carried = null; // { id, version, slot, place, name, dragged, cell, marks }
  let pressed = null; // where a button or finger went down, before it is known what it means
  let released = false; // the click that follows the end of a drag means nothing
  let ghost = null;
  let focused = ""; // the chip that gets the focus in the board that comes back

  const cellOf = (node) => node?.closest?.("#board td[data-slot]:not(.grid-closed), #board [data-waiting]");
  const chipOf = (node) => node?.closest?.("#board [data-meeting]");
  const address = (...parts) => `${board().dataset.base}/${parts.join("/")}?${board().dataset.look}`;

  // What a cell says of the meeting that is carried. A row of somebody's day has no place: any that fits is taken,
  // the present one first.
  const markOf = (cell) => {
    if (!carried?.marks || !cell || cell.hasAttribute("data-waiting")) return null;
    const { cells } = carried.marks;
    const { slot, place } = cell.dataset;
    if (place) return { place, mark: cells[`${slot}-${place}`] };
    const there = Object.keys(cells).filter((key) => key.startsWith(`${slot}-`)).map((key) => key.split("-")[1]);
    const first = there.includes(carried.place) ? [carried.place, ...there] : there;
    const found = ["here", "fits", "if", "not"].flatMap((kind) =>
      first.filter((each) => cells[`${slot}-${each}`][0] === kind && !(kind === "if" && cells[`${slot}-${each}`][2])));
    const chosen = found[0] ?? first[0];
    return chosen && { place: chosen, mark: cells[`${slot}-${chosen}`] };
  };

  const say = (text) => { words.textContent = text; };
  const mark = () => {
    const marked = new Map();
    for (const cell of board().querySelectorAll("td[data-slot]")) {
      const { slot, place } = cell.dataset;
      const key = place ? `${slot}-${place}` : slot;
      if (!marked.has(key)) marked.set(key, markOf(cell)?.mark?.[0] ?? "");
      cell.dataset.mark = marked.get(key);
    }
    board().classList.add("marked");
    if (carried.cell) point(carried.cell);
  };
  const ask = async () => {
    const asked = carried;
    const answer = await fetch(address(asked.id, "marks"), { headers: { Accept: "application/json" } });
    if (carried !== asked) return;
    if (!answer.ok) { letGo(); return; }
    asked.marks = await answer.json();
    if (carried !== asked) return;
    title.textContent = asked.marks.title;
    mark();
  };

  const pick = (chip, dragged) => {
    letGo();
    const cell = cellOf(chip);
    const { meeting: id, version } = chip.dataset;
    carried = { id, version, slot: cell?.dataset.slot, place: cell?.dataset.place, dragged, cell, marks: null };
    focused = chip.id;
    title.textContent = [...chip.querySelectorAll(".chip-name")].map((each) => each.textContent).join(" × ");
    if (!title.textContent) title.textContent = chip.querySelector("a").textContent.trim();
    say(bar.dataset.how);
    bar.querySelector("[data-form]").href = `${board().dataset.base}/${id}/move`;
    bar.querySelector("[data-take-off]").hidden = !carried.slot;
    bar.hidden = false;
    hold();
    ask();
  };
  const hold = () => {
    for (const chip of board().querySelectorAll(`[data-meeting="${carried.id}"]`)) chip.classList.add("chip-carried");
  };
  const letGo = () => {
    ghost?.remove();
    ghost = null;
    if (!carried) return;
    carried = null;
    bar.hidden = true;
    board().classList.remove("marked");
    for (const cell of board().querySelectorAll("[data-mark]")) delete cell.dataset.mark;
    for (const each of board().querySelectorAll(".chip-carried, .over")) each.classList.remove("chip-carried", "over");
  };
  const point = (cell) => {
    for (const each of board().querySelectorAll(".over")) each.classList.remove("over");
    carried.cell = cell;
    if (!cell) return;
    cell.classList.add("over");
    const said = markOf(cell)?.mark;
    say(said ? carried.marks.words[said[1]] : cell.hasAttribute("data-waiting") ? bar.dataset.off : bar.dataset.how);
  };

  const send = (url, values = {}) => {
    const { version, slot, place, id } = carried;
    focused = `m${id}`;
    const seen = slot && place ? { from_slot: slot, from_place: place } : {};
    letGo();
    htmx.ajax("POST", url, { target: "#board", swap: "outerHTML", values: { version, ...seen, ...values } });
  };
  const put = (cell) => {
    if (cell?.hasAttribute("data-waiting")) { if (carried.slot) send(address(carried.id, "remove")); else letGo(); return; }
    const found = markOf(cell);
    const [kind, , other] = found?.mark ?? [];
    if (!cell || kind === "here") letGo();
    else if (kind === "not") { carried.dragged = false; point(cell); }
    else if (other) send(address(carried.id, "swap", other));
    else if (cell.dataset.place || found) {
      send(address(carried.id, "move"), { slot: cell.dataset.slot, place: found?.place ?? cell.dataset.place, interpreter: "-1" });
    }
  };

  // Mouse and finger. A finger that moves at once scrolls; one that rests picks up.
  const drawGhost = (x, y) => {
    if (!ghost) {
      ghost = Object.assign(document.createElement("div"), { className: "chip chip-ghost", textContent: title.textContent });
      document.body.append(ghost);
    }
    ghost.style.transform = `translate(${x + 12}px, ${y + 12}px)`;
    const box = area().getBoundingClientRect();
    const pull = (at, from, to) => (at < from + 40 ? -16 : at > to - 40 ? 16 : 0);
    if (x > box.left && x < box.right && y > box.top && y < box.bottom) {
      area().scrollBy(pull(x, box.left, box.right), pull(y, box.top, box.bottom));
    }
    point(cellOf(document.elementFromPoint(x, y)));
  };
  const forget = () => { clearTimeout(pressed?.timer); pressed = null; };
  document.addEventListener("pointerdown", (event) => {
    released = false;
    const chip = chipOf(event.target);
    if (!chip || event.button || (carried && !carried.dragged)) return;
    forget();
    pressed = { chip, x: event.clientX, y: event.clientY, touch: event.pointerType === "touch" };
    if (pressed.touch) pressed.timer = setTimeout(() => { if (pressed) pick(pressed.chip, true); }, 350);
  });
  document.addEventListener("pointermove", (event) => {
    if (!pressed) return;
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > 6;
    if (far && !carried) { if (pressed.touch) { forget(); return; } pick(pressed.chip, true); }
    if (far && carried) { pressed.moved = true; drawGhost(event.clientX, event.clientY); }
  });
  document.addEventListener("pointerup", () => {
    if (pressed && carried?.dragged) {
      ghost?.remove();
      ghost = null;
      released = true;
      if (pressed.moved) put(carried.cell); else carried.dragged = false;
    }
    forget();
  });
  document.addEventListener("pointercancel", () => { if (carried?.dragged) letGo(); forget(); });
  document.addEventListener("touchmove", (event) => { if (carried?.dragged) event.preventDefault(); }, { passive: false });
  document.addEventListener("contextmenu", (event) => { if (pressed?.touch) event.preventDefault(); });
  document.addEventListener("dragstart", (event) => { if (chipOf(event.target)) event.preventDefault(); });
  document.addEventListener("mouseover", (event) => {
    if (carried && !carried.dragged && cellOf(event.target)) point(cellOf(event.target));
  });
  document.addEventListener("click", (event) => {
    if (released) { released = false; event.preventDefault(); return; }
    if (!carried || carried.dragged) return;
    if (event.target.closest("[data-let-go]")) letGo();
    else if (event.target.closest("[data-take-off]")) send(address(carried.id, "remove"));
    else if (cellOf(event.target)) { event.preventDefault(); put(cellOf(event.target)); }
  }, true);

  // Keys: arrows go from meeting to meeting, or with a meeting from cell to cell.
  const neighbour = (cell, [down, right], wanted) => {
    const rows = [...cell.closest("table").tBodies[0].rows].filter((row) => row.querySelector("td[data-slot]"));
    let row = rows.indexOf(cell.parentElement);
    let column = cell.cellIndex;
    for (;;) {
      row += down;
      column += right;
      const next = rows[row]?.cells[column];
      if (!next?.dataset.slot) return null;
      if (wanted(next)) return next;
    }
  };
  const firstCell = () => board().querySelector('td[data-mark="fits"]') ?? board().querySelector("td[data-slot]");
  const carryOn = (event) => {
    if (event.key === "Escape") { letGo(); focus(); return true; }
    if (event.target.closest("#carry")) return false;
    if (event.key === "Enter") { put(carried.cell); return true; }
    if (!STEP[event.key]) return false;
    const from = carried.cell?.dataset.slot ? carried.cell : null;
    const next = from ? neighbour(from, STEP[event.key], (cell) => !cell.classList.contains("grid-closed")) : firstCell();
    if (next) { point(next); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
    return true;
  };
  const walk = (event, chip) => {
    if (event.key === "Enter") { pick(chip, false); return true; }
    if (!STEP[event.key]) return false;
    const cell = cellOf(chip);
    const list = cell?.hasAttribute("data-waiting");
    const chips = list ? [...cell.querySelectorAll("[data-meeting]")] : [];
    const next = list ? chips[chips.indexOf(chip) + STEP[event.key][0]]
      : neighbour(cell, STEP[event.key], (each) => each.querySelector("[data-meeting]"));
    next?.querySelector("a[href]").focus();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    released = false;
    const typing = event.target.closest("input, select, textarea");
    if (!typing && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      document.getElementById(event.shiftKey ? "board-redo" : "board-undo")?.requestSubmit();
      event.preventDefault();
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const chip = chipOf(event.target);
    if (carried ? carryOn(event) : chip && event.target.matches("a") && walk(event, chip)) event.preventDefault();
  });

  // One stop of the Tab key for all meetings of the grid, and one for those that wait.
  const focus = () => document.getElementById(focused)?.querySelector("a")?.focus({ preventScroll: true });
  const rove = (link) => {
    const box = link.closest(".grid-scroll, [data-waiting]");
    for (const each of box.querySelectorAll("[data-meeting] a")) each.tabIndex = each === link ? 0 : -1;
  };
  const prepare = () => {
    for (const box of board().querySelectorAll(".grid-scroll, [data-waiting]")) {
      const link = box.querySelector("[data-meeting] a");
      if (link) rove(link);
    }
  };
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("#board [data-meeting] a")) rove(event.target);
  });

  // The board that comes back stands where the old one was; a meeting that is carried is carried on.
  let scrolled = [0, 0];
  let wasFocused = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== board()) return;
    const { xhr } = event.detail;
    if (xhr.status === 204) return;
    event.detail.shouldSwap = xhr.responseText.includes('id="board"');
    event.detail.isError = false;
    if (!event.detail.shouldSwap) { bar.hidden = false; title.textContent = ""; say(board().dataset.failed); return; }
    scrolled = [area().scrollLeft, area().scrollTop];
    const here = document.activeElement?.closest?.("#board [data-meeting]");
    wasFocused = document.activeElement === document.body || Boolean(here);
    if (here && !focused) focused = here.id;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!area() || !event.target.matches?.("#board") && !event.target.closest?.("#board")) return;
    prepare();
    area().scrollTo(...scrolled);
    if (wasFocused) focus();
    if (!carried) { focused = ""; return; }
    const chip = board().querySelector(`[data-meeting="${carried.id}"]`);
    if (!chip) { letGo(); return; }
    const { slot, place } = cellOf(chip)?.dataset ?? {};
    const cell = carried.cell?.dataset.slot && board().querySelector(
      `td[data-slot="${carried.cell.dataset.slot}"][data-place="${carried.cell.dataset.place}"]`);
    carried = { ...carried, slot, place, version: chip.dataset.version, cell, marks: null };
    hold();
    ask();
  });
  prepare();
})();
