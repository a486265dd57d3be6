// The view a person has open, as a dialog that can change while it is open.
import { $, button, el } from "../dom.js";
import { act } from "../api.js";
import { blocks } from "./blocks.js";
import { showErrors, valuesOf } from "./fields.js";

const dialog = $("view");
let shown = { id: null, hash: null, viewer: null };
let busy = false;

export function showView(view, viewer, press) {
  if (!view) {
    if (dialog.open) dialog.close();
    shown = { id: null, hash: null, viewer };
    return;
  }
  const print = `${view.hash} ${view.root_view_id}`;
  if (shown.id === view.id && shown.hash === print) return;
  const form = dialog.querySelector("form");
  const same = shown.id === view.id;
  const typed = same && form ? valuesOf(form) : {};
  const focused = document.activeElement?.closest?.("#view .entry")?.dataset.block;
  shown = { id: view.id, hash: print, viewer };
  busy = false;
  const scrolled = dialog.querySelector(".modal-body")?.scrollTop ?? 0;
  draw(view, viewer, press, typed);
  if (!dialog.open) dialog.showModal();
  const again = focused && dialog.querySelector(`.entry[data-block="${CSS.escape(focused)}"]`);
  const first = again || dialog.querySelector(".entry");
  // Long content is read from its top, whatever has the focus.
  (first?.querySelector("input, textarea, select") ?? dialog.querySelector("h2")).focus({ preventScroll: true });
  dialog.querySelector(".modal-body").scrollTop = same ? scrolled : 0;
}

function draw(view, viewer, press, typed) {
  const problem = el("p", { class: "form-error", role: "alert", hidden: true });
  const submit = view.submit ? el("button", { type: "submit", class: "button primary", data: { action: "submit" } }, view.submit.text) : null;
  const waiting = !view.submit && JSON.stringify(view.blocks).includes("Reading");
  const form = el(
    "form",
    { class: "modal-form", novalidate: true, on: { submit: (event) => send(event, viewer, problem, submit) } },
    el(
      "div",
      { class: "modal-head" },
      el("h2", { id: "view-title", tabindex: "-1" }, view.title.text),
      el("button", { type: "button", class: "icon", "aria-label": "Close", on: { click: () => close(viewer, true) } }, "✕"),
    ),
    el("div", { class: `modal-body ${waiting ? "waiting" : ""}`, "aria-live": "polite", "aria-busy": waiting ? "true" : "false" }, blocks(view.blocks, (element, blockId, value) => press({ view: view.id }, element, blockId, value), typed)),
    problem,
    el("div", { class: "modal-foot" }, button(view.close?.text ?? (submit ? "Cancel" : "Close"), () => close(viewer, false)), submit),
  );
  dialog.replaceChildren(form);
}

async function send(event, viewer, problem, submit) {
  event.preventDefault();
  if (!submit || busy) return;
  const form = event.target;
  busy = true;
  submit.disabled = true;
  problem.hidden = true;
  showErrors(form, {});
  try {
    const answer = await act("submit", { as: viewer, values: valuesOf(form) });
    if (answer.errors) showErrors(form, answer.errors);
    else if (!answer.ok) throw new Error(answer.shown || "We had some trouble connecting. Try again?");
  } catch (error) {
    problem.hidden = false;
    problem.textContent = error.message;
  } finally {
    busy = false;
    submit.disabled = false;
  }
}

function close(viewer, all) {
  act("close", { as: viewer, all }).catch(() => dialog.close());
}

// Escape closes in Slack's order: first the app is told, then the dialog closes.
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  close(shown.viewer, false);
});
