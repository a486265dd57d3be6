// A modal's fields, and what was typed into them.
import { el } from "../dom.js";
import { textOf } from "./mrkdwn.js";

const KINDS = { email_text_input: "email", url_text_input: "url", number_input: "number", datepicker: "date", timepicker: "time" };
let count = 0;

// An input block. `typed` is what the person typed before the view changed, by block and action.
export function field(block, typed) {
  const id = `field-${(count += 1)}`;
  const element = block.element;
  const before = typed[block.block_id]?.[element.action_id];
  return [
    el("label", { for: id }, block.label.text, block.optional ? el("span", { class: "sub" }, " (optional)") : null),
    el("div", { class: "entry", data: { block: block.block_id, action: element.action_id, kind: element.type } }, entry(element, id, before)),
    block.hint ? el("p", { class: "sub", id: `${id}-hint` }, textOf(block.hint)) : null,
    el("p", { class: "field-error", id: `${id}-error`, role: "alert", hidden: true }),
  ];
}

function entry(element, id, before) {
  const options = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
  const described = { id, "aria-describedby": `${id}-hint ${id}-error`, autofocus: element.focus_on_load };
  if (element.type === "checkboxes" || element.type === "radio_buttons") {
    const initial = [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map((one) => one.value);
    const chosen = before === undefined ? initial : [before].flat();
    const type = element.type === "checkboxes" ? "checkbox" : "radio";
    return options.map((option, index) =>
      el(
        "label",
        { class: "choice" },
        el("input", { ...(index ? {} : described), type, name: id, value: option.value, checked: chosen.includes(option.value) }),
        textOf(option.text),
      ),
    );
  }
  if (options.length) {
    const chosen = before ?? element.initial_option?.value ?? "";
    const choice = el("select", described, el("option", { value: "" }, element.placeholder?.text ?? "Choose…"));
    choice.append(...options.map((option) => el("option", { value: option.value, selected: option.value === chosen }, option.text.text)));
    return choice;
  }
  const made = el(element.multiline ? "textarea" : "input", {
    ...described,
    type: element.multiline ? null : (KINDS[element.type] ?? "text"),
    placeholder: element.placeholder?.text,
    autocomplete: "off",
    spellcheck: "false",
    rows: element.multiline ? 4 : null,
  });
  made.value = before ?? element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  return made;
}

// The form's current values: { block_id: { action_id: value } }.
export function valuesOf(form) {
  const values = {};
  for (const one of form.querySelectorAll(".entry")) {
    const { block, action, kind } = one.dataset;
    const boxes = [...one.querySelectorAll("input:checked")].map((input) => input.value);
    const own = one.querySelector("input, textarea, select");
    const value = kind === "checkboxes" ? boxes : kind === "radio_buttons" ? (boxes[0] ?? null) : own.value || null;
    values[block] = { ...values[block], [action]: value };
  }
  return values;
}

export function showErrors(form, errors) {
  let first = null;
  for (const one of form.querySelectorAll(".entry")) {
    const text = errors[one.dataset.block];
    const place = one.parentElement.querySelector(".field-error");
    const own = one.querySelector("input, textarea, select");
    place.hidden = !text;
    place.textContent = text ?? "";
    own.setAttribute("aria-invalid", text ? "true" : "false");
    if (text) first ??= own;
  }
  first?.focus();
}
