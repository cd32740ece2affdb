// Shows a question only while the answer that it depends on is chosen. The server decides by the same rule.
const given = (key) => {
  const chosen = document.querySelectorAll(`[data-question="${CSS.escape(key)}"]:not([hidden]) input:checked`);
  return [...chosen].map((input) => input.value);
};
const update = () => {
  for (const box of document.querySelectorAll("[data-shown-if]")) {
    const wanted = JSON.parse(box.dataset.shownFor);
    box.hidden = !given(box.dataset.shownIf).some((answer) => wanted.includes(answer));
  }
};
document.addEventListener("change", update);
update();
