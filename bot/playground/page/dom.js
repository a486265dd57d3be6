// Building elements. All text goes through textContent; data never becomes markup.

export function el(name, options = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") made.className = value;
    else if (key === "data") Object.assign(made.dataset, value);
    else if (key === "on") for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false));
  return made;
}

// Names from a directory may contain right-to-left marks; <bdi> isolates them.
export const name = (text, options = {}) => el("bdi", options, text);

export const $ = (id) => document.getElementById(id);

export function button(label, handler, options = {}) {
  return el("button", { type: "button", class: "button", ...options, on: { click: handler } }, label);
}

// Keep `parent`'s children in sync with `items`, touching only what changed. `draw` turns an item into an element.
export function reconcile(parent, items, keyOf, draw) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let changed = false;
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    const print = JSON.stringify(item);
    let child = old.get(key);
    old.delete(key);
    if (!child || child.print !== print) {
      const made = draw(item, child);
      made.dataset.key = key;
      made.print = print;
      if (child) swap(child, made);
      child = made;
      changed = true;
    }
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  for (const gone of old.values()) {
    gone.remove();
    changed = true;
  }
  return changed;
}

const named = (place, control) => [...place.querySelectorAll(`[data-control="${CSS.escape(control)}"]`)];

// Replace an element and keep the focus: on the control of the same name (of several, the one at the same place), or
// else on the new element.
function swap(before, after) {
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  const control = focused?.dataset.control;
  const index = control ? named(before, control).indexOf(focused) : -1;
  before.replaceWith(after);
  after.classList.add("changed");
  setTimeout(() => after.classList.remove("changed"), 2000);
  if (!focused) return;
  const same = control ? named(after, control) : [];
  (same[index] ?? same.at(-1) ?? after).focus({ preventScroll: true });
}

export function toast(text, kind = "", milliseconds = 7000) {
  const made = el("p", { class: `toast ${kind}` }, text);
  $("toasts").append(made);
  setTimeout(() => made.remove(), milliseconds);
}

export function clock(seconds) {
  return new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }).format(new Date(seconds * 1000));
}
