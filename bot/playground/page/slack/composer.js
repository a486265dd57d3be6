// The input box, with suggestions for the command.
import { $, el } from "../dom.js";

const COMMANDS = [
  ["", "the open cases"],
  ["show ", "one person, with buttons"],
  ["scan", "scan now"],
  ["revoke ", "remove access"],
  ["deny ", "stop open sessions as well"],
  ["shut-out ", "deny, revoke and optionally delete"],
  ["lift ", "end a deny"],
  ["delete ", "delete the user"],
  ["orphans", "what deleted users left behind"],
  ["unused", "permission sets nobody uses"],
  ["summary", "the summary now"],
  ["status", "leaverbot's health"],
  ["help", "all commands"],
];

export function composer(command, send, leavers) {
  const typed = $("typed");
  const list = $("suggest");
  let options = [];
  let active = -1;

  function matches(text) {
    if (!text.startsWith("/")) return [];
    const whole = COMMANDS.map(([word, what]) => [`${command}${word ? " " : ""}${word}`, what]);
    const argument = /^\/\S+ (show|revoke|deny|shut-out|lift|delete) (\S*)$/.exec(text);
    if (argument && text.startsWith(command)) {
      const start = text.slice(0, text.length - argument[2].length);
      return leavers().filter((one) => one.startsWith(argument[2]) && one !== argument[2]).slice(0, 6).map((one) => [start + one, ""]);
    }
    return whole.filter(([one]) => one.startsWith(text) && one !== text);
  }

  function draw() {
    options = matches(typed.value);
    active = -1;
    list.replaceChildren(
      ...options.map(([text, what], index) =>
        el(
          "li",
          { role: "option", id: `option-${index}`, "aria-selected": "false", on: { mousedown: (event) => (event.preventDefault(), take(index)) } },
          el("b", {}, text),
          el("span", { class: "sub" }, what),
        ),
      ),
    );
    list.hidden = !options.length;
    typed.setAttribute("aria-expanded", String(!list.hidden));
    typed.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    active = (index + options.length) % options.length;
    [...list.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === active)));
    list.children[active].scrollIntoView({ block: "nearest" });
    typed.setAttribute("aria-activedescendant", `option-${active}`);
  }

  function take(index) {
    typed.value = options[index][0];
    typed.focus();
    draw();
  }

  function hide() {
    list.hidden = true;
    options = [];
    active = -1;
    typed.setAttribute("aria-expanded", "false");
  }

  typed.addEventListener("input", draw);
  typed.addEventListener("focus", draw);
  typed.addEventListener("blur", hide);
  typed.addEventListener("keydown", (event) => {
    if (!options.length) return;
    if (event.key === "ArrowDown") choose(active + 1);
    else if (event.key === "ArrowUp") choose(active < 0 ? options.length - 1 : active - 1);
    else if (event.key === "Escape") hide();
    else if (active >= 0 && (event.key === "Enter" || event.key === "Tab")) take(active);
    else return;
    event.preventDefault();
  });
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = typed.value.trim();
    if (!text) return;
    typed.value = "";
    hide();
    send(text);
  });
}
