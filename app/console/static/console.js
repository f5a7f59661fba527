// Pages are whole without this. An element with `data-every` asks for itself anew after so many seconds, unless nobody
// looks, or somebody is just filling in or choosing something in it.
"use strict";

const passed = new WeakMap();

function isInUse(element) {
  const at = document.activeElement;
  const writes = at && element.contains(at) && at.matches("input, select, textarea");
  return writes || !getSelection().isCollapsed || element.querySelector("dialog[open]") !== null;
}

setInterval(() => {
  if (document.visibilityState !== "visible") return;
  for (const element of document.querySelectorAll("[data-every]")) {
    const seconds = (passed.get(element) ?? 0) + 1;
    const due = seconds >= Number(element.dataset.every) && !isInUse(element);
    passed.set(element, due ? 0 : seconds);
    if (due) htmx.trigger(element, "refresh");
  }
}, 1000);

// A button with `data-copy` copies the text of the element of that id. Without this, or without leave, it is not there.
function showCopyButtons() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
});
showCopyButtons();
