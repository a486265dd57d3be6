// A ⋯ button and its menu, as Slack draws an overflow element.
import { el } from "../dom.js";
import { textOf } from "./mrkdwn.js";

const GAP = 4;

// `use(value)` is called with the value of the option that is chosen.
export function overflow(element, options) {
  const { use, ...data } = options;
  const opener = el("button", { type: "button", class: "button more-button", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false", data }, "⋯");
  const menu = el("div", { class: "more-menu", role: "menu", popover: "manual" }, element.options.map((option) => item(option, (value) => (close(true), use(value)))));
  const items = () => [...menu.children];
  let top = 0;

  function open(index = 0) {
    menu.showPopover();
    place(menu, opener);
    top = opener.getBoundingClientRect().top;
    opener.setAttribute("aria-expanded", "true");
    items().at(index).focus();
    // A menu stays where it was opened, so it closes when what is under it moves.
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("scroll", moved, true);
    window.addEventListener("resize", moved);
  }

  function close(back) {
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("scroll", moved, true);
    window.removeEventListener("resize", moved);
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus({ preventScroll: true });
    if (menu.isConnected && menu.matches(":popover-open")) menu.hidePopover();
  }

  const outside = (event) => !menu.contains(event.target) && !opener.contains(event.target) && close(false);
  const moved = () => Math.abs(opener.getBoundingClientRect().top - top) > 2 && close(false);

  opener.addEventListener("click", () => (menu.matches(":popover-open") ? close(true) : open()));
  opener.addEventListener("keydown", (event) => {
    const to = { ArrowDown: 0, ArrowUp: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    open(to);
  });
  menu.addEventListener("keydown", (event) => {
    const at = items().indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) items().at(to % items().length).focus();
    else if (event.key === "Escape") close(true);
    else if (event.key === "Tab") return close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return el("div", { class: "more" }, opener, menu);
}

function item(option, choose) {
  const about = option.description ? el("span", { class: "sub" }, textOf(option.description)) : null;
  return el("button", { type: "button", class: "more-item", role: "menuitem", tabindex: "-1", on: { click: () => choose(option.value) } }, textOf(option.text), about);
}

// Below the button, or above it where there is no room; flush with its left edge, or else its right one.
function place(menu, opener) {
  const at = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + GAP + height <= window.innerHeight - GAP;
  menu.style.top = `${below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height)}px`;
  const fits = at.left + width <= window.innerWidth - GAP;
  menu.style.left = `${Math.max(GAP, fits ? at.left : at.right - width)}px`;
}
