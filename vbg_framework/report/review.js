"use strict";
const form = document.querySelector("form");
const kept = "vbg-review-" + form.dataset.form;
const items = [...form.querySelectorAll("[data-item]")];
function answer(item) {
  const said = (name) => item.querySelector(`[data-ask=${name}]:checked`)?.value ?? null;
  const flaws = [...item.querySelectorAll("[data-ask=flaw]:checked")].map((one) => one.value);
  return {class: said("class"), authentic: said("authentic"), flaws, remark: item.querySelector("textarea").value};
}
function answers() {
  const all = Object.fromEntries(items.map((item) => [item.dataset.item, answer(item)]));
  return {form: form.dataset.form, expert: form.elements.expert.value.trim(), answers: all};
}
function restore(given) {
  form.elements.expert.value = given.expert;
  for (const item of items) {
    const said = given.answers[item.dataset.item];
    if (!said) continue;
    for (const one of item.querySelectorAll("input"))
      one.checked = one.dataset.ask === "flaw" ? said.flaws.includes(one.value) : said[one.dataset.ask] === one.value;
    item.querySelector("textarea").value = said.remark;
  }
}
function count() {
  const open = items.filter((item) => !answer(item).class || !answer(item).authentic);
  document.getElementById("done").textContent = `${items.length - open.length} of ${items.length} answered.`;
  document.getElementById("next").disabled = !open.length;
  return open;
}
form.addEventListener("input", () => {
  try { localStorage.setItem(kept, JSON.stringify(answers())); } catch { /* a browser may keep nothing for files */ }
  count();
});
document.getElementById("next").addEventListener("click", () => {
  const first = count()[0];
  first.scrollIntoView();
  [...first.querySelectorAll("fieldset")].find((one) => !one.querySelector(":checked"))?.querySelector("input").focus();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(answers(), null, 1)], {type: "application/json"}));
  link.download = `answers-${answers().expert.replace(/[^\p{L}\p{N}-]+/gu, "_")}.json`;
  link.click();
  document.getElementById("done").textContent = `Saved as ${link.download}.`;
});
try { restore(JSON.parse(localStorage.getItem(kept))); } catch { /* nothing was kept */ }
count();
