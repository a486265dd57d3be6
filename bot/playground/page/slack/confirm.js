// A control's confirmation dialog.
import { $, button, el } from "../dom.js";
import { textOf } from "./mrkdwn.js";

export function confirmed(confirm) {
  const dialog = $("confirm");
  return new Promise((resolve) => {
    let yes = false;
    const end = (answer) => {
      yes = answer;
      dialog.close();
    };
    const deny = button(confirm.deny.text, () => end(false));
    dialog.replaceChildren(
      el("h2", { id: "confirm-title" }, confirm.title.text),
      el("p", { id: "confirm-text", class: "modal-body" }, textOf(confirm.text)),
      el("div", { class: "modal-foot" }, deny, button(confirm.confirm.text, () => end(true), { class: `button ${confirm.style ?? "primary"}`, data: { action: "confirm" } })),
    );
    dialog.addEventListener("close", () => resolve(yes), { once: true });
    dialog.showModal();
    deny.focus();
  });
}
