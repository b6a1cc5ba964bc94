// Keys press the button or link that carries them (data-key); while somebody types, they type.
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  if (event.key === "Escape" && typing) typing.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const meant = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!meant) return;
  event.preventDefault();
  if (meant.matches("input:not([type=radio])")) meant.focus();
  else meant.click();
});
// A form is sent once, however often somebody presses.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((one) => delete one.dataset.sent));
// A photo may be dropped anywhere on the page that tries a model.
const photo = document.querySelector("input[type=file]");
if (photo) {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) photo.files = event.dataTransfer.files;
  });
}
// A page about what is going on is loaded anew, but not under somebody's hands.
const again = Number(document.body.dataset.again);  // seconds
if (again) setInterval(() => { if (document.activeElement === document.body) location.reload(); }, 1000 * again);
