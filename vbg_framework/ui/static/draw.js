// Draws on a picture: a line around records (lasso), which is sent at once, or a rectangle (box), which fills four fields.
"use strict";
const SIDES = ["left", "top", "right", "bottom"], CORNERS = 60, NEAR = 4;
for (const sheet of document.querySelectorAll("[data-draw]")) {
  const form = document.getElementById(sheet.dataset.form), shape = sheet.querySelector(".drawn");
  const fields = SIDES.map((side) => form.elements[side]), lasso = sheet.dataset.draw === "lasso";
  const round = (value) => Math.round(10 * Math.min(100, Math.max(0, value))) / 10;
  const show = (corners) => shape.setAttribute("points", corners.map((each) => each.join()).join(" "));
  const square = ([[a, b], [c, d]]) => [[a, b], [c, b], [c, d], [a, d]];
  const box = (corners) => [0, 1].map((axis) => corners.map((each) => each[axis])).map((all) => [Math.min(...all), Math.max(...all)]);
  let line = null;
  function place(event) {
    const edge = sheet.getBoundingClientRect();
    return [round(100 * (event.clientX - edge.left) / edge.width), round(100 * (event.clientY - edge.top) / edge.height)];
  }
  function fill(corners) {
    const [[left, right], [top, bottom]] = box(corners);
    [left, top, right, bottom].forEach((value, at) => { fields[at].value = value; });
    show(square([[left, top], [right, bottom]]));
  }
  function send(corners) {
    const [[left, right], [top, bottom]] = box(corners), [x, y] = corners[0];
    const isPoint = Math.max(right - left, bottom - top) < 1;
    const kept = isPoint ? [[x - NEAR, y - NEAR], [x + NEAR, y + NEAR]]
      : corners.filter((_, at) => at % Math.ceil(corners.length / CORNERS) === 0);
    form.elements.area.value = kept.map((each) => each.map((value) => Math.round(10 * value)).join()).join(" ");
    fields.forEach((field) => { field.value = ""; field.required = false; });
    form.requestSubmit();
  }
  sheet.addEventListener("pointerdown", (event) => {
    sheet.setPointerCapture(event.pointerId);
    line = [place(event)];
    event.preventDefault();
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!line) return;
    line.push(place(event));
    if (lasso) show(line); else fill([line[0], line.at(-1)]);
  });
  sheet.addEventListener("pointerup", () => {
    if (line && lasso) send(line);
    line = null;
  });
  sheet.addEventListener("pointercancel", () => { line = null; });
  const typed = () => { if (fields.every((field) => field.value)) fill([[0, 1], [2, 3]].map((pair) => pair.map((at) => Number(fields[at].value)))); };
  fields.forEach((field) => field.addEventListener("change", typed));
}
// Words that somebody selects in a text become those of the annotation.
document.addEventListener("selectionchange", () => {
  const chosen = document.getSelection(), form = document.getElementById("annotate");
  if (!form?.elements.words || chosen.isCollapsed) return;
  const range = chosen.getRangeAt(0), at = range.startContainer;
  const text = (at.nodeType === Node.ELEMENT_NODE ? at : at.parentElement)?.closest("[data-field]");
  if (!text) return;
  const words = text.contains(range.endContainer) ? chosen.toString() : text.textContent.slice(range.startOffset);
  form.elements.field.value = text.dataset.field;
  form.elements.words.value = words.trim();
  form.elements.start.value = [...text.textContent.slice(0, range.startOffset)].length;
  form.closest("details").open = true;
});
