// Shows a question only while the answer that it depends on is chosen. The server decides by the same rule.
const given = (key) => [...document.querySelectorAll(`[data-question="${CSS.escape(key)}"] input:checked, [data-question="${CSS.escape(key)}"] input[type=text]`)].map((input) => input.value);
const update = () => {
  for (const box of document.querySelectorAll("[data-shown-if]")) box.hidden = !given(box.dataset.shownIf).includes(box.dataset.shownFor);
};
document.addEventListener("change", update);
update();
