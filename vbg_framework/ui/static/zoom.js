// Zoom and pan of pictures by wheel, pinch, drag and keyboard; without a script each picture is a link to its file.
"use strict";
const MOST = 8, CLOSE = 3, STEP = 1.5, PAN = 10, STILL = 4;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
for (const views of document.querySelectorAll("[data-views]")) {
  const tools = views.querySelector(".tools"), [said] = views.getElementsByTagName("output");
  const panes = [...views.querySelectorAll("a")].map((link) => ({link, image: link.querySelector("img"), scale: 1, x: 0, y: 0}));
  const together = () => tools.querySelector("[type=checkbox]")?.checked;
  let current = panes[0];
  function show(pane, scale, x, y) {
    current = pane;
    for (const each of together() ? panes : [pane]) {
      each.scale = clamp(scale, 1, MOST);
      [each.x, each.y] = [x, y].map((value) => clamp(value, 100 * (1 - each.scale), 0));
      each.image.style.transform = `translate(${each.x}%, ${each.y}%) scale(${each.scale})`;
      each.link.classList.toggle("near", each.scale > 1);
    }
    said.textContent = `${Math.round(100 * current.scale)} %`;
  }
  function zoom(pane, factor, [x, y] = [50, 50]) {  // the place (x, y), in per cent of the pane, stays where it is
    const scale = clamp(pane.scale * factor, 1, MOST), grown = scale / pane.scale;
    show(pane, scale, x - (x - pane.x) * grown, y - (y - pane.y) * grown);
  }
  const toggle = (pane, at) => pane.scale > 1 ? show(pane, 1, 0, 0) : zoom(pane, CLOSE, at);
  const acts = {"+": (pane) => zoom(pane, STEP), "-": (pane) => zoom(pane, 1 / STEP), "0": (pane) => show(pane, 1, 0, 0)};
  const ways = {ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
  function listen(pane) {
    const {link} = pane, fingers = new Map();
    let travelled = 0;
    function place(event) {
      const edge = link.getBoundingClientRect();
      return [100 * (event.clientX - edge.left) / edge.width, 100 * (event.clientY - edge.top) / edge.height];
    }
    const middle = () => [0, 1].map((axis) => [...fingers.values()].reduce((sum, at) => sum + at[axis], 0) / fingers.size);
    const spread = () => { const [one, two] = fingers.values(); return two ? Math.hypot(one[0] - two[0], one[1] - two[1]) : 1; };
    const on = (name, act) => link.addEventListener(name, act, {passive: false});
    on("dragstart", (event) => event.preventDefault());
    on("touchmove", (event) => { if (event.touches.length > 1 || pane.scale > 1) event.preventDefault(); });
    on("pointerdown", (event) => {
      if (event.button) return;
      link.focus({preventScroll: true});
      link.setPointerCapture(event.pointerId);
      if (!fingers.size) travelled = 0;
      fingers.set(event.pointerId, place(event));
    });
    on("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return;
      const [[x, y], wide] = [middle(), spread()];
      fingers.set(event.pointerId, place(event));
      const [nextX, nextY] = middle();
      travelled += Math.abs(event.movementX) + Math.abs(event.movementY);
      if (pane.scale > 1 || fingers.size > 1) show(pane, pane.scale, pane.x + nextX - x, pane.y + nextY - y);
      if (fingers.size > 1 && wide > 0) zoom(pane, spread() / wide, [nextX, nextY]);
    });
    for (const name of ["pointerup", "pointercancel"]) on(name, (event) => fingers.delete(event.pointerId));
    on("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;  // opens the file, as any link
      event.preventDefault();
      if (travelled < STILL) toggle(pane, event.detail ? place(event) : [50, 50]);
      travelled = 0;
    });
    on("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== link) return;  // else the page scrolls
      event.preventDefault();
      zoom(pane, Math.exp(-event.deltaY / 400), place(event));
    });
    on("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const way = pane.scale > 1 && ways[event.key];
      if (!way && !acts[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      if (way) show(pane, pane.scale, pane.x + PAN * way[0], pane.y + PAN * way[1]); else acts[event.key](pane);
    });
    on("focus", () => { current = pane; });
  }
  panes.forEach(listen);
  for (const button of tools.querySelectorAll("[data-act]")) button.addEventListener("click", () => acts[button.dataset.act](current));
  const full = tools.querySelector("[data-full]");
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", () => document.fullscreenElement ? document.exitFullscreen() : views.requestFullscreen());
  tools.hidden = !panes.length;
}
