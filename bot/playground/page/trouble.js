// The drawer for making trouble.
import { $, button, el, reconcile, toast } from "./dom.js";
import { act } from "./api.js";

export function trouble() {
  const drawer = $("trouble");
  const opener = $("trouble-open");

  function open(yes) {
    drawer.hidden = !yes;
    opener.setAttribute("aria-expanded", String(yes));
    (yes ? $("trouble-close") : opener).focus();
  }

  opener.addEventListener("click", () => open(drawer.hidden));
  $("trouble-close").addEventListener("click", () => open(false));
  // On the document: the button that was just pressed is disabled and no longer has the focus.
  document.addEventListener("keydown", (event) => event.key === "Escape" && !drawer.hidden && open(false));
  $("calm").addEventListener("click", () => act("calm").then(() => toast("Everything works again."), (error) => toast(error.message, "bad")));

  return function show(kinds) {
    const count = kinds.filter((kind) => kind.active).length;
    $("trouble-count").hidden = !count;
    $("trouble-count").textContent = ` ${count}`;
    reconcile($("trouble-list"), kinds, (kind) => kind.id, (kind) =>
      el(
        "div",
        { class: `kind ${kind.active ? "active" : ""}` },
        el("div", {}, el("span", { class: "side" }, kind.side), el("b", {}, kind.title), el("p", { class: "sub" }, kind.text)),
        button(kind.active ? "Active" : "Do it", () => act("trouble", { name: kind.id }).catch((error) => toast(error.message, "bad")), {
          data: { control: "do" },
          disabled: kind.active,
          "aria-label": `${kind.active ? "Active" : "Do it"}: ${kind.title}`,
        }),
      ),
    );
  };
}
